//! Groups in groups in a file of the Go SDK, beside what the SDK made of them.

use std::collections::BTreeSet;

use baton_audit::expansion::Expansion;
use baton_audit::source::{OpenArgs, Pick, Source};
use connector_c1z::wire;
use prost::Message;

use crate::support::{Files, edit, go_file};

const NESTED: &str = "file-nested.v1.c1z";
/// What the SDK does not derive, because it follows no edge of the cycle of these two groups.
const OF_THE_CYCLE: [&str; 3] = [
    "team:loopa:member team:loopa",
    "team:loopb:member team:loopb",
    "team:loopb:member user:u00001",
];

fn open(path: &std::path::Path) -> Source {
    Source::open(path, Pick::Latest, &OpenArgs::default()).unwrap()
}

fn shown(entitlement: &str, principal: &wire::ResourceId) -> String {
    let wire::ResourceId {
        resource_type,
        resource,
    } = principal;
    format!("{entitlement} {resource_type}:{resource}")
}

fn load(source: &Source) -> Expansion {
    let mut expansion = Expansion::load(source).unwrap();
    expansion.read_holders(source).unwrap();
    expansion
}

/// The grants of the file, and what follows for each of its principals.
fn grants_and_derived(source: &Source) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut grants, mut derived) = (BTreeSet::new(), BTreeSet::new());
    let expansion = load(source);
    let each = |grant: wire::Grant| {
        let who = grant.principal.unwrap().id.unwrap();
        let found = expansion.of(&who).unwrap();
        derived.extend(found.iter().map(|it| shown(&it.entitlement.id, &who)));
        grants.insert(shown(&grant.entitlement.unwrap().id, &who));
        Ok(())
    };
    let sync = &source.sync.sync_id;
    source.reader.for_each_grant(sync, each).unwrap();
    (grants, derived)
}

#[test]
fn nothing_is_added_to_what_the_sdk_derived_but_the_cycle() {
    let source = open(&go_file(NESTED));
    let (_, derived) = grants_and_derived(&source);
    assert_eq!(derived, OF_THE_CYCLE.map(str::to_owned).into());
    let expansion = load(&source);
    let cycles = expansion.cycles().unwrap();
    assert_eq!(cycles.len(), 1);
    assert_eq!(
        cycles[0].entitlements,
        ["team:loopa:member", "team:loopb:member"]
    );
    assert_eq!(
        cycles[0].holders,
        ["team:loopa", "team:loopb", "user:u00001"]
    );
}

#[test]
fn without_its_derived_grants_the_file_gives_the_same() {
    let (expected, _) = grants_and_derived(&open(&go_file(NESTED)));
    let files = Files::new();
    let path = files.path("undone.c1z");
    std::fs::copy(go_file(NESTED), &path).unwrap();
    edit(&path, |db| {
        let mut rows = db.prepare("SELECT id, data FROM v1_grants").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let rows: Vec<(i64, Vec<u8>)> = rows.unwrap().map(Result::unwrap).collect();
        for (row, data) in rows {
            let mut grant = wire::Grant::decode(data.as_slice()).unwrap();
            let Some(sources) = grant.sources.take() else {
                continue;
            };
            let own = &grant.entitlement.as_ref().unwrap().id;
            let changed = match sources.sources.contains_key(own) {
                true => db.execute(
                    "UPDATE v1_grants SET data = ?2 WHERE id = ?1",
                    rusqlite::params![row, grant.encode_to_vec()],
                ),
                false => db.execute("DELETE FROM v1_grants WHERE id = ?1", [row]),
            };
            assert_eq!(changed.unwrap(), 1);
        }
    });
    let (direct, derived) = grants_and_derived(&open(&path));
    assert!(direct.len() < 150, "{}", direct.len());
    let all: BTreeSet<_> = direct.union(&derived).cloned().collect();
    let more: Vec<_> = all.difference(&expected).collect();
    assert_eq!(more, OF_THE_CYCLE.iter().collect::<Vec<_>>());
    assert!(expected.is_subset(&all));
}
