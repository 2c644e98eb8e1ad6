//! Listings: rows of cells that become a table, JSON or CSV while they are produced.
//!
//! A [`Sheet`] never holds a whole listing. A table's widths are settled by its first rows; later cells that do
//! not fit are cut. Values come from vendors, so what goes to a terminal is stripped of control and direction
//! marks, and what a spreadsheet would run as a formula is defused ([`defused`]).

use std::borrow::Cow;
use std::io::Write;

use connector_core::{Result, text};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::stage::{Stage, write_failed};

/// Rows that settle the widths of a table.
const SETTLING_ROWS: usize = 500;
/// A table's cell is cut at this many columns although there is room.
const WIDEST: usize = 60;
/// A column is never made narrower than this, or than its widest cell.
const NARROWEST: usize = 6;
/// Between columns.
const GAP: &str = "  ";

/// `--json` and `--csv`.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct ShapeArgs {
    /// Print JSON instead of a table
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV instead of a table
    #[arg(long)]
    pub csv: bool,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Columns that fit the terminal.
    Table,
    /// One array of objects.
    Json,
    /// A header and a line per row (RFC 4180).
    Csv,
}

impl ShapeArgs {
    /// The shape asked for.
    pub fn shape(self) -> Shape {
        match (self.json, self.csv) {
            (true, _) => Shape::Json,
            (_, true) => Shape::Csv,
            _ => Shape::Table,
        }
    }
}

/// A column: its key in JSON and CSV, and its heading in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// snake_case key.
    pub key: &'static str,
    /// Heading.
    pub title: &'static str,
}

/// Shorthand for a [`Column`].
pub const fn column(key: &'static str, title: &'static str) -> Column {
    Column { key, title }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known: blank, `null` in JSON.
    Absent,
    /// Text.
    Text(Cow<'a, str>),
    /// A count.
    Number(u64),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Cell<'a> {
    /// Text, or nothing when it is absent or empty.
    pub fn some(text: Option<&'a str>) -> Self {
        match text {
            Some(text) if !text.is_empty() => Self::Text(Cow::Borrowed(text)),
            _ => Self::Absent,
        }
    }

    fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(n) => Cow::Owned(n.to_string()),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "yes" } else { "no" }),
            Self::List(items) => Cow::Owned(items.join(", ")),
        }
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Self::Absent => serde_json::Value::Null,
            Self::Text(text) => text.as_ref().into(),
            Self::Number(n) => (*n).into(),
            Self::Bool(yes) => (*yes).into(),
            Self::List(items) => items.iter().map(Cow::as_ref).collect(),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::some(Some(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        match text.is_empty() {
            true => Self::Absent,
            false => Self::Text(Cow::Owned(text)),
        }
    }
}

impl From<u64> for Cell<'_> {
    fn from(n: u64) -> Self {
        Self::Number(n)
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

/// A listing being printed. [`Sheet::finish`] must be called, or the last rows are missing.
pub struct Sheet<'a> {
    out: &'a mut dyn Write,
    shape: Shape,
    width: Option<usize>,
    columns: &'a [Column],
    /// Rows of a table whose widths are not settled yet.
    held: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    rows: u64,
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet")
            .field("shape", &self.shape)
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'a> Sheet<'a> {
    /// A listing with these columns on the stage's output.
    pub fn new(stage: &'a mut Stage<'_>, shape: Shape, columns: &'a [Column]) -> Self {
        Self {
            width: stage.width,
            out: &mut *stage.out,
            shape,
            columns,
            held: Vec::new(),
            widths: None,
            rows: 0,
        }
    }

    /// Adds a row; one cell per column.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows += 1;
        match self.shape {
            Shape::Table => self.table_row(cells),
            Shape::Json => self.json_row(cells),
            Shape::Csv => self.csv_row(cells),
        }
    }

    /// Prints what is still held and ends the listing. Returns how many rows it had.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> Result<u64> {
        match self.shape {
            Shape::Table => self.settle()?,
            Shape::Json => {
                let end = if self.rows == 0 { "[]\n" } else { "\n]\n" };
                self.out.write_all(end.as_bytes()).map_err(write_failed)?;
            }
            Shape::Csv if self.rows == 0 => self.csv_header()?,
            Shape::Csv => {}
        }
        Ok(self.rows)
    }

    fn table_row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let row: Vec<String> = cells
            .iter()
            .map(|cell| text::printable(&cell.plain(), text::MAX_VALUE_BYTES))
            .collect();
        if self.widths.is_some() {
            return self.print(&row);
        }
        self.held.push(row);
        match self.held.len() < SETTLING_ROWS {
            true => Ok(()),
            false => self.settle(),
        }
    }

    /// Decides the widths and prints the header and the rows held so far.
    fn settle(&mut self) -> Result<()> {
        if self.widths.is_some() {
            return Ok(());
        }
        let titles: Vec<String> = self.columns.iter().map(|c| c.title.to_owned()).collect();
        let held = std::mem::take(&mut self.held);
        let natural: Vec<usize> = (0..titles.len())
            .map(|at| {
                let cells = held.iter().chain([&titles]).map(|row| row[at].width());
                cells.max().unwrap_or(0)
            })
            .collect();
        self.widths = Some(fit(&natural, self.width));
        self.print(&titles)?;
        held.iter().try_for_each(|row| self.print(row))
    }

    fn print(&mut self, row: &[String]) -> Result<()> {
        let widths = self.widths.as_deref().unwrap_or_default();
        let mut line = String::new();
        for (cell, &width) in row.iter().zip(widths) {
            if !line.is_empty() {
                line.push_str(GAP);
            }
            let cell = cut(cell, width);
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width().min(width)));
        }
        writeln!(self.out, "{}", line.trim_end()).map_err(write_failed)
    }

    fn json_row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let before = if self.rows == 1 { "[\n  " } else { ",\n  " };
        let mut line = String::from(before);
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            line.push_str(if at == 0 { "{" } else { ", " });
            line.push_str(&serde_json::Value::from(column.key).to_string());
            line.push_str(": ");
            line.push_str(&cell.json().to_string());
        }
        line.push('}');
        self.out.write_all(line.as_bytes()).map_err(write_failed)
    }

    fn csv_header(&mut self) -> Result<()> {
        let keys = self.columns.iter().map(|c| c.key);
        csv_line(&mut *self.out, keys)
    }

    fn csv_row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.rows == 1 {
            self.csv_header()?;
        }
        let cells: Vec<_> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Text(_) | Cell::List(_) => defused(&cell.plain()).into_owned(),
                other => other.plain().into_owned(),
            })
            .collect();
        csv_line(&mut *self.out, cells.iter().map(String::as_str))
    }
}

/// One line of CSV.
///
/// # Errors
/// When the output cannot be written.
pub fn csv_line<'c>(out: &mut dyn Write, cells: impl Iterator<Item = &'c str>) -> Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .buffer_capacity(1 << 10)
        .from_writer(out);
    let written = writer.write_record(cells).map_err(std::io::Error::from);
    written.and_then(|()| writer.flush()).map_err(write_failed)
}

/// Text that a spreadsheet shows instead of running it: a cell that begins like a formula, even after blanks,
/// gets an apostrophe in front.
pub fn defused(text: &str) -> Cow<'_, str> {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    let runs = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    match runs {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Widths that fit into `room` columns: everybody gets what they need up to [`WIDEST`]; when that is too much
/// the widest columns give way first.
fn fit(natural: &[usize], room: Option<usize>) -> Vec<usize> {
    let Some(room) = room else {
        return natural.to_vec();
    };
    let mut widths: Vec<usize> = natural.iter().map(|&w| w.min(WIDEST)).collect();
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let room = room.saturating_sub(gaps);
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else {
            break;
        };
        if *widest <= NARROWEST {
            break;
        }
        *widest -= 1;
    }
    widths
}

/// `text` within `width` columns, with `…` where something was cut.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    const COLUMNS: &[Column] = &[
        column("name", "Name"),
        column("age", "Age"),
        column("tags", "Tags"),
    ];

    fn shown(shape: Shape, width: Option<usize>, rows: &[[Cell<'_>; 3]]) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stage = Stage {
            out: &mut out,
            err: &mut err,
            width,
            now: Timestamp::UNIX_EPOCH,
        };
        let mut sheet = Sheet::new(&mut stage, shape, COLUMNS);
        for row in rows {
            sheet.row(row).unwrap();
        }
        assert_eq!(sheet.finish().unwrap(), rows.len() as u64);
        String::from_utf8(out).unwrap()
    }

    fn rows() -> [[Cell<'static>; 3]; 2] {
        [
            [
                "=Ada \"Ω\" of the very long name".into(),
                36.into(),
                Cell::List(vec!["a".into(), "b".into()]),
            ],
            ["山田\u{202e}\u{1b}[1m".into(), Cell::Absent, true.into()],
        ]
    }

    #[test]
    fn tables_fit_the_terminal() {
        insta::assert_snapshot!(shown(Shape::Table, Some(26), &rows()), @r#"
        Name             Age  Tags
        =Ada "Ω" of th…  36   a, b
        山田[1m               yes
        "#);
        insta::assert_snapshot!(shown(Shape::Table, None, &[]), @"Name  Age  Tags");
    }

    #[test]
    fn json_keeps_types_and_is_an_array_even_when_empty() {
        let parsed: serde_json::Value =
            serde_json::from_str(&shown(Shape::Json, None, &rows())).unwrap();
        assert_eq!(parsed[0]["age"], 36);
        assert_eq!(parsed[0]["tags"], serde_json::json!(["a", "b"]));
        assert_eq!(parsed[1]["age"], serde_json::Value::Null);
        assert_eq!(shown(Shape::Json, None, &[]), "[]\n");
    }

    #[test]
    fn csv_is_quoted_and_does_not_run() {
        insta::assert_snapshot!(shown(Shape::Csv, Some(10), &rows()[..1]), @r#"
        name,age,tags
        "'=Ada ""Ω"" of the very long name",36,"a, b"
        "#);
        assert_eq!(shown(Shape::Csv, None, &[]), "name,age,tags\n");
        for text in ["=1", "+1", "-1", "@x", "\t=1", " =1", "\rx", "＝1"] {
            assert!(defused(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(defused("a=1"), "a=1");
    }

    #[test]
    fn a_long_listing_streams_with_the_widths_of_its_first_rows() {
        let mut many = vec![["x".into(), 1.into(), Cell::Absent]; SETTLING_ROWS];
        many.push(["longer than the rest".into(), 1.into(), Cell::Absent]);
        let text = shown(Shape::Table, Some(80), &many);
        assert_eq!(text.lines().count(), SETTLING_ROWS + 2);
        assert_eq!(text.lines().last(), Some("lon…  1"));
    }
}
