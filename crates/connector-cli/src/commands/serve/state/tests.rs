use std::time::Duration;

use connector_core::entropy::SyncId;
use connector_core::store::FileSummary;
use connector_core::verdict::{Outcome, Verdict};
use jiff::Timestamp;

use super::*;

const USER: ResourceTypeId = ResourceTypeId::new("user");
const TEAM: ResourceTypeId = ResourceTypeId::new("team");

fn types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User)),
        ResourceType::new(TEAM, "Team", Some(Trait::Group)),
    ]
}

fn report(people: u64, disabled: u64, grants: u64) -> SyncReport {
    let mut tally = Tally::default();
    tally.rows.resources = BTreeMap::from([(USER, people), (TEAM, 30)]);
    tally.rows.grants = BTreeMap::from([(TEAM, grants)]);
    tally.disabled = BTreeMap::from([(USER, disabled)]);
    SyncReport {
        sync_id: SyncId::from_string("1".to_owned()),
        sync_type: SyncType::Full,
        resumed: false,
        started_at: Timestamp::UNIX_EPOCH,
        ended_at: Timestamp::UNIX_EPOCH,
        verdict: Verdict {
            outcome: Outcome::Complete,
            listings: Vec::new(),
            lacks: Vec::new(),
        },
        tally,
        requests: 1,
        took: Duration::ZERO,
        file: FileSummary {
            path: "sync.c1z".to_owned(),
            decoded_bytes: 1,
            file_bytes: 1,
            sha256: String::new(),
            version: 0,
        },
    }
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn directory(&self) -> PathBuf {
        self.0.path().join("state/here")
    }

    fn state(&self, host_id: &str, accepts: bool) -> State {
        let limits = ShrinkLimits::default();
        State::open(
            self.directory(),
            "baton-lake",
            host_id.to_owned(),
            limits,
            accepts,
        )
        .unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let found = fs::read_dir(self.directory()).unwrap();
        let mut files: Vec<_> = found.map(|e| e.unwrap().path()).collect();
        files.sort();
        files
    }
}

#[test]
fn counts_are_compared_with_those_of_the_last_sync_of_the_host() {
    let place = Place::new();
    let compare = |host: &str, covered: &str, report: &SyncReport| {
        place.state(host, false).compare(report, &types(), covered)
    };
    compare("pod-1", "all", &report(110, 10, 50)).unwrap();
    compare("pod-1", "all", &report(90, 10, 50)).unwrap();
    let error = compare("pod-1", "all", &report(90, 31, 20)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    insta::assert_snapshot!(error, @"comparing with the last sync: 21 of 80 enabled people would be gone or disabled (more than 20%; the new sync has 59); 30 of 50 grants would be gone (more than 20%; the new sync has 20); the sync was not uploaded: look at the vendor's data, or restart the service once with --accept-shrink if the new sync is right");
    // Another host, and one that reads something else, have nothing to be compared with.
    compare("pod-2", "all", &report(10, 0, 0)).unwrap();
    compare("pod-1", "some", &report(10, 0, 0)).unwrap();
    assert_eq!(place.files().len(), 3);
    // What was refused is not what the next one is compared with.
    compare("pod-1", "all", &report(90, 31, 20)).unwrap_err();
    let mut partial = report(1, 0, 0);
    partial.sync_type = SyncType::Partial;
    compare("pod-1", "all", &partial).unwrap();
    compare("pod-1", "all", &report(90, 10, 50)).unwrap();
}

#[test]
fn one_loss_is_accepted_and_then_counts() {
    let place = Place::new();
    place
        .state("pod-1", true)
        .compare(&report(1_000, 0, 0), &types(), "all")
        .unwrap();
    let state = place.state("pod-1", true);
    state.compare(&report(500, 0, 0), &types(), "all").unwrap();
    state
        .compare(&report(100, 0, 0), &types(), "all")
        .unwrap_err();
    state.compare(&report(480, 0, 0), &types(), "all").unwrap();
}

#[test]
fn files_are_private_and_hold_counts_alone() {
    let place = Place::new();
    let state = place.state("pod-1", false);
    state
        .compare(&report(110, 10, 50), &types(), "all")
        .unwrap();
    let [file] = &place.files()[..] else {
        panic!("{:?}", place.files());
    };
    insta::assert_snapshot!(fs::read_to_string(file).unwrap(), @r#"{"format":1,"connector":"baton-lake","host_id":"pod-1","types":["user","team"],"counts":{"people":100,"groups":30,"grants":50}}"#);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file), 0o600);
        assert_eq!(mode(&place.directory()), 0o700);
    }
}

#[test]
fn what_cannot_be_read_is_replaced() {
    let place = Place::new();
    let state = place.state("pod-1", false);
    let compare = |people| state.compare(&report(people, 0, 0), &types(), "all");
    compare(1_000).unwrap();
    let file = place.files().remove(0);
    let long = "[".repeat(100_000);
    for body in ["", "{}", &long] {
        fs::write(&file, body).unwrap();
        compare(10).unwrap();
        compare(1_000).unwrap();
        compare(10).unwrap_err();
    }
}

#[test]
fn a_directory_that_cannot_be_used_is_a_wrong_setting() {
    let place = Place::new();
    fs::write(place.0.path().join("state"), "").unwrap();
    let limits = ShrinkLimits::default();
    let error = State::open(
        place.directory(),
        "baton-lake",
        "pod-1".to_owned(),
        limits,
        false,
    );
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert!(
        error
            .message()
            .starts_with("--state-dir (BATON_STATE_DIR): "),
        "{error}"
    );
}
