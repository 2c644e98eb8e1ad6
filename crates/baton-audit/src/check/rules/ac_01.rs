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
//! Raised at most at medium, too, for each usable account of a person whose last days are over although the HR file
//! does not call them left (HR-06).
//!
//! A broken grace period is a fact of the finding; AC-05 runs only where this check does not.

use super::{
    ACCESS, Check, CheckContext, Collector, Need, OwnedAccount, Result, Severity, is_usable, text,
};
use crate::check::leaving::{Due, due, last_day};

pub(crate) const CHECK: Check = Check {
    id: "AC-01",
    title: "No person who left still has access",
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
        let usable = is_usable(owned.account);
        let (at_most, message) = match leaving(context, &owned) {
            Leaving::Left if usable || holds_grants => access_of_leaver(context, &owned),
            Leaving::Over if usable => {
                let (at_most, message) = access_of_leaver(context, &owned);
                let message = format!("{message}; the HR file does not call them left");
                (at_most.min(Severity::Medium), message)
            }
            Leaving::Unread(word) if usable => {
                let person = owned.name();
                let message = format!(
                    "is not disabled, and whether {person} has left is not known: the state {word} is not understood"
                );
                (Severity::Medium, message)
            }
            _ => continue,
        };
        let evidence = owned.rows(context, owned.held());
        found.raise_at(at_most, owned.subject(), message, evidence);
    }
    Ok(())
}

/// Whether the owner of an account has left.
enum Leaving<'a> {
    /// All records show that they have.
    Left,
    /// The last days of all records are over, or they show that the person has left.
    Over,
    /// The word for the state of a record is not understood, and no other record shows that the person is there.
    Unread(&'a str),
    /// A record shows that they have not.
    Stays,
}

fn leaving<'a>(context: &CheckContext<'_>, owned: &OwnedAccount<'a, '_>) -> Leaving<'a> {
    let mut leaving = Leaving::Left;
    for (_, person) in &owned.records {
        if context.standing(person).has_left() {
            continue;
        }
        let is_over = person.end_date.is_some_and(|end| end < context.day);
        leaving = match (context.unread_word(person), leaving) {
            (Some(word), _) => Leaving::Unread(word),
            (None, leaving @ Leaving::Unread(_)) if is_over => leaving,
            (None, _) if is_over => Leaving::Over,
            (None, _) => return Leaving::Stays,
        };
    }
    leaving
}

/// How bad access after the last day is, and what is the matter.
fn access_of_leaver(
    context: &CheckContext<'_>,
    owned: &OwnedAccount<'_, '_>,
) -> (Severity, String) {
    let person = owned.name();
    let end = last_day(owned);
    let left = match end {
        Some(day) => format!("{person} had the last day {day}"),
        None => format!("{person} has left"),
    };
    let held = match owned.app.access.counts[owned.at] {
        0 => String::new(),
        n => format!(" and holds {}", text::counted(n, "grant")),
    };
    match (is_usable(owned.account), due(context, owned)) {
        (false, _) => {
            let account = owned.account;
            // A word that the policy maps to a disabled account is more specific than the normalised state beside it.
            let word = account.state_word.as_deref().filter(|_| account.by_policy);
            let status = word.unwrap_or(account.status.as_str());
            (Severity::Low, format!("is {status}{held} although {left}"))
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
        (true, Due::Undated) => {
            let message = format!("is not disabled{held} although {left}");
            (Severity::Critical, message)
        }
        (true, Due::Over { seen }) => {
            let late = end.map_or(0, |end| (seen - end).get_days());
            let broken = context.policy.grace_days.map(|grace| {
                let late = text::counted(late.unsigned_abs(), "day");
                format!(", {late} before {seen}, and the policy allows {grace}")
            });
            let broken = broken.unwrap_or_default();
            let message = format!("is not disabled{held} although {left}{broken}");
            (Severity::Critical, message)
        }
    }
}
