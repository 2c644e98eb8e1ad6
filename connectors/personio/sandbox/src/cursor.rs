//! Cursors: opaque text with every character that must be escaped in a link.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes that become `+//+` in base 64.
const MARK: [u8; 3] = [0xfb, 0xff, 0xfe];

/// Where a listing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Rows before it.
    pub(crate) offset: usize,
    /// Pages before it.
    pub(crate) page: usize,
    /// The empty page in the middle has been shown.
    pub(crate) after_empty: bool,
}

impl Place {
    /// The place as text.
    pub(crate) fn text(self) -> String {
        let mut bytes = MARK.to_vec();
        bytes.extend((self.offset as u32).to_be_bytes());
        bytes.extend((self.page as u16).to_be_bytes());
        bytes.push(self.after_empty.into());
        STANDARD.encode(bytes)
    }

    /// The place a text stands for.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let [a, b, c, o1, o2, o3, o4, p1, p2, after] =
            <[u8; 10]>::try_from(bytes.as_slice()).ok()?;
        (MARK == [a, b, c]).then_some(Self {
            offset: u32::from_be_bytes([o1, o2, o3, o4]) as usize,
            page: usize::from(u16::from_be_bytes([p1, p2])),
            after_empty: after != 0,
        })
    }
}

/// `text` as a query value.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

#[cfg(test)]
mod tests;
