//! Randomness and run ids as parameters.
//!
//! Back-off jitter, the ids of sync runs, traces and spans, and nonces draw from [`Entropy`]; tests give it a start
//! value.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// A shared source of randomness.
pub type SharedEntropy = Arc<dyn Entropy>;

/// Where random numbers come from.
pub trait Entropy: Send + Sync + fmt::Debug + 'static {
    /// The next 64 random bits.
    fn next_u64(&self) -> u64;
}

/// The operating system's randomness.
#[derive(Debug)]
pub struct SystemEntropy {
    /// Drawn at the start, for the case that the system refuses later on.
    key: [u64; 4],
    drawn: AtomicU64,
}

impl SystemEntropy {
    /// The system's randomness, once it has delivered some.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the system has none, such as in a container without `/dev/urandom` on an old
    /// kernel.
    pub fn new() -> Result<Self> {
        let mut key = [0; 4];
        for part in &mut key {
            *part = getrandom::u64().map_err(|e| {
                Error::new(ErrorKind::Precondition, format!("no randomness: {e}"))
                    .during("asking the operating system for random numbers")
            })?;
        }
        Ok(Self {
            key,
            drawn: AtomicU64::new(0),
        })
    }
}

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        // A system that has delivered once does not stop doing so. If it did, a keyed hash of a counter keeps numbers
        // apart and hard to guess, and the sync goes on.
        getrandom::u64().unwrap_or_else(|_| {
            let mut hash = DefaultHasher::new();
            (self.key, self.drawn.fetch_add(1, Ordering::Relaxed)).hash(&mut hash);
            hash.finish()
        })
    }
}

/// Repeatable numbers from a start value (SplitMix64).
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Numbers that depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The id of one sync run: a KSUID, 27 base-62 characters that sort by time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SyncId(String);

impl SyncId {
    /// A fresh id for a run that starts `at`.
    pub fn generate(at: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut payload = [0; 16];
        for half in payload.chunks_exact_mut(8) {
            half.copy_from_slice(&entropy.next_u64().to_be_bytes());
        }
        Self::from_parts(at, payload)
    }

    /// The id with this time (whole seconds) and payload.
    pub fn from_parts(at: Timestamp, payload: [u8; 16]) -> Self {
        /// KSUID time starts on 2014-05-13T16:53:20Z.
        const EPOCH: i64 = 1_400_000_000;
        let seconds =
            u32::try_from(at.as_second().saturating_sub(EPOCH).max(0)).unwrap_or(u32::MAX);
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        bytes[4..].copy_from_slice(&payload);
        Self(base62(bytes))
    }

    /// An id read from a file.
    pub fn from_string(id: String) -> Self {
        Self(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The big-endian number in `bytes` as 27 base-62 digits.
fn base62(mut bytes: [u8; 20]) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [b'0'; 27];
    for digit in out.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in &mut bytes {
            let value = (rest << 8) | u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    out.iter().map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests;
