//! Tables that fit the terminal, one after the other.

use connector_core::Result;

use super::section::Section;
use super::{people, rest, summary};
use crate::console::Console;
use crate::diff::comparison::Comparison;
use crate::diff::people::Class;
use crate::table::{Grid, Overflow, Page, paragraph};

pub(super) fn write(
    compared: &Comparison<'_>,
    limit: usize,
    console: &mut Console<'_>,
) -> Result<()> {
    table(summary::SIDES, &summary::sides(compared), console)?;
    line("", console)?;
    if let Some(warning) = summary::warning(compared) {
        line(&format!("WARNING: {warning}"), console)?;
        line("", console)?;
    }
    if compared.is_same() {
        line("Nothing differs.", console)?;
        line("", console)?;
    }
    table(summary::COUNTS, &summary::counts(compared), console)?;
    for section in sections(compared, limit)? {
        line("", console)?;
        line(&section.title, console)?;
        section.note.map_or(Ok(()), |note| line(note, console))?;
        if !section.rows.is_empty() {
            table(&section.columns, &section.rows, console)?;
        }
        section.rest().map_or(Ok(()), |rest| line(&rest, console))?;
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

fn table(titles: &[&str], rows: &[Vec<String>], console: &mut Console<'_>) -> Result<()> {
    let page = Page {
        width: console.width,
        indent: 0,
        overflow: Overflow::Cut,
    };
    Grid::new(titles, rows, page).write(rows, console.out)
}

fn line(words: &str, console: &mut Console<'_>) -> Result<()> {
    paragraph(console.out, words, console.width, 0)
}
