//! The work of the service: one sync per task, with a connector and a file of its own.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::clock::SharedClock;
use connector_core::engine::{self, SyncEnv, SyncOptions};
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::id::ResourceTypeId;
use connector_core::store::SyncType;
use connector_service::{FullSync, TaskFailure, Tasks};
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::fingerprint::fingerprint;
use crate::log::Logger;
use crate::progress::Watch;
use crate::run::{App, Task};
use crate::runtime::{Runtime, Settings};
use crate::service::trimmed::Trimmed;
use crate::spec::ConnectorSpec;
use crate::summary;
use crate::sync::workers;
use crate::values::Values;

/// Makes connectors from the program's settings.
pub(super) struct Maker<A> {
    settings: Settings,
    runtime: Runtime,
    app: PhantomData<fn() -> A>,
}

impl<A> Clone for Maker<A> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            runtime: self.runtime.clone(),
            app: PhantomData,
        }
    }
}

impl<A: App> Maker<A> {
    pub(super) fn new(task: &Task<A>) -> Self {
        Self {
            settings: Settings::new(task.values.clone()),
            runtime: task.runtime(),
            app: PhantomData,
        }
    }

    /// A connector that nobody has used, so that nothing of an earlier sync is left in it.
    pub(super) fn connector(&self) -> Result<A::Connector> {
        A::connect(&self.settings, &self.runtime).map_err(|e| e.during("reading the settings"))
    }
}

/// Runs the syncs.
pub(super) struct Work<A> {
    maker: Maker<A>,
    spec: ConnectorSpec,
    values: Values,
    store: StoreOptions,
    workers: usize,
    log: Logger,
    clock: SharedClock,
    entropy: SharedEntropy,
}

impl<A: App> Work<A> {
    pub(super) fn new(task: &Task<A>, maker: Maker<A>) -> Self {
        Self {
            maker,
            spec: task.spec.clone(),
            values: task.values.clone(),
            store: task.store.clone(),
            workers: workers(task),
            log: task.log.logger.clone(),
            clock: task.clock.clone(),
            entropy: task.entropy.clone(),
        }
    }

    /// The types of a sync: those the task names, otherwise those the program is set to.
    fn types(&self, wanted: &FullSync) -> Result<Vec<ResourceTypeId>> {
        let names = match wanted.resource_types.as_slice() {
            [] => self.values.list("sync-resource-types"),
            some => some,
        };
        let known = |name: &&String| {
            let types = &self.spec.resource_types;
            !types.iter().any(|t| t.id.as_str() == name.as_str())
        };
        if let Some(unknown) = names.iter().find(known) {
            let message = format!("invalid resource type '{unknown}' in filter");
            return Err(Error::new(ErrorKind::Usage, message));
        }
        let ids = names.iter().cloned().map(ResourceTypeId::from_string);
        Ok(ids.collect())
    }

    fn store(&self, file: &Path) -> Result<C1zStore, TaskFailure> {
        let options = StoreOptions {
            temp_dir: file.parent().map(Path::to_owned),
            ..self.store.clone()
        };
        // The disk may have space again when the task comes back.
        C1zStore::open(file, options).map_err(|error| TaskFailure {
            non_retryable: false,
            ..TaskFailure::from(error)
        })
    }
}

impl<A: App> Tasks for Work<A> {
    async fn full_sync(
        &self,
        wanted: FullSync,
        cancel: CancellationToken,
    ) -> Result<(), TaskFailure> {
        let nothing = self.values.bool("skip-full-sync");
        let types = match nothing {
            true => Vec::new(),
            false => self.types(&wanted)?,
        };
        let sync_type = match wanted.skip_entitlements_and_grants && !nothing {
            true => SyncType::ResourcesOnly,
            false => SyncType::Full,
        };
        let connector = Arc::new(self.maker.connector()?);
        let connector = match nothing {
            true => Trimmed::empty(connector),
            false => Trimmed::new(connector, !wanted.skip_grants),
        };
        let options = SyncOptions {
            sync_type,
            fingerprint: fingerprint(&self.spec, &self.values, &types, sync_type),
            workers: self.workers,
            resource_types: types,
        };
        let shown = match options.resource_types.len() {
            0 => self.spec.resource_types.len(),
            some => some,
        };
        let store = self.store(&wanted.file)?;
        let env = SyncEnv {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            progress: Arc::new(Watch::new(
                self.clock.clone(),
                Some(self.log.clone()),
                None,
                shown as u64,
            )),
            cancel,
        };
        let report = engine::sync(Arc::new(connector), store, options, env).await?;
        if !report.tally.warnings.is_empty() {
            let fields = summary::warnings_for_log(report.tally.warnings.iter());
            self.log
                .log(Level::WARN, "sync completed with warnings", &fields);
        }
        self.log
            .log(Level::INFO, "Sync complete.", &summary::for_log(&report));
        Ok(())
    }
}
