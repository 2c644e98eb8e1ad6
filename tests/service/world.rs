//! A vendor, a control plane and a connector's program, in one process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use baton_demo::{Connector, Program};
use connector_c1z::{ConvertOptions, Format, convert, dump};
use connector_cli::Invocation;
use connector_core::clock::{SharedClock, SystemClock};
use connector_core::entropy::SystemEntropy;
use connector_proto::c1::connectorapi::baton::v1::FinalState;
use connector_sandbox::c1::{ControlPlane, Running};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, FaultSchedule, Rule};
use connector_sandbox::server::Sandbox;
use connector_sandbox::vendor::Choices;
use tokio_util::sync::CancellationToken;

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Output that a test can read.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
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
pub(crate) struct World {
    pub(crate) connector: Connector,
    pub(crate) vendor: connector_sandbox::server::Running,
    pub(crate) faults: FaultSchedule,
    pub(crate) plane: Running,
    pub(crate) environment: BTreeMap<String, OsString>,
    pub(crate) said: Captured,
    clock: SharedClock,
    dir: tempfile::TempDir,
}

impl World {
    /// A company of 60 people, and the machine's clock.
    pub(crate) fn new() -> Self {
        Self::with(Company::generate(60, 7), SystemClock::shared())
    }

    /// This company, and one clock for all three.
    pub(crate) fn with(company: Company, clock: SharedClock) -> Self {
        let connector = baton_demo::hr_with_departments();
        let fake = (connector.vendor.build)(company, &Choices::default());
        let faults = FaultSchedule::new();
        let vendor = Sandbox::new().faults(&faults).clock(clock.clone());
        let vendor = vendor.start(&*fake).expect("the vendor starts");
        let plane = ControlPlane::new().clock(clock.clone());
        let plane = plane.start().expect("the control plane starts");
        let variables = fake.environment(vendor.base_url()).into_iter();
        let environment = variables.map(|(name, value)| (name.to_owned(), value.into()));
        Self {
            environment: environment.collect(),
            connector,
            vendor,
            faults,
            plane,
            said: Captured::default(),
            clock,
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    /// The vendor's list of people fails like this, from now on.
    pub(crate) fn fail_listing(&self, fault: Fault) {
        let people = self.connector.vendor.people;
        self.faults.add(Rule::always(fault).path(people));
    }

    /// The program's invocation, as a service or for a single run.
    pub(crate) fn program(
        &self,
        args: &[&str],
        service: bool,
        cancel: CancellationToken,
    ) -> Invocation {
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
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy::new().expect("randomness")),
            cancel,
            http_timeout: None,
            telemetry_limit: None,
        }
    }

    /// Rows of a one-shot sync.
    pub(crate) async fn one_shot(&self, args: &[&str]) -> String {
        let file = self.dir.path().join("one-shot.c1z");
        let mut all = vec!["--file", "one-shot.c1z"];
        all.extend_from_slice(args);
        let invocation = self.program(&all, false, CancellationToken::new());
        let code = (self.connector.program)(invocation).await;
        assert_eq!(code, 0, "{}", self.said.text());
        rows(&file)
    }

    /// Runs the service until `done`, stops it and returns its exit code.
    pub(crate) async fn serve_until(&self, done: impl Fn(&Running) -> bool) -> u8 {
        self.serve(self.connector.program, async || self.until(done).await)
            .await
    }

    /// Runs a program as a service while `watching` goes on, stops it and returns its exit code.
    pub(crate) async fn serve(&self, program: Program, watching: impl AsyncFnOnce()) -> u8 {
        let cancel = CancellationToken::new();
        let program = program(self.program(&[], true, cancel.clone()));
        let watching = async {
            watching().await;
            cancel.cancel();
        };
        let both = async { tokio::join!(program, watching).0 };
        tokio::time::timeout(PATIENCE, both)
            .await
            .unwrap_or_else(|_| panic!("{}", self.said.text()))
    }

    /// Waits until something has happened that the control plane knows of.
    pub(crate) async fn until(&self, done: impl Fn(&Running) -> bool) {
        let mut changes = self.plane.changes();
        while !done(&self.plane) {
            changes.changed().await.expect("the control plane stays");
        }
    }

    /// Waits until something has happened that is announced nowhere.
    pub(crate) async fn soon(&self, done: impl Fn() -> bool) {
        while !done() {
            tokio::task::yield_now().await;
        }
    }

    /// How a failed task was reported: code, message, non-retryable.
    pub(crate) fn failure(&self, task: &str) -> (i32, String, bool) {
        let record = self.plane.task(task).expect("a task");
        let [outcome] = &record.outcomes[..] else {
            panic!("{:?} {}", record.outcomes, self.said.text());
        };
        let Some(FinalState::Error(error)) = &outcome.final_state else {
            panic!("the task did not fail: {}", self.said.text());
        };
        assert_eq!(record.uploads.len(), 0);
        let status = outcome.status.clone().expect("a status");
        (status.code, status.message, error.non_retryable)
    }

    /// The rows of the task's only upload.
    pub(crate) fn uploaded(&self, task: &str) -> String {
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
        if Format::of(&file).expect("a file") == Some(Format::V1) {
            return rows(&file);
        }
        let converted = self.dir.path().join("converted.c1z");
        let options = ConvertOptions {
            replace: true,
            ..ConvertOptions::default()
        };
        convert(&file, Format::V1, &converted, &options).expect("a sound file");
        rows(&converted)
    }

    /// What must hold after every test.
    pub(crate) fn check(&self) {
        assert_eq!(self.plane.problems(), Vec::<String>::new());
        let left = std::fs::read_dir(self.dir.path().join("tmp")).expect("the folder");
        assert_eq!(left.count(), 0, "files are left over");
        assert!(!self.said.text().contains(self.plane.client_secret()));
    }
}

/// The rows of a file, as text.
fn rows(file: &Path) -> String {
    dump::render(file).expect("a readable file")
}

/// Whether a task has been reported.
pub(crate) fn over(plane: &Running, task: &str) -> bool {
    plane.task(task).is_some_and(|t| !t.outcomes.is_empty())
}
