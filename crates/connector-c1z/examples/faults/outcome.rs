//! One disturbed run: what it must have left, and what the next run makes of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use connector_c1z::Format;

use crate::run::{self, DAY, Place};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disturbance {
    /// The process is killed before it.
    Killed,
    /// It fails because the disk is full.
    Full,
    /// It fails because the disk is broken.
    Broken,
}

impl Disturbance {
    pub(crate) const ALL: [Self; 3] = [Self::Killed, Self::Full, Self::Broken];

    /// The word for `inject`: an error's number, or that of the signal.
    fn word(self) -> &'static str {
        match self {
            Self::Killed => "kill",
            Self::Full => "28",
            Self::Broken => "5",
        }
    }

    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Killed => "SIGKILL",
            Self::Full => "ENOSPC",
            Self::Broken => "EIO",
        }
    }
}

/// A call: the nth of its class.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub(crate) disturbance: Disturbance,
    pub(crate) class: String,
    pub(crate) number: usize,
}

/// A run that stands behind its last page, and what runs without a disturbance make of it.
pub(crate) struct Case {
    pub(crate) inject: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) format: Format,
    pub(crate) people: usize,
    /// KiB for sorting; 0 for what a program has.
    pub(crate) memory: usize,
    pub(crate) old: Vec<u8>,
    pub(crate) new: Vec<u8>,
    /// After one more run.
    pub(crate) next: Vec<u8>,
}

/// What a disturbed run came to.
pub(crate) enum Came {
    /// There was no such call this time: which thread is faster decides about a few of them.
    NotReached,
    /// To its end all the same.
    Done,
    /// To an error with this message, without the directory's name.
    Failed(String),
    Killed {
        renamed: bool,
    },
}

/// The call that was hit.
struct Hit {
    renamed: bool,
    file: String,
}

impl Case {
    pub(crate) fn template(&self) -> PathBuf {
        self.directory.join("template")
    }

    /// Runs `inject` with the end of a run in `directory`; returns exit code, report and log.
    pub(crate) fn inject(
        &self,
        words: [&str; 3],
        directory: &Path,
    ) -> io::Result<(Option<i32>, String, String)> {
        let log = directory.join("log");
        let format = self.format.as_str();
        let output = Command::new(&self.inject)
            .args(words)
            .arg(&log)
            .arg(std::env::current_exe()?)
            .arg("end")
            .arg(directory)
            .args([format, &self.memory.to_string()])
            .stdin(Stdio::null())
            .output()?;
        let report = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let log = fs::read_to_string(log)?;
        Ok((output.status.code(), report, log))
    }

    /// Disturbs a run in `directory`, which is made for it and removed, and checks everything.
    pub(crate) fn visit(&self, point: &Point, directory: &Path) -> Result<Came, String> {
        let visited = self.disturb(point, directory);
        let removed = fs::remove_dir_all(directory);
        removed.map_err(|e| e.to_string()).and(visited)
    }

    fn disturb(&self, point: &Point, directory: &Path) -> Result<Came, String> {
        let place = copy(&self.template(), directory).map_err(|e| e.to_string())?;
        let number = point.number.to_string();
        let words = [point.disturbance.word(), &point.class, &number];
        let (code, report, log) = self.inject(words, directory).map_err(|e| e.to_string())?;
        let hit = hit(&log);
        let wrong = |what: String| format!("{what}; exit code {code:?}, {report:?}, hit {log:?}");
        let is_new = match fs::read(&place.file).map_err(|e| e.to_string())? {
            file if file == self.new => true,
            file if file == self.old => false,
            _ => {
                return Err(wrong(
                    "the file is neither the old one nor the new one".into(),
                ));
            }
        };
        let came = match (code, &hit) {
            (Some(0), _) if report == "done" => match hit {
                None => Came::NotReached,
                Some(_) => Came::Done,
            },
            (Some(9), Some(hit)) if point.disturbance != Disturbance::Killed => {
                let message = report.strip_prefix("kept=true ");
                let message = message.ok_or_else(|| wrong("the work is not kept".into()))?;
                said(point.disturbance, message, hit, &place).map_err(wrong)?;
                let shown = directory.display().to_string();
                Came::Failed(message.replace(&shown, ""))
            }
            (Some(137), Some(hit)) if point.disturbance == Disturbance::Killed => Came::Killed {
                renamed: hit.renamed,
            },
            _ => return Err(wrong("it ended in another way".into())),
        };
        let should_be_new = match came {
            Came::NotReached | Came::Done => true,
            Came::Failed(_) => false,
            Came::Killed { renamed } => renamed,
        };
        if is_new != should_be_new {
            return Err(wrong(format!("the new file is there: {is_new}")));
        }
        left(&came, &point.class, &place).map_err(wrong)?;
        self.next(&place, is_new).map_err(wrong)?;
        Ok(came)
    }

    /// The next run, which nothing disturbs.
    fn next(&self, place: &Place, is_new: bool) -> Result<(), String> {
        let resumed = run::whole(place, self.format, DAY + 1, self.people);
        let resumed = resumed.map_err(|e| format!("the next run fails: {e}"))?;
        if resumed == is_new {
            return Err(format!("the next run goes on with the work: {resumed}"));
        }
        let file = fs::read(&place.file).map_err(|e| e.to_string())?;
        if file != *if resumed { &self.new } else { &self.next } {
            return Err("the next run has another result than without the disturbance".into());
        }
        match (names(&place.out)?, names(&place.temp)?) {
            (out, temp) if out == ["sync.c1z"] && temp.is_empty() => Ok(()),
            (out, temp) => Err(format!("the next run leaves {out:?} and {temp:?}")),
        }
    }
}

fn hit(log: &str) -> Option<Hit> {
    let (renamed, rest) = log.trim_end().split_once(' ')?;
    let (_, file) = rest.split_once(' ').unwrap_or((rest, ""));
    Some(Hit {
        renamed: renamed == "1",
        file: file.trim_end_matches(" (deleted)").to_owned(),
    })
}

/// What SQLite says of the decoded copy of the earlier file.
const COPY_UNREADABLE: [&str; 2] = [
    "the database cannot be read or written: disk I/O error",
    "the copy of the earlier file can no longer be read: database disk image is malformed",
];

/// Checks the message of a run whose call failed: a full disk is named by its directory, and a broken one is not taken
/// for a damaged file.
fn said(disturbance: Disturbance, message: &str, hit: &Hit, place: &Place) -> Result<(), String> {
    let file = Path::new(&hit.file);
    let mut directories = [&place.out, &place.temp].into_iter();
    let named = match disturbance {
        Disturbance::Full => directories
            .find(|directory| file.starts_with(directory))
            .is_some_and(|it| message.ends_with(&format!("{}: the disk is full", it.display()))),
        _ => {
            message.ends_with(" (os error 5)")
                || COPY_UNREADABLE.iter().any(|said| message.ends_with(said))
        }
    };
    match named {
        true => Ok(()),
        false => Err("the message does not say what is wrong where".into()),
    }
}

/// Checks which files are there besides the target.
fn left(came: &Came, class: &str, place: &Place) -> Result<(), String> {
    let (out, temp) = (names(&place.out)?, names(&place.temp)?);
    let has = |name: &str| out.iter().any(|found| found == name);
    let known = ["sync.c1z", "sync.c1z.resume", "sync.c1z.tmp"];
    let mut right = out.iter().all(|name| known.contains(&name.as_str()))
        && temp.iter().all(|name| name.starts_with("baton-tmp-"));
    let (working, temporary) = (has("sync.c1z.resume"), has("sync.c1z.tmp"));
    // What fails to be removed stays until the next run.
    let may_stay = matches!(class, "unlink" | "list" | "open" | "stat");
    right &= match came {
        Came::NotReached => !working && !temporary && temp.is_empty(),
        Came::Done => !temporary && (may_stay || !working && temp.is_empty()),
        Came::Failed(_) => working && (may_stay || !temporary && temp.is_empty()),
        Came::Killed { renamed: true } => !temporary,
        Came::Killed { renamed: false } => working,
    };
    match right {
        true => Ok(()),
        false => Err(format!("it leaves {out:?} and {temp:?}")),
    }
}

fn names(directory: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(directory).map_err(|e| e.to_string())?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Copies what stands in the directories of a run.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<Place> {
    let (from, to) = (Place::of(from), Place::make(to)?);
    for entry in fs::read_dir(&from.out)? {
        let entry = entry?;
        fs::copy(entry.path(), to.out.join(entry.file_name()))?;
    }
    Ok(to)
}
