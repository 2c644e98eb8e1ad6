//! `baton-audit`: see the library.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use baton_audit::{Console, run};

fn main() -> ExitCode {
    let out = io::stdout();
    let width = out
        .is_terminal()
        .then(|| terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)));
    let mut out = BufWriter::new(out.lock());
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
