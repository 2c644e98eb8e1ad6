//! Shares in percent, exactly as they were written.

use std::fmt;
use std::str::FromStr;

/// A share in percent with up to two digits behind the point, kept exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    hundredths: u32,
}

impl Percent {
    /// So many whole percent, at most 100.
    pub const fn whole(percent: u32) -> Self {
        let percent = if percent > 100 { 100 } else { percent };
        Self {
            hundredths: percent * 100,
        }
    }

    /// The share of `part` in `whole`, rounded down.
    pub fn of(part: u64, whole: u64) -> Self {
        let hundredths = u128::from(part) * 10_000 / u128::from(whole.max(1));
        Self {
            hundredths: u32::try_from(hundredths.min(10_000)).unwrap_or(10_000),
        }
    }

    /// Whether `part` is more than this share of `whole`.
    pub fn exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 10_000 > u128::from(self.hundredths) * u128::from(whole)
    }

    /// The share as a number.
    pub fn value(self) -> f64 {
        f64::from(self.hundredths) / 100.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

impl FromStr for Percent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a number from 0 to 100 with at most two digits behind the point";
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| match text.len() {
            1.. if text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse::<u32>().ok()
            }
            _ => None,
        };
        let whole = digits(whole, 3).ok_or(WRONG)?;
        let tenths = if part.len() == 1 { 10 } else { 1 };
        let hundredths = whole * 100 + digits(part, 2).ok_or(WRONG)? * tenths;
        match hundredths {
            0..=10_000 => Ok(Self { hundredths }),
            _ => Err(WRONG),
        }
    }
}

#[cfg(test)]
mod tests;
