//! What happened to people from sync to sync: the finished full syncs of the files that were given, in order of
//! time, and everybody's class between each two.

use std::collections::HashSet;
use std::path::PathBuf;

use connector_c1z::SyncRun;
use connector_core::{Context, Error, ErrorKind, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::check::Input;
use crate::diff::people::{Change, Class, PeopleDiff, compare};
use crate::identity::Roster;
use crate::source::{OpenArgs, Pick, Source};

/// Syncs compared at most, the newest.
const SYNCS: usize = 25;
/// People listed for two syncs at most.
const LISTED: usize = 500;

/// The syncs of the main HR file and of its earlier files, and what happened between each two.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The syncs compared, the oldest first; the last is the one that the report is about.
    pub(super) stops: Vec<Stop>,
    /// What happened between each stop and the next.
    pub(super) steps: Vec<Step>,
    /// Older syncs that were left out.
    pub(super) left_out: usize,
}

/// A sync on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// The file as the operator wrote it.
    pub(super) path: PathBuf,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// The sync.
    pub(super) sync_id: String,
    /// When it ended.
    pub(super) at: Timestamp,
}

/// What happened between two syncs.
#[derive(Debug)]
pub(super) struct Step {
    /// How many people are in each class, without the classes nobody is in.
    pub(super) counts: Vec<(Class, usize)>,
    /// People who could be one of several others and so are in no class.
    pub(super) unclear: usize,
    /// People in a class that is listed.
    pub(super) listed: usize,
    /// The first of them, the most pressing first.
    pub(super) people: Vec<Happened>,
}

/// What happened to somebody.
#[derive(Debug)]
pub(super) struct Happened {
    /// In one word.
    pub(super) class: Class,
    /// The newest id.
    pub(super) id: String,
    /// The newest name.
    pub(super) name: String,
    /// What else is to say.
    pub(super) says: String,
}

impl Stop {
    /// The day (UTC) the sync ended.
    fn day(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }
}

impl Timeline {
    /// Compares the syncs of the main HR file and of `earlier` with one another.
    ///
    /// # Errors
    /// When a file cannot be read, or an earlier file is not earlier.
    pub(super) fn of(input: &Input, earlier: &[PathBuf], open: &OpenArgs) -> Result<Self> {
        let Some(main) = input.hr.first().map(|hr| &hr.now) else {
            return Ok(Self::default());
        };
        let Some(now) = stop(&main.source, &main.source.sync) else {
            return Ok(Self::default());
        };
        let mut stops = stops(&main.source)?;
        for path in earlier {
            let source = Source::open(path, Pick::Latest, open)?;
            let newest = source.seen_at();
            if newest.is_some_and(|newest| newest > now.at) {
                let message = format!(
                    "{} was written after {}",
                    source.shown(),
                    main.source.shown()
                );
                return Err(Error::new(ErrorKind::Setting, message)
                    .hint("--earlier takes files from before the HR file"));
            }
            stops.extend(self::stops(&source)?);
        }
        stops.sort_by(|a, b| (a.at, &a.sync_id).cmp(&(b.at, &b.sync_id)));
        let mut known = HashSet::from([now.sync_id.clone()]);
        stops.retain(|stop| stop.at <= now.at && known.insert(stop.sync_id.clone()));
        let left_out = stops.len().saturating_sub(SYNCS - 1);
        stops.drain(..left_out);
        let mut timeline = Self {
            left_out,
            ..Self::default()
        };
        let mut before: Option<(Roster, Date)> = None;
        for stop in &stops {
            let source = Source::open(&stop.path, Pick::Id(&stop.sync_id), open)?;
            let roster = Roster::load(&source).during(format!("reading {}", source.shown()))?;
            let after = (roster, stop.day());
            timeline.walk(before.as_ref(), &after.0, after.1);
            before = Some(after);
        }
        timeline.walk(before.as_ref(), &main.roster, now.day());
        timeline.stops = stops;
        timeline.stops.push(now);
        Ok(timeline)
    }

    fn walk(&mut self, before: Option<&(Roster, Date)>, after: &Roster, day: Date) {
        if let Some((before, old_day)) = before {
            let diff = compare(before, after, *old_day, day);
            self.steps.push(Step::of(&diff));
        }
    }
}

impl Step {
    fn of(diff: &PeopleDiff<'_>) -> Self {
        let count = |class| (class, diff.of(class).count());
        let counts = Class::ALL.into_iter().map(count);
        let unclear = diff
            .ambiguous
            .iter()
            .map(|group| group.old.len().max(group.new.len()));
        let listed = || diff.changes.iter().filter(|c| c.class != Class::Changed);
        Self {
            counts: counts.filter(|&(_, n)| n > 0).collect(),
            unclear: unclear.sum(),
            listed: listed().count(),
            people: listed().filter_map(happened).take(LISTED).collect(),
        }
    }
}

fn happened(change: &Change<'_>) -> Option<Happened> {
    let person = change.person()?;
    let named = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let mut says: Vec<String> = Vec::new();
    match (change.class, person.start_date, person.end_date) {
        (Class::Joiner | Class::FutureJoiner | Class::Started, Some(first), _) => {
            says.push(format!("first day {first}"));
        }
        (Class::Leaver, _, Some(last)) => says.push(format!("last day {last}")),
        _ => {}
    }
    if let Some(key) = change.other_key() {
        says.push(format!("was {key}"));
    }
    let moves = change.moves.iter();
    says.extend(moves.map(|m| {
        let (aspect, from, to) = (m.aspect.as_str(), named(&m.from), named(&m.to));
        format!("{aspect}: {from} → {to}")
    }));
    Some(Happened {
        class: change.class,
        id: person.key.to_string(),
        name: person.name.clone(),
        says: says.join("; "),
    })
}

/// Of these files the one whose newest sync is the newest.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn newest(files: &[PathBuf], open: &OpenArgs) -> Result<Option<PathBuf>> {
    let at = |path: &PathBuf| -> Result<_> {
        let source = Source::open(path, Pick::Latest, open)?;
        Ok((source.seen_at(), path.clone()))
    };
    let all = files.iter().map(at).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().max().map(|(_, path)| path))
}

/// The finished full syncs of a file that say when they ended.
fn stops(source: &Source) -> Result<Vec<Stop>> {
    let syncs = source.reader.syncs()?;
    let full = syncs.iter().filter(|sync| sync.sync_type == "full");
    Ok(full.filter_map(|sync| stop(source, sync)).collect())
}

fn stop(source: &Source, sync: &SyncRun) -> Option<Stop> {
    Some(Stop {
        path: source.path.clone(),
        sha256: source.sha256.clone(),
        sync_id: sync.sync_id.clone(),
        at: sync.ended()?,
    })
}
