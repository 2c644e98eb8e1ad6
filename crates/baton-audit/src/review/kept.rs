//! What a review keeps and newer files lack: it says how much the files show. A file that is not complete has no
//! removals to show, because what is missing in it was not taken away.

use std::collections::BTreeSet;

use connector_core::{Error, ErrorKind, Result, text};

use super::accesses::Accesses;
use super::manifest::{Kind, Ref};
use super::outputs::Decided;
use super::start::NOT_IN_FILE;
use super::verify::Fate;
use super::workbook::Decision;
use crate::check::LoadedFile;
use crate::diff::Guard;

/// Accounts that a note names.
const NAMED: usize = 10;

/// What can be done about a file that lacks what the review keeps.
const HINT: &str =
    "it may be of something else, or not complete; what is missing in it shows no removal";

/// Refuses a newer file of an app that lacks so many of the accounts of which something was kept or changed that it is of
/// something else or not complete, or that holds no access at all although some was kept.
///
/// # Errors
/// [`ErrorKind::Precondition`] for such a file.
pub(super) fn refuse(
    file: &LoadedFile,
    held: &Accesses,
    app: usize,
    decisions: &[Decided],
) -> Result<()> {
    let stays = |it: &&Decided| it.access.app == app && it.decision != Decision::Remove;
    let staying = decisions.iter().filter(stays);
    let of_file = staying.clone().filter(|it| it.access.owner != NOT_IN_FILE);
    let accounts: BTreeSet<&Ref> = of_file.map(|it| &it.access.account_id).collect();
    let is_there = |id: &&&Ref| file.roster.of_type(&id.resource_type, &id.id).is_some();
    let (all, missing) = (
        accounts.len(),
        accounts.len() - accounts.iter().filter(is_there).count(),
    );
    let shown = file.source.shown();
    let refused = |message: String| Err(Error::new(ErrorKind::Precondition, message).hint(HINT));
    if missing > 0 && missing == all {
        let accounts = text::counted(all, "account");
        return refused(format!(
            "{shown} has none of the {accounts} that the review keeps"
        ));
    }
    if Guard::default().is_over(missing as u64, all as u64) {
        let accounts = text::counted(all, "account");
        return refused(format!(
            "{shown} lacks {missing} of the {accounts} that the review keeps"
        ));
    }
    // What follows from other access goes with it.
    let is_kept = |it: &&Decided| it.decision == Decision::Keep && it.access.direct;
    let kept = staying.filter(is_kept);
    let kept = kept.filter(|it| it.access.kind != Kind::Account).count();
    if kept > 0 && !held.has_any() {
        let kept = text::counted_as(kept, "access", "accesses");
        return refused(format!(
            "{shown} holds no access at all, and the review keeps {kept} in it"
        ));
    }
    Ok(())
}

/// What was kept and is gone.
#[derive(Debug, Default)]
pub(super) struct Gone<'r> {
    accounts: BTreeSet<(&'r Ref, &'r str)>,
    accesses: usize,
}

impl<'r> Gone<'r> {
    /// Takes in what became of an access.
    pub(super) fn see(&mut self, decided: &'r Decided, result: Fate) {
        let access = &decided.access;
        match (decided.decision, result) {
            (Decision::Remove, _) => {}
            (_, Fate::AccountGone) => {
                self.accounts.insert((&access.account_id, &access.account));
            }
            (_, Fate::NotKept) => self.accesses += 1,
            _ => {}
        }
    }

    /// What an operator should know of it, each one sentence without a final period.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.accounts.is_empty() {
            let all = self.accounts.len();
            let names = self.accounts.iter().map(|(_, name)| *name);
            let mut names = names.take(NAMED).collect::<Vec<_>>().join(", ");
            if all > NAMED {
                names.push_str(&format!(" and {} more", all - NAMED));
            }
            let accounts = text::counted_as(
                all,
                "account that the review keeps is gone",
                "accounts that the review keeps are gone",
            );
            notes.push(format!(
                "{accounts}: {names}; if the file is not complete, the removals are not certain either"
            ));
        }
        if self.accesses > 0 {
            notes.push(text::counted_as(
                self.accesses,
                "access that the review keeps is not held any more",
                "accesses that the review keeps are not held any more",
            ));
        }
        notes
    }
}
