//! `baton-personio`: Personio persons for the Baton ecosystem.

use std::process::ExitCode;

fn main() -> ExitCode {
    connector_cli::main::<baton_personio::Personio>()
}
