//! A real sync whose store is slow to finish.

use std::sync::{Arc, mpsc};

use connector_core::clock::TestClock;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::engine::{self, Selection, SyncEnv, SyncOptions};
use connector_core::entropy::SeededEntropy;
use connector_core::error::Result;
use connector_core::id::{Cursor, ResourceId, ResourceTypeId};
use connector_core::ledger::Ledger;
use connector_core::model::{Resource, ResourceType, Trait, TraitData, UserTrait};
use connector_core::progress::Silent;
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Phase, Place, Rows, RunSpec, Store, StoredResource, Tally,
};
use connector_core::warning::Warning;
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

const USER: ResourceTypeId = ResourceTypeId::new("user");

/// A store that seals when it is allowed to.
pub(crate) struct SlowStore {
    sealing: Option<oneshot::Sender<()>>,
    allowed: mpsc::Receiver<()>,
}

impl SlowStore {
    /// The store, what becomes ready when it seals, and what lets it go on.
    pub(crate) fn new() -> (Self, oneshot::Receiver<()>, mpsc::Sender<()>) {
        let (reached, sealing) = oneshot::channel();
        let (allow, allowed) = mpsc::channel();
        let store = Self {
            sealing: Some(reached),
            allowed,
        };
        (store, sealing, allow)
    }

    /// Syncs a company of one person into it.
    pub(crate) async fn sync(self, cancel: &CancellationToken) -> Result<()> {
        let options = SyncOptions {
            resource_types: vec![ResourceType::new(USER, "User", Some(Trait::User))],
            selection: Selection::default(),
            workers: 1,
            fingerprint: "f".into(),
        };
        let env = SyncEnv {
            clock: TestClock::at(Timestamp::UNIX_EPOCH),
            entropy: Arc::new(SeededEntropy::new(1)),
            progress: Arc::new(Silent),
            cancel: cancel.clone(),
            ledger: Ledger::default(),
        };
        engine::sync(Arc::new(OnePerson), self, options, env)
            .await
            .map(drop)
    }
}

impl Store for SlowStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        Ok(Begun {
            sync_id: run.sync_id.clone(),
            started_at: run.started_at,
            checkpoint: None,
        })
    }

    fn put(&mut self, _: &Rows, _: Timestamp) -> Result<()> {
        Ok(())
    }

    fn restart_page(&mut self) -> Result<()> {
        Ok(())
    }

    fn restart_listing(&mut self, _: Phase, _: u64) -> Result<()> {
        Ok(())
    }

    fn commit(&mut self, _: &Checkpoint) -> Result<()> {
        Ok(())
    }

    fn resources(&mut self, _: &ResourceTypeId, _: Place, _: usize) -> Result<Vec<StoredResource>> {
        Ok(Vec::new())
    }

    fn seal(&mut self, _: &mut Tally) -> Result<Vec<Warning>> {
        if let Some(sealing) = self.sealing.take() {
            let _ = sealing.send(());
        }
        // Ends with an error when the test has ended.
        let _ = self.allowed.recv();
        Ok(Vec::new())
    }

    fn finish(&mut self, _: Timestamp) -> Result<FileSummary> {
        Ok(FileSummary {
            path: "memory".into(),
            decoded_bytes: 0,
            file_bytes: 0,
            sha256: String::new(),
            version: 0,
        })
    }

    fn abandon(&mut self, _: bool) -> Result<bool> {
        Ok(false)
    }
}

struct OnePerson;

impl Connector for OnePerson {
    async fn validate(&self) -> Result<Vec<Warning>> {
        Ok(Vec::new())
    }

    fn requests(&self) -> u64 {
        0
    }
}

impl ResourceLister for OnePerson {
    async fn list_resources(
        &self,
        _: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let data = TraitData::User(UserTrait::default());
        page.push(Resource::new(ResourceId::new(USER, "1"), "Ada", data))
            .await?;
        Ok(None)
    }
}

impl EntitlementLister for OnePerson {}

impl GrantLister for OnePerson {}
