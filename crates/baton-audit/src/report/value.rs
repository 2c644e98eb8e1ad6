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

/// Writes at most `longest` characters, with dates that are not broken at the end of a line.
fn write(value: &str, longest: usize, out: &mut String) {
    let cut = value.char_indices().nth(longest).map(|(at, _)| at);
    let shown: String = value[..cut.unwrap_or(value.len())]
        .chars()
        .filter(|&c| !text::turns(c))
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    let mut rest = shown.as_str();
    while let Some(at) = rest.split_inclusive(' ').position(is_date) {
        let before: usize = rest.split_inclusive(' ').take(at).map(str::len).sum();
        let (before, after) = rest.split_at(before);
        let (date, after) = after.split_at(DATE.len());
        html! { (before) span.nowrap { (date) } }.render_to(out);
        rest = after;
    }
    rest.render_to(out);
    if cut.is_some() {
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
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let hostile = "</script><b a='1' b=\"2\">`&amp;\u{0}\u{1b}\u{85}\u{202e}x\ny";
        let shown =
            "&lt;/script&gt;&lt;b a='1' b=&quot;2&quot;&gt;`&amp;amp;\u{fffd}\u{fffd}\u{fffd}x y";
        let page = html! { p title=(BareValue(hostile)) { (Value(hostile)) } };
        assert_eq!(
            page.into_string(),
            format!("<p title=\"{shown}\"><bdi>{shown}</bdi></p>")
        );
        let plain = html! { p title=("\"><script>") { ("</p><script>") } };
        assert_eq!(
            plain.into_string(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;</p>"
        );
    }

    #[test]
    fn dates_stay_on_one_line() {
        let date = |date: &str| format!("<span class=\"nowrap\">{date}</span>");
        let (a, b) = (date("2026-01-31"), date("2026-02-01"));
        let text = "left 2026-01-31, back 2026-02-01 x-2026-01-01 2026-1-1";
        assert_eq!(
            Sentence(text).render().into_string(),
            format!("<bdi>left {a}, back {b} x-2026-01-01 2026-1-1</bdi>")
        );
    }

    #[test]
    fn long_values_are_cut() {
        let shown = |text: &str| Value(text).render().into_string();
        let fits = "ä".repeat(LONGEST);
        assert_eq!(shown(&fits), format!("<bdi>{fits}</bdi>"));
        assert_eq!(shown(&format!("{fits}ä")), format!("<bdi>{fits}…</bdi>"));
    }
}
