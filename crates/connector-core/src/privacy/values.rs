//! Values of custom attributes: what they are, and whether their shape looks like personal data.
//!
//! The rules look at the shape alone and know no context, so they are strict: every date could be a birthday.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::profile::ProfileValue;

/// Longest text, in bytes, and most texts of a list.
const LONGEST: usize = 256;
const MOST: usize = 20;
/// A number with this many digits may identify a person or be an amount.
const DIGITS: usize = 4;

/// What a value is.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Null or blank.
    Nothing,
    /// It may be kept.
    Harmless(ProfileValue),
    /// It has the shape of personal data.
    Personal,
    /// It is not a plain value, or too long.
    Unusable,
}

/// Reads and judges a value.
pub(super) fn read(value: Value) -> Verdict {
    match value {
        Value::Null => Verdict::Nothing,
        Value::Bool(on) => Verdict::Harmless(ProfileValue::Bool(on)),
        Value::Number(number) => text(&number.to_string()),
        Value::String(string) => text(&string),
        Value::Array(items) => list(items),
        Value::Object(_) => Verdict::Unusable,
    }
}

/// Reads the code of a cost centre. It is usually a number, which any other attribute may not be.
pub(super) fn code(value: Value) -> Verdict {
    /// Longest code or name of a cost centre, in bytes.
    const LONGEST_CODE: usize = 64;
    let text = match value {
        Value::Null => return Verdict::Nothing,
        Value::Number(number) => number.to_string(),
        Value::String(text) => crate::text::clean(&text, LONGEST_CODE + 4),
        _ => return Verdict::Unusable,
    };
    match text.as_str() {
        "" => Verdict::Nothing,
        code if is_email_or_link(code) || is_iban(code) => Verdict::Personal,
        code if code.len() > LONGEST_CODE => Verdict::Unusable,
        _ => Verdict::Harmless(ProfileValue::Text(text.into())),
    }
}

fn text(value: &str) -> Verdict {
    // A few bytes beyond the limit are enough to know that a text is too long.
    let value = crate::text::clean(value, LONGEST + 4);
    if value.is_empty() {
        return Verdict::Nothing;
    }
    if is_personal(&value) {
        return Verdict::Personal;
    }
    match value.len() <= LONGEST {
        true => Verdict::Harmless(ProfileValue::Text(value.into())),
        false => Verdict::Unusable,
    }
}

/// A list is as harmless as its worst item.
fn list(items: Vec<Value>) -> Verdict {
    if items.is_empty() {
        return Verdict::Nothing;
    }
    let mut kept = Vec::new();
    let many = items.len() > MOST;
    for item in items {
        match item {
            Value::Array(_) | Value::Object(_) => return Verdict::Unusable,
            plain => match read(plain) {
                Verdict::Nothing => {}
                Verdict::Harmless(ProfileValue::Text(item)) => kept.push(item),
                Verdict::Harmless(ProfileValue::Bool(item)) => kept.push(item.to_string().into()),
                Verdict::Harmless(_) => return Verdict::Unusable,
                worse => return worse,
            },
        }
    }
    match (many, kept.is_empty()) {
        (true, _) => Verdict::Unusable,
        (false, true) => Verdict::Nothing,
        // A number that is spread over several items is still a number.
        (false, false) if is_personal(&kept.join(" ")) => Verdict::Personal,
        (false, false) => Verdict::Harmless(ProfileValue::List(kept)),
    }
}

/// Whether a text has the shape of something personal.
fn is_personal(text: &str) -> bool {
    // Digits of any script and width count, and so do superscripts. Invisible characters are dropped first, because
    // they could be used to break a number into short ones.
    let visible = text.nfkc().filter(|c| !is_invisible(*c));
    let folded: String = visible.flat_map(char::to_lowercase).collect();
    let digits = folded.chars().filter(|c| c.is_numeric()).count();
    digits >= DIGITS
        || is_email_or_link(&folded)
        || is_iban(&folded)
        || (digits > 0
            && (is_day(&folded) || is_amount(&folded) || is_street(&folded) || is_call(&folded)))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_email_or_link(text: &str) -> bool {
    text.contains('@') || text.contains("://") || text.contains("www.")
}

/// Two letters, two check digits and an account, with the right remainder.
fn is_iban(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    (0..plain.len().saturating_sub(14)).any(|at| {
        let rest = &plain[at..];
        let head = rest[..2].iter().all(u8::is_ascii_alphabetic)
            && rest[2..4].iter().all(u8::is_ascii_digit);
        head && (15..=rest.len().min(34)).any(|length| remainder(&rest[..length]) == 1)
    })
}

/// The remainder of an IBAN with its first four characters at the end, letters as two digits, divided by 97.
fn remainder(iban: &[u8]) -> u32 {
    let (head, account) = iban.split_at(4);
    account.iter().chain(head).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_lowercase() - b'a') + 10) % 97,
    })
}

/// Names of months, compared as whole words: `mayor` is no month.
const MONTHS: &str = "jan january januar januari janvier enero gennaio janeiro gen ene feb february februar februari \
    février fév febrero febbraio fevereiro fev mar march märz maerz maart mars marzo março mrt apr april avril avr \
    abril aprile abr may mai mei mayo maggio maio mag jun june juni juin junio giugno junho giu jul july juli juillet \
    julio luglio julho juil lug aug august augustus août aoû agosto ago sep sept september septembre septiembre \
    settembre setembro set oct october okt oktober octobre octubre ottobre outubro ott out nov november novembre \
    noviembre novembro dec december dez dezember décembre déc diciembre dicembre dezembro dic";

/// A day without its year: `24.12.`, `3/4`, `2 May`, `May 2nd`.
fn is_day(text: &str) -> bool {
    has_word(text, MONTHS) || is_parted(text) || text.split_whitespace().any(is_parted)
}

/// Whether a word of the text is one of `known`.
fn has_word(text: &str, known: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| !word.is_empty() && known.split_whitespace().any(|k| k == word))
}

/// Two or three short numbers with a sign between them and nothing else, as in `24.12.`; `1.5` is a number.
fn is_parted(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let short = |part: &str| {
        let part = part.trim();
        (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    ['.', '/', '-'].iter().any(|&sign| {
        let parts: Vec<&str> = text.split(sign).collect();
        match parts.as_slice() {
            [day, month] => sign != '.' && short(day) && short(month),
            [day, month, year] => short(day) && short(month) && (year.is_empty() || short(year)),
            _ => false,
        }
    })
}

/// Currencies and other words that stand beside an amount of money.
const MONEY: &str = "eur euro euros usd dollar dollars gbp pounds chf franken fr sek nok dkk kr pln czk huf ron teur \
    tsd tausend k brutto netto gross net mio";

/// An amount of money: a currency beside a number, thousands as `65k`, cents.
fn is_amount(text: &str) -> bool {
    text.contains(['€', '$', '£', '¥', '₹', '₽']) || has_word(text, MONEY) || has_cents(text)
}

/// A number with exactly two decimals, as in `9,50`.
fn has_cents(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..bytes.len()).any(|at| {
        let digit = |n: usize| bytes.get(n).is_some_and(u8::is_ascii_digit);
        matches!(bytes[at], b'.' | b',')
            && digit(at - 1)
            && digit(at + 1)
            && digit(at + 2)
            && !digit(at + 3)
    })
}

/// A street with a house number.
fn is_street(text: &str) -> bool {
    const PARTS: [&str; 24] = [
        "strasse",
        "straße",
        "str.",
        "street",
        "lane",
        "road",
        "avenue",
        "allee",
        "platz",
        "gasse",
        "damm",
        "ufer",
        "boulevard",
        "drive",
        "court",
        "terrace",
        "rue ",
        "calle ",
        "via ",
        "piazza",
        "straat",
        "laan ",
        "rua ",
        "weg ",
    ];
    PARTS.iter().any(|part| text.contains(part))
}

/// A telephone number that is short or written with letters.
fn is_call(text: &str) -> bool {
    text.starts_with('+') || text.contains("tel") || text.contains("phone")
}

/// How a text fares as a value, and as the code of a cost centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement([Fate; 2]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Empty,
    Kept,
    Personal,
    Unusable,
}

/// Judges a text as [`AttributeFilter`](super::AttributeFilter) does, for a text that is to stand in its place.
pub fn judge(text: &str) -> Judgement {
    let fate = |verdict| match verdict {
        Verdict::Nothing => Fate::Empty,
        Verdict::Harmless(_) => Fate::Kept,
        Verdict::Personal => Fate::Personal,
        Verdict::Unusable => Fate::Unusable,
    };
    let value = || Value::from(text);
    Judgement([fate(read(value())), fate(code(value()))])
}

#[cfg(test)]
pub(super) fn personal(text: &str) -> bool {
    is_personal(text)
}
