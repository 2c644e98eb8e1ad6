//! Makes JSON that a strict decoder refuses readable where its meaning is beyond doubt.
//!
//! * Half of a surrogate pair, which is what is left when a text is cut in the middle of an emoji, becomes U+FFFD.
//! * A member whose name and value are there already is left out.
//!
//! Two members with one name and different values stay: only a decoder that does not read them can do without knowing
//! which one is meant.

use std::collections::HashMap;
use std::ops::Range;

/// Brackets nest no deeper than in the decoder.
const MAX_DEPTH: u32 = 128;

/// The same document in readable form; `None` when it is readable as it is, or is not JSON.
pub(crate) fn repair(json: &str) -> Option<String> {
    let mut repair = Repair {
        json,
        pos: 0,
        out: String::with_capacity(json.len()),
        depth: 0,
        changed: false,
    };
    repair.value()?;
    repair.blanks();
    (repair.pos == json.len() && repair.changed).then_some(repair.out)
}

struct Repair<'a> {
    json: &'a str,
    pos: usize,
    out: String,
    depth: u32,
    changed: bool,
}

impl Repair<'_> {
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.pos).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.pos += 1;
        }
    }

    /// Takes the next byte that is not blank.
    fn next(&mut self) -> Option<u8> {
        self.blanks();
        let byte = self.peek()?;
        self.pos += 1;
        Some(byte)
    }

    fn value(&mut self) -> Option<()> {
        self.blanks();
        match self.peek()? {
            b'{' | b'[' if self.depth == MAX_DEPTH => None,
            open @ (b'{' | b'[') => {
                self.pos += 1;
                self.depth += 1;
                match open {
                    b'{' => self.object()?,
                    _ => self.array()?,
                }
                self.depth -= 1;
                Some(())
            }
            b'"' => {
                self.pos += 1;
                self.string()
            }
            _ => self.scalar(),
        }
    }

    /// Copies what is left of an object.
    fn object(&mut self) -> Option<()> {
        let mut seen: HashMap<String, Range<usize>> = HashMap::new();
        self.out.push('{');
        self.blanks();
        if self.peek()? == b'}' {
            self.pos += 1;
            self.out.push('}');
            return Some(());
        }
        loop {
            let start = self.out.len();
            if !seen.is_empty() {
                self.out.push(',');
            }
            let name = self.out.len();
            (self.next()? == b'"').then_some(())?;
            self.string()?;
            let name: String = serde_json::from_str(self.out.get(name..)?).ok()?;
            (self.next()? == b':').then_some(())?;
            self.out.push(':');
            let value = self.out.len();
            self.value()?;
            let value = value..self.out.len();
            match seen.get(&name) {
                Some(first) if self.out.get(first.clone()) == self.out.get(value.clone()) => {
                    self.out.truncate(start);
                    self.changed = true;
                }
                _ => {
                    seen.insert(name, value);
                }
            }
            match self.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        self.out.push('}');
        Some(())
    }

    /// Copies what is left of an array.
    fn array(&mut self) -> Option<()> {
        self.out.push('[');
        self.blanks();
        if self.peek()? == b']' {
            self.pos += 1;
            self.out.push(']');
            return Some(());
        }
        loop {
            self.value()?;
            match self.next()? {
                b',' => self.out.push(','),
                b']' => break,
                _ => return None,
            }
        }
        self.out.push(']');
        Some(())
    }

    /// Copies a number or a word; whether it is one is up to the decoder.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.json.get(self.pos..)?;
        let end = rest.find([',', '}', ']', ' ', '\t', '\n', '\r']);
        let text = rest.get(..end.unwrap_or(rest.len()))?;
        self.out.push_str(text);
        self.pos += text.len();
        (!text.is_empty()).then_some(())
    }

    /// Copies a text after its opening quote.
    fn string(&mut self) -> Option<()> {
        self.out.push('"');
        loop {
            let rest = self.json.get(self.pos..)?;
            let plain = rest.find(['"', '\\'])?;
            self.out.push_str(rest.get(..plain)?);
            let rest = rest.get(plain..)?;
            let taken = match (surrogate(rest), rest.get(6..).and_then(surrogate)) {
                (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
                (Some(_), _) => {
                    self.changed = true;
                    self.out.push('\u{fffd}');
                    self.pos += plain + 6;
                    continue;
                }
                (None, _) if rest.starts_with('"') => 1,
                // A backslash and the character it belongs to.
                (None, _) => 1 + rest.chars().nth(1)?.len_utf8(),
            };
            self.out.push_str(rest.get(..taken)?);
            self.pos += plain + taken;
            if taken == 1 {
                return Some(());
            }
        }
    }
}

/// The surrogate that a text begins with as an escape.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests;
