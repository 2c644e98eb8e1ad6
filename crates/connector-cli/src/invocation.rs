//! Everything a run takes from outside, as one value; nothing else reads the process's environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connector_core::Result;
use connector_core::clock::{SharedClock, SystemClock};
use connector_core::entropy::{SharedEntropy, SystemEntropy};
use tokio_util::sync::CancellationToken;

/// What a run takes from outside.
pub struct Invocation {
    /// The arguments after the program's name.
    pub args: Vec<OsString>,
    /// The environment.
    pub env: BTreeMap<String, OsString>,
    /// What relative paths are below. Empty for the process's own current directory.
    pub current_dir: PathBuf,
    /// Standard output.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error.
    pub stderr: Box<dyn Write + Send>,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Stops the run when cancelled.
    pub cancel: CancellationToken,
    /// Replaces the time limit of `--http-timeout-seconds`, whose unit is too coarse for tests that wait for it.
    pub http_timeout: Option<Duration>,
    /// Replaces the 5 seconds that the end of a run may take to deliver telemetry.
    pub telemetry_limit: Option<Duration>,
}

impl Invocation {
    /// The process's own.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub(crate) fn of_process(cancel: CancellationToken) -> Result<Self> {
        Ok(Self {
            args: std::env::args_os().skip(1).collect(),
            env: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect(),
            current_dir: PathBuf::new(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
            clock: SystemClock::shared(),
            entropy: Arc::new(SystemEntropy::new()?),
            cancel,
            http_timeout: None,
            telemetry_limit: None,
        })
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments and environment may hold secrets.
        f.debug_struct("Invocation")
            .field("current_dir", &self.current_dir)
            .finish_non_exhaustive()
    }
}
