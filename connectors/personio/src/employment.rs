//! Which of a person's employments counts.

use std::cmp::Reverse;

use connector_core::text;
use jiff::Timestamp;

use crate::model::Employment;

/// What counts of a person's employments.
#[derive(Debug, Default)]
pub(crate) struct Employments {
    /// The one that a profile's facts come from.
    pub(crate) primary: Option<Employment>,
    /// Whether there are any and all of them are inactive.
    pub(crate) all_inactive: bool,
}

impl From<Vec<Employment>> for Employments {
    /// The active employment is the primary one, otherwise the newest by start date. Of several the latest start
    /// counts, then the latest change, then the latest creation, then the smallest id; the order in the answer never
    /// does.
    fn from(employments: Vec<Employment>) -> Self {
        let has_status = |e: &Employment, word: &str| {
            let status = e.status.get();
            status.is_some_and(|s| s.trim().eq_ignore_ascii_case(word))
        };
        let inactive = employments.iter().all(|e| has_status(e, "inactive"));
        let all_inactive = inactive && !employments.is_empty();
        let primary = employments.into_iter().min_by_key(|e| {
            let moment = |time: Option<&str>| time.and_then(|t| t.parse::<Timestamp>().ok());
            (
                !has_status(e, "active"),
                // A start that is missing or not a date comes last.
                Reverse(e.employment_start_date.get().and_then(text::date)),
                Reverse(moment(e.updated_at.get())),
                Reverse(moment(e.created_at.get())),
                e.id.get().map(str::to_owned),
            )
        });
        Self {
            primary,
            all_inactive,
        }
    }
}

#[cfg(test)]
mod tests;
