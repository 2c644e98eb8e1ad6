//! Walks two syncs side by side, each in the order of its keys.

use std::cmp::Ordering;

use connector_core::Result;

/// A key and its values in the two syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting<K, V> {
    /// OLD alone has it.
    Old(K, V),
    /// NEW alone has it.
    New(K, V),
    /// Both have it.
    Both(K, V, V),
}

/// Calls `each` with every key of either side, in order. Each side is in order and has a key once; neither is held.
///
/// # Errors
/// What a side or `each` returns.
pub fn merge<K: Ord, V>(
    old: impl Iterator<Item = Result<(K, V)>>,
    new: impl Iterator<Item = Result<(K, V)>>,
    mut each: impl FnMut(Meeting<K, V>) -> Result<()>,
) -> Result<()> {
    let (mut old, mut new) = (old, new);
    let (mut left, mut right) = (old.next().transpose()?, new.next().transpose()?);
    loop {
        let (meeting, past_old, past_new) = match (left.take(), right.take()) {
            (None, None) => return Ok(()),
            (Some((key, value)), None) => (Meeting::Old(key, value), true, false),
            (None, Some((key, value))) => (Meeting::New(key, value), false, true),
            (Some(a), Some(b)) => match a.0.cmp(&b.0) {
                Ordering::Less => {
                    right = Some(b);
                    (Meeting::Old(a.0, a.1), true, false)
                }
                Ordering::Greater => {
                    left = Some(a);
                    (Meeting::New(b.0, b.1), false, true)
                }
                Ordering::Equal => (Meeting::Both(a.0, a.1, b.1), true, true),
            },
        };
        each(meeting)?;
        if past_old {
            left = old.next().transpose()?;
        }
        if past_new {
            right = new.next().transpose()?;
        }
    }
}
