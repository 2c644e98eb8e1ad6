//! `policy init`: a commented starter for a policy, made of what the files hold.
//!
//! What is certain enough is an entry; what would hide findings is a remark that an operator turns into an entry, except
//! for the head of the company, who has no manager. The text is read by [`Policy::parse`] before it is handed over.

mod facts;
mod write;

use std::path::PathBuf;

use connector_core::Result;

use super::context::{AppsRead, CheckContext};
use super::input::{Input, Paths};
use super::policy::Policy;
use crate::console::{Console, Outcome, write_failed};
use crate::outfile::ProposalArgs;
use crate::source::{DayArgs, OpenArgs};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PolicyCommand {
    /// Write a commented starter policy from what the files hold
    Init(InitArgs),
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
struct InitArgs {
    /// Sync file of the HR system
    #[arg(value_name = "HR")]
    main: PathBuf,
    /// Sync files of apps
    #[arg(value_name = "APP")]
    apps: Vec<PathBuf>,
    /// Sync file of a further HR system of the same company; may be repeated
    #[arg(long, value_name = "HR")]
    hr: Vec<PathBuf>,
    #[command(flatten)]
    to: ProposalArgs,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// Runs the command.
pub(crate) fn policy(args: &PolicyArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let PolicyCommand::Init(args) = &args.command;
    args.to.check()?;
    let paths = Paths {
        hr: [&args.main].into_iter().chain(&args.hr).cloned().collect(),
        earlier: None,
        apps: args.apps.clone(),
        syncs: Vec::new(),
    };
    let input = Input::open_on(&paths, &args.day, &args.open)?;
    let day = input.day(&args.day)?;
    let policy = Policy::default();
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let text = write::starter(&context, &input.files())?;
    // Names come from the files; a starter that is no policy would be a defect.
    Policy::parse("the starter", &text)?;
    args.to.write(&text, console)?;
    if let Some(path) = &args.to.out {
        writeln!(
            console.out,
            "{}: a starter, to be read before it is used",
            path.display()
        )
        .map_err(write_failed)?;
    }
    Ok(Outcome::Clean)
}
