//! Numbers for texts that repeat: a million grants name some thousand entitlements and each holder many times.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;

/// A place of the table: a number, and the part of its key's hash by which most other keys are told from it.
#[derive(Debug, Clone, Copy)]
struct Place {
    number: u32,
    hash: u32,
}

/// A place that has no number.
const FREE: Place = Place {
    number: u32::MAX,
    hash: 0,
};

impl Place {
    const fn is_free(self) -> bool {
        self.number == FREE.number
    }
}

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
    /// Numbers by hash; a power of two of places, at most four fifths of them taken.
    table: Vec<Place>,
    /// The number that was asked for last: rows beside each other often name the same.
    last: u32,
    /// Seeded anew for each table: who makes a file does not know which keys will fall on the same place.
    hasher: RandomState,
}

impl<const N: usize> Interner<N> {
    /// Without any key.
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            table: vec![FREE; 16],
            last: 0,
            hasher: RandomState::default(),
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
        if (self.last as usize) < self.ends.len() && self.key(self.last) == key {
            return self.last;
        }
        let hash = self.hash(key);
        let place = self.place(hash, key);
        if !self.table[place].is_free() {
            self.last = self.table[place].number;
            return self.last;
        }
        let number = self.ends.len() as u32;
        self.table[place] = Place { number, hash };
        self.last = number;
        self.ends.push(key.map(|text| {
            self.bytes.extend_from_slice(text);
            self.bytes.len()
        }));
        if self.ends.len() * 5 > self.table.len() * 4 {
            self.grow();
        }
        number
    }

    /// The number of a key that has one.
    pub fn known(&self, key: [&[u8]; N]) -> Option<u32> {
        let place = self.table[self.place(self.hash(key), key)];
        (!place.is_free()).then_some(place.number)
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

    /// Where the number of the key with this hash is, or would be.
    fn place(&self, hash: u32, key: [&[u8]; N]) -> usize {
        let is_it = |place: Place| place.hash == hash && self.key(place.number) == key;
        self.first_place(hash, |place| place.is_free() || is_it(place))
    }

    /// The first place that fits, from where a hash points to.
    fn first_place(&self, hash: u32, fits: impl Fn(Place) -> bool) -> usize {
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        while !fits(self.table[place]) {
            place = (place + 1) & mask;
        }
        place
    }

    fn hash(&self, key: [&[u8]; N]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        for text in key {
            hasher.write(text);
            hasher.write_u8(0xff);
        }
        hasher.finish() as u32
    }

    fn grow(&mut self) {
        let free = vec![FREE; self.table.len() * 2];
        for taken in std::mem::replace(&mut self.table, free) {
            if !taken.is_free() {
                let place = self.first_place(taken.hash, Place::is_free);
                self.table[place] = taken;
            }
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
