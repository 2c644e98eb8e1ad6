//! What the sections of the page are made of: tables that can be sorted, filters, bars, badges and numbers.

pub(super) use connector_core::text::{counted_as as counted, grouped as count};
use jiff::Timestamp;

use super::html::{Attr, Html, attr, class, flag, to};
use crate::check::Severity;

/// Up to so many rows a part that is closed is open on paper.
const PRINTED: usize = 200;

/// How a column is shown and sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, sorted as such.
    Text,
    /// A count or share, sorted by value.
    Number,
    /// Not to be sorted by.
    Plain,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    title: &'static str,
    kind: Kind,
    /// The colour in bars that the column explains.
    key: Option<&'static str>,
    /// Whether it holds sentences and needs room.
    wide: bool,
}

impl Column {
    const fn new(title: &'static str, kind: Kind) -> Self {
        Self {
            title,
            kind,
            key: None,
            wide: false,
        }
    }

    /// Gives the column room for sentences.
    pub(super) const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Shows the colour that means this column in bars.
    pub(super) const fn key(mut self, colour: &'static str) -> Self {
        self.key = Some(colour);
        self
    }
}

pub(super) const fn text(title: &'static str) -> Column {
    Column::new(title, Kind::Text)
}

pub(super) const fn number(title: &'static str) -> Column {
    Column::new(title, Kind::Number)
}

pub(super) const fn plain(title: &'static str) -> Column {
    Column::new(title, Kind::Plain)
}

/// A table with a caption and a heading per column.
pub(super) struct Table<'a> {
    pub(super) id: &'a str,
    pub(super) caption: &'a str,
    pub(super) columns: &'a [Column],
    /// The column by which its rows come in order, and whether downwards; nothing when by none.
    pub(super) sorted: Option<(usize, bool)>,
    /// Whether it may have so many rows that it scrolls in a frame of its own.
    pub(super) long: bool,
}

impl Table<'_> {
    /// Writes the table with the rows that `rows` writes.
    pub(super) fn write(self, h: &mut Html, rows: impl FnOnce(&mut Html)) {
        self.write_with(h, rows, None::<fn(&mut Html)>);
    }

    /// As [`Table::write`], and the totals that `foot` writes.
    pub(super) fn write_with(
        self,
        h: &mut Html,
        rows: impl FnOnce(&mut Html),
        foot: Option<impl FnOnce(&mut Html)>,
    ) {
        let caption = format!("{}-caption", self.id);
        // A wide table scrolls by itself, with the keyboard too.
        let region = [
            class(if self.long { "scroll long" } else { "scroll" }),
            attr("role", "region"),
            attr("tabindex", "0"),
            attr("aria-labelledby", caption.as_str()),
        ];
        h.el("div", &region, |h| {
            h.el("table", &[attr("id", self.id)], |h| {
                h.tag("caption", &[attr("id", caption.as_str())], self.caption);
                h.el("thead", &[], |h| h.el("tr", &[], |h| self.headings(h)));
                h.line();
                h.el("tbody", &[], rows);
                if let Some(foot) = foot {
                    h.el("tfoot", &[], foot);
                }
            });
        });
        h.line();
    }

    fn headings(&self, h: &mut Html) {
        for (at, column) in self.columns.iter().enumerate() {
            let mut attrs = vec![attr("scope", "col")];
            match column.kind {
                Kind::Text => attrs.push(attr("data-sort", "text")),
                Kind::Number => attrs.extend([attr("data-sort", "number"), class("n")]),
                Kind::Plain => {}
            }
            if column.wide {
                attrs.push(class("wide"));
            }
            match self.sorted {
                Some((sorted, down)) if sorted == at => {
                    let way = if down { "descending" } else { "ascending" };
                    attrs.push(attr("aria-sort", way));
                }
                _ => {}
            }
            h.el("th", &attrs, |h| {
                if let Some(colour) = column.key {
                    let attrs = [class("key"), attr("data-key", colour)];
                    h.el("span", &attrs, |_| {});
                }
                h.text(column.title);
            });
        }
    }
}

/// The controls that narrow a table or the chart down; a script shows them.
pub(super) struct Filter<'a> {
    /// Id of what is filtered.
    pub(super) of: &'a str,
    /// Label of the text field.
    pub(super) label: &'a str,
    /// Choices: the `data-` name of the rows' attribute, the label, and the values.
    pub(super) choices: &'a [(&'static str, &'static str, Vec<&'static str>)],
}

impl Filter<'_> {
    pub(super) fn write(self, h: &mut Html) {
        let bar = [
            class("filter"),
            attr("role", "search"),
            attr("aria-label", self.label),
            attr("data-filter", self.of),
            flag("hidden"),
        ];
        h.el("div", &bar, |h| {
            h.el("label", &[], |h| {
                h.text(self.label);
                let field = [attr("type", "search"), attr("autocomplete", "off")];
                h.void("input", &field);
            });
            for (name, label, values) in self.choices {
                h.el("label", &[], |h| {
                    h.text(label);
                    h.el("select", &[attr("data-name", *name)], |h| {
                        h.tag("option", &[attr("value", "")], "all");
                        for value in values {
                            h.tag("option", &[attr("value", *value)], value);
                        }
                    });
                });
            }
            h.el("output", &[attr("aria-live", "polite")], |_| {});
        });
        h.line();
    }
}

/// A section with a heading that can be linked to.
pub(super) fn section(h: &mut Html, id: &'static str, title: &str, inside: impl FnOnce(&mut Html)) {
    let heading = format!("{id}-heading");
    let attrs = [attr("id", id), attr("aria-labelledby", heading.as_str())];
    h.el("section", &attrs, |h| {
        h.tag("h2", &[attr("id", heading.as_str())], title);
        inside(h);
    });
    h.line();
}

/// A part that is closed at first. On paper it is open when its `rows` are not too many.
pub(super) fn closed(
    h: &mut Html,
    name: &'static str,
    rows: usize,
    title: impl FnOnce(&mut Html),
    inside: impl FnOnce(&mut Html),
) {
    let mut attrs = vec![class(name)];
    attrs.extend((rows <= PRINTED).then(|| flag("data-print")));
    h.el("details", &attrs, |h| {
        h.el("summary", &[], title);
        inside(h);
    });
    h.line();
}

/// With a capital letter in front.
pub(super) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first: Option<char> = rest.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(rest)
        .collect()
}

/// A share in whole percent; only everything is 100 and only nothing is 0.
pub(super) fn percent(part: usize, of: usize) -> usize {
    match (part, of) {
        (0, _) | (_, 0) => 0,
        (part, of) if part >= of => 100,
        (part, of) => (part * 100 / of).max(1),
    }
}

/// A time to the minute.
pub(super) fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "not said".to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// A cell with a count; a zero is there but steps back.
pub(super) fn number_cell(h: &mut Html, n: usize) {
    let class_name = if n == 0 { "n zero" } else { "n" };
    h.tag("td", &[class(class_name)], count(n));
}

/// A cell with a value of a file, or a dash.
pub(super) fn value_cell(h: &mut Html, value: Option<&str>) {
    h.el("td", &[], |h| value_or_dash(h, value));
}

fn value_or_dash(h: &mut Html, value: Option<&str>) {
    match value {
        Some(value) if !value.is_empty() => h.value(value),
        _ => h.tag("span", &[class("zero")], "–"),
    }
}

/// A row's heading with a value of a file.
pub(super) fn row_heading(h: &mut Html, value: &str) {
    h.el("th", &[attr("scope", "row")], |h| h.value(value));
}

/// The word for a severity in its colour.
pub(super) fn badge(h: &mut Html, severity: Severity) {
    let attrs = [class("badge"), attr("data-severity", severity.as_str())];
    h.tag("span", &attrs, severity);
}

/// A link to where the file at a position is described.
pub(super) fn file_link(h: &mut Html, file: usize, label: &str) {
    h.el("a", &[to(file_id(file))], |h| h.value(label));
}

/// The id of the row that describes the file at a position.
pub(super) fn file_id(file: usize) -> String {
    format!("file-{}", file + 1)
}

/// Says that a list is not complete.
pub(super) fn cut_note(h: &mut Html, shown: usize, all: usize, what: &str, elsewhere: &str) {
    if shown < all {
        h.el("p", &[class("note")], |h| {
            let (shown, all) = (count(shown), count(all));
            h.text(format_args!("The first {shown} of {all} {what}; "));
            h.tag("code", &[], elsewhere);
            h.text(" has all.");
        });
    }
}

/// A bar of parts side by side, drawn without a word of style. `parts` are classes and sizes; `all` is the
/// length of the longest bar.
pub(super) fn bar(h: &mut Html, parts: &[(&'static str, usize)], all: usize) {
    let attrs: [Attr<'_>; 4] = [
        class("bar"),
        attr("viewBox", "0 0 1000 10"),
        attr("preserveAspectRatio", "none"),
        attr("aria-hidden", "true"),
    ];
    h.el("svg", &attrs, |h| {
        let mut before = 0;
        for &(name, n) in parts {
            let begin = before * 1000 / all.max(1);
            before += n;
            let width = (before * 1000 / all.max(1)) - begin;
            if width > 0 {
                let rect = [
                    class(name),
                    attr("x", begin.to_string()),
                    attr("width", width.to_string()),
                    attr("height", "10"),
                ];
                h.el("rect", &rect, |_| {});
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        let shares = [(0, 0), (0, 5), (1, 500), (499, 500), (500, 500), (1, 3)];
        assert_eq!(
            shares.map(|(part, of)| percent(part, of)),
            [0, 0, 1, 99, 100, 33]
        );
    }

    #[test]
    fn bars_end_where_their_sum_ends() {
        let mut h = Html::default();
        bar(&mut h, &[("a", 1), ("b", 0), ("c", 2)], 3);
        let svg = h.into_string();
        assert!(svg.contains(r#"<rect class="a" x="0" width="333" height="10"></rect>"#));
        assert!(svg.contains(r#"<rect class="c" x="333" width="667" height="10"></rect>"#));
    }
}
