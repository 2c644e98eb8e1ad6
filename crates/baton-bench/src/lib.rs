//! Measures programs against the floor of the same work: what no program that does it could leave out.
//!
//! [`sync`] measures a connector over companies of several sizes, [`audit`] measures `baton-audit` over large files,
//! and [`measure`] one run of any command. A connector's benchmark is `benches/` in its folder; it hands over a
//! [`sync::Subject`], or measures what is special about the vendor by itself. Printed are medians of one run of the
//! benchmark and their ratios; absolute times move with the machine.
//!
//! Whatever is measured runs in a process of its own, started by this program again with the name of a part as its
//! first argument, so a benchmark's `main` must hand its arguments to [`run_part`] first.

pub mod audit;
pub mod floor;
pub mod measure;
pub mod sync;

/// What went wrong, as text for the terminal.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Runs the part that the arguments name, in a process that a measurement started; `None` when they name none.
pub fn run_part(
    args: &[String],
    read_and_parse: Option<floor::ReadAndParse>,
) -> Option<Result<()>> {
    let (part, rest) = args.split_first()?;
    match (part.as_str(), read_and_parse) {
        ("measure", _) => Some(measure::child(rest)),
        ("read-floor", _) => Some(audit::floor_child(rest)),
        ("floor", Some(read_and_parse)) => Some(floor::child(rest, read_and_parse)),
        _ => None,
    }
}

/// The arguments of a benchmark, without the one that cargo adds.
pub fn arguments() -> Vec<String> {
    let args = std::env::args().skip(1);
    args.filter(|arg| arg != "--bench").collect()
}

/// Prints a failure and turns it into an exit code.
pub fn exit(name: &str, result: Result<()>) -> std::process::ExitCode {
    use std::io::Write;
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{name}: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
