//! The files that checks read: HR files, their earlier states, and apps.

use std::path::{Path, PathBuf};

use connector_core::{Error, ErrorKind, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::finding::{FileRead, Part, label_files, names_of_file};
use super::opening::Opening;
use super::policy::Policy;
use crate::evidence::Attached;
use crate::identity::{Identity, Roster};
use crate::source::{DayArgs, OpenArgs, Pick, Source, choose_of};

/// Paths of the files to open.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// HR files; the first is the main one. Several HR systems of one company may hold the same person.
    pub hr: Vec<PathBuf>,
    /// What the main HR file is compared with. Without one, and for the other HR files, the finished full sync
    /// before the one that is looked at in the HR file itself is taken when there is one.
    pub earlier: Option<PathBuf>,
    /// Files of apps.
    pub apps: Vec<PathBuf>,
    /// Syncs to look at, each by its id or the beginning of it, in the files that hold them.
    pub syncs: Vec<String>,
}

/// A file, its sync and the people or accounts in it.
#[derive(Debug)]
pub struct LoadedFile {
    /// The file; reads rows.
    pub source: Source,
    /// The people or accounts of the sync.
    pub roster: Roster,
    /// Whether only some of the people or accounts were chosen for the roster. Only their grants are read then, and
    /// nothing can be said of the file as a whole.
    pub(crate) is_part: bool,
    /// What the file says of any of its people or accounts, chosen or not.
    pub(crate) knows: Knows,
}

/// Facts that a file has for at least one person or account.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Knows {
    pub(crate) last_login: bool,
    pub(crate) mfa: bool,
}

impl Knows {
    /// Takes in what is known of one more.
    pub(crate) fn see(&mut self, it: &Identity) {
        self.last_login |= it.last_login.is_some();
        self.mfa |= it.mfa.is_some();
    }
}

/// An HR file and its earlier state.
#[derive(Debug)]
pub struct HrFile {
    /// As it is now.
    pub now: LoadedFile,
    /// As it was before, when that is known.
    pub earlier: Option<LoadedFile>,
}

/// What checks look at.
#[derive(Debug)]
pub struct Input {
    /// HR files, the main one first.
    pub hr: Vec<HrFile>,
    /// Apps.
    pub apps: Vec<LoadedFile>,
    /// The time zone of the days on which syncs ended.
    pub timezone: TimeZone,
    /// Evidence of the files.
    pub evidence: Vec<Attached>,
}

impl Input {
    /// Opens the files and reads the people and accounts in them: the newest finished full sync of each.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when a file cannot be read or has no finished full sync, [`ErrorKind::Usage`]
    /// when no HR file is given or a file is given twice, [`ErrorKind::Setting`] when the earlier file is not earlier.
    pub fn open(paths: &Paths, open: &OpenArgs, timezone: &TimeZone) -> Result<Self> {
        Self::open_at(paths, Pick::Latest, open, timezone)
    }

    /// As [`Input::open`], with the sync of each file that `pick` asks for.
    ///
    /// # Errors
    /// As [`Input::open`].
    fn open_at(
        paths: &Paths,
        pick: Pick<'_>,
        open: &OpenArgs,
        timezone: &TimeZone,
    ) -> Result<Self> {
        if paths.hr.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "no HR file is given"));
        }
        let mut opening = Opening::new(paths, pick, open);
        let mut hr = Vec::new();
        for (at, path) in paths.hr.iter().enumerate() {
            let now = LoadedFile::of(opening.hr(path)?)?;
            let given = paths.earlier.as_deref().filter(|_| at == 0);
            let earlier = match given {
                Some(earlier) => {
                    let earlier = LoadedFile::of(opening.hr(earlier)?)?;
                    is_earlier(&earlier.source, &now.source)?;
                    Some(earlier)
                }
                None => previous(&now.source, open)?
                    .map(LoadedFile::of)
                    .transpose()?,
            };
            hr.push(HrFile { now, earlier });
        }
        let apps = paths.apps.iter();
        let apps = apps
            .map(|path| LoadedFile::of(opening.app(path)?))
            .collect::<Result<Vec<_>>>()?;
        opening.finish()?;
        let input = Self {
            hr,
            apps,
            timezone: timezone.clone(),
            evidence: Vec::new(),
        };
        input.each_once()?;
        Ok(input)
    }

    /// As [`Input::open`], with the newest sync of each file that there was on the day, if one is given.
    pub(crate) fn open_on(paths: &Paths, day: &DayArgs, open: &OpenArgs) -> Result<Self> {
        Self::open_at(paths, day.pick(None), open, &day.zone.timezone)
    }

    /// The day that is judged for: the one that is given, or [`Input::as_of`].
    ///
    /// # Errors
    /// As [`Input::as_of`].
    pub(crate) fn day(&self, day: &DayArgs) -> Result<Date> {
        day.as_of.map_or_else(|| self.as_of(), Ok)
    }

    /// Refuses a file that is given twice: joined with itself, every account would belong to its own person.
    pub(super) fn each_once(&self) -> Result<()> {
        let hr = self.hr.iter().map(|hr| (&hr.now.source, "an HR file"));
        let apps = self
            .apps
            .iter()
            .map(|app| (&app.source, "the file of an app"));
        let mut seen: Vec<(&Source, &str)> = Vec::new();
        for (source, part) in hr.chain(apps) {
            let mut others = seen.iter();
            let same = others.find(|(other, _)| other.sha256 == source.sha256);
            if let Some((other, other_part)) = same {
                let (one, two) = (other.shown(), source.shown());
                let message = match one == two {
                    true => format!("{one} is given as {other_part} and again as {part}"),
                    false => format!(
                        "{one}, given as {other_part}, and {two}, given as {part}, are the same file"
                    ),
                };
                return Err(Error::new(ErrorKind::Usage, message).hint("give each file once"));
            }
            seen.push((source, part));
        }
        Ok(())
    }

    /// Reads evidence of the files.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when one cannot be read, [`ErrorKind::Setting`] when one is about none of the files.
    pub fn attach(&mut self, evidence: &[PathBuf]) -> Result<()> {
        self.evidence = Attached::read_all(evidence)?;
        let files = self.files();
        let is_about_one = |evidence: &&Attached| {
            files
                .iter()
                .any(|file| evidence.is_about(&file.sha256, &file.sync_id))
        };
        match self
            .evidence
            .iter()
            .find(|evidence| !is_about_one(evidence))
        {
            Some(lost) => Err(lost.about_none()),
            None => Ok(()),
        }
    }

    /// Gives words for states the meaning that the policy has for them (`[states]`). Comes before [`super::examine`].
    pub fn read_states(&mut self, policy: &Policy) {
        let hr = self.hr.iter_mut();
        let hr = hr.flat_map(|hr| [Some(&mut hr.now), hr.earlier.as_mut()]);
        for file in hr.flatten().chain(&mut self.apps) {
            file.roster.read_states(&policy.states);
        }
    }

    /// The day that judgements are made for unless another is given: the day on which the newest HR sync
    /// ended, so that the same files give the same findings whenever they are read.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when no HR file has the time at which it was written.
    pub fn as_of(&self) -> Result<Date> {
        let seen_on = |hr: &HrFile| hr.now.source.seen_on(&self.timezone);
        let days = self.hr.iter().filter_map(seen_on);
        days.max().ok_or_else(|| {
            Error::new(ErrorKind::Usage, "no HR file says when it was written")
                .hint("give the day to judge for with --as-of")
        })
    }

    /// All files as findings name them: HR files, then earlier ones, then apps. A position in this list is what
    /// subjects and evidence refer to.
    pub fn files(&self) -> Vec<FileRead> {
        let hr = self.hr.iter().map(|hr| hr.now.read_for(Part::Hr));
        let earlier = self.hr.iter().filter_map(|hr| hr.earlier.as_ref());
        let earlier = earlier.map(|earlier| earlier.read_for(Part::EarlierHr));
        let apps = self.apps.iter().map(|app| app.read_for(Part::App));
        let mut files: Vec<FileRead> = hr.chain(earlier).chain(apps).collect();
        for file in &mut files {
            let mut evidence = self.evidence.iter();
            let found = evidence.find(|e| e.is_about(&file.sha256, &file.sync_id));
            file.evidence = found.cloned();
        }
        label_files(&mut files);
        files
    }
}

/// Refuses an earlier state that is not one.
pub(crate) fn is_earlier(earlier: &Source, now: &Source) -> Result<()> {
    let message = if earlier.sync.sync_id == now.sync.sync_id {
        "holds the same sync as"
    } else if earlier.seen_at() > now.seen_at() {
        "was written after"
    } else {
        return Ok(());
    };
    let message = format!("{} {message} {}", earlier.shown(), now.shown());
    Err(Error::new(ErrorKind::Setting, message)
        .hint("--earlier takes files from before the HR file"))
}

/// The finished sync before the one that is looked at and of its type, in the same file, when there is one.
pub(super) fn previous(now: &Source, open: &OpenArgs) -> Result<Option<Source>> {
    let before = Pick::Before(&now.sync.sync_id);
    let before = |syncs| choose_of(&now.sync.sync_type, syncs, before);
    match before(now.reader.syncs()?) {
        Ok(_) => Source::open_by(&now.path, open, before).map(Some),
        Err(_) => Ok(None),
    }
}

impl LoadedFile {
    /// Opens a file and reads the people or accounts in it.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn open(path: &Path, pick: Pick<'_>, open: &OpenArgs) -> Result<Self> {
        Self::of(Source::open(path, pick, open)?)
    }

    /// Reads the people or accounts of a source's sync.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn of(source: Source) -> Result<Self> {
        let roster = Roster::load(&source)?;
        let mut knows = Knows::default();
        roster.iter().for_each(|it| knows.see(it));
        Ok(Self {
            source,
            roster,
            is_part: false,
            knows,
        })
    }

    /// Whether a policy means this file by one of its names.
    pub(crate) fn is_called(&self, by: impl Fn(&str) -> bool) -> bool {
        names_of_file(&self.source.path).iter().any(|name| by(name))
    }

    fn read_for(&self, part: Part) -> FileRead {
        FileRead {
            path: self.source.shown(),
            label: String::new(),
            part,
            sha256: self.source.sha256.clone(),
            sync_id: self.source.sync.sync_id.clone(),
            synced_at: self.source.seen_at(),
            identities: self.roster.len(),
            evidence: None,
        }
    }
}
