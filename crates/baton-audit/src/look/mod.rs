//! Listings of what a file holds, and one person or account with everything the file records about them.
//!
//! Listings are printed while rows are read; nothing of a file is held but bounded caches of names. Only
//! `users show` reads all people, because a manager chain can lead anywhere.

mod access;
mod facts;
mod filter;
mod grant_line;
mod grants;
mod groups;
mod names;
mod people;
mod show;
mod stats;
mod syncs;
mod types;
mod users;

use std::path::{Path, PathBuf};

use connector_core::Result;

use crate::source::{DayArgs, OpenArgs, Pick, Source};

pub use access::AccessArgs;
pub use filter::PeopleArgs;
pub use grants::GrantsArgs;
pub use groups::GroupsArgs;
pub use stats::StatsArgs;
pub use syncs::SyncsArgs;
pub use types::TypesArgs;
pub use users::UsersArgs;

pub(crate) use access::access;
pub(crate) use facts::json_of;
pub(crate) use filter::PeopleFilter;
pub(crate) use grant_line::{GrantLine, external_id, purpose};
pub(crate) use grants::{GRANT_COLUMNS, grants};
pub(crate) use groups::{groups, parent};
pub(crate) use names::{Names, NumberedNames};
pub(crate) use people::{PERSON_COLUMNS, PersonLine, account_type, time, yes_no};
pub(crate) use stats::stats;
pub(crate) use syncs::{SYNC_COLUMNS, for_each_sync, syncs};
pub(crate) use types::{TYPE_COLUMNS, for_each_type, types};
pub(crate) use users::users;

/// A file and the sync of it that is looked at.
#[derive(Debug, clap::Args)]
pub struct FileArgs {
    /// Sync file (.c1z)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The sync.
    #[command(flatten)]
    pub sync: SyncArgs,
}

impl FileArgs {
    /// Opens the file.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn source(&self) -> Result<Source> {
        self.sync.source(&self.file)
    }

    /// Opens the file for a day.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn source_on(&self, day: &DayArgs) -> Result<Source> {
        self.sync.source_on(&self.file, day)
    }
}

/// The sync of a file that is looked at.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// Sync to look at, by id or its beginning; the newest finished full sync by default
    #[arg(long, value_name = "ID")]
    pub sync: Option<String>,

    /// Where files are decoded.
    #[command(flatten)]
    pub open: OpenArgs,
}

impl SyncArgs {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn source(&self, path: &Path) -> Result<Source> {
        let pick = Pick::from_flag(self.sync.as_deref());
        Source::open(path, pick, &self.open)
    }

    /// Opens the file at `path` for a day.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn source_on(&self, path: &Path, day: &DayArgs) -> Result<Source> {
        Source::open(path, day.pick(self.sync.as_deref()), &self.open)
    }
}
