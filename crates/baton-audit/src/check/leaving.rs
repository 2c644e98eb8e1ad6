//! When the access of somebody who has left had to be gone, and what a file can prove about it; what AC-01 and AC-05
//! share.

use jiff::civil::Date;

use super::case::{Case, Owned};

/// Where the account of a leaver stands on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// No record gives a last day: access had to be gone already.
    Undated,
    /// Access may remain until this day.
    Until(Date),
    /// Access had to be gone after `until`, but the app was last read on `seen`, no later.
    Unproven { until: Date, seen: Date },
    /// Access was still there on `seen`, after `until`.
    Over { until: Date, seen: Date },
}

/// Somebody's last day: the latest that their records give, when all give one.
pub(crate) fn last_day(owned: &Owned<'_, '_>) -> Option<Date> {
    let ends: Option<Vec<Date>> = owned.records.iter().map(|(_, p)| p.end_date).collect();
    ends?.into_iter().max()
}

/// Where the account of somebody who has left stands. The last day on which access may remain is the last day of
/// work and the policy's grace period after it, none without one.
pub(crate) fn due(case: &Case<'_>, owned: &Owned<'_, '_>) -> Due {
    let Some(end) = last_day(owned) else {
        return Due::Undated;
    };
    let grace = jiff::Span::new().days(case.policy.grace_days.unwrap_or(0));
    let until = end.saturating_add(grace);
    let seen = owned.app.placed.opened.source.seen_on();
    let seen = seen.unwrap_or(case.day).min(case.day);
    match (case.day > until, seen > until) {
        (false, _) => Due::Until(until),
        (true, false) => Due::Unproven { until, seen },
        (true, true) => Due::Over { until, seen },
    }
}
