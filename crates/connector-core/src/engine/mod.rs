//! The sync engine.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::connector::Connector;
use crate::entropy::SharedEntropy;
use crate::error::Result;
use crate::id::ResourceTypeId;
use crate::progress::{Progress, SyncReport};
use crate::store::{Store, SyncType};

/// What to sync.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// What the run covers.
    pub sync_type: SyncType,
    /// Restricts the run to these types; empty for all.
    pub resource_types: Vec<ResourceTypeId>,
    /// How many independent listings may run at once; at least 1.
    pub workers: usize,
    /// See [`crate::store::RunSpec::fingerprint`].
    pub fingerprint: String,
}

/// What a sync runs with.
#[derive(Clone)]
pub struct SyncEnv {
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Who watches.
    pub progress: Arc<dyn Progress>,
    /// Stops the sync when cancelled.
    pub cancel: CancellationToken,
}

/// Runs one sync.
///
/// # Errors
/// What stopped it.
pub async fn sync<C: Connector, S: Store>(
    connector: Arc<C>,
    store: S,
    options: SyncOptions,
    env: SyncEnv,
) -> Result<SyncReport> {
    let _ = (connector, store, options, env);
    Err(crate::Error::new(crate::ErrorKind::Bug, "not written yet"))
}
