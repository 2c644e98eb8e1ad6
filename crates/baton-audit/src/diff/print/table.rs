//! Tables that fit the terminal, one after the other.

use connector_core::Result;

use super::section::Section;
use super::{people, rest, summary};
use crate::diff::comparison::Comparison;
use crate::diff::people::Class;
use crate::stage::Stage;
use crate::table::{Grid, Overflow, Page, paragraph};

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
    let page = Page {
        width: stage.width,
        indent: 0,
        overflow: Overflow::Cut,
    };
    Grid::new(titles, rows, page).write(rows, stage.out)
}

fn line(words: &str, stage: &mut Stage<'_>) -> Result<()> {
    paragraph(stage.out, words, stage.width, 0)
}
