//! `stats`: how much of what there is in a sync, counted by the database where rows need not be read.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::text::{self, grouped};
use jiff::civil::Date;
use serde::Serialize;

use super::FileArgs;
use super::words::{short_time, time_text};
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{self, Lifecycle, Status};
use crate::json;
use crate::source::{DayArgs, Source};
use crate::table::{Format, FormatArgs, Heading, Table, heading};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(flatten)]
    file: FileArgs,

    #[command(flatten)]
    day: DayArgs,

    #[command(flatten)]
    format: FormatArgs,
}

/// Runs the command.
pub(crate) fn stats(args: &StatsArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let source = args.file.source()?;
    let stats = Stats::of(&source, args.day.day(&source))?;
    match args.format.format() {
        Format::Table => stats.page(&source, console)?,
        Format::Json => json::write(console.out, &stats)?,
        Format::Csv => stats.csv(console)?,
    }
    Ok(Outcome::Clean)
}

/// What a sync holds, in numbers.
#[derive(Debug, Serialize)]
struct Stats {
    file: String,
    sha256: String,
    bytes: u64,
    sync: String,
    sync_type: String,
    started_at: String,
    ended_at: Option<String>,
    resource_types: u64,
    resources: u64,
    entitlements: u64,
    grants: u64,
    by_type: Vec<OfType>,
    people: People,
}

/// What there is of a type.
#[derive(Debug, Serialize)]
struct OfType {
    resource_type: String,
    resources: u64,
    entitlements: u64,
    grants: u64,
}

/// People and accounts.
#[derive(Debug, Serialize)]
struct People {
    total: u64,
    /// The day that lifecycles are judged for.
    as_of: Option<Date>,
    by_status: BTreeMap<&'static str, u64>,
    by_lifecycle: BTreeMap<&'static str, u64>,
}

impl Stats {
    fn of(source: &Source, day: Option<Date>) -> Result<Self> {
        let sync = &source.sync;
        let counts = source.reader.counts(&sync.sync_id)?;
        let all = [&counts.resources, &counts.entitlements, &counts.grants];
        let total = |of: usize| all[of].values().sum();
        let mut types: Vec<&String> = all.iter().flat_map(|counts| counts.keys()).collect();
        types.sort_unstable();
        types.dedup();
        let of_type = |kind: &String| {
            let of = |of: usize| all[of].get(kind).copied().unwrap_or_default();
            OfType {
                resource_type: kind.clone(),
                resources: of(0),
                entitlements: of(1),
                grants: of(2),
            }
        };
        let raw = sync.ended_at.as_deref();
        Ok(Self {
            file: source.shown(),
            sha256: source.sha256.clone(),
            bytes: source.bytes,
            sync: sync.sync_id.clone(),
            sync_type: sync.sync_type.clone(),
            started_at: time_text(sync.started(), &sync.started_at),
            ended_at: raw.map(|raw| time_text(sync.ended(), raw)),
            resource_types: counts.resource_types,
            resources: total(0),
            entitlements: total(1),
            grants: total(2),
            by_type: types.into_iter().map(of_type).collect(),
            people: People::of(source, day)?,
        })
    }

    fn page(&self, source: &Source, console: &mut Console<'_>) -> Result<()> {
        const COLUMNS: &[Heading<'_>] = &[
            heading("resource_type", "Type"),
            heading("resources", "Resources"),
            heading("entitlements", "Entitlements"),
            heading("grants", "Grants"),
        ];
        let sync = &source.sync;
        let ended = sync.ended_at.as_deref();
        let ended = ended.map_or("never".to_owned(), |raw| short_time(sync.ended(), raw));
        for (name, value) in [
            ("File", self.file.clone()),
            ("SHA-256", self.sha256.clone()),
            ("Size", format!("{} bytes", grouped(self.bytes))),
            ("Sync", format!("{} ({})", self.sync, self.sync_type)),
            ("Started", short_time(sync.started(), &sync.started_at)),
            ("Ended", ended),
        ] {
            line(console, &format!("{name:<10}"), &value)?;
        }
        line(console, "", "")?;
        let mut table = Table::new(console, Format::Table, COLUMNS.to_vec());
        let total = OfType {
            resource_type: "all".to_owned(),
            resources: self.resources,
            entitlements: self.entitlements,
            grants: self.grants,
        };
        for of in self.by_type.iter().chain([&total]) {
            let numbers = [of.resources, of.entitlements, of.grants].map(grouped);
            let [resources, entitlements, grants] = numbers.map(Into::into);
            let kind = of.resource_type.as_str().into();
            table.row(&[kind, resources, entitlements, grants])?;
        }
        table.finish()?;
        line(console, "", "")?;
        let people = &self.people;
        let day = people.as_of.map(|day| format!(" (on {day})"));
        line(console, "People     ", &grouped(people.total))?;
        line(
            console,
            "Status     ",
            &states(&people.by_status, Status::ALL.map(Status::as_str)),
        )?;
        let lifecycle = states(&people.by_lifecycle, Lifecycle::ALL.map(Lifecycle::as_str));
        line(
            console,
            "Lifecycle  ",
            &format!("{lifecycle}{}", day.unwrap_or_default()),
        )
    }

    fn csv(&self, console: &mut Console<'_>) -> Result<()> {
        const COLUMNS: &[Heading<'_>] = &[
            heading("measure", ""),
            heading("of", ""),
            heading("count", ""),
        ];
        let mut table = Table::new(console, Format::Csv, COLUMNS.to_vec());
        let mut row = |measure: &str, of: &str, count: u64| {
            table.row(&[measure.into(), of.into(), count.into()])
        };
        row("bytes", "", self.bytes)?;
        row("resource_types", "", self.resource_types)?;
        for of in &self.by_type {
            row("resources", &of.resource_type, of.resources)?;
            row("entitlements", &of.resource_type, of.entitlements)?;
            row("grants", &of.resource_type, of.grants)?;
        }
        for (word, count) in &self.people.by_status {
            row("people_by_status", word, *count)?;
        }
        for (word, count) in &self.people.by_lifecycle {
            row("people_by_lifecycle", word, *count)?;
        }
        table.finish().map(drop)
    }
}

impl People {
    fn of(source: &Source, day: Option<Date>) -> Result<Self> {
        let mut people = Self {
            total: 0,
            as_of: day,
            by_status: Status::ALL.map(|s| (s.as_str(), 0)).into(),
            by_lifecycle: Lifecycle::ALL.map(|l| (l.as_str(), 0)).into(),
        };
        identity::for_each(source, |identity, _| {
            let lifecycle = match day {
                Some(day) => identity.lifecycle_on(day),
                None => identity.lifecycle,
            };
            people.total += 1;
            *people
                .by_status
                .entry(identity.status.as_str())
                .or_default() += 1;
            *people.by_lifecycle.entry(lifecycle.as_str()).or_default() += 1;
            Ok(())
        })?;
        Ok(people)
    }
}

/// `enabled 10, disabled 2`: the words that apply to anybody, in the given order.
fn states<const N: usize>(counts: &BTreeMap<&'static str, u64>, words: [&str; N]) -> String {
    let of = |word: &&str| counts.get(word).copied().unwrap_or_default();
    let some = words.iter().filter(|word| of(word) > 0);
    let some: Vec<_> = some.map(|w| format!("{w} {}", grouped(of(w)))).collect();
    match some.is_empty() {
        true => "nobody".to_owned(),
        false => some.join(", "),
    }
}

fn line(console: &mut Console<'_>, name: &str, value: &str) -> Result<()> {
    let value = text::printable(value, text::MAX_VALUE_BYTES);
    writeln!(console.out, "{name}{value}").map_err(write_failed)
}
