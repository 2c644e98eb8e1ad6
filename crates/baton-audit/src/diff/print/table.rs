//! Tables that fit the terminal, one after the other.

use connector_core::{Result, text};
use unicode_width::UnicodeWidthStr;

use super::section::Section;
use super::{people, rest, summary};
use crate::diff::comparison::Comparison;
use crate::diff::people::Class;
use crate::sheet::{Cell, Shape, Sheet, column};
use crate::stage::{Stage, write_failed};

pub(super) fn write(compared: &Comparison<'_>, limit: usize, stage: &mut Stage<'_>) -> Result<()> {
    table(summary::SIDES, &summary::sides(compared), stage)?;
    line("", stage)?;
    if let Some(warning) = summary::warning(compared) {
        line(&format!("WARNING: {warning}"), stage)?;
        line("", stage)?;
    }
    if compared.is_same() {
        line("Nothing differs.", stage)?;
        line("", stage)?;
    }
    table(summary::COUNTS, &summary::counts(compared), stage)?;
    for section in sections(compared, limit)? {
        line("", stage)?;
        line(&section.title, stage)?;
        section.note.map_or(Ok(()), |note| line(note, stage))?;
        if !section.rows.is_empty() {
            table(&section.columns, &section.rows, stage)?;
        }
        section.rest().map_or(Ok(()), |rest| line(&rest, stage))?;
    }
    Ok(())
}

/// All sections in the order in which they matter.
pub(super) fn sections(compared: &Comparison<'_>, limit: usize) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    for class in Class::ALL {
        sections.extend(people::section(compared, class, limit));
        if class == Class::Vanished {
            sections.extend(people::unclear(compared, limit));
        }
    }
    sections.extend(rest::objects(compared, limit));
    sections.extend(rest::grants(compared, limit)?);
    Ok(sections)
}

fn table(titles: &[&str], rows: &[Vec<String>], stage: &mut Stage<'_>) -> Result<()> {
    let columns: Vec<_> = titles.iter().map(|title| column(title, title)).collect();
    let mut sheet = Sheet::new(stage, Shape::Table, &columns);
    for row in rows {
        let cells: Vec<Cell<'_>> = row.iter().map(|cell| cell.as_str().into()).collect();
        sheet.row(&cells)?;
    }
    sheet.finish()?;
    Ok(())
}

/// A line, broken between words where it does not fit.
fn line(words: &str, stage: &mut Stage<'_>) -> Result<()> {
    let width = stage.width.unwrap_or(usize::MAX);
    let words = text::printable(words, text::MAX_VALUE_BYTES);
    let mut used = 0;
    for (at, word) in words.split(' ').enumerate() {
        let gap = match at {
            0 => "",
            _ if used + 1 + word.width() > width => {
                used = 0;
                "\n"
            }
            _ => {
                used += 1;
                " "
            }
        };
        used += word.width();
        write!(stage.out, "{gap}{word}").map_err(write_failed)?;
    }
    writeln!(stage.out).map_err(write_failed)
}
