//! Running a whole connector in this process against a fake.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use connector_cli::Invocation;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_sandbox::company::Company;
use connector_sandbox::faults::{FaultSchedule, is_part};
use connector_sandbox::otlp::Collector;
use connector_sandbox::server::{Fake, Recorded, Running, Sandbox};
use tokio_util::sync::CancellationToken;

use crate::Subject;

/// What the clock shows when a run starts.
pub const NOW: &str = "2026-11-01T09:00:00Z";

/// A tenant being served, a directory for files and a schedule of faults.
pub struct Bench<S: Subject> {
    /// The vendor.
    pub fake: S::Fake,
    /// What goes wrong; empty at first.
    pub faults: FaultSchedule,
    running: Running,
    dir: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    runs: Cell<u64>,
    clock: Arc<TestClock>,
    /// The time limit of a request; that of the default flag when not set.
    pub http_timeout: Option<Duration>,
    /// The time the end of a run has for telemetry; the program's own when not set.
    pub telemetry_limit: Option<Duration>,
}

/// How a run ended and what it printed.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error, logs included.
    pub stderr: String,
    /// Every wait, in order.
    pub waits: Vec<Duration>,
    /// The requests of this run.
    pub requests: Vec<Recorded>,
    /// The most requests that were ever under way at once.
    pub peak_in_flight: usize,
}

impl Outcome {
    /// The error line and its hint: what a failed run prints after its logs.
    pub fn error(&self) -> &str {
        let at = self.stderr.rfind("\nbaton-").map_or(0, |at| at + 1);
        self.stderr[at..].trim_end()
    }

    /// Asserts the exit code; the message of a failure shows what the run printed.
    #[track_caller]
    pub fn expect(self, code: u8) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Requests whose path contains `part`, or ends with it when it ends in `$`.
    pub fn asked(&self, part: &str) -> usize {
        self.requests
            .iter()
            .filter(|r| is_part(&r.path, part))
            .count()
    }
}

impl<S: Subject> Bench<S> {
    /// A tenant with a company of this size.
    pub fn of(people: usize) -> Self {
        Self::with(Company::generate(people, 7))
    }

    /// A tenant with this company.
    pub fn with(company: Company) -> Self {
        Self::serving(S::tenant(company))
    }

    /// A bench that serves this tenant.
    pub fn serving(fake: S::Fake) -> Self {
        let faults = FaultSchedule::new();
        let clock = TestClock::at(NOW.parse().expect("a time"));
        let running = Sandbox::new()
            .faults(&faults)
            .clock(clock.clone())
            .start(&fake)
            .expect("the sandbox starts");
        let environment = fake
            .environment(running.base_url())
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self {
            fake,
            faults,
            running,
            dir,
            environment,
            runs: Cell::default(),
            clock,
            http_timeout: None,
            telemetry_limit: None,
        }
    }

    /// Sets a variable for later runs.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Unsets all variables for later runs.
    pub fn forget_settings(&mut self) {
        self.environment.clear();
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> &str {
        self.environment.get(name).map_or("", String::as_str)
    }

    /// Sends the telemetry of later runs to a collector.
    pub fn collect_telemetry(&mut self) -> Collector {
        let collector = Collector::start().expect("the collector starts");
        for (name, value) in collector.environment() {
            self.set(name, &value);
        }
        collector
    }

    /// The file that runs write.
    pub fn file(&self) -> PathBuf {
        self.dir.path().join("sync.c1z")
    }

    /// The directory the file is in.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The bytes of the file; empty when there is none.
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).unwrap_or_default()
    }

    /// The rows of the newest finished sync, as text; run ids and times are left out.
    pub fn rows(&self) -> String {
        connector_c1z::dump::render(self.file()).expect("a readable file")
    }

    /// Runs a sync.
    pub fn sync(&self) -> Outcome {
        self.run(&[])
    }

    /// Runs the program with these arguments.
    pub fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, CancellationToken::new(), |program| program)
            .0
    }

    /// Runs the program and drops it after it was polled `polls` times; returns whether it ended within these polls.
    pub fn run_for(&self, polls: usize) -> (Outcome, bool) {
        self.run_with(&[], CancellationToken::new(), |program| Limited {
            program,
            polls,
        })
    }

    /// Runs the program and cancels it, as a signal would, at the moment it logs this text.
    pub fn run_until_logged(&self, text: &'static str) -> Outcome {
        let cancel = CancellationToken::new();
        let stderr = Captured {
            cancel_at: Some((text, cancel.clone())),
            ..Captured::default()
        };
        self.run_into(stderr, &[], cancel, |program| program).0
    }

    /// Runs the program and cancels it, as a signal would, when the vendor has seen `requests` requests.
    pub fn run_until(&self, requests: usize) -> Outcome {
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        let seen = self.running.request_count() + requests;
        let watch = |program: Program| async move {
            tokio::pin!(program);
            loop {
                tokio::select! {
                    biased;
                    code = &mut program => break code,
                    () = tokio::task::yield_now() => {
                        if self.running.request_count() >= seen {
                            stop.cancel();
                        }
                    }
                }
            }
        };
        self.run_with(&[], cancel, watch).0
    }

    fn run_with<F>(
        &self,
        args: &[&str],
        cancel: CancellationToken,
        wrap: impl FnOnce(Program) -> F,
    ) -> (Outcome, bool)
    where
        F: Future<Output = Option<u8>>,
    {
        self.run_into(Captured::default(), args, cancel, wrap)
    }

    fn run_into<F>(
        &self,
        stderr: Captured,
        args: &[&str],
        cancel: CancellationToken,
        wrap: impl FnOnce(Program) -> F,
    ) -> (Outcome, bool)
    where
        F: Future<Output = Option<u8>>,
    {
        let before = self.running.request_count();
        // Each run starts an hour after the one before and draws its own ids, as scheduled runs do.
        let run = self.runs.replace(self.runs.get() + 1);
        self.clock.advance(Duration::from_secs(3600));
        let waited = self.clock.waits().len();
        let stdout = Captured::default();
        let mut all: Vec<_> = args.iter().map(|&a| a.to_owned()).collect();
        if args.first().is_none_or(|a| a.starts_with('-')) {
            all.extend(["--file".to_owned(), self.file().display().to_string()]);
        }
        let invocation = Invocation {
            args: all.into_iter().map(Into::into).collect(),
            env: self
                .environment
                .clone()
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
            current_dir: self.dir.path().to_owned(),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            clock: self.clock.clone(),
            entropy: Arc::new(SeededEntropy::new(run)),
            cancel,
            http_timeout: self.http_timeout,
            telemetry_limit: self.telemetry_limit,
        };
        let program: Program =
            Box::pin(async { Some(connector_cli::run::<S::App>(invocation).await) });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let code = runtime.block_on(wrap(program));
        drop(runtime);
        let outcome = Outcome {
            code: code.unwrap_or_default(),
            stdout: stdout.text(),
            stderr: stderr.text(),
            waits: self.clock.waits().split_off(waited),
            requests: self.running.requests().split_off(before),
            peak_in_flight: self.running.peak_in_flight(),
        };
        (outcome, code.is_some())
    }
}

/// A program on its way; ends with its exit code.
pub type Program = Pin<Box<dyn Future<Output = Option<u8>>>>;

/// Polls a program a limited number of times.
struct Limited {
    program: Program,
    polls: usize,
}

impl Future for Limited {
    type Output = Option<u8>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u8>> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.program.as_mut().poll(cx)
    }
}

/// Output kept in memory.
#[derive(Debug, Clone, Default)]
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// What is cancelled when this text is written, before the writer goes on.
    cancel_at: Option<(&'static str, CancellationToken)>,
}

impl Captured {
    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut all = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        if let Some((text, cancel)) = &self.cancel_at
            && String::from_utf8_lossy(bytes).contains(text)
        {
            cancel.cancel();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The decoded database inside a file.
pub fn decoded(file: &Path) -> Vec<u8> {
    let bytes = std::fs::read(file).expect("a file");
    zstd::decode_all(&bytes[5..]).expect("a zstd frame after the five magic bytes")
}
