use super::*;

#[test]
fn every_column_is_found_in_its_tables_definition() {
    for table in &TABLES {
        for column in table.columns {
            let definition = table.definition(column).unwrap_or_default();
            let (name, kind) = definition.split_once(' ').unwrap_or_default();
            assert!(name == *column && !kind.is_empty(), "{definition}");
        }
    }
    let runs = TABLES.iter().find(|table| table.name == SYNC_RUNS);
    assert_eq!(
        runs.and_then(|table| table.definition("ingest_invariant_mode")),
        Some("ingest_invariant_mode text not null default ''")
    );
}
