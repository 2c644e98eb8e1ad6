//! How the keys of a store are built: which kind of record, and the ids that identify it.
//!
//! A key is `03`, a byte for the kind, and a tuple of ids in an escaped form that keeps their order. The order of
//! keys is the order in which readers list rows.

use crate::key::successor;

/// What all keys begin with.
const ROOT: u8 = 3;
pub(crate) const SEPARATOR: u8 = 0;
const ESCAPE: u8 = 1;

/// The elements of an entitlement's key, which those of a grant begin with.
pub(crate) const ENTITLEMENT_ELEMENTS: usize = 4;
const GRANT_ELEMENTS: usize = 6;
/// Stands in the key of an entitlement whose id begins with its resource's.
const ON_RESOURCE: &str = "1";

/// A kind of records, by the byte that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyspace {
    /// Resource types, by id.
    ResourceType = 1,
    /// Resources, by type and id.
    Resource = 2,
    /// Entitlements, by resource and id.
    Entitlement = 3,
    /// Grants, by entitlement and principal.
    Grant = 4,
    /// Assets, by id.
    Asset = 5,
    /// Values that a connector keeps during a sync, by sync and name.
    Session = 9,
}

/// The key of the one sync run.
pub(crate) const SYNC_RUN: &[u8] = &[ROOT, 6];
/// The key of the counts, which the engine keeps beside the rows.
pub(crate) const STATS: &[u8] = b"\x03\xFFstats\0";
/// The key of the version number of the keys' format.
pub(crate) const KEYSPACE_VERSION: &[u8] = b"\x03\xFFkeyspace_version";
/// The key of the version number of the format of the keys of grants and entitlements.
pub(crate) const ID_FORMAT: &[u8] = b"\x03\xFFgrant_entitlement_id_format";

impl Keyspace {
    /// What the keys of all records of the kind begin with.
    pub const fn prefix(self) -> [u8; 3] {
        [ROOT, self as u8, SEPARATOR]
    }

    /// The key of a record with these ids.
    ///
    /// # Example
    /// ```
    /// use connector_pebble::Keyspace;
    ///
    /// let key = Keyspace::Resource.key(&["user", "7\u{1}a"]);
    /// assert_eq!(key, b"\x03\x02\x00user\x007\x01\x02a");
    /// assert_eq!(Keyspace::Resource.ids(&key).unwrap(), ["user", "7\u{1}a"]);
    /// ```
    pub fn key(self, ids: &[&str]) -> Vec<u8> {
        let mut key = Vec::new();
        self.push_key(&mut key, ids);
        key
    }

    /// Appends the key of a record with these ids.
    pub fn push_key(self, out: &mut Vec<u8>, ids: &[&str]) {
        // The prefix ends with a separator of its own.
        out.extend(self.prefix());
        for (place, id) in ids.iter().enumerate() {
            if place > 0 {
                out.push(SEPARATOR);
            }
            escape(out, id.as_bytes());
        }
    }

    /// What keys end with whose last ids are these. A separator never stands inside of an id, so no other key does.
    pub(crate) fn key_end(ids: &[&str]) -> Vec<u8> {
        let mut end = Vec::new();
        for id in ids {
            end.push(SEPARATOR);
            escape(&mut end, id.as_bytes());
        }
        end
    }

    /// The ids in a key of this kind; `None` when it is of another kind, or its bytes are not text.
    pub fn ids(self, key: &[u8]) -> Option<Vec<String>> {
        let tuple = key.strip_prefix(&self.prefix())?;
        tuple
            .split(|byte| *byte == SEPARATOR)
            .map(unescape)
            .collect()
    }

    /// The elements of the key of a record of this kind; `None` for other keys, and when one of the ids in it is empty.
    pub(crate) fn elements(self, key: &[u8]) -> Option<&[u8]> {
        let tuple = key.strip_prefix(&self.prefix())?;
        let count = match self {
            Self::ResourceType | Self::Asset => 1,
            Self::Resource | Self::Session => 2,
            Self::Entitlement => ENTITLEMENT_ELEMENTS,
            Self::Grant => GRANT_ELEMENTS,
        };
        let mut found = 0;
        let mut before: &[u8] = b"";
        for element in tuple.split(|byte| *byte == SEPARATOR) {
            found += 1;
            // What follows the resource's id in the entitlement's can be nothing.
            let is_tail = count >= ENTITLEMENT_ELEMENTS && found == ENTITLEMENT_ELEMENTS;
            if element.is_empty() && !(is_tail && before == ON_RESOURCE.as_bytes()) {
                return None;
            }
            before = element;
        }
        (found == count).then_some(tuple)
    }

    /// The keys of records whose ids begin with these; all of the kind without any.
    pub(crate) fn range(self, ids: &[&str]) -> (Vec<u8>, Vec<u8>) {
        let mut lower = self.key(ids);
        if !ids.is_empty() {
            lower.push(SEPARATOR);
        }
        // What follows the separator is above it and below the next byte.
        let mut end = lower.clone();
        if let Some(last) = end.last_mut() {
            *last = SEPARATOR + 1;
        }
        (lower, end)
    }
}

/// Appends an id, or what is to be a single element of a key, in the form in which it holds no separator.
pub(crate) fn escape(out: &mut Vec<u8>, id: &[u8]) {
    // The usual case, without a look at each byte on its own.
    if id.iter().all(|byte| *byte > ESCAPE) {
        out.extend_from_slice(id);
        return;
    }
    for byte in id {
        match *byte {
            SEPARATOR | ESCAPE => out.extend([ESCAPE, byte + 1]),
            other => out.push(other),
        }
    }
}

pub(crate) fn unescape(id: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(id.len());
    let mut bytes = id.iter();
    while let Some(byte) = bytes.next() {
        match *byte {
            ESCAPE => out.push(match bytes.next()? {
                1 => SEPARATOR,
                2 => ESCAPE,
                _ => return None,
            }),
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
}

/// The last two ids of an entitlement's key: whether its id begins with its resource's, and the rest of it.
pub fn entitlement_tail<'a>(
    resource_type: &str,
    resource: &str,
    entitlement: &'a str,
) -> (&'static str, &'a str) {
    let rest = (entitlement.strip_prefix(resource_type))
        .and_then(|rest| rest.strip_prefix(':'))
        .and_then(|rest| rest.strip_prefix(resource))
        .and_then(|rest| rest.strip_prefix(':'));
    match rest {
        Some(rest) => (ON_RESOURCE, rest),
        None => ("0", entitlement),
    }
}

/// The range of one key.
pub(crate) fn only(key: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (key.to_vec(), successor(key))
}

#[cfg(test)]
mod tests;
