//! A store in memory and a scripted vendor for the engine's tests.

mod gate;
mod memory;
pub(crate) mod people;
mod scripted;

use std::sync::{Arc, Mutex};

use connector_core::Result;
use connector_core::clock::TestClock;
use connector_core::engine::{self, Selection, SyncEnv, SyncOptions};
use connector_core::entropy::SeededEntropy;
use connector_core::id::ResourceTypeId;
use connector_core::ledger::Ledger;
use connector_core::progress::{Silent, SyncReport};
use tokio_util::sync::CancellationToken;

pub(crate) use gate::SealGate;
pub(crate) use memory::{Disk, MemoryStore};
pub(crate) use scripted::{Answer, Scripted};

pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
pub(crate) const TEAM: ResourceTypeId = ResourceTypeId::new("team");

pub(crate) fn env() -> SyncEnv {
    SyncEnv {
        clock: TestClock::at("2026-11-01T00:00:00Z".parse().unwrap()),
        entropy: Arc::new(SeededEntropy::new(1)),
        progress: Arc::new(Silent),
        cancel: CancellationToken::new(),
        ledger: Ledger::default(),
    }
}

/// Options of a run; [`run`] fills in the vendor's types.
pub(crate) fn options(workers: usize) -> SyncOptions {
    SyncOptions {
        resource_types: Vec::new(),
        selection: Selection::default(),
        workers,
        fingerprint: "f".into(),
    }
}

/// Runs one sync of everything the vendor lists.
pub(crate) async fn run(
    vendor: &Arc<Scripted>,
    disk: &Arc<Mutex<Disk>>,
    options: SyncOptions,
    env: SyncEnv,
) -> Result<SyncReport> {
    let options = SyncOptions {
        resource_types: vendor.types.clone(),
        ..options
    };
    engine::sync(vendor.clone(), MemoryStore::over(disk), options, env).await
}
