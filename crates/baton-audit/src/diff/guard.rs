//! When so many people are missing that NEW must not be acted on.
//!
//! Identity providers stop when a source suddenly lacks a fifth of its people; so does this. In small companies a
//! handful is a large share, so a minimum count has to be reached too.

pub use connector_core::percent::Percent;

/// How many may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// More than this share of those who had not left is too many.
    pub threshold: Percent,
    /// Fewer than this many are never too many.
    pub minimum: u64,
}

/// 20 %, and at least 5 people.
impl Default for Guard {
    fn default() -> Self {
        Self {
            threshold: Percent::whole(20),
            minimum: 5,
        }
    }
}

impl Guard {
    /// Whether `missing` of `present` people are too many.
    pub fn is_over(self, missing: u64, present: u64) -> bool {
        missing >= self.minimum && self.threshold.exceeded_by(missing, present)
    }
}

#[cfg(test)]
mod tests;
