//! `baton-audit`: see the library.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use baton_audit::{Console, run};
#[cfg(unix)]
use connector_core::leftovers;

/// Bytes of results that are written at once.
const BUFFER: usize = 64 << 10;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Err(e) = clear_on_signals() {
        let _ = writeln!(
            io::stderr(),
            "baton-audit: signals cannot be listened to: {e}"
        );
    }
    let out = io::stdout();
    let width = out
        .is_terminal()
        .then(|| terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)));
    let mut out = BufWriter::with_capacity(BUFFER, out.lock());
    let mut err = io::stderr().lock();
    let code = run(
        std::env::args_os(),
        &mut Console {
            out: &mut out,
            err: &mut err,
            width,
        },
    );
    // A reader that went away, `| head` for one, is not a failure.
    let _ = out.flush();
    ExitCode::from(code)
}

/// Has a signal that ends the program remove the files that are half written first. Decoded files have no name.
#[cfg(unix)]
fn clear_on_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    // Listening is enough for a file that may not grow to be a failed write, which is reported.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    let mut ending = vec![SIGINT, SIGTERM];
    if !leftovers::hangup_is_ignored() {
        ending.push(SIGHUP);
    }
    let mut signals = signal_hook::iterator::Signals::new(ending)?;
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(move || {
        for signal in signals.forever() {
            leftovers::clear();
            // Ends the process as the signal would have.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}
