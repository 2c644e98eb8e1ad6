//! Where a person stands between signing and leaving, in one set of words for all vendors.

use super::Status;

/// Where a person stands. The vendor's word decides; without one, the state does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lifecycle {
    /// Signed, first day still to come.
    Prehire,
    /// Being taken on.
    Onboarding,
    /// Working.
    Active,
    /// Away for a while, or released from work until the contract ends.
    Leave,
    /// Left.
    Terminated,
    /// Left for retirement.
    Retired,
    /// Died.
    Deceased,
    /// The file leaves it open.
    Unknown,
}

impl Lifecycle {
    /// All, in the order of a career.
    pub const ALL: [Self; 8] = [
        Self::Prehire,
        Self::Onboarding,
        Self::Active,
        Self::Leave,
        Self::Terminated,
        Self::Retired,
        Self::Deceased,
        Self::Unknown,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prehire => "prehire",
            Self::Onboarding => "onboarding",
            Self::Active => "active",
            Self::Leave => "leave",
            Self::Terminated => "terminated",
            Self::Retired => "retired",
            Self::Deceased => "deceased",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the person no longer belongs to the company.
    pub const fn has_left(self) -> bool {
        matches!(self, Self::Terminated | Self::Retired | Self::Deceased)
    }

    /// Whether the person has begun and not left: working or away for a while.
    pub const fn is_employed(self) -> bool {
        matches!(self, Self::Onboarding | Self::Active | Self::Leave)
    }

    /// From the vendor's word and the normalised state.
    ///
    /// An unfamiliar word beside an enabled state leaves it open where the person stands, because connectors enable
    /// who is not known to have left; unknown never becomes active.
    pub fn from_words(word: Option<&str>, status: Status) -> Self {
        match (word.map(Self::from_word), status) {
            (Some(None), Status::Enabled) => Self::Unknown,
            (known, status) => Self::of(known.flatten(), status),
        }
    }

    /// From what the vendor's word means, if it means anything, and the normalised state.
    ///
    /// A disabled or deleted state is not overruled by a word without a meaning of leaving, except one for not having
    /// begun or being away.
    pub(super) fn of(known: Option<Self>, status: Status) -> Self {
        match (known, status) {
            (Some(Self::Active), Status::Disabled | Status::Deleted) => Self::Terminated,
            (Some(known), _) => known,
            (None, Status::Enabled) => Self::Active,
            (None, Status::Disabled | Status::Deleted) => Self::Terminated,
            (None, Status::Unspecified) => Self::Unknown,
        }
    }

    /// The words of the vendors whose files have been seen, compared without case and punctuation.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match fold_state(word).as_str() {
            "hired" | "newhire" | "prehire" | "prestart" | "pending" | "staged" => Self::Prehire,
            "onboarding" | "provisioned" => Self::Onboarding,
            "active" | "employed" | "enabled" | "current" | "working" => Self::Active,
            "leave" | "onleave" | "leaveofabsence" | "parentalleave" | "gardenleave"
            | "gardeningleave" | "paidleave" | "unpaidleave" | "sabbatical" => Self::Leave,
            "terminated" | "offboarded" | "inactive" | "left" | "former" | "deprovisioned" => {
                Self::Terminated
            }
            "retired" => Self::Retired,
            "deceased" => Self::Deceased,
            _ => return None,
        })
    }
}

/// A word for a state without case and punctuation, as such words are compared.
pub(crate) fn fold_state(word: &str) -> String {
    if word.is_ascii() {
        let mut folded = String::with_capacity(word.len());
        folded.extend(word.chars().filter(char::is_ascii_alphanumeric));
        folded.make_ascii_lowercase();
        return folded;
    }
    let plain = word.chars().filter(|c| c.is_alphanumeric());
    plain.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
