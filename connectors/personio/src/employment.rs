//! Which of a person's employments counts.

use std::cmp::Reverse;

use connector_core::text;
use jiff::Timestamp;

use crate::model::Employment;

/// The active employment when there is one, otherwise the newest by start date. Of several the latest start counts,
/// then the latest change, then the latest creation, then the smallest id; the order in the answer never does.
pub(crate) fn primary(employments: Vec<Employment>) -> Option<Employment> {
    let inactive = |e: &Employment| {
        let status = e.status.get();
        !status.is_some_and(|s| s.trim().eq_ignore_ascii_case("active"))
    };
    employments.into_iter().min_by_key(|e| {
        let moment = |time: Option<&str>| time.and_then(|t| t.parse::<Timestamp>().ok());
        (
            inactive(e),
            // A start that is missing or not a date comes last.
            Reverse(e.employment_start_date.get().and_then(text::date)),
            Reverse(moment(e.updated_at.get())),
            Reverse(moment(e.created_at.get())),
            e.id.get().map(str::to_owned),
        )
    })
}

#[cfg(test)]
mod tests;
