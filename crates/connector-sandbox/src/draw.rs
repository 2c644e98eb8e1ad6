//! Repeatable draws for the company generator: everything follows from the seed.

use connector_core::entropy::{Entropy, SeededEntropy};

/// A stream of draws.
#[derive(Debug)]
pub(crate) struct Draw(SeededEntropy);

impl Draw {
    /// The stream number `stream` of `seed`. Each subject draws from its own stream, so a change in how one is
    /// generated leaves the others as they were.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let start =
            SeededEntropy::new(seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93)).next_u64();
        Self(SeededEntropy::new(start))
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        // The bias of the remainder is far below anything a synthetic company shows.
        (self.0.next_u64() % end) as usize
    }

    /// A number in `from..to`.
    pub(crate) fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to.saturating_sub(from))
    }

    /// True in `n` of 1,000 draws.
    pub(crate) fn per_mille(&mut self, n: usize) -> bool {
        self.below(1_000) < n
    }

    /// One of `choices`, which is never empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// `count` decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }
}
