//! The requests that make up the listing of users, in order. Each is paged by offset and has a total of its own.

use crate::model::{ACTIVE, NEW_HIRE, NEW_HIRE_TOO, OFFBOARDED};

/// A part of the listing of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All job roles, for the current role of each person. Always the first, also of the listing of job titles.
    JobRoles,
    /// The names of places of work.
    Locations,
    /// People with one status.
    With(&'static str),
    /// People of every status, or the active ones only: which is not documented (2026-11).
    AnyStatus,
}

/// The statuses come in the order of a career: a person whose status changes while people are listed is met again in a
/// later part, and the record read last counts. People whom no status found are in the last part, if anywhere.
pub(crate) const PARTS: [Part; 7] = [
    Part::JobRoles,
    Part::Locations,
    Part::With(NEW_HIRE),
    Part::With(NEW_HIRE_TOO),
    Part::With(ACTIVE),
    Part::With(OFFBOARDED),
    Part::AnyStatus,
];

/// The number of the first part with people.
pub(crate) const FIRST_PEOPLE: u32 = 2;
