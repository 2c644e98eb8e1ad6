//! The real program as a service in a process of its own: what signals do to it.
//!
//! The names of the tests start with the situation's number in `docs/service-matrix.md`. Nothing here depends on how
//! fast anything is: a signal is sent once the control plane or the vendor has seen what must have happened before.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_hibob_sandbox::{HiBob, HiBobOptions};
use connector_proto::c1::connectorapi::baton::v1::{FinalState, SyncFullTask};
use connector_sandbox::c1::{ControlPlane, Fault, Method, Running};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{self, FaultSchedule, Rule};
use connector_sandbox::server::{Fake, Running as Vendor, Sandbox};

/// What a person or a scheduler sends, and the exit code of a process that it ends by force.
const SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

struct Scene {
    plane: Running,
    vendor: Vendor,
    faults: FaultSchedule,
    environment: Vec<(&'static str, String)>,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let faults = FaultSchedule::new();
        let fake = HiBob::new(Company::generate(50, 7), HiBobOptions::default());
        let vendor = Sandbox::new().faults(&faults).start(&fake);
        let vendor = vendor.expect("the vendor starts");
        let plane = ControlPlane::new().start().expect("the plane starts");
        let mut environment = fake.environment(vendor.base_url());
        environment.extend(plane.environment());
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("ca.pem"), plane.authority_pem()).expect("a file");
        std::fs::create_dir(dir.path().join("tmp")).expect("a directory");
        Self {
            plane,
            vendor,
            faults,
            environment,
            dir,
        }
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_baton-hibob"))
            .env_clear()
            .envs(self.environment.iter().map(|(k, v)| (*k, v.as_str())))
            .env("BATON_TMPDIR", self.dir.path().join("tmp"))
            .env("SSL_CERT_FILE", self.dir.path().join("ca.pem"))
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    /// Starts the program and waits until its only task hangs in the people search.
    fn syncing(&self) -> (Child, String) {
        let hang = Rule::always(faults::Fault::Hang).path("/people/search");
        self.faults.add(hang);
        let task = self.plane.sync(SyncFullTask::default());
        let child = self.start();
        wait_for(|| {
            self.vendor
                .requests()
                .iter()
                .any(|r| r.path.contains("/people/search"))
        });
        assert_eq!(self.temporary_files(), 1);
        (child, task)
    }

    fn temporary_files(&self) -> usize {
        let tmp = self.dir.path().join("tmp");
        std::fs::read_dir(tmp).expect("the directory").count()
    }

    /// Code and non-retryable flag of a failed task.
    fn failure(&self, task: &str) -> (i32, bool) {
        let record = self.plane.task(task).expect("a task");
        let [outcome] = &record.outcomes[..] else {
            panic!("{:?}", record.outcomes);
        };
        let Some(FinalState::Error(error)) = &outcome.final_state else {
            panic!("{outcome:?}");
        };
        let status = outcome.status.as_ref().expect("a status");
        (status.code, error.non_retryable)
    }
}

fn wait_for(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "it never happened");
        std::thread::yield_now();
    }
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.expect("kill runs").success());
}

fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn h1_a_signal_ends_an_idle_service_with_0() {
    for (name, _) in SIGNALS {
        let scene = Scene::new();
        let child = scene.start();
        wait_for(|| scene.plane.calls(Method::GetTask) == 1 && scene.plane.busy() == 0);
        signal(&child, name);
        let (code, said) = ended(child);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("service stopped"), "{said}");
        assert_eq!(scene.plane.calls(Method::FinishTask), 0);
        assert_eq!(scene.plane.problems(), Vec::<String>::new());
    }
}

#[test]
fn h1_a_signal_ends_a_service_that_was_not_accepted_yet() {
    for (name, _) in SIGNALS {
        let scene = Scene::new();
        scene.plane.always(Method::Hello, Some(Fault::Hold));
        let child = scene.start();
        wait_for(|| scene.plane.calls(Method::Hello) == 1);
        signal(&child, name);
        let (code, said) = ended(child);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn h2_a_signal_during_a_sync_is_reported_and_leaves_nothing_behind() {
    for (name, _) in SIGNALS {
        let scene = Scene::new();
        let (child, task) = scene.syncing();
        signal(&child, name);
        let (code, said) = ended(child);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(scene.failure(&task), (1, false), "{said}");
        assert_eq!(scene.plane.calls(Method::UploadAsset), 0);
        assert_eq!(scene.temporary_files(), 0);
        assert_eq!(scene.plane.problems(), Vec::<String>::new());
    }
}

#[test]
fn h2_a_second_signal_does_not_wait_for_the_report() {
    for (name, forced) in SIGNALS {
        let scene = Scene::new();
        let (child, task) = scene.syncing();
        scene.plane.always(Method::FinishTask, Some(Fault::Hold));
        signal(&child, name);
        wait_for(|| scene.plane.calls(Method::FinishTask) == 1);
        signal(&child, name);
        let (code, said) = ended(child);
        assert_eq!(code, Some(forced), "{said}");
        assert_eq!(scene.plane.task(&task).expect("a task").outcomes.len(), 0);
    }
}
