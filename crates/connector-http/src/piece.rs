//! A piece of an answer, as text as far as it is text.

use bytes::{Buf, Bytes};

/// Bytes that are copied out of a piece at a time. A piece of a connection is smaller; that of a recording is a whole
/// answer.
const PART: usize = 256 << 10;

/// A piece that is being read, part by part: text, and in between what is none, such as characters that are cut off at the
/// ends of the piece. Text is copied, so that a connection can fill its buffer again.
#[derive(Default)]
pub(crate) struct Piece {
    /// What follows the part that is being read.
    rest: Bytes,
    text: String,
    other: Bytes,
    is_text: bool,
    /// How far the part has been read that is being read.
    pos: usize,
}

impl Piece {
    /// Begins with the next piece.
    pub(crate) fn fill(&mut self, piece: Bytes) {
        self.rest = piece;
        self.next_part();
    }

    /// The part that is being read, and how far it has been read.
    pub(crate) fn part(&mut self) -> (&[u8], &mut usize) {
        let part = match self.is_text {
            true => self.text.as_bytes(),
            false => &self.other,
        };
        (part, &mut self.pos)
    }

    /// What has not been read of a part that is text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self.is_text {
            true => self.text.get(self.pos..),
            false => None,
        }
    }

    /// Goes on with the next part; false when there is none.
    pub(crate) fn next_part(&mut self) -> bool {
        self.pos = 0;
        self.text.clear();
        let part = self.rest.get(..PART).unwrap_or(&self.rest);
        let text = text_of(part);
        self.text.push_str(text);
        self.is_text = !text.is_empty();
        let len = match text.len() {
            // The end of a character that the part before has the start of, or else damage.
            0 => match part.iter().take_while(|byte| is_inner(**byte)).count() {
                0 => part.len(),
                inner => inner,
            },
            len => len,
        };
        self.other = Bytes::new();
        match self.is_text {
            true => self.rest.advance(len),
            false => self.other = self.rest.split_to(len),
        }
        if self.rest.is_empty() {
            // Nothing of the buffer is held any longer than it is needed.
            self.rest = Bytes::new();
        }
        len > 0
    }
}

/// Whether a byte belongs to a character of several bytes without being its first one.
const fn is_inner(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// The start of `part` that is text, up to the first character that is cut off or is none.
fn text_of(part: &[u8]) -> &str {
    match simdutf8::compat::from_utf8(part) {
        Ok(text) => text,
        Err(e) => {
            let text = part.get(..e.valid_up_to()).unwrap_or_default();
            // It has been found to be text.
            std::str::from_utf8(text).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The parts of a piece; those that are text have a `true`.
    fn parts(bytes: &[u8]) -> Vec<(bool, Vec<u8>)> {
        let mut piece = Piece::default();
        // Nothing of an earlier piece is left.
        piece.fill(Bytes::from_static(b"old \xff"));
        *piece.part().1 = 2;
        piece.fill(Bytes::copy_from_slice(bytes));
        let mut parts = Vec::new();
        loop {
            let text = piece.text().map(str::to_owned);
            let (part, pos) = piece.part();
            assert_eq!(*pos, 0);
            assert!(text.as_ref().is_none_or(|text| text.as_bytes() == part));
            if !part.is_empty() {
                parts.push((text.is_some(), part.to_vec()));
            }
            if !piece.next_part() {
                return parts;
            }
        }
    }

    #[test]
    fn a_piece_is_read_as_text_as_far_as_it_is_text() {
        let e = "é".as_bytes();
        for (bytes, expected) in [
            (vec![], vec![]),
            (b"{}".to_vec(), vec![(true, b"{}".to_vec())]),
            // Characters are cut off at both ends.
            (
                [&e[1..], b"\",\"", &e[..1]].concat(),
                vec![
                    (false, e[1..].to_vec()),
                    (true, b"\",\"".to_vec()),
                    (false, e[..1].to_vec()),
                ],
            ),
            (
                b"[\"\xff\",1]".to_vec(),
                vec![(true, b"[\"".to_vec()), (false, b"\xff\",1]".to_vec())],
            ),
        ] {
            assert_eq!(parts(&bytes), expected);
        }
    }

    #[test]
    fn a_large_piece_is_copied_part_by_part() {
        // The first part would end within a character.
        let text = format!("x{}", "é".repeat(PART));
        let parts = parts(text.as_bytes());
        let lengths: Vec<_> = parts.iter().map(|(_, part)| part.len()).collect();
        assert_eq!(lengths, [PART - 1, PART, 2]);
        assert!(parts.iter().all(|(is_text, _)| *is_text));
        let all: Vec<u8> = parts.into_iter().flat_map(|(_, part)| part).collect();
        assert_eq!(all, text.as_bytes());
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x20..0x7f_u8], 0..64)) {
            let all: Vec<u8> = parts(&bytes).into_iter().flat_map(|(_, part)| part).collect();
            prop_assert_eq!(all, bytes);
        }
    }
}
