//! What happened to people from sync to sync: the finished full syncs of the files that were given, in order of
//! time, and the class of each person between each two.

use std::collections::HashSet;
use std::path::PathBuf;

use connector_c1z::SyncRun;
use connector_core::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::check::Input;
use crate::check::input::is_earlier;
use crate::diff::people::{Change, Class, PeopleDiff, compare};
use crate::identity::Roster;
use crate::source::{OpenArgs, Pick, Source};

/// Syncs compared at most, the newest.
const SYNCS: usize = 25;
/// People listed for two syncs at most.
const LISTED: usize = 500;

/// The syncs of the main HR file and of its earlier files, and what changed between each two.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The syncs compared, the oldest first; the last is the one that the report is about.
    pub(super) syncs: Vec<ComparedSync>,
    /// What changed between each sync and the next.
    pub(super) changes: Vec<Changes>,
    /// Older syncs that were left out.
    pub(super) left_out: usize,
}

/// A sync that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ComparedSync {
    /// The file as the operator wrote it.
    pub(super) path: PathBuf,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// The sync.
    pub(super) sync_id: String,
    /// When it ended.
    pub(super) ended_at: Timestamp,
}

/// What changed between two syncs.
#[derive(Debug)]
pub(super) struct Changes {
    /// How many people are in each class, without empty classes.
    counts: Vec<(Class, usize)>,
    /// People who could be one of several others and so are in no class.
    pub(super) unclear: usize,
    /// People in a class that is listed.
    pub(super) listed: usize,
    /// The first of them, the most pressing first.
    pub(super) people: Vec<PersonChange>,
}

/// A person who differs.
#[derive(Debug)]
pub(super) struct PersonChange {
    /// What happened.
    pub(super) class: Class,
    /// The newest id.
    pub(super) id: String,
    /// The newest name.
    pub(super) name: String,
    /// Days, an earlier id, and moves.
    pub(super) details: String,
}

impl ComparedSync {
    /// The day the sync ended.
    fn day(&self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.ended_at).date()
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
        let Some(now) = compared_sync(&main.source, &main.source.sync) else {
            return Ok(Self::default());
        };
        let mut syncs = full_syncs(&main.source)?;
        for path in earlier {
            let source = Source::open(path, Pick::Latest, open)?;
            is_earlier(&source, &main.source)?;
            syncs.extend(full_syncs(&source)?);
        }
        syncs.sort_by(|a, b| (a.ended_at, &a.sync_id).cmp(&(b.ended_at, &b.sync_id)));
        let mut known = HashSet::from([now.sync_id.clone()]);
        syncs.retain(|sync| sync.ended_at <= now.ended_at && known.insert(sync.sync_id.clone()));
        let left_out = syncs.len().saturating_sub(SYNCS - 1);
        syncs.drain(..left_out);
        let mut changes = Vec::new();
        let mut before: Option<(Roster, Date)> = None;
        for sync in &syncs {
            let source = Source::open(&sync.path, Pick::Id(&sync.sync_id), open)?;
            let roster = Roster::load(&source).during(format!("reading {}", source.shown()))?;
            changes.extend(Changes::between(
                before.as_ref(),
                &roster,
                sync.day(&input.timezone),
            ));
            before = Some((roster, sync.day(&input.timezone)));
        }
        changes.extend(Changes::between(
            before.as_ref(),
            &main.roster,
            now.day(&input.timezone),
        ));
        syncs.push(now);
        Ok(Self {
            syncs,
            changes,
            left_out,
        })
    }
}

impl Changes {
    /// What changed since `before`; nothing for the first sync.
    fn between(before: Option<&(Roster, Date)>, after: &Roster, day: Date) -> Option<Self> {
        let (before, old_day) = before?;
        Some(Self::of(&compare(before, after, *old_day, day)))
    }

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
            people: listed().filter_map(person_change).take(LISTED).collect(),
        }
    }

    /// How many people are in a class.
    pub(super) fn count(&self, class: Class) -> usize {
        let counts = self.counts.iter().filter(|(c, _)| *c == class);
        counts.map(|&(_, n)| n).sum()
    }
}

fn person_change(change: &Change<'_>) -> Option<PersonChange> {
    let person = change.person()?;
    let named = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let mut details: Vec<String> = Vec::new();
    match (change.class, person.start_date, person.end_date) {
        (Class::Joiner | Class::FutureJoiner | Class::Started, Some(first), _) => {
            details.push(format!("first day {first}"));
        }
        (Class::Leaver, _, Some(last)) => details.push(format!("last day {last}")),
        _ => {}
    }
    if let Some(key) = change.other_key() {
        details.push(format!("was {key}"));
    }
    let moves = change.moves.iter();
    details.extend(moves.map(|m| {
        let (aspect, from, to) = (m.aspect.as_str(), named(&m.from), named(&m.to));
        format!("{aspect}: {from} → {to}")
    }));
    Some(PersonChange {
        class: change.class,
        id: person.key.to_string(),
        name: person.name.clone(),
        details: details.join("; "),
    })
}

/// The finished full syncs of a file whose time of ending is known.
fn full_syncs(source: &Source) -> Result<Vec<ComparedSync>> {
    let syncs = source.reader.syncs()?;
    let full = syncs.iter().filter(|sync| sync.sync_type == "full");
    Ok(full
        .filter_map(|sync| compared_sync(source, sync))
        .collect())
}

fn compared_sync(source: &Source, sync: &SyncRun) -> Option<ComparedSync> {
    Some(ComparedSync {
        path: source.path.clone(),
        sha256: source.sha256.clone(),
        sync_id: sync.sync_id.clone(),
        ended_at: sync.ended()?,
    })
}
