//! `baton-sandbox`: serves a vendor's fake, or a control plane, until a signal stops it.

mod cli;
mod control;

use std::io::{self, Write};
use std::process::ExitCode;

use connector_core::{Error, ErrorKind, Result};
use connector_sandbox::server::{Fake, Running};

fn main() -> ExitCode {
    let action = match cli::parse(std::env::args_os()) {
        Ok(action) => action,
        // Help and version are "errors" too; clap knows which stream and exit code each has.
        Err(cli::Failure::Usage(error)) => error.exit(),
        Err(cli::Failure::Setting(error)) => return report(&error),
    };
    match run(&action) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

fn run(action: &cli::Action) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::new(ErrorKind::Precondition, e.to_string()).during("starting"))?;
    runtime.block_on(async {
        // The handlers are installed before the address is printed, so that no signal is lost.
        let stop = stop_signal()?;
        let plan = match action {
            cli::Action::Vendor(plan) => plan,
            cli::Action::ControlPlane(plan) => return control::run(plan, stop).await,
        };
        let running = plan.sandbox.start(&*plan.fake)?;
        announce(&*plan.fake, &running)
            .map_err(|e| Error::new(ErrorKind::Precondition, e.to_string()).during("printing"))?;
        stop.await;
        running.stop();
        Ok(())
    })
}

/// The base URL and the variables to paste into a shell; in one piece, so that a script that waits for them sees all or
/// none.
fn announce(fake: &dyn Fake, running: &Running) -> io::Result<()> {
    let mut text = format!("serving {} at {}\n", fake.vendor(), running.base_url());
    for (variable, value) in fake.environment(running.base_url()) {
        text.push_str(&format!("export {variable}={value}\n"));
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Ends on SIGINT or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind)
            .map_err(|e| Error::new(ErrorKind::Precondition, e.to_string()).during("starting"))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the process ends by itself, which is what is wanted.
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn report(error: &Error) -> ExitCode {
    let mut err = io::stderr().lock();
    // Without standard error there is no place left for the message.
    let _ = writeln!(err, "baton-sandbox: {error}");
    if let Some(hint) = error.hint_text() {
        let _ = writeln!(err, "hint: {hint}");
    }
    ExitCode::from(error.kind().policy().exit_code)
}
