//! What a text looks like, without a look at what it means.

use connector_core::spec::is_uuid;

/// Longest opaque id that stays.
const MAX_ID: usize = 64;
/// The shortest text that may be as random as an id.
const MIN_OPAQUE: usize = 12;
/// Longest word of a vendor's vocabulary.
const MAX_WORD: usize = 64;
/// Most digits in a row within such a word.
const MAX_DIGITS: usize = 4;

/// Whether an id says nothing by itself: a number, a UUID, a long mix of letters and digits, or a short prefix and a
/// number. A name with a number behind it is none of these.
pub(crate) fn is_opaque_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    if text.is_empty() || text.len() > MAX_ID || !text.is_ascii() {
        return false;
    }
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    if digits == text.len() || is_uuid(text) {
        return true;
    }
    if let Some((prefix, number)) = text.split_once(['-', '_']) {
        return prefix.len() <= 3
            && !number.is_empty()
            && prefix.bytes().all(|b| b.is_ascii_alphabetic())
            && number.bytes().all(|b| b.is_ascii_digit());
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let named = rest.bytes().all(|b| b.is_ascii_digit());
    text.len() >= MIN_OPAQUE && digits >= 2 && !named && bytes.iter().all(u8::is_ascii_alphanumeric)
}

/// Whether a text can be one word of a vendor's vocabulary, such as `on_leave` or `public:read`.
pub(crate) fn is_word(text: &str) -> bool {
    let part = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/".contains(&b);
    text.len() <= MAX_WORD && text.bytes().all(part) && longest_number(text) <= MAX_DIGITS
}

/// States and kinds of employment that are called by more than one word, in lower case without blanks and signs.
const STATES: [&str; 15] = [
    "fixedterm",
    "fulltime",
    "gardenleave",
    "gardeningleave",
    "leaveofabsence",
    "newhire",
    "onleave",
    "paidleave",
    "parentalleave",
    "parttime",
    "prehire",
    "prestart",
    "sickleave",
    "unpaidleave",
    "zerohours",
];

/// Whether a text is the usual name of a state, which says no more of a person than a single word for it does.
pub(crate) fn is_state(text: &str) -> bool {
    let letters = text.chars().filter(|c| !" _-".contains(*c));
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    STATES.contains(&folded.as_str())
}

/// Whether a text can be what a field or a category is called.
pub(crate) fn is_label(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || " _-.:/()&,".contains(c);
    text.len() <= MAX_WORD && text.chars().all(part) && longest_number(text) <= MAX_DIGITS
}

/// Whether a text can be the key of an object that every answer of its kind has.
pub(crate) fn is_key(text: &str) -> bool {
    let part = |b: u8| b.is_ascii_alphanumeric() || b"_-./$ ".contains(&b);
    !text.is_empty()
        && text.len() <= MAX_WORD
        && text.bytes().all(part)
        && longest_number(text) <= MAX_DIGITS
}

fn longest_number(text: &str) -> usize {
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.map(str::len).max().unwrap_or_default()
}

/// The two parts of an e-mail address.
pub(crate) fn email(text: &str) -> Option<(&str, &str)> {
    let (local, domain) = text.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control();
    (!local.is_empty() && !domain.is_empty() && !text.contains(odd)).then_some((local, domain))
}
