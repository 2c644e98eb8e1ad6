//! Access reviews: who holds what is given to reviewers in workbooks, their decisions are read back, and a later file
//! shows what came of them.
//!
//! `start` reads the effective access (`accesses`), settles who reviews it (`assign`) and writes a directory: a
//! workbook for each reviewer (`workbook`) and the `manifest`, which the other commands rest on. `returned`
//! makes decisions of what comes back (`reading`), `status` counts them, `close` hands over what is to be done
//! with the evidence for it, and `verify` compares the removals with newer files. Nothing here asks for the time: a
//! review is dated by its files.

mod accesses;
mod assign;
mod close;
mod folder;
mod kept;
mod manifest;
mod outputs;
mod reading;
mod returned;
mod scim;
mod start;
mod status;
mod verify;
mod workbook;

use clap::Subcommand;
use connector_core::Result;

use crate::console::{Console, Outcome};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct ReviewArgs {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "Exit codes: 0 done, 1 something is not decided or not removed, 3 wrong command line, policy or link, \
9 a file cannot be read or written.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a workbook for each reviewer: who holds what, to be decided
    Start(start::StartArgs),
    /// What is decided so far, by workbook
    Status(status::StatusArgs),
    /// Read the workbooks back and write what is to be removed, and the evidence
    Close(close::CloseArgs),
    /// Which removals of a closed review newer files show
    Verify(verify::VerifyArgs),
}

/// Runs the command.
pub(crate) fn review(args: &ReviewArgs, console: &mut Console<'_>) -> Result<Outcome> {
    match &args.command {
        Command::Start(args) => start::start(args, console),
        Command::Status(args) => status::status(args, console),
        Command::Close(args) => close::close(args, console),
        Command::Verify(args) => verify::verify(args, console),
    }
}
