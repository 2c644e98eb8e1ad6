//! When the access of a leaver had to be gone, and what a file can prove about it; what AC-01 and AC-05 share.

use jiff::civil::Date;

use super::context::{CheckContext, OwnedAccount};

/// Where the account of a leaver stands on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// A record gives no last day: access had to be gone already.
    Undated,
    /// Access may remain until this day.
    Until(Date),
    /// Access had to be gone by now, but the app was last read on `seen`, before it had to be.
    Unproven { seen: Date },
    /// Access was still there on `seen`, after it had to be gone.
    Over { seen: Date },
}

/// A person's last day: the latest that their records give, when all give one.
pub(crate) fn last_day(owned: &OwnedAccount<'_, '_>) -> Option<Date> {
    let ends: Option<Vec<Date>> = owned.records.iter().map(|(_, p)| p.end_date).collect();
    ends?.into_iter().max()
}

/// Where the account of a leaver stands. The last day on which access may remain is the last day of work and the
/// policy's grace period after it, none without one.
pub(crate) fn due(context: &CheckContext<'_>, owned: &OwnedAccount<'_, '_>) -> Due {
    let Some(end) = last_day(owned) else {
        return Due::Undated;
    };
    let grace = jiff::Span::new().days(context.policy.grace_days.unwrap_or(0));
    let until = end.saturating_add(grace);
    let seen = context.seen_on(owned.app.file).min(context.day);
    match (context.day > until, seen > until) {
        (false, _) => Due::Until(until),
        (true, false) => Due::Unproven { seen },
        (true, true) => Due::Over { seen },
    }
}
