//! `policy init`: a commented starter for a policy, made of what the files hold.
//!
//! What is certain enough is an entry; what would hide findings is a remark that an operator turns into an entry, except
//! for the head of the company, who has no manager. The text is read by [`Policy::parse`] before it is handed over.

mod facts;
mod write;

use connector_core::Result;

use super::context::{AppsRead, CheckContext};
use super::files::CompanyArgs;
use super::input::Input;
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
    #[command(flatten)]
    company: CompanyArgs,
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
    let input = Input::open_on(&args.company.paths(), &args.day, &args.open)?;
    let day = input.day(&args.day)?;
    let policy = Policy::default();
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let text = write::starter(&context, &input.files())?;
    // Names come from the files; a starter that is no policy would be a defect.
    Policy::parse("the starter", &text)?;
    args.to.write(&text, console)?;
    context.tell_misplaced(console)?;
    if let Some(path) = args.to.file() {
        writeln!(
            console.out,
            "{}: a starter, to be read before it is used",
            path.display()
        )
        .map_err(write_failed)?;
    }
    Ok(Outcome::Clean)
}
