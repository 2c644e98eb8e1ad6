//! Cuts the elements of one JSON array out of a document that arrives in pieces.
//!
//! The framer knows just enough JSON to find where elements begin and end: strings with their escapes, brackets
//! and commas. What an element holds is left to the decoder it is handed to; the document around the array is
//! checked for balanced brackets and for its end. An element that lies in one piece is handed over in place;
//! only one that spans pieces is copied. A decoder that finds the end of an element itself tells it ([`Framer::take`]).

/// Where the wanted array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayAt {
    /// The document is the array.
    Root,
    /// The document is an object and the array is the value of this key.
    Key(&'static str),
}

/// Why a document is not what it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameError {
    /// It ends too early.
    BreaksOff,
    /// Something follows its end.
    Trailing,
    /// It is not an object, or not an array.
    WrongRoot,
    /// The wanted key is missing.
    Missing,
    /// The wanted key is there twice.
    Twice,
    /// The wanted key is not an array.
    NotArray,
    /// It is not JSON.
    Malformed,
    /// One element is larger than allowed.
    TooLarge,
}

/// Brackets may nest this deep outside the wanted array, as in the decoder.
const MAX_DEPTH: u32 = 128;
/// Longer keys cannot be the wanted one.
const MAX_KEY: usize = 256;

/// What comes next in the document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expecting {
    /// Before the document's first bracket.
    Start,
    /// After `{`: a key or `}`.
    FirstKey,
    /// After a comma in the object: a key.
    Key,
    /// Inside a key.
    InKey,
    /// After a key.
    Colon,
    /// Before a value that is not wanted.
    SkipValue,
    /// Inside one.
    Skipping,
    /// Before the wanted value.
    Wanted,
    /// After a value of the object: a comma or `}`.
    AfterValue,
    /// After `[`: an element or `]`.
    FirstElement,
    /// After a comma in the array: an element.
    NextElement,
    /// Inside an element.
    Element,
    /// After the document.
    End,
}

/// Reads one document; see the module. Not `Debug`: it holds pieces of answers.
pub(crate) struct Framer {
    at: ArrayAt,
    max_element: usize,
    expecting: Expecting,
    /// Brackets open inside the current value.
    depth: u32,
    /// Which of them are `{`, the innermost in the lowest bit; kept for skipped values only.
    braces: u128,
    in_string: bool,
    escaped: bool,
    /// The current element, or key, as far as it lies in earlier pieces.
    carry: Vec<u8>,
    found: bool,
}

impl Framer {
    pub(crate) fn new(at: ArrayAt, max_element: usize) -> Self {
        Self {
            at,
            max_element,
            expecting: Expecting::Start,
            depth: 0,
            braces: 0,
            in_string: false,
            escaped: false,
            carry: Vec::new(),
            found: false,
        }
    }

    /// Starts over for another copy of the document.
    pub(crate) fn restart(&mut self) {
        *self = Self::new(self.at, self.max_element);
    }

    /// Reads on at `*pos` in `piece` and hands over the next element that ends in it; `None` when the piece
    /// is used up.
    pub(crate) fn next<'a>(
        &'a mut self,
        piece: &'a [u8],
        pos: &mut usize,
    ) -> Result<Option<&'a [u8]>, FrameError> {
        if !self.reach_element(piece, pos)? {
            return Ok(None);
        }
        let start = *pos;
        let ended = self.scan(piece, pos);
        let part = piece.get(start..*pos).unwrap_or_default();
        if self.carry.len() + part.len() > self.max_element {
            return Err(FrameError::TooLarge);
        }
        if !ended {
            self.carry.extend_from_slice(part);
            return Ok(None);
        }
        self.end_element(piece, pos)?;
        if self.carry.is_empty() {
            return Ok(Some(part));
        }
        self.carry.extend_from_slice(part);
        Ok(Some(&self.carry))
    }

    /// Reads on to where an element begins; true when it begins in `piece`, at `*pos`. Whoever finds its end in another
    /// way than [`Framer::next`] does says so with [`Framer::take`].
    pub(crate) fn begins(&mut self, piece: &[u8], pos: &mut usize) -> Result<bool, FrameError> {
        let is_in_element = self.expecting == Expecting::Element;
        Ok(self.reach_element(piece, pos)? && !is_in_element)
    }

    /// Moves `*pos` over an element of `len` bytes that begins there and over what follows it; false when that is not a
    /// comma or the array's end in this piece, or when the element is too large, and nothing has happened then.
    pub(crate) fn take(&mut self, piece: &[u8], pos: &mut usize, len: usize) -> bool {
        let behind = piece.get(*pos + len..).unwrap_or_default();
        let blanks = behind.iter().take_while(|byte| is_blank(**byte)).count();
        let mut end = *pos + len + blanks;
        let is_taken =
            len + blanks <= self.max_element && self.end_element(piece, &mut end).is_ok();
        if is_taken {
            *pos = end;
        }
        is_taken
    }

    /// Reads on to an element, or to where one goes on; false when the piece is used up.
    fn reach_element(&mut self, piece: &[u8], pos: &mut usize) -> Result<bool, FrameError> {
        let is_carrying = matches!(
            self.expecting,
            Expecting::Element | Expecting::InKey | Expecting::Colon
        );
        if !is_carrying {
            // The element before has been used.
            self.carry.clear();
        }
        while let Some(&byte) = piece.get(*pos) {
            match self.expecting {
                Expecting::Element => return Ok(true),
                Expecting::Skipping => {
                    if self.skip(piece, pos)? {
                        self.expecting = Expecting::AfterValue;
                    }
                }
                Expecting::InKey => self.key(piece, pos)?,
                _ if is_blank(byte) => *pos += 1,
                _ => self.structure(byte, pos)?,
            }
        }
        Ok(false)
    }

    /// Fails when the document was not complete.
    pub(crate) fn finish(&self) -> Result<(), FrameError> {
        match self.expecting {
            Expecting::End => Ok(()),
            _ => Err(FrameError::BreaksOff),
        }
    }

    /// Takes one byte between values.
    fn structure(&mut self, byte: u8, pos: &mut usize) -> Result<(), FrameError> {
        let next = match (self.expecting, byte) {
            (Expecting::Start, b'[') if self.at == ArrayAt::Root => Expecting::FirstElement,
            (Expecting::Start, b'{') if self.at != ArrayAt::Root => Expecting::FirstKey,
            (Expecting::Start, b'{' | b'[') => return Err(FrameError::WrongRoot),
            (Expecting::FirstKey | Expecting::Key, b'"') => Expecting::InKey,
            (Expecting::Colon, b':') => self.after_colon()?,
            (Expecting::Wanted, b'[') => Expecting::FirstElement,
            (Expecting::Wanted, _) => return Err(FrameError::NotArray),
            (Expecting::SkipValue, b',' | b'}' | b']' | b':') => return Err(FrameError::Malformed),
            // The byte belongs to the value and is left for the scan.
            (Expecting::SkipValue, _) => return self.begin(Expecting::Skipping),
            (Expecting::AfterValue, b',') => Expecting::Key,
            (Expecting::FirstKey | Expecting::AfterValue, b'}') => {
                if !self.found {
                    return Err(FrameError::Missing);
                }
                Expecting::End
            }
            (Expecting::FirstElement, b']') => self.after_array(),
            (Expecting::FirstElement | Expecting::NextElement, b',' | b']' | b'}') => {
                return Err(FrameError::Malformed);
            }
            (Expecting::FirstElement | Expecting::NextElement, _) => {
                return self.begin(Expecting::Element);
            }
            (Expecting::End, _) => return Err(FrameError::Trailing),
            _ => return Err(FrameError::Malformed),
        };
        self.expecting = next;
        *pos += 1;
        Ok(())
    }

    fn begin(&mut self, expecting: Expecting) -> Result<(), FrameError> {
        self.expecting = expecting;
        self.depth = 0;
        self.braces = 0;
        Ok(())
    }

    fn after_array(&self) -> Expecting {
        match self.at {
            ArrayAt::Root => Expecting::End,
            ArrayAt::Key(_) => Expecting::AfterValue,
        }
    }

    /// Takes the comma or bracket that ended an element.
    fn end_element(&mut self, piece: &[u8], pos: &mut usize) -> Result<(), FrameError> {
        self.expecting = match piece.get(*pos) {
            Some(b',') => Expecting::NextElement,
            Some(b']') => self.after_array(),
            _ => return Err(FrameError::Malformed),
        };
        *pos += 1;
        Ok(())
    }

    /// Moves over the current element; true when `*pos` is at the comma or bracket after it.
    fn scan(&mut self, piece: &[u8], pos: &mut usize) -> bool {
        while *pos < piece.len() {
            if self.in_string && !self.string(piece, pos) {
                return false;
            }
            match piece.get(*pos) {
                None => return false,
                Some(b'"') => self.in_string = true,
                Some(b'{' | b'[') => self.depth += 1,
                // A comma matters only between elements.
                Some(b',' | b'}' | b']') if self.depth == 0 => return true,
                Some(b'}' | b']') => self.depth -= 1,
                Some(_) => {}
            }
            *pos += 1;
        }
        false
    }

    /// Moves to the end of a string; false when the piece ends first.
    fn string(&mut self, piece: &[u8], at: &mut usize) -> bool {
        if self.escaped && *at < piece.len() {
            self.escaped = false;
            *at += 1;
        }
        loop {
            let rest = piece.get(*at..).unwrap_or_default();
            let Some(plain) = memchr::memchr2(b'"', b'\\', rest) else {
                *at = piece.len();
                return false;
            };
            *at += plain + 1;
            if rest.get(plain) == Some(&b'"') {
                self.in_string = false;
                return true;
            }
            if *at >= piece.len() {
                self.escaped = true;
                return false;
            }
            *at += 1;
        }
    }

    /// Moves over a value that is not wanted; true when `*pos` is at the comma or brace after it.
    fn skip(&mut self, piece: &[u8], pos: &mut usize) -> Result<bool, FrameError> {
        while *pos < piece.len() {
            if self.in_string && !self.string(piece, pos) {
                return Ok(false);
            }
            match piece.get(*pos) {
                None => return Ok(false),
                Some(b'"') => self.in_string = true,
                Some(&open @ (b'{' | b'[')) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(FrameError::Malformed);
                    }
                    self.braces = (self.braces << 1) | u128::from(open == b'{');
                }
                Some(b',' | b'}') if self.depth == 0 => return Ok(true),
                Some(&close @ (b'}' | b']')) => {
                    if self.depth == 0 || (self.braces & 1 == 1) != (close == b'}') {
                        return Err(FrameError::Malformed);
                    }
                    self.depth -= 1;
                    self.braces >>= 1;
                }
                Some(_) => {}
            }
            *pos += 1;
        }
        Ok(false)
    }

    /// Moves over a key, keeping it, and over its closing quote.
    fn key(&mut self, piece: &[u8], pos: &mut usize) -> Result<(), FrameError> {
        let start = *pos;
        self.in_string = true;
        let ended = self.string(piece, pos);
        self.in_string = false;
        let part = piece.get(start..*pos).unwrap_or_default();
        if self.carry.len() <= MAX_KEY {
            self.carry.extend(part.iter().take(MAX_KEY + 2));
        }
        if ended {
            self.expecting = Expecting::Colon;
        }
        Ok(())
    }

    /// The key in `carry` is complete: is its value the wanted one?
    fn after_colon(&mut self) -> Result<Expecting, FrameError> {
        let wanted = self.is_wanted();
        self.carry.clear();
        if !wanted {
            return Ok(Expecting::SkipValue);
        }
        if std::mem::replace(&mut self.found, true) {
            return Err(FrameError::Twice);
        }
        Ok(Expecting::Wanted)
    }

    fn is_wanted(&self) -> bool {
        let ArrayAt::Key(wanted) = self.at else {
            return false;
        };
        let Some(raw) = self.carry.strip_suffix(b"\"") else {
            return false;
        };
        if !raw.contains(&b'\\') {
            return raw == wanted.as_bytes();
        }
        let quoted = [b"\"", self.carry.as_slice()].concat();
        serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == wanted)
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
