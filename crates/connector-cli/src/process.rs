//! The program as a process: runtime, signals, exit code.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use connector_core::error::{Error, ErrorKind};
use connector_core::leftovers;
use connector_core::spec::App;
use tokio_util::sync::CancellationToken;

use crate::invocation::Invocation;
use crate::program::{Prepared, prepare};

/// How long the end of the process waits for a sync that was given up to let go of its file.
const CLOSING: Duration = Duration::from_secs(5);

/// Runs a connector's program as this process. A connector's `main` is this call.
pub fn main<A: App>() -> ExitCode {
    let cancel = CancellationToken::new();
    let invocation = match Invocation::of_process(cancel.clone()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Without standard error the exit code alone says what is wrong.
            let _ = writeln!(io::stderr(), "{error}");
            return ExitCode::from(error.kind().policy().exit_code);
        }
    };
    let program = match prepare::<A>(invocation) {
        Prepared::Done(code) => return ExitCode::from(code),
        Prepared::Program(program) => program,
    };
    // One thread is enough: writing has a thread of its own, and everything else waits for the vendor.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(e) => {
            let error = Error::new(ErrorKind::Precondition, e.to_string());
            return ExitCode::from(program.output.console.fail(&error.during("starting")));
        }
    };
    listen(cancel);
    let dispatch = program.dispatch();
    let code = tracing::dispatcher::with_default(&dispatch, || runtime.block_on(program.run()));
    // A file that is being written is finished or given up in good order; a name look-up that hangs must not keep the
    // process for longer.
    runtime.shutdown_timeout(program.closing(CLOSING));
    // What a sync still holds that has not let go by now.
    leftovers::clear();
    ExitCode::from(code)
}

/// Waits for signals on a thread of its own, so that a run that is busy can be stopped as well.
fn listen(cancel: CancellationToken) {
    let (ready, listening) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let started = thread.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        // Without a listener the signals keep their usual effect, which is to end the process.
        if let Ok(runtime) = runtime {
            runtime.block_on(stop_on_signals(cancel, ready));
        }
    });
    if started.is_ok() {
        // Ends with an error when the thread gives up; either way there is nothing more to wait for.
        let _ = listening.recv();
    }
}

/// The first signal asks the run to stop, the second one ends the process.
async fn stop_on_signals(cancel: CancellationToken, ready: std::sync::mpsc::Sender<()>) {
    let Ok(mut signals) = Signals::new() else {
        return;
    };
    let _ = ready.send(());
    signals.next().await;
    cancel.cancel();
    let code = signals.next().await;
    leftovers::clear();
    #[expect(
        clippy::exit,
        reason = "the operator asked twice; a call that hangs must not keep the process"
    )]
    std::process::exit(code);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// `None` when whoever started the process wants it to outlive the terminal, as with `nohup`.
    hangup: Option<tokio::signal::unix::Signal>,
    /// Listened to so that a file that may not grow is a failed write instead of the end of the process.
    _file_size: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let file_size = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        let hangup = match leftovers::hangup_is_ignored() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
            _file_size: signal(file_size)?,
        })
    }

    /// Waits for a signal and returns the exit code a process ended by it has.
    async fn next(&mut self) -> i32 {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
            _ = hangup => 129,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        130
    }
}
