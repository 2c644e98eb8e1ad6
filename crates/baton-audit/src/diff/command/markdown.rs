//! Markdown for pull requests and chats. Every value is escaped: it is shown as it is and neither formats, links,
//! mentions an account, nor leaves its cell.

use std::io::Write;

use connector_core::{Result, text};

use super::{summary, table};
use crate::console::write_failed;
use crate::diff::comparison::Comparison;
use crate::table::cut;

/// Longest value of a cell, in columns.
const WIDEST: usize = 200;

pub(super) fn write(compared: &Comparison<'_>, limit: usize, out: &mut dyn Write) -> Result<()> {
    document(compared, limit).and_then(|text| out.write_all(text.as_bytes()).map_err(write_failed))
}

fn document(compared: &Comparison<'_>, limit: usize) -> Result<String> {
    let mut blocks = vec!["## Changes between two syncs".to_owned()];
    if let Some(warning) = summary::warning(compared) {
        blocks.push(format!("> **Warning:** {}", escaped(&warning)));
    }
    if compared.is_same() {
        blocks.push("Nothing differs.".to_owned());
    }
    blocks.push(grid(summary::SIDES, &summary::sides(compared)));
    blocks.push(grid(summary::COUNTS, &summary::counts(compared)));
    for section in table::sections(compared, limit)? {
        blocks.push(format!("### {}", escaped(&section.title)));
        blocks.extend(section.note.map(escaped));
        if !section.rows.is_empty() {
            blocks.push(grid(&section.columns, &section.rows));
        }
        blocks.extend(section.rest().as_deref().map(escaped));
    }
    Ok(blocks.join("\n\n") + "\n")
}

fn grid(titles: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<_> = cells.collect();
        format!("| {} |", cells.join(" | "))
    };
    let head = line(&mut titles.iter().map(|title| escaped(title)));
    let rule = line(&mut titles.iter().map(|_| "---".to_owned()));
    let rows = rows
        .iter()
        .map(|row| line(&mut row.iter().map(|cell| escaped(cell))));
    [head, rule]
        .into_iter()
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The value as text that Markdown leaves alone.
fn escaped(value: &str) -> String {
    let value = text::printable(
        &value.replace(['\n', '\r', '\t'], " "),
        text::MAX_VALUE_BYTES,
    );
    let value = cut(&value, WIDEST);
    let mut out = String::with_capacity(value.len());
    let mut before = ' ';
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // An address written out would become a link.
            ':' if rest.as_str().starts_with("//") => out.push_str("\\:"),
            '.' if ends_with_www(&out) => out.push_str("\\."),
            // A mention; one inside an e-mail address is none.
            '@' | '#' if !before.is_alphanumeric() => out.extend([c, '\u{200b}']),
            // Where a line could begin with it, a heading or a list would.
            '#' | '+' | '-' if out.is_empty() => out.extend(['\\', c]),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    let last = text.len().checked_sub(3).and_then(|at| text.get(at..));
    last.is_some_and(|last| last.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests;
