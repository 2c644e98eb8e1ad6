//! Tasks of the program as a service, against a control plane of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_c1z::{ConvertOptions, Counts, Format, ReadLimits, Reader, convert};
use connector_core::clock::SystemClock;
use connector_proto::c1::connector::v2::{Resource, ResourceId};
use connector_proto::c1::connectorapi::baton::v1::{
    FinalState, FinishTaskRequest, SyncFullTask, TaskType,
};
use connector_sandbox::c1::{ControlPlane, Running};

use crate::support::{Cli, Outcome, TOKEN, names};

/// A control plane and the program pointed at it.
pub(crate) struct Bench {
    pub(crate) plane: Running,
    pub(crate) cli: Cli,
}

impl Bench {
    pub(crate) fn new(args: &[&str]) -> Self {
        let plane = ControlPlane::new().start().unwrap();
        let zero = prost_types::Duration::default();
        plane.next_poll(Some(zero), Some(connector_sandbox::c1::seconds(1)));
        let mut cli = Cli::ready(args);
        for (name, value) in plane.environment() {
            cli = cli.env(name, &value);
        }
        let authority = cli.path("authority.pem");
        std::fs::write(&authority, plane.authority_pem()).unwrap();
        let temp = cli.path("temp");
        std::fs::create_dir(&temp).unwrap();
        cli = cli
            .env("SSL_CERT_FILE", authority.to_str().unwrap())
            .env("BATON_TMPDIR", temp.to_str().unwrap());
        Self { plane, cli }
    }

    /// Runs the program, stops it once `done`, and checks what must hold for every run.
    pub(crate) async fn until(&self, done: impl Fn(&Running) -> bool) -> Outcome {
        let mut changes = self.plane.changes();
        let watching = async {
            while !done(&self.plane) {
                changes.changed().await.unwrap();
            }
            self.cli.cancel.cancel();
        };
        let running = self.cli.run_with(Arc::new(SystemClock::new()));
        let (outcome, ()) = tokio::join!(running, watching);
        assert_eq!(self.plane.problems(), [""; 0]);
        assert_eq!(names(&self.temp()), [""; 0]);
        assert!(!outcome.stderr.contains(TOKEN));
        assert!(!outcome.stderr.contains(self.plane.client_secret()));
        outcome
    }

    fn temp(&self) -> PathBuf {
        self.cli.path("temp")
    }

    fn ended(&self, id: &str) -> Option<FinishTaskRequest> {
        self.plane.task(id)?.outcomes.first().cloned()
    }

    /// The sync in the file that was uploaded for a task.
    fn uploaded(&self, id: &str) -> (String, Counts) {
        let uploads = self.plane.task(id).unwrap().uploads;
        assert_eq!(uploads.len(), 1);
        let file = self.cli.path("uploaded.c1z");
        std::fs::write(&file, &uploads[0]).unwrap();
        if Format::of(&file).unwrap() == Some(Format::V1) {
            return only_sync(&file);
        }
        let converted = self.cli.path("converted.c1z");
        convert(&file, Format::V1, &converted, &ConvertOptions::default()).unwrap();
        only_sync(&converted)
    }
}

fn only_sync(file: &Path) -> (String, Counts) {
    let reader = Reader::open(file, ReadLimits::default()).unwrap();
    let syncs = reader.syncs().unwrap();
    assert_eq!(syncs.len(), 1);
    assert!(syncs[0].ended_at.is_some());
    let counts = reader.counts(&syncs[0].sync_id).unwrap();
    (syncs[0].sync_type.clone(), counts)
}

pub(crate) fn all_done<'a>(ids: &'a [String]) -> impl Fn(&Running) -> bool + use<'a> {
    |plane| {
        ids.iter()
            .all(|id| plane.task(id).is_some_and(|task| !task.outcomes.is_empty()))
    }
}

fn failure(finish: &FinishTaskRequest) -> (i32, bool) {
    let Some(FinalState::Error(error)) = &finish.final_state else {
        panic!("{finish:?}");
    };
    (finish.status.as_ref().unwrap().code, error.non_retryable)
}

#[tokio::test]
async fn a_task_brings_the_file_of_a_single_run() {
    let single = Cli::ready(&[]);
    assert_eq!(single.run().await.code, 0);
    let expected = only_sync(&single.path("sync.c1z"));

    let bench = Bench::new(&[]);
    let ids = [bench.plane.sync(SyncFullTask::default())];
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let finish = bench.ended(&ids[0]).unwrap();
    assert_eq!(finish.status, None);
    assert!(matches!(finish.final_state, Some(FinalState::Success(_))));
    assert_eq!(bench.uploaded(&ids[0]), expected);
    assert_eq!(bench.plane.token_requests(), 1);
    // The file of a single run is not touched.
    assert!(!bench.cli.files().contains(&"sync.c1z".to_owned()));
}

#[tokio::test]
async fn a_task_may_ask_for_less() {
    let bench = Bench::new(&[]);
    let sync = |task: SyncFullTask| bench.plane.sync(task);
    let types = |names: &[&str]| SyncFullTask {
        sync_resource_type_ids: names.iter().map(ToString::to_string).collect(),
        ..SyncFullTask::default()
    };
    let ids = [
        sync(SyncFullTask {
            skip_grants: true,
            ..SyncFullTask::default()
        }),
        sync(SyncFullTask {
            skip_entitlements_and_grants: true,
            ..SyncFullTask::default()
        }),
        sync(types(&["user"])),
        sync(types(&["user", "yacht"])),
        sync(target("group", "g1")),
        sync(SyncFullTask {
            skip_grants: true,
            ..target("group", "g1")
        }),
        sync(SyncFullTask {
            skip_entitlements_and_grants: true,
            ..target("user", "u2")
        }),
        // The connector has neither the resource nor its type.
        sync(target("yacht", "y1")),
    ];
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let of = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>();
    let synced = |id: &str| {
        let (kind, counts) = bench.uploaded(id);
        let rows = (
            of(&counts.rows.resources),
            of(&counts.rows.entitlements),
            of(&counts.rows.grants),
        );
        (kind, rows)
    };
    assert_eq!(synced(&ids[0]), ("full".to_owned(), (3, 1, 0)));
    assert_eq!(synced(&ids[1]), ("resources_only".to_owned(), (3, 0, 0)));
    assert_eq!(synced(&ids[2]), ("full".to_owned(), (2, 0, 0)));
    assert_eq!(failure(&bench.ended(&ids[3]).unwrap()), (2, false));
    assert_eq!(synced(&ids[4]), ("partial".to_owned(), (2, 1, 1)));
    assert_eq!(synced(&ids[5]), ("partial".to_owned(), (1, 1, 0)));
    assert_eq!(synced(&ids[6]), ("partial".to_owned(), (1, 0, 0)));
    assert_eq!(synced(&ids[7]), ("partial".to_owned(), (0, 0, 0)));
    assert!(outcome.stderr.contains(r#""examples":["yacht:y1"]"#));
}

fn target(resource_type: &str, id: &str) -> SyncFullTask {
    let id = ResourceId {
        resource_type: resource_type.to_owned(),
        resource: id.to_owned(),
    };
    SyncFullTask {
        targeted_sync_resources: vec![Resource {
            id: Some(id),
            ..Resource::default()
        }],
        ..SyncFullTask::default()
    }
}

#[tokio::test]
async fn a_task_may_bring_a_detailed_log_of_its_own_without_secrets() {
    let bench = Bench::new(&["--script", "echo", "--log-level", "warn"]);
    let ids = [(); 2].map(|()| bench.plane.sync(SyncFullTask::default()));
    bench.plane.debug(&ids[1]);
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    // The program's own log is as it is set to be.
    assert_eq!(outcome.stderr, "");
    assert_eq!(bench.plane.task(&ids[0]).unwrap().uploads.len(), 1);
    let uploads = bench.plane.task(&ids[1]).unwrap().uploads;
    assert_eq!(uploads.len(), 2);
    let log = String::from_utf8(uploads[1].clone()).unwrap();
    assert!(!log.contains(TOKEN), "{log}");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answer = lines.iter().find(|line| line["level"] == "debug").unwrap();
    assert_eq!(answer["answer"], "[secret]");
    assert_eq!(lines.last().unwrap()["msg"], "Sync complete.");
}

#[tokio::test]
async fn a_task_gets_the_format_that_it_asks_for_unless_the_program_is_set_to_one() {
    let (v1, v3) = (b"C1ZF\0", b"C1Z3\0");
    for (args, wanted, magic) in [
        (&[][..], "", v1),
        (&[], "sqlite", v1),
        (&[], "pebble", v3),
        (&["--storage-engine", "sqlite"], "pebble", v1),
        (&["--storage-engine", "pebble"], "sqlite", v3),
    ] {
        let bench = Bench::new(args);
        let ids = [bench.plane.sync(SyncFullTask {
            storage_engine: wanted.to_owned(),
            ..SyncFullTask::default()
        })];
        bench.until(all_done(&ids)).await;
        let (sync_type, counts) = bench.uploaded(&ids[0]);
        assert_eq!(sync_type, "full");
        assert!(counts.resource_types > 0, "{counts:?}");
        let uploads = bench.plane.task(&ids[0]).unwrap().uploads;
        assert!(uploads[0].starts_with(magic), "{args:?} {wanted}");
    }
}

#[tokio::test]
async fn skip_full_sync_uploads_an_empty_sync() {
    let bench = Bench::new(&["--skip-full-sync"]);
    let ids = [bench.plane.sync(SyncFullTask::default())];
    bench.until(all_done(&ids)).await;
    let empty = ("full".to_owned(), Counts::default());
    assert_eq!(bench.uploaded(&ids[0]), empty);
}

#[tokio::test]
async fn failures_are_reported_with_code_and_details() {
    let bench = Bench::new(&["--script", "fail:credential"]);
    let ids = [bench.plane.sync(SyncFullTask::default())];
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0);
    let finish = bench.ended(&ids[0]).unwrap();
    assert_eq!(failure(&finish), (16, false));
    let details = finish.status.unwrap().details;
    let urls: Vec<_> = details.iter().map(|d| d.type_url.as_str()).collect();
    assert_eq!(urls, ["type.googleapis.com/google.rpc.ErrorInfo"]);
    // Data that cannot be right is final.
    let bench = Bench::new(&["--script", "empty"]);
    let ids = [bench.plane.sync(SyncFullTask::default())];
    bench.until(all_done(&ids)).await;
    assert_eq!(failure(&bench.ended(&ids[0]).unwrap()), (9, true));
}

#[tokio::test]
async fn a_type_that_the_connector_lacks_is_blamed_on_the_setting_or_the_task() {
    let message = async |args: &[&str], types: &[&str]| {
        let bench = Bench::new(args);
        let ids = [bench.plane.sync(SyncFullTask {
            sync_resource_type_ids: types.iter().map(ToString::to_string).collect(),
            ..SyncFullTask::default()
        })];
        bench.until(all_done(&ids)).await;
        bench.ended(&ids[0]).unwrap().status.unwrap().message
    };
    assert_eq!(
        message(&["--sync-resource-types", "boat"], &[]).await,
        "--sync-resource-types (BATON_SYNC_RESOURCE_TYPES): invalid resource type 'boat' in filter"
    );
    assert_eq!(
        message(&[], &["boat"]).await,
        "invalid resource type 'boat' in filter"
    );
}

#[tokio::test]
async fn a_stopped_service_reports_its_task() {
    let bench = Bench::new(&["--script", "hang-listing"]);
    let id = bench.plane.sync(SyncFullTask::default());
    let outcome = bench
        .until(|plane| plane.task(&id).is_some_and(|task| task.heartbeats > 0))
        .await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(failure(&bench.ended(&id).unwrap()), (1, false));
}

#[tokio::test]
async fn what_writes_is_refused_for_good() {
    let bench = Bench::new(&["--grant-entitlement", "e", "--grant-principal", "p"]);
    let grant = Some(TaskType::Grant(Default::default()));
    let ids = [bench.plane.add(grant), bench.plane.add(None)];
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for id in &ids {
        assert_eq!(failure(&bench.ended(id).unwrap()), (12, true));
    }
    let word = "--grant-entitlement has no effect: the service does what the control plane asks";
    assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
}
