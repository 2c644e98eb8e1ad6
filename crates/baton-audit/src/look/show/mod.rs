//! `users show`: one person or account with everything the file says, and where it says it.

mod json;

use std::borrow::Cow;

use connector_core::{Result, text};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

use super::FileArgs;
use super::facts::{FactLine, Field, facts_of};
use super::grants::{GrantLine, external_id};
use super::names::Names;
use super::words::short_time;
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{Identity, Roster};
use crate::managers::{Graph, Line};
use crate::source::{DayArgs, Source};
use crate::table::{Cell, Format, FormatArgs, Heading, Table, heading};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Id (user:1 or 1), e-mail address, employee number or name
    #[arg(value_name = "WHO")]
    who: String,

    #[command(flatten)]
    day: DayArgs,

    #[command(flatten)]
    format: FormatArgs,
}

/// Runs the command.
pub(super) fn show(args: &ShowArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let day = args.day.require(&source)?;
    let roster = Roster::load(&source)?;
    let at = roster.one_named(&args.who)?;
    let Some(person) = roster.at(at) else {
        return Ok(Outcome::Clean);
    };
    let graph = Graph::of(&roster, day);
    let one = One::new(&source, day, &roster, &graph, at, person)?;
    match args.format.format() {
        Format::Table => one.page(console)?,
        Format::Json => one.json(console)?,
        Format::Csv => one.csv(console)?,
    }
    Ok(Outcome::Clean)
}

/// Somebody and all that is known of them.
struct One<'a> {
    source: &'a Source,
    day: Date,
    person: &'a Identity,
    lifecycle: &'static str,
    facts: Vec<FactLine>,
    holds: Vec<GrantLine>,
    managers: Vec<ManagerLine<'a>>,
    /// See [`line_of_managers`].
    line: String,
    reports: u64,
    current_reports: u64,
}

/// A manager above somebody.
#[derive(Debug, Serialize)]
struct ManagerLine<'a> {
    id: String,
    name: &'a str,
    lifecycle: &'static str,
    /// The fact of the person below that names this one.
    named_by: &'static str,
    /// The row of the person below, where that fact is.
    named_in_row: i64,
    row: i64,
}

impl<'a> One<'a> {
    fn new(
        source: &'a Source,
        day: Date,
        roster: &'a Roster,
        graph: &Graph,
        at: usize,
        person: &'a Identity,
    ) -> Result<Self> {
        let sync_id = &source.sync.sync_id;
        let found = source.reader.resource(sync_id, &person.key.to_string())?;
        let facts = found.map(|(_, resource)| facts_of(&resource));
        let mut names = Names::new(source);
        let mut holds = Vec::new();
        let id = connector_c1z::wire::ResourceId {
            resource_type: person.key.resource_type.to_string(),
            resource: person.key.id.clone(),
        };
        source
            .reader
            .for_each_grant_of(sync_id, &id, |row, grant| {
                holds.push(GrantLine::new(row, grant, &mut names)?);
                Ok(())
            })?;
        let mut below = person;
        let mut managers = Vec::new();
        for position in graph.chain(at) {
            let Some(manager) = roster.at(position) else {
                break;
            };
            managers.push(ManagerLine {
                id: manager.key.to_string(),
                name: &manager.name,
                lifecycle: graph.lifecycle(position).as_str(),
                named_by: match below.manager.id.as_ref() == Some(&manager.key.id) {
                    true => "manager_id",
                    false => "manager_email",
                },
                named_in_row: below.row,
                row: manager.row,
            });
            below = manager;
        }
        Ok(Self {
            source,
            day,
            person,
            lifecycle: graph.lifecycle(at).as_str(),
            facts: facts.unwrap_or_default(),
            holds,
            managers,
            line: line_of_managers(graph, roster, at, person),
            reports: graph.reports(at).len() as u64,
            current_reports: graph.span(at) as u64,
        })
    }

    /// The page for people.
    fn page(&self, console: &mut Console<'_>) -> Result<()> {
        let Self { source, person, .. } = self;
        let sync = &source.sync;
        let ended = sync.ended_at.as_deref().unwrap_or("never");
        put(console, &person.name)?;
        put(console, "")?;
        let word = match &person.state_word {
            Some(word) => format!(", \"{word}\" to the vendor"),
            None => String::new(),
        };
        let lines = [
            ("id", person.key.to_string()),
            ("status", person.status.as_str().to_owned()),
            (
                "lifecycle",
                format!("{} on {}{word}", self.lifecycle, self.day),
            ),
            ("file", source.shown()),
            ("SHA-256", source.sha256.clone()),
            (
                "sync",
                format!(
                    "{} ({}), ended {}",
                    sync.sync_id,
                    sync.sync_type,
                    short_time(sync.ended(), ended)
                ),
            ),
            ("row", format!("{} of v1_resources", person.row)),
        ];
        let lines = lines.map(|(name, value)| (name.to_owned(), value));
        pairs(console, &lines)?;
        for field in Field::ALL {
            let facts = self.facts.iter().filter(|f| f.field == field);
            let facts: Vec<_> = facts.map(|f| (f.name.clone(), plain(&f.value))).collect();
            if !facts.is_empty() {
                section(console, field.title())?;
                pairs(console, &facts)?;
            }
        }
        section(console, &format!("Holds {}", self.holds.len()))?;
        self.holdings(console)?;
        section(console, &format!("Managers {}", self.managers.len()))?;
        self.chain(console)?;
        let mut line = self.line.chars();
        let first = line.next().map(|c| c.to_ascii_uppercase());
        let line = first.into_iter().chain(line).chain(['.']);
        put(console, &line.collect::<String>())?;
        section(console, &self.reports_line())
    }

    fn reports_line(&self) -> String {
        match (self.reports, self.current_reports) {
            (all, current) if all == current => format!("Direct reports {all}"),
            (all, current) => format!("Direct reports {all}, {current} of them not left"),
        }
    }

    fn holdings(&self, console: &mut Console<'_>) -> Result<()> {
        const COLUMNS: &[Heading<'_>] = &[
            heading("resource_name", "On"),
            heading("resource_id", "Id"),
            heading("slug", "Holds"),
            heading("how", "How"),
            heading("via", "Via"),
            heading("row", "Row of v1_grants"),
        ];
        if self.holds.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(console, Format::Table, COLUMNS.to_vec());
        for line in &self.holds {
            table.row(&[
                Cell::from(&*line.resource_name),
                external_id(&line.resource).into(),
                line.held().into(),
                line.how().into(),
                Cell::List(
                    line.via
                        .iter()
                        .map(|id| Cow::Borrowed(id.as_str()))
                        .collect(),
                ),
                line.row.unsigned_abs().into(),
            ])?;
        }
        table.finish().map(drop)
    }

    fn chain(&self, console: &mut Console<'_>) -> Result<()> {
        const COLUMNS: &[Heading<'_>] = &[
            heading("name", "Name"),
            heading("id", "Id"),
            heading("lifecycle", "Lifecycle"),
            heading("row", "Row"),
            heading("named_by", "Named by"),
            heading("named_in_row", "Of row"),
        ];
        if self.managers.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(console, Format::Table, COLUMNS.to_vec());
        for manager in &self.managers {
            table.row(&[
                manager.name.into(),
                manager.id.as_str().into(),
                manager.lifecycle.into(),
                manager.row.unsigned_abs().into(),
                manager.named_by.into(),
                manager.named_in_row.unsigned_abs().into(),
            ])?;
        }
        table.finish().map(drop)
    }

    /// A line per fact.
    fn csv(&self, console: &mut Console<'_>) -> Result<()> {
        const COLUMNS: &[Heading<'_>] = &[
            heading("field", ""),
            heading("name", ""),
            heading("value", ""),
            heading("table", ""),
            heading("row", ""),
        ];
        let mut table = Table::new(console, Format::Csv, COLUMNS.to_vec());
        let mut line = |field: &str, name: &str, value: &str, place: &str, row: i64| {
            let row = row.unsigned_abs().into();
            table.row(&[field.into(), name.into(), value.into(), place.into(), row])
        };
        const PEOPLE: &str = "v1_resources";
        for fact in &self.facts {
            let value = plain(&fact.value);
            line(
                fact.field.word(),
                &fact.name,
                &value,
                PEOPLE,
                self.person.row,
            )?;
        }
        for held in &self.holds {
            line(
                "holds",
                held.how(),
                &held.entitlement_id,
                "v1_grants",
                held.row,
            )?;
        }
        for manager in &self.managers {
            let row = manager.named_in_row;
            line("manager", manager.named_by, &manager.id, PEOPLE, row)?;
        }
        table.finish().map(drop)
    }
}

/// How the managers above somebody end, to be read after the name.
fn line_of_managers(graph: &Graph, roster: &Roster, at: usize, person: &Identity) -> String {
    let Line { end, steps } = graph.line(at);
    match (graph.faults(at).next(), steps) {
        (Some(fault), 0) => fault.says(person, graph, roster),
        (None, 0) => "names no manager".to_owned(),
        _ => format!("has a line of managers that {}", end.says(graph, roster)),
    }
}

/// A value for people: texts bare, lists of texts with commas, the rest as JSON.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            items.join(", ")
        }
        other => other.to_string(),
    }
}

fn put(console: &mut Console<'_>, line: &str) -> Result<()> {
    let line = text::printable(line, text::MAX_VALUE_BYTES);
    writeln!(console.out, "{line}").map_err(write_failed)
}

fn section(console: &mut Console<'_>, title: &str) -> Result<()> {
    put(console, "")?;
    put(console, title)
}

/// Names and values under each other, indented; values are never cut.
fn pairs(console: &mut Console<'_>, pairs: &[(String, String)]) -> Result<()> {
    let names: Vec<_> = pairs
        .iter()
        .map(|(name, _)| text::printable(name, text::MAX_VALUE_BYTES))
        .collect();
    let widest = names.iter().map(|n| n.width()).max().unwrap_or_default();
    for (name, (_, value)) in names.iter().zip(pairs) {
        let value = text::printable(value, value.len());
        let blanks = " ".repeat(widest - name.width());
        writeln!(console.out, "  {name}{blanks}  {value}").map_err(write_failed)?;
    }
    Ok(())
}
