//! A service under test and the control plane it talks to, in one time.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use connector_core::clock::{Clock, ManualClock};
use connector_core::entropy::SeededEntropy;
use connector_core::error::Result;
use connector_proto::c1::connector::v2::ConnectorMetadata;
use connector_proto::c1::connectorapi::baton::v1::{FinalState, FinishTaskRequest, HelloRequest};
use connector_sandbox::c1::{ControlPlane, Event, Method, Record, Running, What};
use connector_service::config::GRACE;
use connector_service::{
    Contact, Credential, GrpcPlane, LoopConfig, Program, ServiceConfig, ServiceEnv, serve,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::observed::{Calls, CountedPlane, ServiceRuntime};
use crate::work::Work;

/// After this long, on the machine's clock, a test that waits for something that never happens is ended.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service and its control plane.
pub(crate) struct Bench {
    pub(crate) plane: Running,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) work: Work,
    pub(crate) config: ServiceConfig,
    pub(crate) cancel: CancellationToken,
    pub(crate) contact: Contact,
    pub(crate) temp: tempfile::TempDir,
    service: Option<JoinHandle<Result<()>>>,
    service_calls: watch::Sender<Calls>,
    runtime: ServiceRuntime,
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
                grace: GRACE,
                temp_dir: temp.path().to_owned(),
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
            contact: Contact::default(),
            temp,
            service: None,
            service_calls: watch::Sender::default(),
            runtime: ServiceRuntime::start(),
        }
    }

    /// Starts the service.
    pub(crate) fn start(&mut self) {
        let env = ServiceEnv {
            clock: self.clock.clone(),
            entropy: Arc::new(SeededEntropy::new(9)),
            cancel: self.cancel.clone(),
            contact: self.contact.clone(),
        };
        let (config, work) = (self.config.clone(), self.work.clone());
        let calls = self.service_calls.clone();
        let service = async move {
            let plane = GrpcPlane::new(&config, env.clock.clone(), env.entropy.clone())?;
            serve(CountedPlane { plane, calls }, work, config.service, env).await
        };
        self.service = Some(self.runtime.handle.spawn(service));
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
    fn pulse(&self) -> (u64, u64, usize, usize, usize, bool) {
        let seen = self.work.seen();
        (
            *self.plane.changes().borrow(),
            self.clock.waits(),
            self.service_calls.borrow().begun,
            seen.running,
            seen.wanted.len(),
            self.ended(),
        )
    }

    /// Whether a call is under way that the control plane does not hold back for the test.
    fn calling(&self) -> bool {
        self.plane.busy() > 0 || self.service_calls.borrow().open > self.plane.held()
    }

    /// Waits until `done`, which only calls can bring about.
    async fn calls_until(&self, done: impl Fn(&Self) -> bool, caller: &Location<'_>) {
        let (mut seen, mut made) = (self.plane.changes(), self.service_calls.subscribe());
        while !done(self) {
            let changed = async {
                tokio::select! {
                    changed = seen.changed() => changed,
                    changed = made.changed() => changed,
                }
            };
            let changed = tokio::time::timeout(PATIENCE, changed).await;
            let changed = changed.unwrap_or_else(|_| panic!("{caller}: {}", self.story()));
            changed.expect("both counts last as long as the bench");
        }
    }

    /// Waits until the service has nothing more to do before time moves on.
    #[track_caller]
    pub(crate) fn settle(&self) -> impl Future<Output = ()> + '_ {
        let caller = Location::caller();
        async move {
            loop {
                self.calls_until(|bench| !bench.calling(), caller).await;
                let pulse = self.pulse();
                self.runtime.drained().await;
                if pulse == self.pulse() && !self.calling() {
                    return;
                }
            }
        }
    }

    /// Lets time pass until `done`, from one wait of the service to the next.
    #[track_caller]
    pub(crate) fn until<'a>(
        &'a self,
        done: impl Fn(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            while !done(self) {
                self.settle().await;
                if done(self) {
                    return;
                }
                assert!(self.clock.step(), "{caller}: {}", self.story());
            }
        }
    }

    /// Waits for something that needs no time to pass.
    #[track_caller]
    pub(crate) fn soon<'a>(
        &'a self,
        done: impl Fn(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        self.calls_until(done, Location::caller())
    }

    /// Waits until no call of the service is under way, so that moving time on cuts none of them off. Unlike
    /// [`Bench::settle`] also while the thread for blocking work is taken.
    #[track_caller]
    pub(crate) fn answered(&self) -> impl Future<Output = ()> + '_ {
        self.calls_until(|bench| !bench.calling(), Location::caller())
    }

    /// Waits until one of the service's waits still takes this many seconds, also while a call is not answered.
    #[track_caller]
    pub(crate) fn waits_for(&self, seconds: u64) -> impl Future<Output = ()> + '_ {
        let caller = Location::caller();
        let waits = async move {
            while !self.clock.waiting().contains(&Duration::from_secs(seconds)) {
                tokio::task::yield_now().await;
            }
        };
        async move {
            let waited = tokio::time::timeout(PATIENCE, waits).await;
            waited.unwrap_or_else(|_| panic!("{caller}: {}", self.story()));
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
