//! `baton-humaans`: Humaans people and job titles for the Baton ecosystem.

use std::process::ExitCode;

fn main() -> ExitCode {
    connector_cli::main::<baton_humaans::Humaans>()
}
