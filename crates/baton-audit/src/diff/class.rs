//! The classes of people who differ, and the event that follows from two states of one person.

use serde::Serialize;

use crate::identity::Lifecycle;

/// What happened to a person, the most pressing first. A person has one class at most; what else happened is in
/// [`super::people::Change::moves`] and [`super::people::Change::changes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Gone without having left: in OLD not as a leaver, in NEW not at all.
    Vanished,
    /// Has left since.
    Leaver,
    /// New, and the first day has come.
    Joiner,
    /// New, with the first day still to come.
    FutureJoiner,
    /// The first day has come for a person who was known.
    Started,
    /// Had left and is back or about to come back, under the same id or a new one.
    Rehire,
    /// On leave in NEW, but not in OLD.
    OnLeave,
    /// Back at work after a leave.
    Returned,
    /// Another manager, department, title or place of work.
    Mover,
    /// The same person under a new id, the old id gone.
    ReKeyed,
    /// Something else is written differently.
    Changed,
    /// New, and the file does not say in which state.
    Appeared,
    /// New, but had left before they were first seen.
    Historical,
    /// Had left, and the record is gone now.
    Removed,
}

impl Class {
    /// All, in order.
    pub const ALL: [Self; 14] = [
        Self::Vanished,
        Self::Leaver,
        Self::Joiner,
        Self::FutureJoiner,
        Self::Started,
        Self::Rehire,
        Self::OnLeave,
        Self::Returned,
        Self::Mover,
        Self::ReKeyed,
        Self::Changed,
        Self::Appeared,
        Self::Historical,
        Self::Removed,
    ];

    /// The key for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vanished => "vanished",
            Self::Leaver => "leaver",
            Self::Joiner => "joiner",
            Self::FutureJoiner => "future_joiner",
            Self::Started => "started",
            Self::Rehire => "rehire",
            Self::OnLeave => "on_leave",
            Self::Returned => "returned",
            Self::Mover => "mover",
            Self::ReKeyed => "re_keyed",
            Self::Changed => "changed",
            Self::Appeared => "appeared",
            Self::Historical => "historical",
            Self::Removed => "removed",
        }
    }

    /// What it means, in a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Vanished => "gone without ever having left",
            Self::Leaver => "has left",
            Self::Joiner => "new and employed",
            Self::FutureJoiner => "new, first day still to come",
            Self::Started => "the first day has come",
            Self::Rehire => "had left and is back",
            Self::OnLeave => "away for a while now",
            Self::Returned => "back from being away",
            Self::Mover => "other manager, department, title or location",
            Self::ReKeyed => "the same person under a new id",
            Self::Changed => "other facts differ",
            Self::Appeared => "new, state not known",
            Self::Historical => "new, but had left before",
            Self::Removed => "had left, record gone now",
        }
    }

    /// The heading of a list of them.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Vanished => "Vanished",
            Self::Leaver => "Leavers",
            Self::Joiner => "Joiners",
            Self::FutureJoiner => "Future joiners",
            Self::Started => "Started",
            Self::Rehire => "Rehires",
            Self::OnLeave => "On leave",
            Self::Returned => "Returned",
            Self::Mover => "Movers",
            Self::ReKeyed => "Re-keyed",
            Self::Changed => "Changed",
            Self::Appeared => "Appeared",
            Self::Historical => "Historical",
            Self::Removed => "Removed",
        }
    }
}

/// Whether a person is employed or about to begin.
pub(super) fn belongs(lifecycle: Lifecycle) -> bool {
    lifecycle.is_employed() || lifecycle == Lifecycle::Prehire
}

/// The event that follows from the two states. An unknown state is no evidence that a person has started or returned.
pub(super) fn happened(then: Lifecycle, now: Lifecycle) -> Option<Class> {
    match (then, now) {
        _ if then.has_left() => belongs(now).then_some(Class::Rehire),
        _ if now.has_left() => Some(Class::Leaver),
        (Lifecycle::Leave, Lifecycle::Leave) => None,
        (_, Lifecycle::Leave) => Some(Class::OnLeave),
        (Lifecycle::Leave, _) => now.is_employed().then_some(Class::Returned),
        (Lifecycle::Prehire, _) => now.is_employed().then_some(Class::Started),
        _ => None,
    }
}
