//! Many texts in little memory.

use std::borrow::Cow;

/// A head up to this is the length of a text that follows as it is.
const MAX_SHORT: u8 = 246;
/// The length follows in four bytes, then the text.
const LONG: u8 = MAX_SHORT + 1;
/// A head above this says by how much it is above: so many bytes of a number follow, the lowest one first.
const NUMBER: u8 = LONG;
/// The most that stands before a text, or takes its place.
const HEAD: usize = 9;

/// Many texts one after the other, in little more memory than their bytes, or in half of it when they are whole numbers,
/// which the ids of most vendors are.
///
/// ```
/// use connector_core::text::Texts;
///
/// let mut ids = Texts::default();
/// ids.push("4711");
/// ids.push("anna");
/// assert_eq!(ids.iter().collect::<Vec<_>>(), ["4711", "anna"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: Vec<u8>,
}

impl Texts {
    /// Adds a text at the end. What a text has beyond 4 GiB is left out.
    pub fn push(&mut self, text: &str) {
        self.make_room(HEAD + text.len());
        if let Some(number) = number(text) {
            let bytes = number.to_le_bytes();
            let len = bytes.len() - number.leading_zeros() as usize / 8;
            self.bytes.push(NUMBER + len as u8);
            self.bytes.extend(bytes.iter().take(len));
            return;
        }
        let mut end = text.len().min(u32::MAX as usize);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        match u8::try_from(end) {
            Ok(short) if short <= MAX_SHORT => self.bytes.push(short),
            _ => {
                self.bytes.push(LONG);
                self.bytes.extend((end as u32).to_le_bytes());
            }
        }
        self.bytes.extend(text.bytes().take(end));
    }

    /// Grows by a quarter at a time: a connector holds hundreds of these, and half of what doubling takes lies idle.
    fn make_room(&mut self, bytes: usize) {
        if self.bytes.capacity() - self.bytes.len() < bytes {
            self.bytes.reserve_exact(bytes.max(self.bytes.len() / 4));
        }
    }

    /// The texts in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let head = *take(&mut rest, 1)?.first()?;
            Some(match head {
                0..=MAX_SHORT => as_text(take(&mut rest, usize::from(head))?),
                LONG => {
                    let len = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
                    as_text(take(&mut rest, len as usize)?)
                }
                _ => {
                    let low = take(&mut rest, usize::from(head - NUMBER))?;
                    let mut bytes = [0; 8];
                    bytes.iter_mut().zip(low).for_each(|(to, byte)| *to = *byte);
                    Cow::Owned(u64::from_le_bytes(bytes).to_string())
                }
            })
        })
    }
}

/// The number that a text is the usual form of.
fn number(text: &str) -> Option<u64> {
    let is_usual = !text.starts_with(['0', '+']) && text.len() <= 20;
    text.parse().ok().filter(|_| is_usual)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, more) = rest.split_at_checked(count)?;
    *rest = more;
    Some(taken)
}

fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests;
