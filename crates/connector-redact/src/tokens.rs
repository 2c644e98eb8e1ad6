//! Keyed tokens in place of values, each of the kind of what it stands for.
//!
//! Every token is cut from HMAC-SHA-256 of the value and its kind. Values are compared as people compare them: letter case
//! and Unicode's ways to write the same text do not matter, except in ids and cursors.

use std::fmt;

use aws_lc_rs::hmac;
use connector_core::privacy;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use unicode_normalization::UnicodeNormalization;

use crate::key::RedactionKey;
use crate::rules::Keep;
use crate::shape;

/// Texts have at most this many words; what follows is one more.
const MAX_WORDS: usize = 40;
/// Dates go back by one to this many weeks.
const MAX_WEEKS: u64 = 520;
/// Longer values of custom attributes are not kept as a code, or not at all.
const MAX_CODE: usize = 64;
const MAX_TEXT: usize = 256;
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "io"];
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Makes tokens under one key.
#[derive(Clone)]
pub struct Tokens {
    key: hmac::Key,
    fleeting: bool,
    back: i32,
}

impl Tokens {
    /// Tokens under this key.
    pub fn new(key: &RedactionKey) -> Self {
        let mut tokens = Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key.bytes()),
            fleeting: key.is_fleeting(),
            back: 0,
        };
        let weeks = 1 + number(&tokens.mac("dates", "")) % MAX_WEEKS;
        tokens.back = 7 * i32::try_from(weeks).unwrap_or(1);
        tokens
    }

    /// Whether the key was drawn for one run, so that files made with it cannot be joined with others.
    pub fn are_fleeting(&self) -> bool {
        self.fleeting
    }

    /// Tells keys apart without giving anything of them away.
    pub fn key_id(&self) -> String {
        base32(&self.mac("key id", ""), 12)
    }

    /// Bytes that stand for a text of some kind, for what is neither text nor date.
    pub fn bytes(&self, kind: &str, text: &str) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.mac(kind, text)[..16]);
        bytes
    }

    fn mac(&self, kind: &str, text: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(kind.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.sign().as_ref());
        bytes
    }

    /// What stands in place of a text that is kept as `keep`.
    pub fn kept(&self, keep: Keep, text: &str) -> String {
        match keep {
            _ if text.trim().is_empty() => String::new(),
            Keep::Id => self.id(text),
            Keep::IdOr(words) if words.split('|').any(|word| word == text) => text.to_owned(),
            Keep::IdOr(_) => self.id(text),
            Keep::IdOrText if shape::is_opaque_id(text) => text.to_owned(),
            Keep::Word | Keep::Plain if shape::is_word(text) => text.to_owned(),
            Keep::Word if shape::is_state(text) => text.to_owned(),
            Keep::Label if shape::is_label(text) || shape::is_opaque_id(text) => text.to_owned(),
            Keep::Phrase(phrases) => {
                let found = phrases.split('|').find(|phrase| text.contains(phrase));
                found.unwrap_or_default().to_owned()
            }
            Keep::Date => self.date(text).unwrap_or_else(|| self.text(text)),
            Keep::Email => self.email(text).unwrap_or_else(|| self.text(text)),
            Keep::IdOrText | Keep::Word | Keep::Label | Keep::Plain | Keep::Text => self.text(text),
            Keep::Custom => self.custom(text),
            Keep::Cursor => self.cursor(text),
            Keep::Link(parameter) => self.link(parameter, text),
            Keep::Secret => "replaced".to_owned(),
            Keep::Inside => String::new(),
        }
    }

    /// An e-mail address in a reserved domain; `None` when `text` is no address.
    pub fn email(&self, text: &str) -> Option<String> {
        let whole = folded(text);
        let (_, domain) = shape::email(&whole)?;
        let local = base32(&self.mac("email", &whole), 15);
        let domain = base32(&self.mac("domain", domain), 9);
        Some(format!("p{local}@d{domain}.example"))
    }

    /// An id: itself when it says nothing about a person.
    pub fn id(&self, text: &str) -> String {
        if shape::is_opaque_id(text) {
            return text.to_owned();
        }
        let email = self.email(text);
        email.unwrap_or_else(|| format!("x{}", base32(&self.mac("id", text), 20)))
    }

    /// A cursor, which is no longer one of the vendor's.
    pub fn cursor(&self, text: &str) -> String {
        format!("c{}", base32(&self.mac("cursor", text), 25))
    }

    /// The cursor in a link, as the same query parameter of a link that leads nowhere.
    fn link(&self, parameter: &str, text: &str) -> String {
        let Some((_, query)) = text.split_once('?') else {
            return self.cursor(text);
        };
        let query = query.split('#').next().unwrap_or_default();
        let value = query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (decoded(name) == parameter).then(|| decoded(value))
        });
        match value {
            Some(value) if !value.is_empty() => {
                let name = parameter.replace('[', "%5B").replace(']', "%5D");
                format!("https://vendor.example/?{name}={}", self.cursor(&value))
            }
            _ => "https://vendor.example/".to_owned(),
        }
    }

    /// A day, or the day of a moment, moved by a number of weeks that only the key tells; `None` when `text` begins with no
    /// day. The time of day stays.
    pub fn date(&self, text: &str) -> Option<String> {
        let (day, rest) = text.trim().split_at_checked(10)?;
        let is_time = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
        let time = |c: char| c.is_ascii_digit() || "Tt Zz:.+-".contains(c);
        if !is_time || rest.len() > 32 || !rest.chars().all(time) {
            return None;
        }
        let day: Date = day.parse().ok()?;
        Some(format!("{}{rest}", self.day(day)))
    }

    /// A day, moved. The first and last days of the calendar are no dates of anything and stay.
    pub fn day(&self, day: Date) -> Date {
        let first = Date::constant(1, 1, 1);
        let moved = day.saturating_sub(Span::new().days(self.back));
        if day == Date::constant(9999, 12, 31) {
            return day;
        }
        moved.max(first)
    }

    /// A moment, moved like days.
    pub fn moment(&self, moment: Timestamp) -> Timestamp {
        let hours = i64::from(self.back) * 24;
        let moved = moment.checked_sub(Span::new().hours(hours));
        moved.unwrap_or(Timestamp::MIN)
    }

    /// Any text: each word becomes another word, an address an address, a day a day, and what has digits something
    /// else with as many.
    pub fn text(&self, text: &str) -> String {
        let mut words = text.split_whitespace();
        let mut out = String::new();
        for word in words.by_ref().take(MAX_WORDS) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&self.word(word));
        }
        let rest: Vec<_> = words.collect();
        if !rest.is_empty() {
            out.push(' ');
            out.push_str(&self.letters(&rest.join(" ")));
        }
        out
    }

    /// The value of a custom attribute: a text that is judged as this one.
    fn custom(&self, text: &str) -> String {
        let judged = privacy::judge(text);
        let (word, number) = (self.letters(text), self.digits("1234567"));
        let long = |length: usize| [&*word].repeat(length / word.len() + 1).join(" ");
        let candidates = [
            self.text(text),
            word.clone(),
            format!("{word} {number}"),
            format!("{word}@{}.example", self.letters("domain")),
            long(MAX_CODE),
            format!("{} {number}", long(MAX_CODE)),
            long(MAX_TEXT),
        ];
        let mut candidates = candidates.into_iter();
        candidates
            .find(|token| privacy::judge(token) == judged)
            .unwrap_or_default()
    }

    /// A number of a custom attribute, which is judged as this one.
    pub(crate) fn custom_number(&self, text: &str) -> String {
        let judged = |text: &str| {
            let read = serde_json::from_str::<serde_json::Number>(text);
            read.map(|number| privacy::judge(&number.to_string())).ok()
        };
        let candidates = [self.digits(text), "0".to_owned()];
        let mut candidates = candidates.into_iter();
        let found = candidates.find(|token| judged(token) == judged(text));
        found.unwrap_or_else(|| self.digits("1234567"))
    }

    fn word(&self, word: &str) -> String {
        let bare = word.trim_matches(|c: char| "<>()[]{},;:.\"'".contains(c));
        if !word.chars().any(char::is_alphanumeric) {
            return word.to_owned();
        }
        if let Some(email) = self.email(bare) {
            return email;
        }
        if let Some(date) = self.date(word) {
            return date;
        }
        if word.contains("://") {
            let host = base32(&self.mac("link", word), 15);
            return format!("https://l{host}.example/");
        }
        match word.bytes().any(|b| b.is_ascii_digit()) {
            true => self.digits(word),
            false => self.letters(word),
        }
    }

    /// A word that can be spoken, with a capital.
    fn letters(&self, word: &str) -> String {
        let mut bits = number(&self.mac("word", &folded(word)));
        let mut out = String::new();
        for _ in 0..6 {
            let consonant = char::from(CONSONANTS[(bits & 15) as usize]);
            out.push(match out.is_empty() {
                true => consonant.to_ascii_uppercase(),
                false => consonant,
            });
            out.push_str(VOWELS[(bits >> 4 & 7) as usize]);
            bits >>= 7;
        }
        out
    }

    /// Other digits and letters in the places of these; a first digit is not zero. Signs stay.
    pub(crate) fn digits(&self, word: &str) -> String {
        let folded = folded(word);
        let (mut block, mut at, mut first) = (self.mac("digits 0", &folded), 0, true);
        let mut next = || {
            if at == 32 {
                block = self.mac("digits", &base32(&block, 32));
                at = 0;
            }
            at += 1;
            block[at - 1]
        };
        let mut out = String::new();
        for c in folded.chars().take(256) {
            let sign = c.is_ascii() && !c.is_ascii_alphanumeric();
            out.push(match c {
                _ if sign => c,
                '0'..='9' if first => {
                    first = false;
                    char::from(b'1' + next() % 9)
                }
                '0'..='9' => char::from(b'0' + next() % 10),
                _ => char::from(b'a' + next() % 26),
            });
        }
        out
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// A text as people compare it.
fn folded(text: &str) -> String {
    let lower = text.trim().nfkc().collect::<String>().to_lowercase();
    lower.nfkc().collect()
}

fn number(bytes: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    u64::from_be_bytes(first)
}

/// The first `length` characters of the bytes in base 32, at most 51.
fn base32(bytes: &[u8], length: usize) -> String {
    let mut out = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 && out.len() < length {
            held -= 5;
            out.push(char::from(BASE32[(bits >> held & 31) as usize]));
        }
        bits &= 0xff;
    }
    out
}

/// A part of a query, decoded as far as it can be. A plus sign stays one: some vendors do not escape it in cursors.
fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let escaped = escaped.and_then(|two| std::str::from_utf8(two).ok());
        match escaped.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests;
