//! Names of custom attributes: whether they can be read at all, and whether they speak of something personal.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest key, in characters.
const LONGEST: usize = 64;

/// What the names of an attribute amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// At least one speaks of something personal.
    Denied,
    /// It names the cost centre that a person is booked on.
    CostCenter,
    /// A name that a person can read, as a key.
    Readable(String),
    /// There is no name that can be read and checked.
    Unreadable,
}

impl Name {
    /// Judges all names together: one harmless name does not excuse another.
    pub(super) fn of(id: Option<&str>, global_id: Option<&str>, label: Option<&str>) -> Self {
        let all = || [id, global_id, label].into_iter().flatten();
        if all().any(denied) {
            return Self::Denied;
        }
        if all().any(is_cost_center) {
            return Self::CostCenter;
        }
        // A name in letters that the deny list does not cover cannot be checked.
        if all().any(foreign) {
            return Self::Unreadable;
        }
        let mut names = [global_id, label].into_iter().flatten();
        match names.find(|name| !is_opaque(name)) {
            Some(name) => Self::Readable(key(name)),
            None => Self::Unreadable,
        }
    }
}

/// Lower-case Latin letters without marks, twice: German umlauts as two letters and as one.
fn folded(name: &str) -> [String; 2] {
    let lower: String = name.nfc().flat_map(char::to_lowercase).collect();
    let spelled = lower
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue");
    [spelled, lower].map(|text| {
        let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
        let mut out = String::new();
        for c in plain.flat_map(char::to_lowercase) {
            match c {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'ł' => out.push('l'),
                'đ' | 'ð' => out.push('d'),
                'þ' => out.push_str("th"),
                'ı' => out.push('i'),
                c => out.push(c),
            }
        }
        out
    })
}

/// Whether letters are left that are not Latin ones.
fn foreign(name: &str) -> bool {
    folded(name)[0]
        .chars()
        .any(|c| c.is_alphanumeric() && !c.is_ascii_alphanumeric())
}

/// Whether a name is an identifier without a meaning: `dynamic_305`, a number, a UUID.
pub(super) fn is_opaque(name: &str) -> bool {
    const FILLERS: [&str; 5] = ["dynamic", "custom", "attribute", "field", "attr"];
    let name = &folded(name)[0];
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let rest: String = words
        .map(|word| {
            let prefix = FILLERS.iter().find_map(|p| word.strip_prefix(p));
            prefix.unwrap_or(word)
        })
        .collect();
    // Without a digit, hexadecimal letters are a word such as `facade`.
    let numbered = rest.contains(|c: char| c.is_ascii_digit());
    let mut letters = rest.chars().filter(char::is_ascii_alphabetic).peekable();
    letters.peek().is_none() || (numbered && letters.all(|c| c.is_ascii_hexdigit()))
}

/// The name in snake_case.
pub(super) fn key(name: &str) -> String {
    let mut key = String::new();
    for c in folded(name)[0].chars() {
        match c.is_ascii_alphanumeric() {
            true => key.push(c),
            false if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            false => {}
        }
        if key.len() >= LONGEST {
            break;
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}

/// Whether a name speaks of something personal in any of the languages the list knows.
fn denied(name: &str) -> bool {
    let parted = parted(name);
    let words: Vec<[String; 2]> = parted.split_whitespace().map(folded).collect();
    let squeezed = squeezed(name);
    DENIED.iter().any(|topic| {
        let mut parts = topic.parts.iter();
        let part = parts.any(|part| squeezed.iter().any(|name| name.contains(part)));
        part || topic
            .words
            .iter()
            .any(|word| words.iter().flatten().any(|w| w == word))
    })
}

/// The letters and digits of a folded name, without what separates its words.
fn squeezed(name: &str) -> [String; 2] {
    folded(name).map(|text| text.chars().filter(char::is_ascii_alphanumeric).collect())
}

/// Whether a name speaks of a cost centre, in the languages of the deny list.
fn is_cost_center(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "costcenter",
        "costcentre",
        "kostenstelle",
        "centredecout",
        "centrodecoste",
        "centrodecosto",
        "centrodicosto",
        "centrodecusto",
        "kostenplaats",
    ];
    let squeezed = squeezed(name);
    WORDS
        .iter()
        .any(|word| squeezed.iter().any(|name| name.contains(word)))
}

/// The words of a name, also of `camelCase` and `snake_case`.
fn parted(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in name.nfc() {
        if (c.is_uppercase() && lower) || !c.is_alphabetic() {
            out.push(' ');
        }
        if c.is_alphabetic() {
            out.push(c);
        }
        lower = c.is_lowercase();
    }
    out
}

/// A topic that no attribute may speak of, as in the data file beside this module.
#[derive(Debug)]
pub(super) struct Topic {
    #[cfg_attr(not(test), expect(dead_code, reason = "names the topic in tests"))]
    pub(super) name: &'static str,
    /// Denied anywhere in a name.
    pub(super) parts: Vec<&'static str>,
    /// Denied as whole words.
    pub(super) words: Vec<&'static str>,
}

pub(super) static DENIED: LazyLock<Vec<Topic>> =
    LazyLock::new(|| topics(include_str!("denied_names.txt")));

fn topics(list: &'static str) -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    for line in list.lines() {
        if let Some(name) = line.strip_prefix('[') {
            topics.push(Topic {
                name: name.trim_end_matches(']'),
                parts: Vec::new(),
                words: Vec::new(),
            });
        }
        match (topics.last_mut(), line.split_once(' ')) {
            (Some(topic), Some(("part", entries))) => topic.parts.extend(entries.split(' ')),
            (Some(topic), Some(("word", entries))) => topic.words.extend(entries.split(' ')),
            _ => {}
        }
    }
    topics
}
