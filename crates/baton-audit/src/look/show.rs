//! `users show`: one person or account with everything the file records, and the place of each value in the file.

use connector_c1z::RowAt;
use connector_core::Result;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::FileArgs;
use super::facts::{FactLine, Field, facts_of};
use super::grant_line::GrantLine;
use super::grants::{HELD_COLUMNS, HELD_DETAILS};
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{Identity, Roster};
use crate::json;
use crate::managers::{Graph, Line};
use crate::source::{DayArgs, Source};
use crate::table::{
    Cell, Column, Format, FormatArgs, capitalized, column, list, objects, pairs, shown, time_text,
    to_second,
};

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
    let source = args.file.source_on(&args.day)?;
    let day = args.day.require(&source)?;
    let roster = Roster::load(&source)?;
    let at = roster.one_named(&args.who)?;
    let Some(person) = roster.at(at) else {
        return Ok(Outcome::Clean);
    };
    let graph = Graph::of(&roster, day);
    let page = PersonPage {
        day,
        lifecycle: graph.lifecycle(at).as_str(),
        facts: facts(&source, person)?,
        holds: holds(&source, person)?,
        managers: managers(&graph, &roster, at, person),
        line_of_managers: line_of_managers(&graph, &roster, at, person),
        reports: graph.reports(at).len() as u64,
        current_reports: graph.span(at) as u64,
        person,
        source: &source,
    };
    match args.format.format() {
        Format::Table => page.print(console)?,
        Format::Json => page.json(console)?,
        csv @ Format::Csv { .. } => page.csv(csv, console)?,
    }
    Ok(Outcome::Clean)
}

/// A person or an account with everything that is known about it.
struct PersonPage<'a> {
    source: &'a Source,
    day: Date,
    person: &'a Identity,
    lifecycle: &'static str,
    facts: Vec<FactLine>,
    holds: Vec<GrantLine>,
    managers: Vec<ManagerLine>,
    /// See [`line_of_managers`].
    line_of_managers: String,
    reports: u64,
    current_reports: u64,
}

/// A manager in the line above a person.
struct ManagerLine {
    id: String,
    name: String,
    lifecycle: &'static str,
    /// The fact of the person below that names this one.
    named_by: &'static str,
    /// The row of the person below, where that fact is.
    named_in_row: RowAt,
    row: RowAt,
}

const MANAGER_COLUMNS: &[Column<ManagerLine>] = &[
    column("name", "Name", |m| m.name.as_str().into()),
    column("id", "Id", |m| m.id.as_str().into()),
    column("lifecycle", "Lifecycle", |m| m.lifecycle.into()),
    column("row", "Row", |m| Cell::row(&m.row)),
    column("named_by", "Named by", |m| m.named_by.into()),
    column("named_in_row", "Of row", |m| Cell::row(&m.named_in_row)),
];

/// One value and its place in the file, for CSV.
struct Statement<'a> {
    field: &'static str,
    name: &'a str,
    value: String,
    row: &'a RowAt,
}

fn statement_columns<'a>() -> [Column<Statement<'a>>; 5] {
    [
        column("field", "Field", |s| s.field.into()),
        column("name", "Name", |s| s.name.into()),
        column("value", "Value", |s| s.value.as_str().into()),
        column("table", "Table", |s| match s.row {
            RowAt::Table { table, .. } => (*table).into(),
            RowAt::Key(_) => Cell::Absent,
        }),
        column("row", "Row", |s| Cell::row(s.row)),
    ]
}

impl PersonPage<'_> {
    fn print(&self, console: &mut Console<'_>) -> Result<()> {
        let Self { source, person, .. } = self;
        let sync = &source.sync;
        let ended = sync.ended_at.as_deref().unwrap_or("never");
        let ended = to_second(sync.ended(), ended);
        let vendors_word = match &person.state_word {
            Some(word) => format!(", \"{word}\" to the vendor"),
            None => String::new(),
        };
        let lifecycle = format!("{} on {}{vendors_word}", self.lifecycle, self.day);
        let sync = format!("{} ({}), ended {ended}", sync.sync_id, sync.sync_type);
        let place = match &person.row {
            RowAt::Table { table, row } => ("row", format!("{row} of {table}")),
            key @ RowAt::Key(_) => ("key", key.path()),
        };
        writeln!(console.out, "{}\n", shown(&person.name)).map_err(write_failed)?;
        let about = [
            ("id", person.key.to_string()),
            ("status", person.status.as_str().to_owned()),
            ("lifecycle", lifecycle),
            ("file", source.shown()),
            ("SHA-256", source.sha256.clone()),
            ("sync", sync),
            place,
        ];
        pairs(console.out, 2, &about)?;
        for field in Field::ALL {
            let facts = self.facts.iter().filter(|f| f.field == field);
            let facts: Vec<_> = facts.map(|f| (f.name.as_str(), plain(&f.value))).collect();
            if !facts.is_empty() {
                section(console, field.title())?;
                pairs(console.out, 2, &facts)?;
            }
        }
        section(console, &format!("Holds {}", self.holds.len()))?;
        if !self.holds.is_empty() {
            list(console, Format::Table, HELD_COLUMNS, &self.holds)?;
        }
        section(console, &format!("Managers {}", self.managers.len()))?;
        if !self.managers.is_empty() {
            list(console, Format::Table, MANAGER_COLUMNS, &self.managers)?;
        }
        let line = shown(&capitalized(&self.line_of_managers));
        writeln!(console.out, "{line}.").map_err(write_failed)?;
        let not_left = match self.current_reports {
            current if current == self.reports => String::new(),
            current => format!(", {current} of them not left"),
        };
        section(
            console,
            &format!("Direct reports {}{not_left}", self.reports),
        )
    }

    fn json(&self, console: &mut Console<'_>) -> Result<()> {
        let Self { source, person, .. } = self;
        let sync = &source.sync;
        let ended = sync.ended_at.as_deref();
        let ended = ended.map(|raw| time_text(sync.ended(), raw));
        json::write_object(console.out, |page| {
            page.value("id", &person.key.to_string())?;
            page.value("name", &person.name)?;
            page.value("status", &person.status.as_str())?;
            page.value("lifecycle", &self.lifecycle)?;
            page.value("as_of", &self.day)?;
            page.value("file", &source.shown())?;
            page.value("sha256", &source.sha256)?;
            page.value("sync", &sync.sync_id)?;
            page.value("sync_type", &sync.sync_type)?;
            page.value("ended_at", &ended)?;
            page.value("row", &Cell::row(&person.row))?;
            page.value("facts", &self.facts)?;
            page.value("holds", &objects(HELD_DETAILS, &self.holds))?;
            page.value("managers", &objects(MANAGER_COLUMNS, &self.managers))?;
            page.value("line_of_managers", &self.line_of_managers)?;
            page.value("direct_reports", &self.reports)?;
            page.value("direct_reports_not_left", &self.current_reports)
        })
    }

    /// A line per fact, grant and manager.
    fn csv(&self, csv: Format, console: &mut Console<'_>) -> Result<()> {
        let facts = self.facts.iter().map(|fact| Statement {
            field: fact.field.word(),
            name: &fact.name,
            value: plain(&fact.value),
            row: &self.person.row,
        });
        let holds = self.holds.iter().map(|held| {
            // A role in the whole organisation is a fact of the person's own row.
            let (value, row) = match &held.row {
                None => (held.held().to_owned(), &self.person.row),
                Some(row) => (held.entitlement_id.clone(), row),
            };
            Statement {
                field: "holds",
                name: held.how,
                value,
                row,
            }
        });
        let managers = self.managers.iter().map(|manager| Statement {
            field: "manager",
            name: manager.named_by,
            value: manager.id.clone(),
            row: &manager.named_in_row,
        });
        let all: Vec<_> = facts.chain(holds).chain(managers).collect();
        list(console, csv, &statement_columns(), &all)
    }
}

fn facts(source: &Source, person: &Identity) -> Result<Vec<FactLine>> {
    let id = person.key.to_string();
    let found = source.reader.resource(&source.sync.sync_id, &id)?;
    let facts = found.map(|(_, resource)| facts_of(&resource));
    Ok(facts.unwrap_or_default())
}

fn holds(source: &Source, person: &Identity) -> Result<Vec<GrantLine>> {
    let mut holds = Vec::new();
    let named = (&*person.name, person.org_role.as_deref());
    GrantLine::for_each_of(source, &person.key.to_wire(), named, |line| {
        holds.push(line);
        Ok(())
    })?;
    Ok(holds)
}

/// The managers above a person, the nearest first.
fn managers(graph: &Graph, roster: &Roster, at: usize, person: &Identity) -> Vec<ManagerLine> {
    let mut below = person;
    let mut managers = Vec::new();
    for position in graph.chain(at) {
        let Some(manager) = roster.at(position) else {
            break;
        };
        managers.push(ManagerLine {
            id: manager.key.to_string(),
            name: manager.name.clone(),
            lifecycle: graph.lifecycle(position).as_str(),
            named_by: match below.manager.id.as_ref() == Some(&manager.key.id) {
                true => "manager_id",
                false => "manager_email",
            },
            named_in_row: below.row.clone(),
            row: manager.row.clone(),
        });
        below = manager;
    }
    managers
}

/// How the line of managers above a person ends, to be read after the name.
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

fn section(console: &mut Console<'_>, title: &str) -> Result<()> {
    writeln!(console.out, "\n{title}").map_err(write_failed)
}
