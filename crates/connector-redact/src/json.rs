//! Goes through a JSON document while it arrives, and writes it again with only what is declared.
//!
//! What is not declared keeps its kind and nothing else: a text is `""`, a number `0`, a truth value `false`, an object
//! `{}`, a list `[]`. Nothing of it is held, however long it is. A document that breaks off breaks off in the same place,
//! and one that is no JSON ends with a sign that makes no other sense to a decoder.

mod token;

use std::sync::Arc;

use crate::rules::{Place, Rules};
use crate::shape;
use crate::tokens::Tokens;
use token::{Scalar, Text};

/// Brackets nest no deeper, as in the decoder.
const MAX_DEPTH: usize = 128;

/// Writes a document again, piece by piece.
#[derive(Debug)]
pub struct JsonRedactor {
    rules: Arc<Rules>,
    /// Without them, what is declared stays as it is.
    tokens: Option<Arc<Tokens>>,
    out: Vec<u8>,
    stack: Vec<Frame>,
    expect: Expect,
    /// Where the next value is.
    place: Place,
    token: Token,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
struct Frame {
    is_list: bool,
    /// The place of the object, or of the list and so of its elements.
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value or the end of a list.
    First,
    /// A key or the end of an object.
    FirstKey,
    Key,
    Colon,
    /// A comma or an end.
    Comma,
    /// Nothing more.
    End,
    /// It is no JSON, and nothing more is written.
    Broken,
}

/// What the reading is inside of.
#[derive(Debug)]
enum Token {
    None,
    Key(Text),
    Text(Text),
    Scalar(Scalar),
    /// An object or list of which nothing is kept.
    Skipped {
        depth: usize,
        text: Option<Text>,
    },
}

impl JsonRedactor {
    /// Keeps what `rules` declare, as tokens.
    pub fn new(rules: Arc<Rules>, tokens: Arc<Tokens>) -> Self {
        Self::with(rules, Some(tokens))
    }

    /// Keeps what `rules` declare as it is, for documents that hold tokens already.
    pub fn verbatim(rules: Arc<Rules>) -> Self {
        Self::with(rules, None)
    }

    fn with(rules: Arc<Rules>, tokens: Option<Arc<Tokens>>) -> Self {
        Self {
            place: rules.root(),
            rules,
            tokens,
            out: Vec::new(),
            stack: Vec::new(),
            expect: Expect::Value,
            token: Token::None,
        }
    }

    /// Takes the next piece of the document.
    pub fn push(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !rest.is_empty() && self.expect != Expect::Broken {
            let used = match &mut self.token {
                Token::None => self.outside(rest[0]),
                Token::Key(text) | Token::Text(text) => {
                    let (used, ended) = text.push(rest);
                    if ended {
                        self.text_ended();
                    }
                    used
                }
                Token::Scalar(scalar) => {
                    let used = scalar.push(rest);
                    if used < rest.len() {
                        self.scalar_ended();
                    }
                    used
                }
                Token::Skipped { .. } => self.skip(rest),
            };
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// The document as far as it came; `whole` when nothing more can come.
    pub fn finish(mut self, whole: bool) -> String {
        if whole && matches!(self.token, Token::Scalar(_)) {
            self.scalar_ended();
        }
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// A byte that belongs to no text, number or word. Returns how many were used.
    fn outside(&mut self, byte: u8) -> usize {
        use Expect::{Colon, Comma, First, FirstKey, Key, Value};
        match (byte, self.expect) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => {}
            (b'"', Key | FirstKey) => self.token = Token::Key(Text::new(true)),
            (b'"', Value | First) => {
                let text = Text::new(self.place.keep.is_some());
                self.token = Token::Text(text);
            }
            (b'{' | b'[', Value | First) => self.open(byte == b'['),
            (b'}', FirstKey) | (b']', First) => self.close(byte),
            (b'}' | b']', Comma) => {
                let list = self.stack.last().map(|frame| frame.is_list);
                match list == Some(byte == b']') {
                    true => self.close(byte),
                    false => self.broken(),
                }
            }
            (b',', Comma) => match self.stack.last().copied() {
                Some(frame) => {
                    self.place = frame.place;
                    self.expect = if frame.is_list { Value } else { Key };
                    self.out.push(b',');
                }
                None => self.broken(),
            },
            (b':', Colon) => {
                self.out.push(b':');
                self.expect = Value;
            }
            (_, Value | First) if byte.is_ascii_alphanumeric() || byte == b'-' => {
                self.token = Token::Scalar(Scalar::default());
                return 0;
            }
            _ => self.broken(),
        }
        1
    }

    fn open(&mut self, is_list: bool) {
        let kept = self.place.open || (is_list && self.place.keep.is_some());
        if !kept {
            self.out
                .extend_from_slice(if is_list { b"[]" } else { b"{}" });
            self.token = Token::Skipped {
                depth: 1,
                text: None,
            };
            return;
        }
        if self.stack.len() == MAX_DEPTH {
            return self.broken();
        }
        let place = self.place;
        self.stack.push(Frame { is_list, place });
        self.out.push(if is_list { b'[' } else { b'{' });
        self.expect = if is_list {
            Expect::First
        } else {
            Expect::FirstKey
        };
    }

    fn close(&mut self, byte: u8) {
        self.stack.pop();
        self.out.push(byte);
        self.value_ended();
    }

    fn value_ended(&mut self) {
        self.token = Token::None;
        self.expect = match self.stack.is_empty() {
            true => Expect::End,
            false => Expect::Comma,
        };
    }

    fn text_ended(&mut self) {
        match std::mem::replace(&mut self.token, Token::None) {
            Token::Key(text) => {
                let Some(key) = text.read() else {
                    return self.broken();
                };
                let object = self.stack.last().map(|frame| frame.place);
                let place = object.map(|object| self.rules.below(object, &key));
                self.place = place.unwrap_or(self.place);
                let declared = self.place.keep.is_some() || self.place.open;
                match declared || shape::is_key(&key) {
                    true => self.write(&key),
                    false => self.write(""),
                }
                self.expect = Expect::Colon;
            }
            Token::Text(text) => {
                let kept = match self.place.keep {
                    None => Some(String::new()),
                    Some(keep) => text.read().map(|text| match &self.tokens {
                        Some(tokens) => tokens.kept(keep, &text),
                        None => text,
                    }),
                };
                match kept {
                    Some(kept) => {
                        self.write(&kept);
                        self.value_ended();
                    }
                    None => self.broken(),
                }
            }
            _ => self.broken(),
        }
    }

    fn scalar_ended(&mut self) {
        let Token::Scalar(scalar) = std::mem::replace(&mut self.token, Token::None) else {
            return;
        };
        match scalar.kept(self.place.keep, self.tokens.as_deref()) {
            Some(kept) => {
                self.out.extend_from_slice(kept.as_bytes());
                self.value_ended();
            }
            None => self.broken(),
        }
    }

    /// Goes on within what is left out. Returns how many bytes were used.
    fn skip(&mut self, rest: &[u8]) -> usize {
        let Token::Skipped { depth, text } = &mut self.token else {
            return 0;
        };
        if let Some(inside) = text {
            let (used, ended) = inside.push(rest);
            if ended {
                *text = None;
            }
            return used;
        }
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'"' => {
                    *text = Some(Text::new(false));
                    return at + 1;
                }
                b'{' | b'[' => *depth += 1,
                b'}' | b']' => *depth -= 1,
                _ => continue,
            }
            if *depth == 0 {
                self.value_ended();
                return at + 1;
            }
        }
        rest.len()
    }

    fn write(&mut self, text: &str) {
        // A text can always be written.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    fn broken(&mut self) {
        self.out.push(b'!');
        self.token = Token::None;
        self.expect = Expect::Broken;
    }
}

#[cfg(test)]
mod tests;
