//! Numbers for texts that repeat: a million grants name some thousand entitlements and each holder many times.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A place of the table that has no number.
const FREE: u32 = u32::MAX;

/// Gives every different key of `N` texts a number, from 0 on. Keys lie in one buffer, because there may be a million of
/// them.
///
/// # Example
/// ```
/// use connector_c1z::Interner;
///
/// let mut principals = Interner::new();
/// assert_eq!(principals.number([b"user", b"1"]), 0);
/// assert_eq!(principals.number([b"user", b"2"]), 1);
/// assert_eq!(principals.known([b"user", b"1"]), Some(0));
/// assert_eq!(principals.key(1), [b"user" as &[u8], b"2"]);
/// ```
#[derive(Debug)]
pub struct Interner<const N: usize> {
    bytes: Vec<u8>,
    /// Where in the buffer the texts of each key end.
    ends: Vec<[usize; N]>,
    /// Numbers by hash; a power of two of places, at most half of them taken.
    table: Vec<u32>,
    hasher: RandomState,
}

impl<const N: usize> Interner<N> {
    /// Without any key.
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            table: vec![FREE; 16],
            hasher: RandomState::new(),
        }
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The number of a key.
    pub fn number(&mut self, key: [&[u8]; N]) -> u32 {
        let place = self.place(key);
        if self.table[place] != FREE {
            return self.table[place];
        }
        let number = self.ends.len() as u32;
        self.table[place] = number;
        self.ends.push(key.map(|text| {
            self.bytes.extend_from_slice(text);
            self.bytes.len()
        }));
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        number
    }

    /// The number of a key that has one.
    pub fn known(&self, key: [&[u8]; N]) -> Option<u32> {
        let number = self.table[self.place(key)];
        (number != FREE).then_some(number)
    }

    /// The key with a number.
    ///
    /// # Panics
    /// When no key has this number.
    pub fn key(&self, number: u32) -> [&[u8]; N] {
        let number = number as usize;
        let mut from = match number.checked_sub(1) {
            Some(before) => self.ends[before].last().copied().unwrap_or_default(),
            None => 0,
        };
        self.ends[number].map(|end| &self.bytes[std::mem::replace(&mut from, end)..end])
    }

    /// Where the key's number is, or would be.
    fn place(&self, key: [&[u8]; N]) -> usize {
        let mask = self.table.len() - 1;
        let mut place = self.hash(key) & mask;
        loop {
            match self.table[place] {
                FREE => return place,
                number if self.key(number) == key => return place,
                _ => place = (place + 1) & mask,
            }
        }
    }

    fn hash(&self, key: [&[u8]; N]) -> usize {
        let mut hasher = self.hasher.build_hasher();
        for text in key {
            hasher.write(text);
            hasher.write_u8(0xff);
        }
        hasher.finish() as usize
    }

    fn grow(&mut self) {
        self.table = vec![FREE; self.table.len() * 2];
        for number in 0..self.ends.len() as u32 {
            let place = self.place(self.key(number));
            self.table[place] = number;
        }
    }
}

impl<const N: usize> Default for Interner<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
