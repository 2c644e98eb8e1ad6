//! The requests that make up the listing of users, in order. Each is paged by offset and has a total of its own.

use crate::model::Status;

/// A part of the listing of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All job roles, for the current role of each person. Always the first, also of the listing of job titles.
    JobRoles,
    /// The names of places of work.
    Locations,
    /// People with one status.
    With(Status),
    /// People of every status, or the active ones only: which is not documented (2026-11).
    Everybody,
}

/// The statuses come in the order of a career: a person whose status changes while people are listed is met again in a
/// later part, and the record read last counts. People whom no status found are in the last part, if anywhere.
const PARTS: [Part; 6] = [
    Part::JobRoles,
    Part::Locations,
    Part::With(Status::NewHire),
    Part::With(Status::Active),
    Part::With(Status::Offboarded),
    Part::Everybody,
];

/// The number of the first part with people.
pub(crate) const FIRST_PEOPLE: u32 = 2;

impl Part {
    /// The part with this number, and the number of the one after it.
    pub(crate) fn numbered(number: u32) -> Option<(Self, Option<u32>)> {
        let following = number + 1;
        let part = *PARTS.get(number as usize)?;
        let is_one = (following as usize) < PARTS.len();
        Some((part, is_one.then_some(following)))
    }
}
