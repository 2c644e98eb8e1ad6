//! Which sync of each given file is looked at.

use std::path::Path;

use connector_c1z::SyncRun;
use connector_core::{Error, ErrorKind, Result};

use super::input::Paths;
use crate::source::{OpenArgs, Pick, Source, choose, choose_people};

/// Opens files, each with the sync of it that was asked for, else the one that a pick means.
pub(super) struct Opening<'a> {
    pick: Pick<'a>,
    open: &'a OpenArgs,
    /// Ids that were asked for, and whether a file holds a sync with it.
    named: Vec<(&'a str, bool)>,
}

impl<'a> Opening<'a> {
    pub(super) fn new(paths: &'a Paths, pick: Pick<'a>, open: &'a OpenArgs) -> Self {
        let named = paths.syncs.iter().map(|id| (id.as_str(), false));
        Self {
            pick,
            open,
            named: named.collect(),
        }
    }

    /// Opens a file that is read for its people.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub(super) fn hr(&mut self, path: &Path) -> Result<Source> {
        self.file(path, choose_people)
    }

    /// Opens the file of an app.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub(super) fn app(&mut self, path: &Path) -> Result<Source> {
        self.file(path, choose)
    }

    fn file(
        &mut self,
        path: &Path,
        choose_else: fn(Vec<SyncRun>, Pick<'_>) -> Result<SyncRun>,
    ) -> Result<Source> {
        Source::open_by(path, self.open, |syncs| {
            let holds = |id: &str| syncs.iter().any(|sync| sync.sync_id.starts_with(id));
            match self.named.iter_mut().find(|(id, _)| holds(id)) {
                Some((id, found)) => {
                    *found = true;
                    choose(syncs, Pick::Id(id))
                }
                None => choose_else(syncs, self.pick),
            }
        })
    }

    /// Refuses an id that no file holds.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when there is one.
    pub(super) fn finish(self) -> Result<()> {
        let lost = self.named.iter().find(|(_, found)| !found);
        let Some((id, _)) = lost else {
            return Ok(());
        };
        let message = format!("no file that is given holds a sync {id}");
        let hint = "`baton-audit syncs FILE` lists the syncs of a file";
        Err(Error::new(ErrorKind::Precondition, message).hint(hint))
    }
}
