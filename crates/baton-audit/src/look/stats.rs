//! `stats`: how many rows of what a sync has, counted without decoding where messages need not be read.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::text::grouped;
use jiff::civil::Date;
use serde::Serialize;

use super::FileArgs;
use crate::console::{Console, Outcome, write_failed};
use crate::identity::{self, Lifecycle, Status};
use crate::json;
use crate::source::{DayArgs, Source};
use crate::table::{Column, Format, FormatArgs, column, list, pairs, time_text, to_second};

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
    let source = args.file.source_on(&args.day)?;
    let stats = Stats::of(&source, args.day.day(&source))?;
    match args.format.format() {
        Format::Table => stats.page(&source, console)?,
        Format::Json => json::write(console.out, &stats)?,
        csv @ Format::Csv { .. } => stats.csv(&source, csv, console)?,
    }
    Ok(Outcome::Clean)
}

/// What a sync holds, in numbers.
#[derive(Debug, Serialize)]
struct Stats {
    file: String,
    sha256: String,
    bytes: u64,
    format: &'static str,
    sync: String,
    sync_type: String,
    started_at: String,
    ended_at: Option<String>,
    resource_types: u64,
    resources: u64,
    entitlements: u64,
    grants: u64,
    by_type: Vec<TypeCounts>,
    people: People,
}

/// How many rows there are of a type.
#[derive(Debug, Serialize)]
struct TypeCounts {
    resource_type: String,
    resources: u64,
    entitlements: u64,
    grants: u64,
}

const TYPE_COUNTS: &[Column<TypeCounts>] = &[
    column("resource_type", "Type", |of| {
        of.resource_type.as_str().into()
    }),
    column("resources", "Resources", |of| grouped(of.resources).into()),
    column("entitlements", "Entitlements", |of| {
        grouped(of.entitlements).into()
    }),
    column("grants", "Grants", |of| grouped(of.grants).into()),
];

/// A number of the sync, for CSV.
struct Measure {
    measure: &'static str,
    /// What is counted: a type or a state.
    of: String,
    count: u64,
}

const MEASURES: &[Column<Measure>] = &[
    column("measure", "Measure", |m| m.measure.into()),
    column("of", "Of", |m| m.of.as_str().into()),
    column("count", "Count", |m| m.count.into()),
];

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
        let all = [
            &counts.rows.resources,
            &counts.rows.entitlements,
            &counts.rows.grants,
        ];
        let total = |of: usize| all[of].values().sum();
        let mut types: Vec<&String> = all.iter().flat_map(|counts| counts.keys()).collect();
        types.sort_unstable();
        types.dedup();
        let of_type = |kind: &String| {
            let of = |of: usize| all[of].get(kind).copied().unwrap_or_default();
            TypeCounts {
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
            format: source.reader.format().as_str(),
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
        let sync = &source.sync;
        let ended = sync.ended_at.as_deref();
        let ended = ended.map_or("never".to_owned(), |raw| to_second(sync.ended(), raw));
        let about = [
            ("File", self.file.clone()),
            ("SHA-256", self.sha256.clone()),
            ("Size", format!("{} bytes", grouped(self.bytes))),
            ("Format", source.reader.format().to_string()),
            ("Sync", format!("{} ({})", self.sync, self.sync_type)),
            ("Started", to_second(sync.started(), &sync.started_at)),
            ("Ended", ended),
        ];
        pairs(console.out, 0, &about)?;
        writeln!(console.out).map_err(write_failed)?;
        let total = TypeCounts {
            resource_type: "all".to_owned(),
            resources: self.resources,
            entitlements: self.entitlements,
            grants: self.grants,
        };
        let by_type = self.by_type.iter().chain([&total]);
        list(console, Format::Table, TYPE_COUNTS, by_type)?;
        writeln!(console.out).map_err(write_failed)?;
        let people = &self.people;
        let day = people.as_of.map(|day| format!(" (on {day})"));
        let lifecycle = counted_words(&people.by_lifecycle, Lifecycle::ALL.map(Lifecycle::as_str));
        let about = [
            ("People", grouped(people.total)),
            (
                "Status",
                counted_words(&people.by_status, Status::ALL.map(Status::as_str)),
            ),
            ("Lifecycle", lifecycle + &day.unwrap_or_default()),
        ];
        pairs(console.out, 0, &about)
    }

    fn csv(&self, source: &Source, csv: Format, console: &mut Console<'_>) -> Result<()> {
        let row = |measure, of: &str, count| Measure {
            measure,
            of: of.to_owned(),
            count,
        };
        let mut rows = vec![
            row("bytes", "", self.bytes),
            row("format_version", "", source.reader.format().number().into()),
            row("resource_types", "", self.resource_types),
        ];
        for of in &self.by_type {
            rows.push(row("resources", &of.resource_type, of.resources));
            rows.push(row("entitlements", &of.resource_type, of.entitlements));
            rows.push(row("grants", &of.resource_type, of.grants));
        }
        let status = self.people.by_status.iter();
        rows.extend(status.map(|(word, &n)| row("people_by_status", word, n)));
        let lifecycle = self.people.by_lifecycle.iter();
        rows.extend(lifecycle.map(|(word, &n)| row("people_by_lifecycle", word, n)));
        list(console, csv, MEASURES, &rows)
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
        identity::for_each_unordered(source, |identity| {
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

/// `enabled 10, disabled 2`: the words that apply to any person, in the given order.
fn counted_words<const N: usize>(counts: &BTreeMap<&'static str, u64>, words: [&str; N]) -> String {
    let of = |word: &&str| counts.get(word).copied().unwrap_or_default();
    let some = words.iter().filter(|word| of(word) > 0);
    let some: Vec<_> = some.map(|w| format!("{w} {}", grouped(of(w)))).collect();
    match some.is_empty() {
        true => "none".to_owned(),
        false => some.join(", "),
    }
}
