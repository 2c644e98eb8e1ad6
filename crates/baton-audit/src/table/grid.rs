//! Sets texts on a page of so many columns: rows under titles, names with values, and paragraphs.

use std::io::Write;

use connector_core::{Result, text};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::safe::{cut, shown};
use crate::console::write_failed;

/// A cell gets no more columns than this although there is room.
const WIDEST: usize = 60;
/// A column is never made narrower than this, or than its widest cell.
const NARROWEST: usize = 6;
/// Between columns.
const GAP: &str = "  ";
/// By which the later cells of a stacked row are set in further.
const STACKED: usize = 4;

/// What becomes of a cell that is wider than its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// It is cut and ends with `…`.
    Cut,
    /// It goes on in further lines.
    Wrap,
    /// As [`Overflow::Wrap`]; but where any cell is too wide each row becomes lines of its own, without titles: so
    /// many cells on the first, the others below it.
    Stack(usize),
}

/// The place that rows are set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Columns of the terminal; `None` when nothing has to fit.
    pub width: Option<usize>,
    /// Columns that stay blank on the left.
    pub indent: usize,
    /// What becomes of cells that are too wide.
    pub overflow: Overflow,
}

/// Titles with the widths of their columns, under which rows are printed.
#[derive(Debug)]
pub struct Grid {
    titles: Vec<String>,
    widths: Vec<usize>,
    page: Page,
    /// Columns that a row may take.
    room: Option<usize>,
    /// See [`Overflow::Stack`]; `None` when rows stand in columns.
    stacked: Option<usize>,
}

impl Grid {
    /// Measures the rows. Others can be printed in the same columns.
    pub fn new<R: AsRef<[String]>>(titles: &[&str], rows: &[R], page: Page) -> Self {
        let mut natural: Vec<usize> = titles.iter().map(|title| title.width()).collect();
        for row in rows {
            for (width, cell) in natural.iter_mut().zip(row.as_ref()) {
                *width = shown(cell).width().max(*width);
            }
        }
        let room = page.width.map(|width| width.saturating_sub(page.indent));
        let needed = natural.iter().sum::<usize>() + GAP.len() * titles.len().saturating_sub(1);
        let fits = room.is_none_or(|room| needed <= room);
        Self {
            titles: titles.iter().map(|&title| title.to_owned()).collect(),
            widths: fit(natural, room),
            stacked: match page.overflow {
                Overflow::Stack(lead) if !fits => Some(lead),
                _ => None,
            },
            page,
            room,
        }
    }

    /// Prints the titles and the rows.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write<R: AsRef<[String]>>(&self, rows: &[R], out: &mut dyn Write) -> Result<()> {
        self.titles(out)?;
        rows.iter().try_for_each(|row| self.row(row.as_ref(), out))
    }

    /// Prints the titles; nothing when rows are stacked.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn titles(&self, out: &mut dyn Write) -> Result<()> {
        match self.stacked {
            Some(_) => Ok(()),
            None => self.in_columns(&self.titles, out),
        }
    }

    /// Prints a row.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn row(&self, row: &[String], out: &mut dyn Write) -> Result<()> {
        match self.stacked {
            Some(lead) => self.stack(row, lead, out),
            None => self.in_columns(row, out),
        }
    }

    fn stack(&self, row: &[String], lead: usize, out: &mut dyn Write) -> Result<()> {
        let (first, others) = row.split_at(lead.min(row.len()));
        let mut set = |text: &str, indent: usize| {
            let room = self.room.map(|room| room.saturating_sub(indent));
            let blank = " ".repeat(self.page.indent + indent);
            wrapped(text, room)
                .iter()
                .try_for_each(|line| writeln!(out, "{blank}{line}").map_err(write_failed))
        };
        set(&first.join(GAP), 0)?;
        let mut others = others.iter().filter(|cell| !cell.is_empty());
        others.try_for_each(|cell| set(cell, STACKED))
    }

    fn in_columns(&self, row: &[String], out: &mut dyn Write) -> Result<()> {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&self.widths)
            .map(|(cell, &width)| match self.page.overflow {
                Overflow::Cut => vec![cut(&shown(cell), width).into_owned()],
                Overflow::Wrap | Overflow::Stack(_) => wrapped(cell, Some(width)),
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = " ".repeat(self.page.indent);
            for (cell, width) in cells.iter().zip(&self.widths) {
                let part = cell.get(line).map_or("", String::as_str);
                text.push_str(part);
                text.extend(std::iter::repeat_n(' ', width.saturating_sub(part.width())));
                text.push_str(GAP);
            }
            writeln!(out, "{}", text.trim_end()).map_err(write_failed)?;
        }
        Ok(())
    }
}

/// Widths that fit into `room`: each column gets what it needs up to [`WIDEST`]; when that is too much the widest
/// columns give way first.
fn fit(natural: Vec<usize>, room: Option<usize>) -> Vec<usize> {
    let Some(room) = room else {
        return natural;
    };
    let mut widths: Vec<usize> = natural.into_iter().map(|w| w.min(WIDEST)).collect();
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

/// The text as lines that fit, broken at blanks where there are any.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let options = Options::new(room.unwrap_or(usize::MAX).max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let text = shown(text);
    let lines = textwrap::wrap(&text, options).into_iter();
    lines.map(|line| line.into_owned()).collect()
}

/// Writes a text, broken between words where it does not fit. Later lines are set in by `indent`; what the caller
/// wrote before the first has to be as wide.
///
/// # Errors
/// When `out` cannot be written.
pub fn paragraph(
    out: &mut dyn Write,
    text: &str,
    width: Option<usize>,
    indent: usize,
) -> Result<()> {
    let room = width.map(|width| width.saturating_sub(indent));
    for (at, line) in wrapped(text, room).iter().enumerate() {
        let indent = if at == 0 { 0 } else { indent };
        writeln!(out, "{:indent$}{line}", "").map_err(write_failed)?;
    }
    Ok(())
}

/// Writes names with their values below each other, set in by `indent`. Values are never cut.
///
/// # Errors
/// When `out` cannot be written.
pub fn pairs<N: AsRef<str>, V: AsRef<str>>(
    out: &mut dyn Write,
    indent: usize,
    pairs: &[(N, V)],
) -> Result<()> {
    let names: Vec<String> = pairs.iter().map(|(name, _)| shown(name.as_ref())).collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
    for (name, (_, value)) in names.iter().zip(pairs) {
        let value = text::printable(value.as_ref(), value.as_ref().len());
        let blanks = " ".repeat(widest - name.width());
        writeln!(out, "{:indent$}{name}{blanks}{GAP}{value}", "").map_err(write_failed)?;
    }
    Ok(())
}
