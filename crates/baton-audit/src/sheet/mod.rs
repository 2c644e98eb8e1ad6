//! Listings: rows of cells that become a table, JSON or CSV while they are produced.
//!
//! A [`Sheet`] never holds a whole listing. A table's widths are settled by its first rows; later cells that do
//! not fit are cut. Values come from vendors, so what goes to a terminal is stripped of control and direction
//! marks, and what a spreadsheet would run as a formula is defused ([`defused`]).

mod cell;
mod safe;

use std::borrow::Cow;
use std::io::Write;

use connector_core::{Result, text};
use unicode_width::UnicodeWidthStr;

use crate::stage::{Stage, write_failed};

pub use cell::{Cell, Column, column, detail};
pub use safe::{cut, defused, json_pretty, json_text};

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

/// A listing being printed. [`Sheet::finish`] must be called, or the last rows are missing.
pub struct Sheet<'a> {
    out: &'a mut dyn Write,
    shape: Shape,
    width: Option<usize>,
    columns: &'a [Column<'a>],
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
    pub fn new(stage: &'a mut Stage<'_>, shape: Shape, columns: &'a [Column<'a>]) -> Self {
        Self {
            width: stage.width,
            ..Self::to(&mut *stage.out, shape, columns)
        }
    }

    /// A listing with these columns that goes to `out`, which is no terminal.
    pub fn to(out: &'a mut dyn Write, shape: Shape, columns: &'a [Column<'a>]) -> Self {
        Self {
            width: None,
            out,
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
        let row: Vec<String> = self
            .columns
            .iter()
            .zip(cells)
            .filter(|(column, _)| !column.title.is_empty())
            .map(|(_, cell)| text::printable(&cell.plain(), text::MAX_VALUE_BYTES))
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
        let titles = self.columns.iter().map(|c| c.title.to_owned());
        let titles: Vec<String> = titles.filter(|title| !title.is_empty()).collect();
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
            line.push_str(&json_text(&column.key.into()));
            line.push_str(": ");
            line.push_str(&json_text(&cell.json()));
        }
        line.push('}');
        self.out.write_all(line.as_bytes()).map_err(write_failed)
    }

    fn csv_header(&mut self) -> Result<()> {
        let keys: Vec<_> = self.columns.iter().map(|c| defused(c.key)).collect();
        csv_line(&mut *self.out, keys.iter().map(Cow::as_ref))
    }

    fn csv_row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if self.rows == 1 {
            self.csv_header()?;
        }
        let on_terminal = self.width.is_some();
        let cells: Vec<_> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Json(value) if value.is_number() => cell.plain().into_owned(),
                Cell::Text(_) | Cell::List(_) | Cell::Json(_) => {
                    let plain = cell.plain();
                    match on_terminal {
                        true => defused(&text::printable(&plain, plain.len())).into_owned(),
                        false => defused(&plain).into_owned(),
                    }
                }
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

/// Widths that fit into `room` columns: everybody gets what they need up to [`WIDEST`]; when that is too much
/// the widest columns give way first.
pub(crate) fn fit(natural: &[usize], room: Option<usize>) -> Vec<usize> {
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    const COLUMNS: &[Column<'_>] = &[
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
    fn a_detail_is_left_out_of_tables_alone() {
        const WIDE: &[Column<'_>] = &[column("id", "Id"), detail("row"), column("name", "Name")];
        let printed = |shape| {
            let mut out = Vec::new();
            let mut sheet = Sheet::to(&mut out, shape, WIDE);
            sheet.row(&["a".into(), 7.into(), "b".into()]).unwrap();
            sheet.finish().unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(printed(Shape::Table), "Id  Name\na   b\n");
        assert_eq!(printed(Shape::Csv), "id,row,name\na,7,b\n");
        assert_eq!(
            printed(Shape::Json),
            "[\n  {\"id\": \"a\", \"row\": 7, \"name\": \"b\"}\n]\n"
        );
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
