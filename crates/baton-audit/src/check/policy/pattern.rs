//! Patterns of a policy: text in which `*` stands for anything and `?` for one character, compared without case.

use std::fmt;

use crate::identity::{fold_domain, fold_email, fold_text};

/// Where something stands in a policy or link file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file, as the operator wrote it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// `policy.toml:12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A pattern and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// As the policy writes it.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    folded: Vec<char>,
}

impl Pattern {
    /// A pattern for names, titles, logins and the like.
    pub fn new(text: &str, place: Place) -> Self {
        Self::folded_as(fold_text(text), text, place)
    }

    /// A pattern for e-mail addresses; one without `*` and `?` is compared as an address.
    pub fn for_emails(text: &str, place: Place) -> Self {
        let folded = fold_email(text).unwrap_or_else(|| fold_text(text));
        Self::folded_as(folded, text, place)
    }

    /// A pattern for the domains of e-mail addresses; one without `*` is compared as a domain.
    pub fn for_domains(text: &str, place: Place) -> Self {
        Self::folded_as(fold_domain(text), text, place)
    }

    fn folded_as(folded: String, text: &str, place: Place) -> Self {
        Self {
            text: text.to_owned(),
            place,
            folded: folded.chars().collect(),
        }
    }

    /// Whether the text, folded before it is compared, fits as a whole.
    pub fn fits(&self, text: &str) -> bool {
        self.fits_folded(&fold_text(text))
    }

    /// Whether text that is folded already fits as a whole.
    ///
    /// Greedy: after a mismatch the last `*` takes one character more.
    pub fn fits_folded(&self, text: &str) -> bool {
        let pattern = &self.folded;
        let text: Vec<char> = text.chars().collect();
        let (mut p, mut t) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some('*') => {
                    back = Some((p, t));
                    p += 1;
                }
                Some(&c) if c == '?' || c == text[t] => {
                    p += 1;
                    t += 1;
                }
                _ => match &mut back {
                    Some((star, taken)) => {
                        *taken += 1;
                        (p, t) = (*star + 1, *taken);
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|&c| c == '*')
    }
}

#[cfg(test)]
mod tests;
