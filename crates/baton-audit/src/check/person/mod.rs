//! `person`: one person with everything they can do, over all files: who they are by HR, every account and how it was
//! matched, every access and the way it came, and what the checks find.
//!
//! Of each file only what has to do with the person is kept, and access is printed while it is read.

mod find;
mod lines;
mod page;

use connector_core::Result;

use self::page::Page;
use super::catalogue::{Check, Need};
use super::chosen::{Above, Chosen};
use super::context::{AppsRead, CheckContext};
use super::examine::examine_only;
use super::files::FilesArgs;
use crate::console::{Console, Outcome};
use crate::source::{DayArgs, OpenArgs};
use crate::table::FormatArgs;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct PersonArgs {
    /// Id (user:1 or 1), e-mail address, employee number or name, as an HR file has it
    #[arg(value_name = "WHO")]
    who: String,
    #[command(flatten)]
    files: FilesArgs,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// Runs the command.
pub(crate) fn person(args: &PersonArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let policy = args.files.policy()?;
    let files = Chosen::open(&args.files.paths(&args.open)?, &args.day, &args.open)?;
    let (records, marks) = find::find(&files, &args.who)?;
    let theirs = find::marks_of(&files, &records)?;
    let input = files.input(
        |file, it| {
            records
                .iter()
                .any(|(at, key)| *at == file && *key == it.key)
        },
        Above::Managers,
        marks,
        |_, it| theirs.fit_account(it),
        &policy,
        &args.day,
    )?;
    let day = input.day(&args.day)?;
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let findings = examine_only(&input, &policy, day, is_about_people)?;
    let files = input.files();
    let page = Page::new(&context, &files, &records, &findings);
    page.write(args.format.format(), console)?;
    context.tell_misplaced(console)?;
    Ok(Outcome::Clean)
}

/// Whether the check can find something about one person or account by what is known of them alone. The others judge
/// whole files or compare with whole departments, which are not read as a whole here.
fn is_about_people(check: &Check) -> bool {
    !check.whole_file && !check.always && !check.needs.contains(&Need::Moves)
}
