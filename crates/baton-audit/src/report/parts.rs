//! What the sections of the page are made of: tables that can be sorted, filters, bars, badges and numbers.

pub(super) use connector_core::text::{counted_as as counted, grouped as count};
use jiff::Timestamp;
use maud::{Markup, html};

use super::value::Value;
use crate::check::Severity;

/// Up to so many rows a part that is closed is open on paper.
const PRINTED: usize = 200;

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As text.
    Text,
    /// By value: a count or a share.
    Number,
    /// Not at all.
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

    /// The heading; `order` is the way rows are sorted by it.
    fn heading(self, order: Option<&str>) -> Markup {
        let sort = match self.kind {
            Kind::Text => Some("text"),
            Kind::Number => Some("number"),
            Kind::Plain => None,
        };
        let class = match (self.kind, self.wide) {
            (Kind::Number, _) => Some("n"),
            (_, true) => Some("wide"),
            _ => None,
        };
        html! {
            th scope="col" data-sort=[sort] class=[class] aria-sort=[order] {
                @if let Some(colour) = self.key { span.key data-key=(colour) {} }
                (self.title)
            }
        }
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
    /// The table with its rows.
    pub(super) fn of(self, rows: impl IntoIterator<Item = Markup>) -> Markup {
        self.with_totals(rows, None)
    }

    /// The table with its rows and a last one that sums them up.
    pub(super) fn with_totals(
        self,
        rows: impl IntoIterator<Item = Markup>,
        totals: Option<Markup>,
    ) -> Markup {
        let order = |at| match self.sorted {
            Some((sorted, true)) if sorted == at => Some("descending"),
            Some((sorted, false)) if sorted == at => Some("ascending"),
            _ => None,
        };
        let caption = format!("{}-caption", self.id);
        html! {
            // A wide table scrolls by itself, with the keyboard too.
            div.scroll.long[self.long] role="region" tabindex="0" aria-labelledby=(caption) {
                table id=(self.id) {
                    caption id=(caption) { (self.caption) }
                    thead {
                        tr { @for (at, column) in self.columns.iter().enumerate() { (column.heading(order(at))) } }
                    }
                    tbody { @for row in rows { "\n" (row) } }
                    @if let Some(totals) = totals { tfoot { (totals) } }
                }
            }
            "\n"
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
    pub(super) fn markup(self) -> Markup {
        html! {
            div.filter role="search" aria-label=(self.label) data-filter=(self.of) hidden {
                label { (self.label) input type="search" autocomplete="off"; }
                @for (name, label, values) in self.choices {
                    label {
                        (label)
                        select data-name=(name) {
                            option value="" { "all" }
                            @for value in values { option value=(value) { (value) } }
                        }
                    }
                }
                output aria-live="polite" {}
            }
            "\n"
        }
    }
}

/// A section with a heading that can be linked to.
pub(super) fn section(id: &str, title: &str, inside: Markup) -> Markup {
    let heading = format!("{id}-heading");
    html! {
        section id=(id) aria-labelledby=(heading) {
            h2 id=(heading) { (title) }
            (inside)
        }
        "\n"
    }
}

/// A part that is closed at first. On paper it is open when its `rows` are not too many.
pub(super) fn closed(class: &str, rows: usize, title: Markup, inside: Markup) -> Markup {
    html! {
        details class=(class) data-print[rows <= PRINTED] {
            summary { (title) }
            (inside)
        }
        "\n"
    }
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
        || "unknown".to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// A cell with a count; a zero is there but steps back.
pub(super) fn number_cell(n: usize) -> Markup {
    html! { td.n.zero[n == 0] { (count(n)) } }
}

/// A cell with a value of a file, or a dash.
pub(super) fn value_cell(value: Option<&str>) -> Markup {
    let value = value.filter(|value| !value.is_empty());
    html! {
        td { @if let Some(value) = value { (Value(value)) } @else { span.zero { "–" } } }
    }
}

/// A row's heading with a value of a file.
pub(super) fn row_heading(value: &str) -> Markup {
    html! { th scope="row" { (Value(value)) } }
}

/// The word for a severity in its colour.
pub(super) fn badge(severity: Severity) -> Markup {
    html! { span.badge data-severity=(severity.as_str()) { (severity) } }
}

/// A link to where the file at a position is described.
pub(super) fn file_link(file: usize, label: &str) -> Markup {
    html! { a href={ "#" (file_id(file)) } { (Value(label)) } }
}

/// The id of the row that describes the file at a position.
pub(super) fn file_id(file: usize) -> String {
    format!("file-{}", file + 1)
}

/// A note that a list is not complete.
pub(super) fn cut_note(shown: usize, all: usize, what: &str, elsewhere: &str) -> Markup {
    html! {
        @if shown < all {
            p.note {
                "The first " (count(shown)) " of " (count(all)) " " (what) "; "
                code { (elsewhere) } " has all."
            }
        }
    }
}

/// A bar of parts side by side, drawn without a word of style. `parts` are classes and sizes; `all` is the
/// length of the longest bar.
pub(super) fn bar(parts: &[(&str, usize)], all: usize) -> Markup {
    let mut before = 0;
    let parts = parts.iter().map(|&(class, n)| {
        let begin = before * 1000 / all.max(1);
        before += n;
        (class, begin, before * 1000 / all.max(1) - begin)
    });
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            @for (class, begin, width) in parts.filter(|&(.., width)| width > 0) {
                rect class=(class) x=(begin) width=(width) height="10" {}
            }
        }
    }
}

/// A cell with a bar.
pub(super) fn bar_cell(parts: &[(&str, usize)], all: usize) -> Markup {
    html! { td.bars { (bar(parts, all)) } }
}

#[cfg(test)]
mod tests;
