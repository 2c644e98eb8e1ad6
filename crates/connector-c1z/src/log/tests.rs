use std::fs;

use connector_core::entropy::SyncId;
use connector_core::id::{Cursor, EntitlementId, ResourceId};
use connector_core::model::{Grant, Resource, TraitData};
use connector_core::store::SyncType;
use proptest::prelude::*;

use super::run::FORMAT;
use super::*;

const USER: ResourceTypeId = ResourceTypeId::new("user");
const TEAM: ResourceTypeId = ResourceTypeId::new("team");

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_770_000_000 + second, 123).unwrap()
}

fn spec() -> RunSpec {
    RunSpec {
        sync_id: SyncId::from_parts(at(0), [1; 16]),
        sync_type: SyncType::Full,
        started_at: at(0),
        fingerprint: "settings".into(),
        resource_types: Vec::new(),
        targets: None,
    }
}

fn checkpoint(page: usize) -> Checkpoint {
    Checkpoint {
        position: connector_core::store::Position {
            phase: Phase::Resources,
            resource_type: USER,
            place: None,
            next: Cursor::new(page.to_string()),
        },
        tally: Default::default(),
        listing: Default::default(),
    }
}

fn resource(kind: ResourceTypeId, id: &str) -> Resource {
    Resource::new(ResourceId::new(kind, id), id, TraitData::None)
}

/// A step of a run.
#[derive(Debug, Clone)]
enum Step {
    Resources(ResourceTypeId, Vec<String>),
    Grants(Vec<String>),
    RestartPage,
    /// A part of the rows that there are stays.
    RestartListing(Phase, u64),
    Commit,
}

fn step() -> impl Strategy<Value = Step> {
    let ids = || prop::collection::vec("[a-z]{1,5}", 0..5);
    let kind = prop_oneof![Just(USER), Just(TEAM)];
    let phase = prop_oneof![Just(Phase::Resources), Just(Phase::Grants)];
    prop_oneof![
        3 => (kind, ids()).prop_map(|(kind, ids)| Step::Resources(kind, ids)),
        2 => ids().prop_map(Step::Grants),
        1 => Just(Step::RestartPage),
        1 => (phase, 0_u64..12).prop_map(|(phase, kept)| Step::RestartListing(phase, kept)),
        3 => Just(Step::Commit),
    ]
}

/// What a log must hold: ids of resources and of grants.
type Held = (Vec<String>, Vec<String>);

fn held(log: &Log) -> Held {
    let of = |phase| {
        let mut ids = Vec::new();
        let each = |number, _, row: crate::rows::Row<'_>, _: &[u8]| {
            let mut id = String::new();
            row.external_id(phase, &mut id);
            ids.push(id);
            assert_eq!(number, ids.len() as u64);
            Ok(())
        };
        log.for_each(phase, Part::Whole, each).unwrap();
        ids
    };
    (of(Phase::Resources), of(Phase::Grants))
}

/// Takes the steps; what was held at each checkpoint, the empty start included, and where in the file that was.
fn take(log: &mut Log, steps: &[Step]) -> Vec<(u64, Held)> {
    log.start(&Run::new(&spec(), Format::V1)).unwrap();
    let mut open: Held = Held::default();
    let mut committed = vec![(log.open.end, Held::default())];
    for step in steps {
        match step {
            Step::Resources(kind, ids) => {
                let rows: Vec<_> = ids.iter().map(|id| resource(kind.clone(), id)).collect();
                open.0.extend(rows.iter().map(|row| row.id.to_string()));
                log.put(&rows.into(), &[], at(1)).unwrap();
            }
            Step::Grants(ids) => {
                let grant = |id: &String| Grant {
                    entitlement: EntitlementId::new(ResourceId::new(TEAM, "t"), "member"),
                    principal: ResourceId::new(USER, id.as_str()),
                };
                let rows: Vec<_> = ids.iter().map(grant).collect();
                let id = |g: &Grant| format!("{}:{}", g.entitlement, g.principal);
                open.1.extend(rows.iter().map(id));
                log.put(&rows.into(), &[], at(2)).unwrap();
            }
            Step::RestartPage => {
                log.take_back().unwrap();
                open = committed.last().unwrap().1.clone();
            }
            Step::RestartListing(phase, kept) => {
                log.drop_after(*phase, *kept).unwrap();
                open = committed.last().unwrap().1.clone();
                match phase {
                    Phase::Resources => open.0.truncate(*kept as usize),
                    _ => open.1.truncate(*kept as usize),
                }
            }
            Step::Commit => {
                log.commit(&checkpoint(committed.len())).unwrap();
                committed.push((log.open.end, open.clone()));
            }
        }
        assert_eq!(held(log), open);
    }
    committed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn a_log_that_is_cut_anywhere_holds_the_pages_before_the_cut(
        steps in prop::collection::vec(step(), 0..8),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut log = Log::open(path.clone()).unwrap();
        let committed = take(&mut log, &steps);
        drop(log);
        let bytes = fs::read(&path).unwrap();
        for len in 0..=bytes.len() {
            fs::write(&path, &bytes[..len]).unwrap();
            let mut log = Log::open(path.clone()).unwrap();
            let found = log.find(&spec(), Format::V1).unwrap();
            let pages = committed.iter().filter(|(end, _)| *end <= len as u64).count();
            match found {
                Found::Unfinished(found) => {
                    prop_assert_eq!(&found.1, &checkpoint(pages - 1));
                    prop_assert_eq!(&held(&log), &committed[pages - 1].1);
                    prop_assert_eq!(fs::metadata(&path).unwrap().len(), committed[pages - 1].0);
                    // It goes on from there.
                    let more = vec![resource(USER, "more")];
                    log.put(&more.into(), &[], at(3)).unwrap();
                    log.commit(&checkpoint(pages)).unwrap();
                }
                Found::Nothing => prop_assert_eq!(len, 0),
                Found::Unusable(_) => prop_assert!(pages < 2),
            }
        }
    }

    #[test]
    fn a_log_with_a_wrong_byte_holds_the_pages_before_it(
        steps in prop::collection::vec(step(), 4..14),
        wrong in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut log = Log::open(path.clone()).unwrap();
        let committed = take(&mut log, &steps);
        drop(log);
        let mut bytes = fs::read(&path).unwrap();
        let wrong = wrong.index(bytes.len());
        bytes[wrong] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        let mut log = Log::open(path).unwrap();
        let found = log.find(&spec(), Format::V1).unwrap();
        let pages = committed.iter().filter(|(end, _)| *end <= wrong as u64).count();
        if let Found::Unfinished(_) = found {
            prop_assert_eq!(&held(&log), &committed[pages - 1].1);
        } else {
            prop_assert!(pages < 2);
        }
    }

    #[test]
    fn a_file_of_any_bytes_is_no_work(bytes in prop::collection::vec(any::<u8>(), 0..200), magic: bool) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let start = if magic { &frame::MAGIC[..] } else { &[] };
        fs::write(&path, [start, &bytes].concat()).unwrap();
        let mut log = Log::open(path).unwrap();
        prop_assert!(!matches!(log.find(&spec(), Format::V1).unwrap(), Found::Unfinished(_)));
    }
}

#[test]
fn a_frame_longer_than_the_file_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let mut bytes = frame::MAGIC.to_vec();
    bytes.extend([1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0]);
    fs::write(&path, bytes).unwrap();
    let mut log = Log::open(path).unwrap();
    assert!(matches!(
        log.find(&spec(), Format::V1).unwrap(),
        Found::Unusable(_)
    ));
}

#[test]
fn work_in_another_format_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let own = Run::new(&spec(), Format::V1);
    let other_format = Run {
        format: FORMAT + 1,
        ..own.clone()
    };
    let other_version = "it was written by another version of this program";
    let other_file = "it belongs to a file of the other format";
    for (run, unusable) in [
        (own, None),
        (other_format, Some(other_version)),
        (Run::new(&spec(), Format::V3), Some(other_file)),
    ] {
        let mut log = Log::open(path.clone()).unwrap();
        log.start(&run).unwrap();
        log.commit(&checkpoint(1)).unwrap();
        drop(log);
        let mut log = Log::open(path.clone()).unwrap();
        let found = log.find(&spec(), Format::V1).unwrap();
        match found {
            Found::Unfinished(_) => assert_eq!(unusable, None, "{run:?}"),
            Found::Unusable(reason) => assert_eq!(unusable, Some(reason), "{run:?}"),
            Found::Nothing => panic!("{run:?}"),
        }
    }
}
