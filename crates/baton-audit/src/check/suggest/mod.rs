//! `links suggest`: who the accounts may belong to that no person was matched to, for a person to confirm.
//!
//! Nothing is linked by it. Every candidate is behind a `#` in a link file, with what speaks for it; the file as it is
//! written holds no link at all.

mod candidates;
mod names;
mod write;

use connector_core::{Result, text};

use self::candidates::Index;
use self::write::{Form, Suggestion};
use super::context::{AppsRead, CheckContext, is_usable};
use super::files::FilesArgs;
use super::input::Input;
use super::join::Owner;
use crate::console::{Console, Outcome};
use crate::outfile::ProposalArgs;
use crate::source::{DayArgs, OpenArgs};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct LinksArgs {
    #[command(subcommand)]
    command: LinksCommand,
}

#[derive(Debug, clap::Subcommand)]
enum LinksCommand {
    /// Write candidates for accounts without a known owner, to be confirmed one by one
    Suggest(SuggestArgs),
}

/// Arguments of the command.
#[derive(Debug, clap::Args)]
struct SuggestArgs {
    #[command(flatten)]
    files: FilesArgs,
    #[command(flatten)]
    to: ProposalArgs,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// Runs the command.
pub(crate) fn links(args: &LinksArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let LinksCommand::Suggest(args) = &args.command;
    args.to.check()?;
    let policy = args.files.policy()?;
    let mut input = Input::open_on(&args.files.paths(&args.open)?, &args.day, &args.open)?;
    input.read_states(&policy);
    let day = input.day(&args.day)?;
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let labels: Vec<String> = input.files().into_iter().map(|file| file.label).collect();
    let index = Index::of(&context);
    let mut suggestions = Vec::new();
    for app in &context.apps {
        for (account, owner) in app.file.loaded.roster.iter().zip(&app.owners) {
            let (Owner::Unclear { .. } | Owner::Unknown { .. }) = owner else {
                continue;
            };
            if is_usable(account) {
                suggestions.push(Suggestion {
                    app: &labels[app.file.file],
                    account,
                    found: index.candidates(account, owner),
                });
            }
        }
    }
    let form = Form::of(args.to.file());
    let (written, left_out) = write::text(&suggestions, form);
    args.to.write(&written, console)?;
    let having = suggestions.iter().filter(|it| !it.found.list.is_empty());
    let mut notes = vec![format!(
        "{} of {} usable accounts without a known owner have candidates",
        having.count(),
        suggestions.len()
    )];
    if left_out > 0 {
        let left_out = text::counted_as(left_out, "candidate cannot", "candidates cannot");
        notes.push(format!(
            "{left_out} be written as CSV; --out with a name that ends in .toml has them all"
        ));
    }
    context.tell_misplaced(console)?;
    for note in notes {
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}
