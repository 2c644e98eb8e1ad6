//! `baton-circleci`: the members of a CircleCI organization for the Baton ecosystem.

use std::process::ExitCode;

fn main() -> ExitCode {
    connector_cli::main::<baton_circleci::CircleCi>()
}
