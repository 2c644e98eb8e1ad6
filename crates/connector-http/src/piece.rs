//! A piece of an answer, as text as far as it is text.

/// A piece that is being read. It is copied out of the buffer of the connection, which can be filled again at once.
#[derive(Default)]
pub(crate) struct Piece {
    text: String,
    /// What follows the text: a character that is cut off at the end of the piece, or everything from damage on.
    rest: Vec<u8>,
    /// Whether the rest is being read.
    is_behind_text: bool,
    /// How far the part has been read that is being read.
    pos: usize,
}

impl Piece {
    /// Begins with the next piece.
    pub(crate) fn fill(&mut self, piece: &[u8]) {
        let (text, rest) = split(piece);
        self.text.clear();
        self.text.push_str(text);
        self.rest.clear();
        self.rest.extend_from_slice(rest);
        self.is_behind_text = false;
        self.pos = 0;
    }

    /// The part that is being read, and how far it has been read.
    pub(crate) fn part(&mut self) -> (&[u8], &mut usize) {
        let part = match self.is_behind_text {
            true => &self.rest,
            false => self.text.as_bytes(),
        };
        (part, &mut self.pos)
    }

    /// The text that has not been read.
    pub(crate) fn text(&self) -> Option<&str> {
        match self.is_behind_text {
            true => None,
            false => self.text.get(self.pos..),
        }
    }

    /// Goes on behind the text; false when there is nothing.
    pub(crate) fn next_part(&mut self) -> bool {
        let has_next = !self.is_behind_text && !self.rest.is_empty();
        if has_next {
            self.is_behind_text = true;
            self.pos = 0;
        }
        has_next
    }
}

/// Text up to the first character that is cut off or is none, and what follows.
fn split(piece: &[u8]) -> (&str, &[u8]) {
    let valid = match simdutf8::compat::from_utf8(piece) {
        Ok(text) => return (text, &[]),
        Err(e) => e.valid_up_to(),
    };
    let (text, rest) = piece.split_at_checked(valid).unwrap_or((piece, &[]));
    // It has been found to be text.
    std::str::from_utf8(text).map_or(("", piece), |text| (text, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_read_as_text_and_then_what_is_none() {
        for (bytes, text, rest) in [
            (&b""[..], "", &b""[..]),
            (b"{\"a\":1}", "{\"a\":1}", b""),
            ("[\"é".as_bytes(), "[\"é", b""),
            (&"[\"é".as_bytes()[..3], "[\"", b"\xc3"),
            (b"[\"\xff\",1]", "[\"", b"\xff\",1]"),
        ] {
            let mut piece = Piece::default();
            // Nothing of an earlier piece is left.
            piece.fill(b"old \xff");
            assert!(piece.next_part());
            piece.fill(bytes);
            assert_eq!(piece.text(), Some(text));
            *piece.part().1 = text.len();
            assert_eq!(piece.text(), Some(""));
            assert_eq!(piece.next_part(), !rest.is_empty());
            if !rest.is_empty() {
                assert_eq!(piece.part(), (rest, &mut 0));
                assert_eq!(piece.text(), None);
                assert!(!piece.next_part());
            }
        }
    }
}
