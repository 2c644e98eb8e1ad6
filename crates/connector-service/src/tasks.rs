//! What the program around the service provides: the work on a task.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use connector_core::error::{Error, ErrorKind};
use connector_core::id::ResourceId;
use connector_core::leftovers::TempDirectory;
use prost_types::{Any, Timestamp};
use tokio_util::sync::CancellationToken;

use connector_proto::c1::connector::v2::RateLimitDescription;
use connector_proto::google::rpc::ErrorInfo;
use connector_proto::pack;

/// A full sync that the control plane wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullSync {
    /// Where the finished file must be. Nothing is there yet; its directory is private to the task, lies on the disk for
    /// temporary files and is removed with everything in it when the task is over.
    pub file: PathBuf,
    /// The task.
    pub task_id: String,
    /// Only these types; empty for what the program is set to.
    pub resource_types: Vec<String>,
    /// Only these resources with what belongs to them, a sync of type `partial`; empty for all.
    pub targets: Vec<ResourceId>,
    /// Resource types and resources only, a sync of type `resources_only` unless there are targets.
    pub skip_entitlements_and_grants: bool,
    /// Entitlements, but no grants; the sync type does not change.
    pub skip_grants: bool,
    /// The format that the task wants; a program that is set to one writes that.
    pub storage_engine: StorageEngine,
    /// Where a detailed log of the sync is wanted, in the same directory. If it is there after the sync, it is uploaded
    /// as well.
    pub debug_log: Option<PathBuf>,
}

/// What is inside of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StorageEngine {
    /// A SQLite database: version 1.
    #[default]
    Sqlite,
    /// A Pebble store: version 3.
    Pebble,
}

/// The work of a connector's program.
pub trait Tasks: Send + Sync + 'static {
    /// Runs a sync into [`FullSync::file`], which lies in `directory`. Returns soon after `cancel` is cancelled.
    ///
    /// The directory is removed when its last owner is dropped: what still writes into it must own it.
    ///
    /// # Errors
    /// What stopped it; it is reported to the control plane.
    fn full_sync(
        &self,
        wanted: FullSync,
        directory: Arc<TempDirectory>,
        cancel: CancellationToken,
    ) -> impl Future<Output = Result<(), TaskFailure>> + Send;
}

/// Why a task failed, and whether trying again could help.
#[derive(Debug)]
pub struct TaskFailure {
    /// What went wrong; its kind decides the code.
    pub error: Error,
    /// Trying again would end the same way.
    pub non_retryable: bool,
    /// Details for programs.
    pub details: Vec<Any>,
}

impl From<Error> for TaskFailure {
    /// Data that cannot be right is final; everything else may be tried again.
    fn from(error: Error) -> Self {
        let mut details = vec![pack(&info(&error))];
        if error.kind() == ErrorKind::RateLimited {
            let limit = RateLimitDescription {
                status: RateLimitDescription::OVER_LIMIT,
                reset_at: None::<Timestamp>,
                ..RateLimitDescription::default()
            };
            details.push(pack(&limit));
        }
        Self {
            non_retryable: error.kind() == ErrorKind::Precondition,
            details,
            error,
        }
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The error in the form that programs read.
fn info(error: &Error) -> ErrorInfo {
    let facts = [
        ("operation", error.operation()),
        ("hint", error.hint_text()),
    ];
    ErrorInfo {
        reason: error.kind().as_str().to_ascii_uppercase(),
        domain: "connector".to_owned(),
        metadata: facts
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
            .collect(),
    }
}
