//! When a new sync lacks so much of what the one before it had that it must not take its place by itself.
//!
//! A vendor's half answer, a filter or a permission that was taken away look like people leaving. What is compared is
//! counted elsewhere; here are the limits ([`ShrinkLimits`]), the decision ([`Loss::over`]) and its text.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::percent::Percent;
use crate::spec::{Kind, SettingValue, Value};
use crate::text;

/// Fewer than this many are never too many: in a small company a handful is a large share.
pub const LEAST: u64 = 20;

/// How many ids a text names.
pub const EXAMPLES: usize = 10;

/// Longest id in a text, in bytes.
const ID_BYTES: usize = 64;

/// How much may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxShrink {
    /// Any amount.
    Off,
    /// Up to this share of what there was, and fewer than [`LEAST`] in any case.
    Share(Percent),
}

/// 20 %.
impl Default for MaxShrink {
    fn default() -> Self {
        Self::Share(Percent::whole(20))
    }
}

/// `off`, or a share such as `20%`.
impl SettingValue for MaxShrink {
    type Default = &'static str;
    const KIND: Kind = Kind::Text;

    fn read(value: &Value) -> Result<Self> {
        match value.text()?.trim() {
            "off" => Ok(Self::Off),
            text => text.parse().map(Self::Share).map_err(|wrong| {
                let message = format!("the value must be 'off' or {wrong}");
                Error::new(ErrorKind::Setting, message).hint("an example is 20%")
            }),
        }
    }
}

/// How much may be missing of what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShrinkLimits {
    /// People who were enabled.
    pub people: MaxShrink,
    /// Groups, and grants.
    pub grants: MaxShrink,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// People who are enabled: resources of a type with the user trait whose state is not disabled or deleted.
    People,
    /// Resources of a type with the group trait.
    Groups,
    /// Which principal holds which entitlement.
    Grants,
}

impl Compared {
    /// All, in the order in which they are reported.
    pub const ALL: [Self; 3] = [Self::People, Self::Groups, Self::Grants];

    const fn noun(self) -> &'static str {
        match self {
            Self::People => "enabled people",
            Self::Groups => "groups",
            Self::Grants => "grants",
        }
    }

    const fn would_be(self) -> &'static str {
        match self {
            Self::People => "gone or disabled",
            Self::Groups | Self::Grants => "gone",
        }
    }
}

impl ShrinkLimits {
    /// The limit for one kind.
    pub const fn of(self, compared: Compared) -> MaxShrink {
        match compared {
            Compared::People => self.people,
            Compared::Groups | Compared::Grants => self.grants,
        }
    }
}

/// More is missing than may be. Shown as one sentence without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Of what.
    pub compared: Compared,
    /// What share may be missing.
    pub limit: Percent,
    /// How many of those before are missing.
    pub gone: u64,
    /// How many there were.
    pub before: u64,
    /// How many the new sync has.
    pub after: u64,
    /// The first ids of the missing ones, at most [`EXAMPLES`]; empty when only counts are known.
    pub first: Vec<String>,
}

impl Loss {
    /// What `gone` of `before` are, when that is more than `limits` allow. Ids and `after` are left to the caller.
    pub fn over(limits: ShrinkLimits, compared: Compared, gone: u64, before: u64) -> Option<Self> {
        let MaxShrink::Share(limit) = limits.of(compared) else {
            return None;
        };
        (gone >= LEAST && limit.exceeded_by(gone, before)).then_some(Self {
            compared,
            limit,
            gone,
            before,
            after: before.saturating_sub(gone),
            first: Vec::new(),
        })
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (gone, before) = (text::grouped(self.gone), text::grouped(self.before));
        let (noun, would_be) = (self.compared.noun(), self.compared.would_be());
        let (limit, after) = (self.limit, text::grouped(self.after));
        write!(
            f,
            "{gone} of {before} {noun} would be {would_be} (more than {limit}%; the new sync has {after})"
        )?;
        for (number, id) in self.first.iter().enumerate() {
            let before = if number == 0 { ": " } else { ", " };
            write!(f, "{before}{}", text::printable(id, ID_BYTES))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
