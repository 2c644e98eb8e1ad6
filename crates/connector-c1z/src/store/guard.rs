//! The end of a run that the shrink guard looks at first, and what becomes of one that it holds back.

use std::fs;
use std::io;
use std::path::Path;

use connector_core::shrink::Loss;
use connector_core::store::SyncType;
use connector_core::{Context, Error, Result};

use super::C1zStore;
use crate::convert::Format;
use crate::log::Part;
use crate::preflight::Target;
use crate::preview::Preview;
use crate::publish::TEMPORARY_SUFFIX;
use crate::reader::Reader;
use crate::seal::{Content, Sealed};
use crate::shrink::{self, Old};
use crate::snapshot::Snapshot;
use crate::{fault, preview};

impl C1zStore {
    /// What a full sync lacks of the newest one in the earlier file, beyond the limits.
    pub(super) fn losses(&self, sealed: &Sealed) -> Result<Vec<Loss>> {
        let Some(limits) = self.options.shrink else {
            return Ok(Vec::new());
        };
        self.with_earlier(sealed, |new, old| {
            shrink::losses(new, &self.types, old, limits)
        })
        .map(|compared| match compared {
            Compared::With(losses) => losses,
            Compared::Nothing | Compared::Part => Vec::new(),
        })
    }

    /// What the run would change.
    pub(super) fn preview(&self, sealed: &Sealed) -> Result<Preview> {
        let compared = self.with_earlier(sealed, |new, old| {
            let losses = match self.options.shrink {
                Some(limits) => shrink::losses(new, &self.types, old, limits)?,
                None => Vec::new(),
            };
            preview::difference(new, &self.types, old, losses)
        })?;
        Ok(match compared {
            Compared::Nothing => Preview::NothingBefore,
            Compared::Part => Preview::Part,
            Compared::With(difference) => Preview::Difference(Box::new(difference)),
        })
    }

    /// Compares a full sync with the newest one of the earlier file.
    fn with_earlier<T>(
        &self,
        sealed: &Sealed,
        compare: impl FnOnce(&Content<'_>, &Old<'_>) -> Result<T>,
    ) -> Result<Compared<T>> {
        let (Some(log), Some(run)) = (&self.log, &self.run) else {
            return Err(fault::bug("the run has ended"));
        };
        if run.sync_type != SyncType::Full {
            return Ok(Compared::Part);
        }
        let compared = || {
            let Some(snapshot) = &self.earlier else {
                return Ok(Compared::Nothing);
            };
            let Some(old) = self.newest_full(snapshot)? else {
                return Ok(Compared::Nothing);
            };
            let scope = self.scope(log, run, None);
            let new = Content::new(scope, &sealed.changes, Part::Whole);
            compare(&new, &old).map(Compared::With)
        };
        compared().during("comparing with the earlier sync")
    }

    fn newest_full<'a>(&self, snapshot: &'a Snapshot) -> Result<Option<Old<'a>>> {
        match snapshot.format() {
            Format::V1 => Old::in_database(snapshot.db()),
            Format::V3 => {
                let temp_dir = self.options.temp_dir.as_deref();
                let limits = self.options.read_limits;
                Old::in_file(Reader::open_in(&self.target.path, limits, temp_dir)?)
            }
        }
    }
}

/// What came of a comparison.
enum Compared<T> {
    /// There is nothing to compare with.
    Nothing,
    /// The run is no full sync.
    Part,
    With(T),
}

/// Refuses a place for what is held back that could not be written to.
pub(super) fn check_names(target: &Target) -> Result<()> {
    target.check_name(shrink::SUFFIX)?;
    target.check_name(&format!("{}{TEMPORARY_SUFFIX}", shrink::SUFFIX))
}

/// Where a sync that is held back goes. What an earlier one left there is removed, so that the new file is its owner's
/// alone.
pub(super) fn quarantine(target: &Target) -> Result<Target> {
    let path = target.beside(shrink::SUFFIX);
    match fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            return Err(fault::file("replace", &path, e));
        }
        _ => {}
    }
    // A link to the file may be called otherwise.
    let shown = match Path::new(&target.shown).file_name() == target.path.file_name() {
        true => format!("{}{}", target.shown, shrink::SUFFIX),
        false => path.display().to_string(),
    };
    Ok(Target {
        shown,
        directory: target.directory.clone(),
        path,
    })
}

/// Why the earlier file was left as it was, in one sentence.
pub(super) fn held(target: &Target, quarantine: &Target, losses: &[Loss]) -> Error {
    let losses: Vec<_> = losses.iter().map(Loss::to_string).collect();
    let (old, new) = (&target.shown, &quarantine.shown);
    fault::precondition(format!(
        "{}; {old} was left as it was and the new sync is in {new}: compare them with 'baton-audit diff {old} {new}', or run once with --accept-shrink if the new sync is right",
        losses.join("; ")
    ))
    .during("replacing the earlier sync")
}
