//! Names made comparable with logins: without accents, case and punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::identity::fold_text;

/// Longest word of a name that logins are compared with.
const MAX_WORD: usize = 40;

/// The words of a text without accents, case and punctuation. Letters of other scripts stay.
pub(super) fn words(text: &str) -> Vec<String> {
    words_by(text, false)
}

/// With `spelled`, an umlaut is written with an e.
fn words_by(text: &str, spelled: bool) -> Vec<String> {
    let mut plain = String::new();
    for c in fold_text(text).nfc() {
        match (c, spelled) {
            ('ä' | 'ö' | 'ü', true) => {
                plain.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)));
                plain.push('e');
            }
            ('ß', _) => plain.push_str("ss"),
            ('ø', _) => plain.push('o'),
            ('æ', _) => plain.push_str("ae"),
            ('œ', _) => plain.push_str("oe"),
            ('ł', _) => plain.push('l'),
            ('đ' | 'ð', _) => plain.push('d'),
            ('þ', _) => plain.push_str("th"),
            ('ı', _) => plain.push('i'),
            // Part of a word, as in O'Hara.
            ('\'' | '’' | '`', _) => {}
            _ => plain.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c))),
        }
    }
    let words = plain.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// What a name is found by whatever the order of its words; `None` for a name of fewer than two.
pub(super) fn name_key(name: &str) -> Option<String> {
    let mut words = words(name);
    words.sort_unstable();
    (words.len() > 1).then(|| words.join(" "))
}

/// A login or the local part of an address, without punctuation.
pub(super) fn login_key(login: &str) -> String {
    words(login).concat()
}

/// The logins that are usually made of a name, without punctuation: `adalovelace`, `alovelace` and so on.
pub(super) fn logins_of(name: &str) -> Vec<String> {
    let mut all = Vec::new();
    for spelled in [false, true] {
        let words = words_by(name, spelled);
        let [first, .., last] = words.as_slice() else {
            continue;
        };
        if first.len() > MAX_WORD || last.len() > MAX_WORD {
            continue;
        }
        let initial = |word: &str| word.chars().take(1).collect::<String>();
        all.extend([
            format!("{first}{last}"),
            format!("{last}{first}"),
            format!("{}{last}", initial(first)),
            format!("{first}{}", initial(last)),
            format!("{last}{}", initial(first)),
        ]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests;
