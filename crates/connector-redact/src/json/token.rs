//! The texts, numbers and words of a JSON document, while they arrive.

use crate::rules::Keep;
use crate::tokens::Tokens;

/// Longest text that is read; of a longer one nothing is kept.
const MAX_TEXT: usize = 1 << 20;
/// Longest number.
const MAX_SCALAR: usize = 400;

/// A text after its opening quote.
#[derive(Debug)]
pub(super) struct Text {
    /// What it is made of, escapes included; `None` when nothing of it is kept.
    raw: Option<Vec<u8>>,
    escaped: bool,
}

impl Text {
    pub(super) fn new(kept: bool) -> Self {
        Self {
            raw: kept.then(Vec::new),
            escaped: false,
        }
    }

    /// Takes what belongs to the text. Returns how many bytes were used, and whether the text ended.
    pub(super) fn push(&mut self, piece: &[u8]) -> (usize, bool) {
        let mut used = 0;
        let mut ended = false;
        for byte in piece {
            used += 1;
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    ended = true;
                    break;
                }
                _ => {}
            }
        }
        if let Some(raw) = &mut self.raw {
            let text = piece.get(..used - usize::from(ended)).unwrap_or_default();
            raw.extend_from_slice(text);
            if raw.len() > MAX_TEXT {
                raw.clear();
            }
        }
        (used, ended)
    }

    /// The text, empty when it is not kept; `None` when a decoder would refuse it.
    pub(super) fn read(self) -> Option<String> {
        let raw = String::from_utf8(self.raw.unwrap_or_default()).ok()?;
        let read = |raw: &str| serde_json::from_str(&format!("\"{raw}\"")).ok();
        read(&raw).or_else(|| read(&whole(&raw)))
    }
}

/// The text with its halves of surrogate pairs replaced, as the client's decoder does.
fn whole(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match (half(rest), rest.get(6..).and_then(half)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(_), _) => {
                out.push('\u{fffd}');
                rest = &rest[6..];
                continue;
            }
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out + rest
}

fn half(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

/// A number, `true`, `false` or `null`.
#[derive(Debug, Default)]
pub(super) struct Scalar(Vec<u8>);

impl Scalar {
    /// Takes what belongs to it and returns how many bytes that is.
    pub(super) fn push(&mut self, piece: &[u8]) -> usize {
        let part = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
        let used = piece.iter().take_while(|b| part(b)).count();
        let room = MAX_SCALAR.saturating_sub(self.0.len());
        self.0.extend_from_slice(&piece[..used.min(room)]);
        used
    }

    /// What is written of it; `None` when it is no JSON.
    pub(super) fn kept(&self, keep: Option<Keep>, tokens: Option<&Tokens>) -> Option<String> {
        let text = std::str::from_utf8(&self.0).ok()?;
        let plain = matches!(keep, Some(Keep::Plain | Keep::Word));
        match text {
            "null" => return Some("null".to_owned()),
            "true" | "false" if plain || (keep.is_some() && tokens.is_none()) => {
                return Some(text.to_owned());
            }
            "true" | "false" => return Some("false".to_owned()),
            _ => {}
        }
        serde_json::from_str::<serde_json::Number>(text).ok()?;
        let ids = matches!(keep, Some(Keep::Id | Keep::IdOr(_) | Keep::IdOrText));
        Some(match (keep, tokens) {
            (None, _) => "0".to_owned(),
            (Some(_), None) => text.to_owned(),
            (Some(_), _) if plain || ids => text.to_owned(),
            (Some(Keep::Text), Some(tokens))
                if text.len() <= 18 && !text.contains(['e', 'E', '.']) =>
            {
                tokens.digits(text)
            }
            (Some(Keep::Custom), Some(tokens)) => tokens.custom_number(text),
            (Some(_), Some(_)) => "0".to_owned(),
        })
    }
}
