use std::fs;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::*;

/// Rows of one table, and the ids of the syncs.
#[derive(Debug)]
struct Rows {
    table: usize,
    rows: Vec<Vec<Cell>>,
    syncs: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Cell {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(n) => Value::Integer(*n),
            Self::Real(n) => Value::Real(*n),
            Self::Text(text) => text.as_str().into(),
            Self::Blob(blob) => Value::Blob(blob),
        }
    }
}

/// Row numbers with gaps.
fn number(place: usize) -> u64 {
    place as u64 * 3 + 1
}

impl Source for Rows {
    fn rows(&self, table: usize, each: &mut Each<'_>) -> Result<()> {
        if table != self.table {
            return Ok(());
        }
        let sync_id = TABLES[table].columns.iter().position(|c| *c == "sync_id");
        for (place, row) in self.rows.iter().enumerate() {
            let mut values = vec![Value::Null];
            values.extend(row.iter().map(Cell::value));
            let Cell::Text(sync) = &row[sync_id.unwrap()] else {
                panic!("a sync id is text")
            };
            let sync = self.syncs.iter().position(|s| s == sync).unwrap();
            each(number(place), &values, sync as u32)?;
        }
        Ok(())
    }
}

/// The database with these rows.
fn written(source: &Rows, memory: usize) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let mut draft = Draft::new(
        Purpose::File,
        directory.path(),
        memory,
        source.syncs.clone(),
    );
    source
        .rows(source.table, &mut |row, values, sync| {
            draft.add_row(source.table, row, values)?;
            draft.add_keys(source.table, row, values, sync)
        })
        .unwrap();
    draft.sort().unwrap();
    let layout = draft.layout().unwrap();
    let mut bytes = Vec::new();
    draft
        .write(&layout, source, |page| {
            bytes.extend_from_slice(page);
            Ok(())
        })
        .unwrap();
    assert_eq!(bytes.len() as u64, layout.size());
    bytes
}

/// Asks SQLite whether all is well, and what is in the table.
fn checked(bytes: &[u8], table: usize) -> Vec<Vec<Cell>> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    fs::write(&path, bytes).unwrap();
    let db = Connection::open(&path).unwrap();
    let check: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    let table = &TABLES[table];
    let sql = format!(
        "SELECT id, {} FROM {} NOT INDEXED ORDER BY id",
        table.columns.join(", "),
        table.name
    );
    let mut select = db.prepare(&sql).unwrap();
    let mut rows = select.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        assert_eq!(
            row.get::<_, i64>(0).unwrap(),
            number(all.len()).cast_signed()
        );
        let cells = (1..=table.columns.len()).map(|at| match row.get_ref(at).unwrap() {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(n) => Cell::Integer(n),
            ValueRef::Real(n) => Cell::Real(n),
            ValueRef::Text(text) => Cell::Text(String::from_utf8(text.to_vec()).unwrap()),
            ValueRef::Blob(blob) => Cell::Blob(blob.to_vec()),
        });
        all.push(cells.collect());
    }
    all
}

fn place_of(table: &str) -> usize {
    TABLES.iter().position(|t| t.name == table).unwrap()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => "[a-c:]{1,6}",
        3 => "[a\\x00\\x01é]{1,4}",
        1 => (0_usize..6000, "[a-z]").prop_map(|(n, s)| s.repeat(n)),
    ]
}

fn blob() -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![6 => 0_usize..400, 3 => 3900_usize..4200, 1 => 0_usize..40_000];
    (len, any::<u8>()).prop_map(|(len, byte)| vec![byte; len])
}

fn grants() -> impl Strategy<Value = Rows> {
    let optional = prop_oneof![4 => Just(Cell::Null), 1 => blob().prop_map(Cell::Blob)];
    let number = prop_oneof![Just(0), Just(1), any::<i64>()];
    let row = (
        prop::collection::vec(text(), 6),
        optional,
        number,
        blob(),
        0_usize..3,
    );
    prop::collection::vec(row, 0..120).prop_map(|rows| {
        let syncs = ["a", "b", "bb"].map(String::from);
        let mut all = Vec::new();
        for (place, (mut texts, expansion, needs, blob, sync)) in rows.into_iter().enumerate() {
            // Ids are unique.
            texts[5].push_str(&place.to_string());
            let mut row: Vec<_> = texts.into_iter().map(Cell::Text).collect();
            row.extend([expansion, Cell::Integer(needs), Cell::Blob(blob)]);
            row.push(Cell::Text(syncs[sync].clone()));
            row.push(Cell::Text("2026-03-01 08:00:01".into()));
            all.push(row);
        }
        Rows {
            table: place_of("v1_grants"),
            rows: all,
            syncs: syncs.to_vec(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn sqlite_finds_every_row_and_key_in_its_place(source in grants(), memory in 0_usize..20_000) {
        let bytes = written(&source, memory);
        prop_assert_eq!(&checked(&bytes, source.table), &source.rows);
        prop_assert!(bytes == written(&source, usize::MAX), "bytes depend on the memory");
    }
}

/// Types with ids of some length, so many that trees get several levels.
fn types(count: usize, len: usize) -> Rows {
    let row = |n: usize| {
        let id = format!("{n:0len$}");
        vec![
            Cell::Text(id),
            Cell::Blob(vec![7; n % 50]),
            Cell::Text("sync".into()),
            Cell::Text("2026-03-01 08:00:01".into()),
        ]
    };
    Rows {
        table: place_of("v1_resource_types"),
        rows: (0..count).map(row).collect(),
        syncs: vec!["sync".into()],
    }
}

#[test]
fn trees_of_every_shape_are_whole() {
    // Around the counts at which a page, and a level, becomes full. Long ids make pages of few keys.
    for len in [6, 200, 900, 3000] {
        for count in (0..40).chain((40..700).step_by(13)) {
            let source = types(count, len);
            assert_eq!(
                checked(&written(&source, 1 << 20), source.table),
                source.rows
            );
        }
    }
    let source = types(60_000, 30);
    assert_eq!(
        checked(&written(&source, 1 << 20), source.table),
        source.rows
    );
}

#[test]
fn numbers_are_as_long_as_sqlite_makes_them() {
    let edges = [7, 8, 15, 16, 23, 24, 31, 32, 47, 48, 62].map(|bits| 1_i64 << bits);
    let around = edges
        .iter()
        .flat_map(|n| [-n - 1, -n, -n + 1, n - 1, *n, n + 1]);
    for n in around.chain([0, 1, -1, i64::MIN, i64::MAX]) {
        let mut record = Vec::new();
        record::encode(&mut record, &[Value::Null, Value::Integer(n)]);
        assert_eq!(record.len(), record::len(&[Value::Null, Value::Integer(n)]));
        let expected = match n {
            0 | 1 => 0,
            -128..=127 => 1,
            -32_768..=32_767 => 2,
            -8_388_608..=8_388_607 => 3,
            -2_147_483_648..=2_147_483_647 => 4,
            -140_737_488_355_328..=140_737_488_355_327 => 6,
            _ => 8,
        };
        assert_eq!(record.len(), 3 + expected, "{n}");
    }
}
