//! AC-01: no person who has left still has access.
//!
//! Raised for each account of a person all of whose HR records show on the day that they have left, when the account
//! can be used (its app does not call it disabled or deleted, so an unknown state counts as usable), or when it
//! cannot but still holds grants. Service accounts, and accounts whose owner is unclear or unknown, are AC-02's.
//!
//! How bad it is depends on when access had to be gone, that is, after the last day (the latest, when there are
//! several records) and the policy's grace period:
//! * critical when that time is over and the app was read after it, or when no last day is known;
//! * at most medium when it is over, but the app's sync ended on that day or before and so proves nothing: the app
//!   must be read again;
//! * at most low while it is not over yet, and for an account that cannot be used but holds grants.
//!
//! Raised at medium, too, for each usable account of a person of whom it is not known whether they have left: the word
//! for the state of a record is not understood (DQ-04) and the other records show that they have left.
//!
//! AC-05 is raised beside AC-01, never instead of it.

use super::{
    ACCESS, Check, CheckContext, Collector, Need, OwnedAccount, Result, Severity, is_usable, text,
};
use crate::check::leaving::{Due, due, last_day};

pub(crate) const CHECK: Check = Check {
    id: "AC-01",
    title: "Nobody who left still has access",
    severity: Severity::Critical,
    controls: ACCESS,
    remedy: "Disable the account in the app now and find out why offboarding missed it.",
    needs: &[Need::Accounts, Need::Owners],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for owned in context.owned_accounts() {
        let holds_grants = owned.app.access.counts[owned.at] > 0;
        if context.have_left(&owned.records) {
            if is_usable(owned.account) || holds_grants {
                raise(context, &owned, found);
            }
        } else if is_usable(owned.account) {
            doubt(context, &owned, found);
        }
    }
    Ok(())
}

/// Raises for a person of whom it is not known whether they have left.
fn doubt(context: &CheckContext<'_>, owned: &OwnedAccount<'_, '_>, found: &mut Collector) {
    let mut unread: Option<&str> = None;
    for (_, person) in &owned.records {
        let word = context.unread_word(person);
        if word.is_none() && !context.standing(person).has_left() {
            return;
        }
        unread = unread.or(word);
    }
    if let Some(word) = unread {
        let person = owned.name();
        let message = format!(
            "is not disabled, and whether {person} has left is not known: the state {word} is not understood"
        );
        let evidence = owned.rows(context, owned.held());
        found.raise_at(Severity::Medium, owned.subject(), message, evidence);
    }
}

fn raise(context: &CheckContext<'_>, owned: &OwnedAccount<'_, '_>, found: &mut Collector) {
    let person = owned.name();
    let left = match last_day(owned) {
        Some(day) => format!("{person} had the last day {day}"),
        None => format!("{person} has left"),
    };
    let held = match owned.app.access.counts[owned.at] {
        0 => String::new(),
        n => format!(" and holds {}", text::counted(n, "grant")),
    };
    let (at_most, message) = match (is_usable(owned.account), due(context, owned)) {
        (false, _) => {
            let account = owned.account;
            // A word that the policy takes for a disabled account says more than the state beside it.
            let word = account.state_word.as_deref().filter(|_| account.by_policy);
            let status = word.unwrap_or(account.status.as_str());
            let message = format!("is {status}{held} although {left}");
            (Severity::Low, message)
        }
        (true, Due::Until(until)) => {
            let message = format!("is not disabled{held}; {left}, access may remain until {until}");
            (Severity::Low, message)
        }
        (true, Due::Unproven { seen }) => {
            let message = format!(
                "was not disabled{held} on {seen}, when the app was last read; {left}: read the app again"
            );
            (Severity::Medium, message)
        }
        (true, Due::Undated | Due::Over { .. }) => {
            let message = format!("is not disabled{held} although {left}");
            (Severity::Critical, message)
        }
    };
    let evidence = owned.rows(context, owned.held());
    found.raise_at(at_most, owned.subject(), message, evidence);
}
