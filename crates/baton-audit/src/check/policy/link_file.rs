//! Reads link files: whose an account is, as the operator knows it.

use std::collections::BTreeSet;

use connector_core::Result;

use super::document::{Section, mistakes};
use super::{Link, Place};

/// The links of a TOML file.
pub(super) fn links(top: &mut Section<'_>) -> Vec<Link> {
    top.sections("link", |link| {
        let place = link.place();
        let app = link.text("app").map(str::to_owned);
        let (account, person) = (link.needed_text("account"), link.needed_text("person"));
        Some(Link {
            app,
            account: account?.to_owned(),
            person: person?.to_owned(),
            place,
        })
    })
}

/// Columns of a link file, in any order; `app` may be left out.
const COLUMNS: [&str; 3] = ["app", "account", "person"];

/// The links of a CSV file called `file`.
///
/// # Errors
/// [`ErrorKind::Setting`](connector_core::ErrorKind::Setting) with the lines when something in it is wrong.
pub(super) fn csv_links(file: &str, text: &str) -> Result<Vec<Link>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut wrong: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut links = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<String>> = None;
    for record in reader.records() {
        // Text that is UTF-8 in records of any length cannot fail.
        let Ok(record) = record else { continue };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = line_of(&record, text);
        let Some(columns) = &columns else {
            let named: Vec<String> = record.iter().map(str::to_lowercase).collect();
            if let Err(message) = check_columns(&named) {
                wrong.insert((line, message));
                break;
            }
            columns = Some(named);
            continue;
        };
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name)?;
            record.get(at).filter(|cell| !cell.is_empty())
        };
        match (cell("account"), cell("person")) {
            _ if record.len() > columns.len() => {
                wrong.insert((line, "more cells than columns".to_owned()));
            }
            (Some(account), Some(person)) => links.push(Link {
                app: cell("app").map(str::to_owned),
                account: account.to_owned(),
                person: person.to_owned(),
                place: Place {
                    file: file.to_owned(),
                    line,
                },
            }),
            _ => {
                wrong.insert((line, "a link needs an account and a person".to_owned()));
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(links),
        false => Err(mistakes(file, &wrong)),
    }
}

/// The line a record begins on. The reader's own position is before the blank lines and comments above it.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let start = record.position().map_or(0, csv::Position::byte);
    let start = usize::try_from(start).unwrap_or_default();
    let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
    let skipped = after.lines().map(str::trim);
    let skipped = skipped.take_while(|line| line.is_empty() || line.starts_with('#'));
    1 + before.matches('\n').count() + skipped.count()
}

fn check_columns(named: &[String]) -> Result<(), String> {
    let known = |name: &String| COLUMNS.contains(&name.as_str());
    let has = |name: &str| named.iter().filter(|n| *n == name).count() == 1;
    match named.iter().find(|name| !known(name)) {
        None if has("account") && has("person") => Ok(()),
        _ => Err(format!(
            "the first line must name the columns app, account and person, not {}",
            named.join(", ")
        )),
    }
}
