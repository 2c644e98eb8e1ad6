//! Disturbs the end of a run at its system calls, one at a time, and checks what is left.
//!
//! `tests/faults/run` starts it together with `inject`, which makes one call of another process fail or ends that
//! process before it. The end of a run is all that follows the last page: sealing, sorting with too little memory,
//! writing, reading back, replacing the file, cleaning up. Whatever happens there, the file is the old one or the new
//! one, byte for byte, and the next run ends with the bytes that it would have had without the disturbance.

#[path = "../../tests/c1z/member.rs"]
mod member;
mod outcome;
mod run;
mod sweep;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use connector_c1z::Format;

const USAGE: &str = "faults end DIRECTORY v1|v3 KIBIBYTES\nfaults sweep INJECT small|large\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let code = match told[..] {
        ["end", directory, format, memory] => {
            let format = if format == "v3" {
                Format::V3
            } else {
                Format::V1
            };
            let memory = memory.parse().unwrap_or(0);
            run::end_and_report(Path::new(directory), format, memory)
        }
        ["sweep", inject, size] => sweep::sweep(Path::new(inject), size == "large"),
        _ => {
            let _ = io::stderr().write_all(USAGE.as_bytes());
            2
        }
    };
    ExitCode::from(code)
}
