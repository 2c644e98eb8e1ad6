//! Which syncs there are: the files are looked through once, and their finished full syncs are put in order, system by
//! system.
//!
//! Files of one system have one name but for their dates ([`system_of`]). A sync that is in several files counts once,
//! and of several syncs of a system that ended on one day the last counts: what is said here is said of days.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use connector_c1z::SyncRun;
use connector_core::{Context, Error, ErrorKind, Result, text};
use connector_evidence::digest;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Given;
use super::name::system_of;
use crate::check::is_employed_somehow;
use crate::identity::for_each_unordered;
use crate::source::{OpenArgs, Source, open_reader};

/// Directories between the one that is given and a file.
const MAX_DEPTH: usize = 8;
/// Sync files that are looked through.
const MAX_FILES: usize = 20_000;

/// A system and what was given of it.
#[derive(Debug)]
pub(super) struct System {
    pub(super) name: String,
    pub(super) is_hr: bool,
    pub(super) files: usize,
    /// Syncs that are looked at.
    pub(super) syncs: usize,
    pub(super) first: Date,
    pub(super) last: Date,
}

/// A sync that is looked at.
#[derive(Debug, Clone)]
pub(super) struct DatedSync {
    /// Position of its system.
    pub(super) system: usize,
    pub(super) day: Date,
    ended_at: Timestamp,
    run: SyncRun,
    pub(super) path: PathBuf,
    sha256: String,
    bytes: u64,
}

/// All syncs that are looked at, the oldest first.
#[derive(Debug)]
pub(super) struct Series {
    /// In order of names.
    pub(super) systems: Vec<System>,
    pub(super) syncs: Vec<DatedSync>,
    /// What an operator should know of the files, each one sentence without a final period.
    pub(super) notes: Vec<String>,
}

impl DatedSync {
    /// Opens the file again, at this sync.
    pub(super) fn open(&self, open: &OpenArgs) -> Result<Source> {
        Ok(Source {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            reader: open_reader(&self.path, open)?,
            sync: self.run.clone(),
        })
    }
}

/// A file with the name of its system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    system: String,
    path: PathBuf,
}

/// What was left out.
#[derive(Debug, Default)]
struct LeftOut {
    unfinished: usize,
    undated: usize,
    copies: usize,
    superseded: usize,
    linked_directories: usize,
}

impl Series {
    /// Looks through the files, and through the directories for files that end with `.c1z`. Without names of HR systems
    /// the one system is taken whose people have a title, a department, a manager or a first day.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when a file cannot be read or there is no finished full sync, [`ErrorKind::Usage`]
    /// when it is not clear which system is the HR system, or a file is given as one of two systems.
    pub(super) fn find(given: &Given<'_>) -> Result<Self> {
        let Given { zone, open, .. } = *given;
        let mut left_out = LeftOut::default();
        let mut by_system: BTreeMap<String, (usize, BTreeMap<Date, DatedSync>)> = BTreeMap::new();
        let mut seen: BTreeSet<(String, String, Timestamp)> = BTreeSet::new();
        let mut files: HashMap<String, Found> = HashMap::new();
        for found in files_of(given.files, &mut left_out)? {
            let (sha256, bytes, _) =
                digest(&found.path).during(format!("reading {}", found.path.display()))?;
            let (of_files, days) = by_system.entry(found.system.clone()).or_default();
            *of_files += 1;
            if let Some(other) = files.get(&sha256) {
                if other.system != found.system {
                    return Err(given_twice(other, &found));
                }
                left_out.copies += 1;
                continue;
            }
            for run in open_reader(&found.path, open)?.syncs()? {
                if run.sync_type != "full" || run.ended_at.is_none() {
                    left_out.unfinished += 1;
                    continue;
                }
                let Some(ended_at) = run.ended() else {
                    left_out.undated += 1;
                    continue;
                };
                if !seen.insert((found.system.clone(), run.sync_id.clone(), ended_at)) {
                    left_out.copies += 1;
                    continue;
                }
                let day = zone.to_datetime(ended_at).date();
                let sync = DatedSync {
                    system: 0,
                    day,
                    ended_at,
                    run,
                    path: found.path.clone(),
                    sha256: sha256.clone(),
                    bytes,
                };
                let order = |it: &DatedSync| (it.ended_at, it.run.sync_id.clone());
                match days.get(&day) {
                    Some(other) => {
                        left_out.superseded += 1;
                        if order(other) < order(&sync) {
                            days.insert(day, sync);
                        }
                    }
                    None => {
                        days.insert(day, sync);
                    }
                }
            }
            files.insert(sha256, found);
        }
        Self::of(by_system, given, &left_out)
    }

    fn of(
        by_system: BTreeMap<String, (usize, BTreeMap<Date, DatedSync>)>,
        given: &Given<'_>,
        left_out: &LeftOut,
    ) -> Result<Self> {
        let mut notes = left_out.notes();
        let (mut systems, mut syncs) = (Vec::new(), Vec::new());
        let mut newest = Vec::new();
        for (name, (files, days)) in by_system {
            let ends = days.first_key_value().zip(days.last_key_value());
            let Some(((&first, _), (&last, sync))) = ends else {
                notes.push(format!("{name}: no finished full sync"));
                continue;
            };
            newest.push(sync.clone());
            let system = System {
                is_hr: given.hr.contains(&name),
                name,
                files,
                syncs: days.len(),
                first,
                last,
            };
            let position = systems.len();
            systems.push(system);
            syncs.extend(days.into_values().map(|sync| DatedSync {
                system: position,
                ..sync
            }));
        }
        if systems.is_empty() {
            let message = "there is no finished full sync in the files";
            return Err(Error::new(ErrorKind::Precondition, message)
                .hint("give sync files (.c1z), or a directory of them"));
        }
        syncs.sort_by_key(|it| (it.ended_at, it.system));
        tell_hr(&mut systems, given, &newest)?;
        Ok(Self {
            systems,
            syncs,
            notes,
        })
    }
}

impl LeftOut {
    fn notes(&self) -> Vec<String> {
        let one = |n: usize, noun: &str, says: &str| {
            (n > 0).then(|| format!("{} {says}", text::counted(n, noun)))
        };
        let unfinished = "not full or never finished, and not looked at";
        let all = [
            one(
                self.copies,
                "sync",
                "there more than once, and looked at once",
            ),
            one(
                self.superseded,
                "sync",
                "followed by another one of the same system on the same day; the last of a day counts",
            ),
            one(self.unfinished, "sync", unfinished),
            one(
                self.undated,
                "sync",
                "without the time of its end, and not looked at",
            ),
            one(
                self.linked_directories,
                "link",
                "to a directory, and not followed; give the directory itself",
            ),
        ];
        all.into_iter().flatten().collect()
    }
}

/// Says which systems are HR systems.
fn tell_hr(systems: &mut [System], given: &Given<'_>, newest: &[DatedSync]) -> Result<()> {
    let Given { hr, open, .. } = *given;
    let names: Vec<&str> = systems.iter().map(|it| it.name.as_str()).collect();
    let names = names.join(", ");
    if let Some(lost) = hr
        .iter()
        .find(|name| !systems.iter().any(|it| it.name == **name))
    {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("--hr {lost}: no file is of this system"),
        )
        .hint(format!("the files are of: {names}")));
    }
    if !hr.is_empty() {
        return Ok(());
    }
    if let [only] = systems {
        only.is_hr = true;
        return Ok(());
    }
    for system in systems.iter_mut() {
        system.is_hr = given.likely_hr.contains(&system.name);
    }
    if systems.iter().any(|it| it.is_hr) {
        return Ok(());
    }
    for (system, sync) in systems.iter_mut().zip(newest) {
        let source = sync.open(open)?;
        for_each_unordered(&source, |person| {
            system.is_hr |= is_employed_somehow(&person);
            Ok(())
        })
        .during(format!("reading {}", source.shown()))?;
    }
    let like_hr: Vec<&str> = systems
        .iter()
        .filter(|it| it.is_hr)
        .map(|it| it.name.as_str())
        .collect();
    let message = match like_hr.as_slice() {
        [_] => return Ok(()),
        [] => format!("none of the systems looks like an HR system: {names}"),
        several => format!(
            "several systems look like HR systems: {}",
            several.join(", ")
        ),
    };
    Err(Error::new(ErrorKind::Usage, message)
        .hint("--hr NAME says which system is; it may be repeated"))
}

/// The sync files, each once, in order of systems and paths.
fn files_of(paths: &[PathBuf], left_out: &mut LeftOut) -> Result<BTreeSet<Found>> {
    let mut files = BTreeSet::new();
    for path in paths {
        let before = files.len();
        match path.is_dir() {
            true => look_through(path, path, MAX_DEPTH, &mut files, left_out)?,
            false => {
                let (system, path) = (system_of(path, None), path.clone());
                files.insert(Found { system, path });
                continue;
            }
        }
        if files.len() == before {
            let message = format!("{} holds no sync file", path.display());
            return Err(Error::new(ErrorKind::Precondition, message)
                .hint("in a directory, the files whose names end with .c1z are taken"));
        }
    }
    Ok(files)
}

fn look_through(
    dir: &Path,
    below: &Path,
    depth: usize,
    files: &mut BTreeSet<Found>,
    left_out: &mut LeftOut,
) -> Result<()> {
    let failed = |e: std::io::Error| {
        let message = format!("{} cannot be read: {e}", dir.display());
        Error::new(ErrorKind::Precondition, message).caused_by(e)
    };
    let too_much = |what: String| {
        Error::new(
            ErrorKind::Precondition,
            format!("{}: {what}", below.display()),
        )
    };
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth == 0 {
                return Err(too_much(format!(
                    "directories are more than {MAX_DEPTH} deep"
                )));
            }
            look_through(&path, below, depth - 1, files, left_out)?;
        } else if path.is_dir() {
            left_out.linked_directories += 1;
        } else if path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("c1z"))
        {
            if files.len() == MAX_FILES {
                return Err(too_much(format!(
                    "there are more than {MAX_FILES} sync files"
                )));
            }
            let system = system_of(&path, Some(below));
            files.insert(Found { system, path });
        }
    }
    Ok(())
}

fn given_twice(one: &Found, two: &Found) -> Error {
    let message = format!(
        "{} and {} are the same file, but by their names of different systems",
        one.path.display(),
        two.path.display()
    );
    Error::new(ErrorKind::Usage, message)
        .hint("give each file once; files of one system have one name but for their dates")
}
