//! Writes HTML into which text can only get escaped.
//!
//! Names of elements and attributes are literals of this program; everything else goes through [`Html::text`] or
//! an attribute's value, and both use the one function that escapes. Attributes in which a value could run or
//! load something are not written at all.

use std::borrow::Cow;
use std::fmt::Display;

use connector_core::text;

/// Longest name or other value of a file that is shown, in characters; more is cut with `…`.
const LONGEST: usize = 160;
/// The same for sentences.
const LONGEST_SENTENCE: usize = 2_000;

/// What a date looks like, every digit as zero.
const DATE: &str = "0000-00-00";

/// An attribute.
#[derive(Debug, Clone)]
pub(super) struct Attr<'a> {
    name: &'static str,
    value: Option<Cow<'a, str>>,
}

/// An attribute with a value.
///
/// Not for what runs or loads: event handlers, `style`, `src`, and links, for which there is [`to`].
pub(super) fn attr<'a>(name: &'static str, value: impl Into<Cow<'a, str>>) -> Attr<'a> {
    debug_assert!(!name.starts_with("on") && !["style", "src", "srcdoc", "href"].contains(&name));
    Attr {
        name,
        value: Some(value.into()),
    }
}

/// A class.
pub(super) fn class(name: &'static str) -> Attr<'static> {
    attr("class", name)
}

/// An attribute without a value.
pub(super) const fn flag(name: &'static str) -> Attr<'static> {
    Attr { name, value: None }
}

/// A link to the element of this page with an id.
pub(super) fn to(id: impl Display) -> Attr<'static> {
    Attr {
        name: "href",
        value: Some(format!("#{id}").into()),
    }
}

/// HTML being written.
#[derive(Debug, Default)]
pub(super) struct Html {
    out: String,
}

impl Html {
    /// What has been written.
    pub(super) fn into_string(self) -> String {
        self.out
    }

    /// An element with what `inside` writes.
    pub(super) fn el(
        &mut self,
        name: &'static str,
        attrs: &[Attr<'_>],
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(name, attrs);
        inside(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element with text.
    pub(super) fn tag(&mut self, name: &'static str, attrs: &[Attr<'_>], text: impl Display) {
        self.el(name, attrs, |h| h.text(text));
    }

    /// An element that has no content and no end.
    pub(super) fn void(&mut self, name: &'static str, attrs: &[Attr<'_>]) {
        self.open(name, attrs);
    }

    /// Text.
    pub(super) fn text(&mut self, text: impl Display) {
        escape(&text.to_string(), &mut self.out);
    }

    /// A value of a file: set apart from the direction of the text around it, and cut when it is very long.
    pub(super) fn value(&mut self, value: &str) {
        self.cut_at(&[], LONGEST, value);
    }

    /// As [`Html::value`], with a class.
    pub(super) fn classed(&mut self, name: &'static str, value: &str) {
        self.cut_at(&[class(name)], LONGEST, value);
    }

    /// As [`Html::value`], for sentences.
    pub(super) fn sentence(&mut self, value: &str) {
        self.cut_at(&[], LONGEST_SENTENCE, value);
    }

    fn cut_at(&mut self, attrs: &[Attr<'_>], longest: usize, value: &str) {
        let cut = value
            .char_indices()
            .nth(longest)
            .map(|(at, _)| &value[..at]);
        self.el("bdi", attrs, |h| {
            h.words(cut.unwrap_or(value));
            if cut.is_some() {
                h.text("…");
            }
        });
    }

    /// Text whose dates are not broken at the end of a line.
    fn words(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.split_inclusive(' ').position(is_date) {
            let before: usize = rest.split_inclusive(' ').take(at).map(str::len).sum();
            let (before, after) = rest.split_at(before);
            let (date, after) = after.split_at(DATE.len());
            self.text(before);
            self.tag("span", &[class("nowrap")], date);
            rest = after;
        }
        self.text(rest);
    }

    /// A line break in the source, for people who read it.
    pub(super) fn line(&mut self) {
        self.out.push('\n');
    }

    /// A script or a style sheet of this program. Neither contains what would end its element.
    pub(super) fn own(&mut self, name: &'static str, text: &'static str) {
        self.open(name, &[]);
        self.out.push_str(text);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn open(&mut self, name: &'static str, attrs: &[Attr<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for attr in attrs {
            self.out.push(' ');
            self.out.push_str(attr.name);
            if let Some(value) = &attr.value {
                self.out.push_str("=\"");
                escape(value, &mut self.out);
                self.out.push('"');
            }
        }
        self.out.push('>');
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

/// Writes `text` so that it is text wherever HTML may stand, in elements and in quoted attributes. A control
/// character becomes the sign for what cannot be shown; marks that turn the reading direction are left out.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() => out.push('\u{fffd}'),
            c if text::turns(c) => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        write(&mut html);
        html.into_string()
    }

    #[test]
    fn text_stays_text() {
        let hostile = "</script><b a='1' b=\"2\">`&amp;\u{0}\u{1b}\u{85}\u{202e}x\ny";
        let shown = "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&#96;&amp;amp;\u{fffd}\u{fffd}\u{fffd}x y";
        let out = written(|h| h.tag("p", &[attr("title", hostile)], hostile));
        assert_eq!(out, format!("<p title=\"{shown}\">{shown}</p>"));
        assert_eq!(written(|h| h.value(hostile)), format!("<bdi>{shown}</bdi>"));
    }

    #[test]
    fn elements_nest_and_close() {
        let out = written(|h| {
            h.el("ul", &[class("x"), flag("hidden")], |h| {
                h.el("li", &[], |h| h.tag("a", &[to("f-1")], 7));
            });
            h.void("meta", &[attr("charset", "utf-8")]);
        });
        assert_eq!(
            out,
            "<ul class=\"x\" hidden><li><a href=\"#f-1\">7</a></li></ul><meta charset=\"utf-8\">"
        );
    }

    #[test]
    fn dates_stay_on_one_line() {
        let date = |date: &str| format!("<span class=\"nowrap\">{date}</span>");
        let (a, b) = (date("2026-01-31"), date("2026-02-01"));
        let out = written(|h| h.sentence("left 2026-01-31, back 2026-02-01 x-2026-01-01 2026-1-1"));
        assert_eq!(
            out,
            format!("<bdi>left {a}, back {b} x-2026-01-01 2026-1-1</bdi>")
        );
    }

    #[test]
    fn long_values_are_cut() {
        let out = written(|h| h.value(&"ä".repeat(LONGEST + 1)));
        assert_eq!(out, format!("<bdi>{}…</bdi>", "ä".repeat(LONGEST)));
        let fits = "ä".repeat(LONGEST);
        assert_eq!(written(|h| h.value(&fits)), format!("<bdi>{fits}</bdi>"));
    }
}
