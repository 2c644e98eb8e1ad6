//! Whole programs in service mode: a connector, its vendor's fake and a control plane in one process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use baton_hibob::HiBob;
use connector_c1z::dump;
use connector_cli::Invocation;
use connector_core::clock::SystemClock;
use connector_core::entropy::SystemEntropy;
use connector_sandbox::c1::{ControlPlane, Method, Running};
use connector_sandbox::company::Company;
use connector_sandbox::hibob::{self, HiBobOptions};
use connector_sandbox::server::{Fake, Sandbox};
use connector_service::wire::connector::{Resource, ResourceId};
use connector_service::wire::{FinalState, SyncFullTask};
use tokio_util::sync::CancellationToken;

/// Output that a test can read.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no test panics here")).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("no test panics here")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A vendor, a control plane, and a place for files.
struct World {
    vendor: connector_sandbox::server::Running,
    plane: Running,
    environment: BTreeMap<String, OsString>,
    dir: tempfile::TempDir,
    said: Captured,
}

impl World {
    fn new() -> Self {
        let fake = hibob::HiBob::new(Company::generate(60, 7), HiBobOptions::default());
        let vendor = Sandbox::new().start(&fake).expect("the vendor starts");
        let plane = ControlPlane::new()
            .start()
            .expect("the control plane starts");
        let variables = fake.environment(vendor.base_url()).into_iter();
        let environment = variables.map(|(name, value)| (name.to_owned(), value.into()));
        Self {
            environment: environment.collect(),
            vendor,
            plane,
            dir: tempfile::tempdir().expect("a temporary directory"),
            said: Captured::default(),
        }
    }

    fn program(&self, args: &[&str], service: bool, cancel: CancellationToken) -> Invocation {
        let mut env = self.environment.clone();
        if service {
            let authority = self.dir.path().join("ca.pem");
            std::fs::write(&authority, self.plane.authority_pem()).expect("a writable folder");
            let temp = self.dir.path().join("tmp");
            std::fs::create_dir_all(&temp).expect("a writable folder");
            for (name, value) in self.plane.environment() {
                env.insert(name.to_owned(), value.into());
            }
            env.insert("SSL_CERT_FILE".to_owned(), authority.into());
            env.insert("BATON_TMPDIR".to_owned(), temp.into());
            env.insert("BATON_HOST_ID".to_owned(), "pod-1".into());
        }
        Invocation {
            args: args.iter().map(OsString::from).collect(),
            env,
            current_dir: self.dir.path().to_owned(),
            stdout: Box::new(self.said.clone()),
            stderr: Box::new(self.said.clone()),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            clock: SystemClock::shared(),
            entropy: Arc::new(SystemEntropy),
            cancel,
            http_timeout: None,
        }
    }

    /// Rows of a one-shot sync.
    async fn one_shot(&self, args: &[&str]) -> String {
        let file = self.dir.path().join("one-shot.c1z");
        let mut all = vec!["--file", "one-shot.c1z"];
        all.extend_from_slice(args);
        let invocation = self.program(&all, false, CancellationToken::new());
        let code = connector_cli::run::<HiBob>(invocation).await;
        assert_eq!(code, 0, "{}", self.said.text());
        rows(&file)
    }

    /// Runs the service until `done`, stops it and returns its exit code.
    async fn serve_until(&self, done: impl Fn(&Running) -> bool) -> u8 {
        let cancel = CancellationToken::new();
        let program = connector_cli::run::<HiBob>(self.program(&[], true, cancel.clone()));
        let mut program = std::pin::pin!(program);
        let started = Instant::now();
        loop {
            tokio::select! {
                code = program.as_mut() => return code,
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "{}",
                self.said.text()
            );
            if done(&self.plane) {
                cancel.cancel();
            }
        }
    }

    /// The rows of the task's only upload.
    fn uploaded(&self, task: &str) -> String {
        let record = self.plane.task(task).expect("a task");
        let [outcome] = &record.outcomes[..] else {
            panic!("{:?} {}", record.outcomes, self.said.text());
        };
        assert!(
            matches!(outcome.final_state, Some(FinalState::Success(_))),
            "{outcome:?}"
        );
        assert_eq!(outcome.host_id, "pod-1");
        assert_eq!(record.uploads.len(), 1);
        let file = self.dir.path().join("uploaded.c1z");
        std::fs::write(&file, &record.uploads[0]).expect("a writable folder");
        rows(&file)
    }

    /// What must hold after every test.
    fn check(&self) {
        assert_eq!(self.plane.problems(), Vec::<String>::new());
        let left = std::fs::read_dir(self.dir.path().join("tmp")).expect("the folder");
        assert_eq!(left.count(), 0, "files are left over");
        assert!(!self.said.text().contains(self.plane.client_secret()));
    }
}

fn rows(file: &Path) -> String {
    dump::render(file).expect("a readable file")
}

fn over(plane: &Running, task: &str) -> bool {
    plane.task(task).is_some_and(|t| !t.outcomes.is_empty())
}

#[tokio::test]
async fn the_uploaded_file_holds_what_a_one_shot_sync_writes() {
    let world = World::new();
    let expected = world.one_shot(&[]).await;
    assert!(expected.lines().filter(|l| l.contains("grant ")).count() > 10);
    let task = world.plane.sync(SyncFullTask::default());
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert_eq!(world.uploaded(&task), expected);
    world.check();
}

#[tokio::test]
async fn a8_the_options_of_the_task_decide_what_is_in_the_file() {
    let world = World::new();
    let full = world.one_shot(&[]).await;
    let resources = world.one_shot(&["--skip-entitlements-and-grants"]).await;
    let users = world.one_shot(&["--sync-resource-types", "user"]).await;
    let tasks = [
        SyncFullTask {
            skip_entitlements_and_grants: true,
            ..SyncFullTask::default()
        },
        SyncFullTask {
            sync_resource_type_ids: vec!["user".to_owned()],
            ..SyncFullTask::default()
        },
        SyncFullTask {
            skip_grants: true,
            ..SyncFullTask::default()
        },
    ]
    .map(|task| world.plane.sync(task));
    let code = world
        .serve_until(|plane| tasks.iter().all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert_eq!(world.uploaded(&tasks[0]), resources);
    assert_eq!(world.uploaded(&tasks[1]), users);
    let without = world.uploaded(&tasks[2]);
    assert!(without.starts_with("sync: full\n"));
    assert!(!without.contains("\ngrant ") && without.contains("\nentitlement "));
    assert!(full.contains("\ngrant "));
    world.check();
}

/// The rows of a dump: each line that is not indented, with those below it.
fn blocks(dump: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in dump.lines() {
        match blocks.last_mut().filter(|_| line.starts_with(' ')) {
            Some(block) => *block += line,
            None => blocks.push(line.to_owned()),
        }
    }
    blocks
}

#[tokio::test]
async fn a8_a_targeted_task_brings_what_it_asks_for_and_nothing_else() {
    let world = World::new();
    let full = blocks(&world.one_shot(&[]).await);
    let grant = full
        .iter()
        .find(|b| b.starts_with("grant "))
        .expect("a grant");
    let department = grant.split(':').nth(1).expect("its department").to_owned();
    let bid = format!("bid:r:department/{department}");
    let cli = world.one_shot(&["--sync-resources", &bid]).await;
    let target = |id: &str| Resource {
        id: Some(ResourceId {
            resource_type: "department".to_owned(),
            resource: id.to_owned(),
        }),
        ..Resource::default()
    };
    let tasks = [department.as_str(), "no-such-department"].map(|id| {
        world.plane.sync(SyncFullTask {
            targeted_sync_resources: vec![target(id), target(id)],
            ..SyncFullTask::default()
        })
    });
    let code = world
        .serve_until(|plane| tasks.iter().all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    let uploaded = world.uploaded(&tasks[0]);
    assert_eq!(uploaded, cli);
    let rows = blocks(&uploaded);
    assert_eq!(rows[0], "sync: partial");
    assert!(rows[1..].iter().all(|row| full.contains(row)), "{uploaded}");
    // Its members are there, and nobody else.
    let count = |rows: &[String], kind: &str| rows.iter().filter(|r| r.starts_with(kind)).count();
    let here = format!("grant department:{department}:");
    assert_eq!(count(&rows, "grant "), count(&full, &here));
    assert_eq!(count(&rows, "resource user:"), count(&full, &here));
    assert_eq!(count(&rows, "entitlement "), 1);
    assert!(count(&full, "resource user:") > count(&rows, "resource user:"));

    let nothing = blocks(&world.uploaded(&tasks[1]));
    assert_eq!(count(&nothing, "resource type "), 2);
    assert_eq!(nothing.len(), 3);
    assert!(world.said.text().contains("department:no-such-department"));
    world.check();
}

#[tokio::test]
async fn a8_a_type_that_the_connector_does_not_have_fails_the_task() {
    let world = World::new();
    let task = world.plane.sync(SyncFullTask {
        sync_resource_type_ids: vec!["starship".to_owned()],
        ..SyncFullTask::default()
    });
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0);
    let record = world.plane.task(&task).expect("a task");
    let status = record.outcomes[0].status.clone().expect("a status");
    assert_eq!(status.code, 2);
    assert!(status.message.contains("starship"), "{}", status.message);
    assert_eq!(world.plane.calls(Method::UploadAsset), 0);
    assert_eq!(world.vendor.requests().len(), 0, "nothing is asked for it");
    world.check();
}

#[tokio::test]
async fn b10_a_secret_that_is_none_ends_the_program_without_a_word_sent() {
    let mut world = World::new();
    world
        .environment
        .insert("BATON_CLIENT_ID".to_owned(), "t@tenant.test/ccc".into());
    let secret = "secret-token:conductorone.com:v2:c29tZXRoaW5n";
    world
        .environment
        .insert("BATON_CLIENT_SECRET".to_owned(), secret.into());
    let invocation = world.program(&[], false, CancellationToken::new());
    let code = connector_cli::run::<HiBob>(invocation).await;
    assert_eq!(code, 3, "{}", world.said.text());
    assert!(!world.said.text().contains("c29tZXRoaW5n"));
    assert_eq!(world.plane.connections(), 0);
    assert_eq!(world.vendor.requests().len(), 0);
}
