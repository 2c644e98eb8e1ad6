//! When a request is sent again, and after which wait: decisions only, nothing here waits or sends.

use std::time::Duration;

/// The limits within which one call is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Most times a request is sent because of failures that may pass (5xx, resets, time-outs).
    pub tries: u32,
    /// Most time all tries and waits of one call may take; waits that the vendor demands do not count.
    pub budget: Duration,
    /// Upper end of the first wait after a failure; it doubles with each further one.
    pub base: Duration,
    /// Upper end of any wait after a failure.
    pub cap: Duration,
    /// Most answers in a row that say that requests come too fast.
    pub limited_in_a_row: u32,
    /// First wait after such an answer that states none; it doubles with each further one.
    pub limited_base: Duration,
    /// Longest wait before the next try. A vendor that states a longer one is not asked again.
    pub limited_cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            budget: Duration::from_secs(45),
            base: Duration::from_millis(500),
            cap: Duration::from_secs(10),
            limited_in_a_row: 8,
            limited_base: Duration::from_secs(1),
            limited_cap: Duration::from_secs(300),
        }
    }
}

/// How a try ended, as far as trying again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It may work next time.
    Passing,
    /// As `Passing`, and the request never reached the vendor.
    Unsent,
    /// The vendor allows no more requests for now, perhaps for a stated time.
    Limited(Option<Duration>),
    /// It will not work next time.
    Final,
}

/// Failed tries of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FailureCount {
    /// Failures that may pass.
    pub(crate) passing: u32,
    /// Answers in a row that say that requests come too fast.
    pub(crate) limited: u32,
}

impl RetryPolicy {
    /// The wait before the next try, or `None` to give up. `spent` is the time the call has used of its
    /// budget, `random` are 64 random bits.
    pub(crate) fn wait(
        &self,
        failures: &mut FailureCount,
        cause: Cause,
        spent: Duration,
        random: u64,
    ) -> Option<Duration> {
        match cause {
            Cause::Final => None,
            Cause::Passing | Cause::Unsent => {
                failures.limited = 0;
                failures.passing += 1;
                if failures.passing >= self.tries {
                    return None;
                }
                let ceiling = doubled(self.base, failures.passing - 1).min(self.cap);
                let wait = fraction(ceiling, random);
                (spent.saturating_add(wait) <= self.budget).then_some(wait)
            }
            Cause::Limited(stated) => {
                failures.limited += 1;
                if failures.limited >= self.limited_in_a_row
                    || stated.is_some_and(|wait| wait > self.limited_cap)
                {
                    return None;
                }
                // A wait of zero, or a reset that is already past, is no statement of when to come back.
                let wait = stated.filter(|wait| !wait.is_zero()).unwrap_or_else(|| {
                    let wait = doubled(self.limited_base, failures.limited - 1);
                    wait.saturating_add(fraction(wait / 2, random))
                });
                Some(wait.min(self.limited_cap))
            }
        }
    }
}

/// `base` · 2^`times`.
fn doubled(base: Duration, times: u32) -> Duration {
    base.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX))
}

/// A duration between zero and `whole`, spread evenly by `random`.
fn fraction(whole: Duration, random: u64) -> Duration {
    let nanos = (whole.as_nanos().min(u128::from(u64::MAX)) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
