//! The elements of an array that arrives in pieces, each decoded as soon as it is there.

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::decode::{decode, decode_first};
use crate::framer::{ArrayAt, FrameError, Framer};
use crate::piece::Piece;

/// Reads one document. Not `Debug`: it holds pieces of answers.
pub(crate) struct Elements {
    framer: Framer,
    piece: Piece,
}

impl Elements {
    pub(crate) fn new(at: ArrayAt, max_element: usize) -> Self {
        Self {
            framer: Framer::new(at, max_element),
            piece: Piece::default(),
        }
    }

    /// Goes on with the next piece.
    pub(crate) fn fill(&mut self, piece: Bytes) {
        self.piece.fill(piece);
    }

    /// Forgets the piece.
    pub(crate) fn clear(&mut self) {
        self.piece = Piece::default();
    }

    /// Starts over for another copy of the document.
    pub(crate) fn restart(&mut self) {
        self.framer.restart();
        self.clear();
    }

    /// Fails when the document was not complete.
    pub(crate) fn finish(&self) -> Result<(), FrameError> {
        self.framer.finish()
    }

    /// The next element that ends in the current piece, or what [`decode`] says is wrong with it; `None` when the piece is
    /// used up.
    pub(crate) fn next<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<Result<T, String>>, FrameError> {
        loop {
            if let Some(element) = self.whole()? {
                return Ok(Some(Ok(element)));
            }
            let (bytes, pos) = self.piece.part();
            if let Some(element) = self.framer.next(bytes, pos)? {
                return Ok(Some(decode(element)));
            }
            if !self.piece.next_part() {
                return Ok(None);
            }
        }
    }

    /// The next element, if it lies in the current piece as a whole and decodes at once: its end is found while it is
    /// decoded. Everything else is left to the framer, which looks for the end first.
    fn whole<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let (bytes, pos) = self.piece.part();
        if !self.framer.begins(bytes, pos)? {
            return Ok(None);
        }
        let Some((element, len)) = self.piece.text().and_then(decode_first) else {
            return Ok(None);
        };
        let (bytes, pos) = self.piece.part();
        let is_taken = self.framer.take(bytes, pos, len);
        Ok(is_taken.then_some(element))
    }
}
