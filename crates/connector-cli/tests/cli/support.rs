//! Runs a program with captured streams and a fixed clock.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_cli::{Invocation, run};
use connector_core::clock::{SharedClock, TestClock};
use connector_core::entropy::SeededEntropy;
use connector_core::spec::App;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::app::Lake;

/// A secret that must be found nowhere.
pub(crate) const TOKEN: &str = "hunter2-hunter2";

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Exit code and standard error, for snapshots.
    pub(crate) fn report(&self) -> String {
        assert_eq!(self.stdout, "");
        format!("exit {}\n{}", self.code, self.stderr)
    }
}

/// A run to be.
pub(crate) struct Cli {
    pub(crate) dir: TempDir,
    args: Vec<String>,
    env: BTreeMap<String, OsString>,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    pub(crate) cancel: CancellationToken,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) telemetry_limit: Option<Duration>,
    stdout: Captured,
}

impl Cli {
    /// A run with the given arguments and no settings.
    pub(crate) fn bare(args: &[&str]) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            args: args.iter().map(ToString::to_string).collect(),
            env: BTreeMap::new(),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            cancel: CancellationToken::new(),
            clock: TestClock::at(Timestamp::from_second(1_795_191_277).unwrap()),
            telemetry_limit: None,
            stdout: Captured::default(),
        }
    }

    /// A run with everything set that has to be.
    pub(crate) fn ready(args: &[&str]) -> Self {
        Self::bare(args)
            .env("BATON_LAKE_URL", "https://lake.example.com")
            .env("BATON_LAKE_TOKEN", TOKEN)
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn config(self, yaml: &str) -> Self {
        std::fs::write(self.path(".baton.yaml"), yaml).unwrap();
        self
    }

    pub(crate) fn terminal(mut self) -> Self {
        self.stdout_is_terminal = true;
        self.stderr_is_terminal = true;
        self
    }

    /// Standard output whose reader has gone.
    pub(crate) fn broken_stdout(mut self) -> Self {
        self.stdout.broken = true;
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// What standard output has got so far.
    pub(crate) fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Names of all files in the directory of the run.
    pub(crate) fn files(&self) -> Vec<String> {
        names(self.dir.path())
    }

    pub(crate) async fn run(&self) -> Outcome {
        self.run_as::<Lake>().await
    }

    /// Runs with another clock.
    pub(crate) async fn run_with(&self, clock: SharedClock) -> Outcome {
        self.run_in::<Lake>(clock).await
    }

    pub(crate) async fn run_as<A: App>(&self) -> Outcome {
        self.run_in::<A>(self.clock.clone()).await
    }

    async fn run_in<A: App>(&self, clock: SharedClock) -> Outcome {
        let stdout = self.stdout.clone();
        let stderr = Captured::default();
        let code = run::<A>(Invocation {
            args: self.args.iter().map(OsString::from).collect(),
            env: self.env.clone(),
            current_dir: self.dir.path().to_owned(),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            stdout_is_terminal: self.stdout_is_terminal,
            stderr_is_terminal: self.stderr_is_terminal,
            clock,
            entropy: Arc::new(SeededEntropy::new(1)),
            cancel: self.cancel.clone(),
            http_timeout: None,
            telemetry_limit: self.telemetry_limit,
        })
        .await;
        let dir = self.dir.path().display().to_string();
        Outcome {
            code,
            stdout: stdout.text().replace(&dir, "[dir]"),
            stderr: stderr.text().replace(&dir, "[dir]"),
        }
    }
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs the default program with ready settings.
pub(crate) async fn ready(args: &[&str]) -> Outcome {
    Cli::ready(args).run().await
}

/// Runs the default program without settings.
pub(crate) async fn bare(args: &[&str]) -> Outcome {
    Cli::bare(args).run().await
}

#[derive(Clone, Default)]
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    broken: bool,
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
