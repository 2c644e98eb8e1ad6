//! A service under test and the control plane it talks to, in one time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_core::clock::{Clock, ManualClock};
use connector_core::entropy::SeededEntropy;
use connector_core::error::Result;
use connector_sandbox::c1::{ControlPlane, Event, Method, Record, Running, What};
use connector_service::wire::connector::ConnectorMetadata;
use connector_service::wire::{FinalState, FinishTaskRequest, HelloRequest};
use connector_service::{Accepted, Credential, LoopConfig, Program, ServiceConfig, ServiceEnv};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::work::Work;

/// How long nothing must happen before time moves on.
const QUIET: Duration = Duration::from_millis(15);
/// How long a test waits for anything, on the machine's clock.
const PATIENCE: Duration = Duration::from_secs(30);

/// A service and its control plane.
pub(crate) struct Bench {
    pub(crate) plane: Running,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) work: Work,
    pub(crate) config: ServiceConfig,
    pub(crate) cancel: CancellationToken,
    pub(crate) temp: tempfile::TempDir,
    service: Option<JoinHandle<Result<()>>>,
}

impl Bench {
    /// A control plane that is up, and a service that has not started.
    pub(crate) fn new(work: Work) -> Self {
        Self::with(ControlPlane::new(), work)
    }

    /// As [`Bench::new`], with this control plane.
    pub(crate) fn with(plane: ControlPlane, work: Work) -> Self {
        let clock = ManualClock::at("2026-11-01T09:00:00Z".parse().expect("a time"));
        let plane = plane
            .clock(clock.clone())
            .entropy(Arc::new(SeededEntropy::new(5)))
            .start()
            .expect("the control plane starts");
        let temp = tempfile::tempdir().expect("a temporary directory");
        let config = ServiceConfig {
            credential: Credential::parse(plane.client_id(), &plane.client_secret().into())
                .expect("the control plane's own credential"),
            api_host: Some(plane.host()),
            extra_roots: plane.authority_pem().as_bytes().to_vec(),
            http_timeout: Duration::from_secs(10),
            service: LoopConfig {
                host_id: "host-1".to_owned(),
                batched: false,
                concurrency: 3,
                grace: Duration::from_secs(10),
                temp_dir: temp.path().to_owned(),
                storage_engine_is_set: false,
                program: Program {
                    name: "baton-test".to_owned(),
                    version: "1.2.3".to_owned(),
                },
                metadata: ConnectorMetadata {
                    display_name: "Test".to_owned(),
                    ..ConnectorMetadata::default()
                },
            },
        };
        Self {
            plane,
            clock,
            work,
            config,
            cancel: CancellationToken::new(),
            temp,
            service: None,
        }
    }

    /// Starts the service.
    pub(crate) fn start(&mut self) {
        let env = ServiceEnv {
            clock: self.clock.clone(),
            entropy: Arc::new(SeededEntropy::new(9)),
            cancel: self.cancel.clone(),
            accepted: Accepted::default(),
        };
        let service = connector_service::run(self.config.clone(), self.work.clone(), env);
        self.service = Some(tokio::spawn(service));
    }

    /// Started already.
    pub(crate) fn started(work: Work) -> Self {
        let mut bench = Self::new(work);
        bench.start();
        bench
    }

    fn ended(&self) -> bool {
        self.service.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Something that changes whenever anything happens.
    fn pulse(&self) -> (u64, u64, usize, usize, bool) {
        let seen = self.work.seen();
        (
            *self.plane.changes().borrow(),
            self.clock.waits(),
            seen.running,
            seen.wanted.len(),
            self.ended(),
        )
    }

    /// Waits until nothing happens any more, without moving time on.
    pub(crate) async fn settle(&self) {
        let started = Instant::now();
        let (mut pulse, mut since) = (self.pulse(), Instant::now());
        while since.elapsed() < QUIET || self.plane.busy() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let now = self.pulse();
            if now != pulse {
                (pulse, since) = (now, Instant::now());
            }
            assert!(started.elapsed() < PATIENCE, "{}", self.story());
        }
    }

    /// Lets time pass until `done`, from one wait of the service to the next.
    #[track_caller]
    pub(crate) fn until<'a>(
        &'a self,
        done: impl Fn(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            while !done(self) {
                self.settle().await;
                if done(self) {
                    return;
                }
                let moved = self.clock.step();
                let stuck = (!moved && self.ended()) || started.elapsed() > PATIENCE;
                assert!(!stuck, "{caller}: {}", self.story());
            }
        }
    }

    /// Waits for something that needs no time to pass.
    #[track_caller]
    pub(crate) fn soon<'a>(
        &'a self,
        done: impl Fn(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            while !done(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
                assert!(started.elapsed() < PATIENCE, "{caller}: {}", self.story());
            }
        }
    }

    /// Lets exactly this much time pass, stopping at each wait of the service.
    pub(crate) async fn pass(&self, time: Duration) {
        let end = self.clock.elapsed() + time;
        let mut left = time;
        while !left.is_zero() {
            self.settle().await;
            self.clock.advance(left.min(Duration::from_secs(1)));
            left = end.saturating_sub(self.clock.elapsed());
        }
        self.settle().await;
    }

    /// Stops the service and returns how it ended.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        self.cancel.cancel();
        self.end().await
    }

    /// Waits for the service to end, letting time pass.
    pub(crate) async fn end(&mut self) -> Result<()> {
        self.until(Self::ended).await;
        let service = self.service.take().expect("a started service");
        service.await.expect("the service does not panic")
    }

    /// Stops the service and checks what must hold after every test that is not about breaking rules.
    pub(crate) async fn finish(mut self) {
        self.stop().await.expect("a clean end");
        assert_eq!(self.plane.problems(), Vec::<String>::new());
        assert_eq!(self.leftovers(), 0, "files are left over");
    }

    /// Files and folders in the directory for temporary files.
    pub(crate) fn leftovers(&self) -> usize {
        std::fs::read_dir(self.temp.path())
            .expect("the directory")
            .count()
    }

    /// A task as it is now.
    #[track_caller]
    pub(crate) fn task(&self, id: &str) -> Record {
        self.plane.task(id).expect("a task")
    }

    /// The task's only outcome.
    #[track_caller]
    pub(crate) fn outcome(&self, id: &str) -> FinishTaskRequest {
        let outcomes = self.task(id).outcomes;
        assert_eq!(outcomes.len(), 1, "{}", self.story());
        outcomes.into_iter().next().expect("one")
    }

    /// Whether the task has an outcome.
    pub(crate) fn is_over(&self, id: &str) -> bool {
        self.plane.task(id).is_some_and(|t| !t.outcomes.is_empty())
    }

    /// Code, message and non-retryable flag of a failed task.
    #[track_caller]
    pub(crate) fn failure(&self, id: &str) -> (i32, String, bool) {
        let outcome = self.outcome(id);
        let status = outcome.status.expect("a status");
        let Some(FinalState::Error(error)) = outcome.final_state else {
            panic!("the task did not fail: {}", self.story());
        };
        (status.code, status.message, error.non_retryable)
    }

    /// Asserts success, with no status.
    #[track_caller]
    pub(crate) fn assert_success(&self, id: &str) {
        let outcome = self.outcome(id);
        assert_eq!(outcome.status, None);
        assert!(
            matches!(outcome.final_state, Some(FinalState::Success(_))),
            "{}",
            self.story()
        );
    }

    pub(crate) fn calls(&self, method: Method) -> usize {
        self.plane.calls(method)
    }

    /// Times between the calls of a method.
    pub(crate) fn gaps(&self, method: Method) -> Vec<Duration> {
        let events = self.plane.events();
        let of = |event: &&Event| event.what.method() == Some(method);
        let times: Vec<_> = events.iter().filter(of).map(|e| e.at).collect();
        times
            .windows(2)
            .map(|w| w[1].duration_since(w[0]).unsigned_abs())
            .collect()
    }

    /// Every hello.
    pub(crate) fn hellos(&self) -> Vec<HelloRequest> {
        let events = self.plane.events().into_iter();
        let hellos = events.filter_map(|event| match event.what {
            What::Hello(request) => Some(*request),
            _ => None,
        });
        hellos.collect()
    }

    /// Everything that happened, for a failed assertion.
    pub(crate) fn story(&self) -> String {
        let mut text = String::from("what happened:\n");
        for event in self.plane.events() {
            text.push_str(&format!("{} {:?}\n", event.at, event.what));
        }
        text + &format!(
            "problems: {:?}, ended: {}",
            self.plane.problems(),
            self.ended()
        )
    }
}

/// Durations of whole seconds.
pub(crate) fn secs<const N: usize>(seconds: [u64; N]) -> Vec<Duration> {
    seconds.map(Duration::from_secs).to_vec()
}
