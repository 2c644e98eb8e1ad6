//! Text of files as the page shows it.
//!
//! `maud` escapes what HTML acts on, wherever a text stands. A value of a file can do more to a reader: run on for
//! a megabyte, turn the reading direction of what surrounds it, or hide in control characters. So it is shown
//! through [`Value`] or [`Sentence`].

use connector_core::text;
use maud::{Render, html};

/// Longest name or other value of a file that is shown, in characters; more is cut with `…`.
const LONGEST: usize = 160;
/// The same for sentences.
const LONGEST_SENTENCE: usize = 2_000;

/// What a date looks like, every digit as zero.
const DATE: &str = "0000-00-00";

/// A name, an id or another value of a file, set apart from the direction of the text around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a>(pub(super) &'a str);

/// A sentence that quotes values of a file, set apart likewise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sentence<'a>(pub(super) &'a str);

/// As [`Value`], for an element that is a `bdi` already.
#[derive(Debug, Clone, Copy)]
pub(super) struct BareValue<'a>(pub(super) &'a str);

impl Render for Value<'_> {
    fn render_to(&self, out: &mut String) {
        html! { bdi { (BareValue(self.0)) } }.render_to(out);
    }
}

impl Render for Sentence<'_> {
    fn render_to(&self, out: &mut String) {
        out.push_str("<bdi>");
        write(self.0, LONGEST_SENTENCE, out);
        out.push_str("</bdi>");
    }
}

impl Render for BareValue<'_> {
    fn render_to(&self, out: &mut String) {
        write(self.0, LONGEST, out);
    }
}

/// The value as the page shows it, for a part that the page's script draws.
pub(super) fn shown(value: &str) -> String {
    let (mut shown, is_cut) = shortened(value, LONGEST);
    if is_cut {
        shown.push('…');
    }
    shown
}

/// At most `longest` characters without those that turn or control text, and whether there were more.
fn shortened(value: &str, longest: usize) -> (String, bool) {
    let cut = value.char_indices().nth(longest).map(|(at, _)| at);
    let shown = value[..cut.unwrap_or(value.len())]
        .chars()
        .filter(|&c| !text::turns(c))
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    (shown, cut.is_some())
}

/// Writes at most `longest` characters, with dates that are not broken at the end of a line.
fn write(value: &str, longest: usize, out: &mut String) {
    let (shown, is_cut) = shortened(value, longest);
    let mut rest = shown.as_str();
    while let Some(at) = rest.split_inclusive(' ').position(is_date) {
        let before: usize = rest.split_inclusive(' ').take(at).map(str::len).sum();
        let (before, after) = rest.split_at(before);
        let (date, after) = after.split_at(DATE.len());
        html! { (before) span.nowrap { (date) } }.render_to(out);
        rest = after;
    }
    rest.render_to(out);
    if is_cut {
        out.push('…');
    }
}

/// Whether a word begins as a date does: `2026-03-01`.
fn is_date(word: &str) -> bool {
    let like = |(c, pattern): (u8, u8)| match pattern {
        b'0' => c.is_ascii_digit(),
        other => c == other,
    };
    word.len() >= DATE.len() && word.bytes().zip(DATE.bytes()).all(like)
}

#[cfg(test)]
mod tests;
