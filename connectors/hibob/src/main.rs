//! `baton-hibob`: HiBob employees and departments for the Baton ecosystem.

use std::process::ExitCode;

fn main() -> ExitCode {
    connector_cli::main::<baton_hibob::HiBob>()
}
