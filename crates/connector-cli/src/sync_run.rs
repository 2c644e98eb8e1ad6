//! The one recipe of a sync: connector, store, engine, progress, and what is logged at the end. A single run and the
//! tasks of the service both use it.

use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_c1z::{C1zStore, Format, StoreOptions};
use connector_core::engine::{self, Selection, SyncEnv, SyncOptions};
use connector_core::error::Result;
use connector_core::leftovers::TempDirectory;
use connector_core::model::ResourceType;
use connector_core::progress::{Progress, Silent, SyncReport};
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_core::warning::Warning;
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::defaults::flags::{PARALLEL_SYNC, WORKERS};
use crate::fingerprint::fingerprint;
use crate::log::Logger;
use crate::progress::Watch;
use crate::screen::Stream;
use crate::summary;

/// What all syncs of a program share.
pub(crate) struct SyncRun<A> {
    pub(crate) spec: ConnectorSpec,
    pub(crate) settings: Settings,
    pub(crate) runtime: Runtime,
    pub(crate) store: StoreOptions,
    /// Keeps unfinished work of other runs away.
    salt: String,
    app: PhantomData<fn() -> A>,
}

impl<A> Clone for SyncRun<A> {
    fn clone(&self) -> Self {
        Self {
            spec: self.spec.clone(),
            settings: self.settings.clone(),
            runtime: self.runtime.clone(),
            store: self.store.clone(),
            salt: self.salt.clone(),
            app: PhantomData,
        }
    }
}

impl<A: App> SyncRun<A> {
    pub(crate) fn new(
        spec: ConnectorSpec,
        settings: Settings,
        runtime: Runtime,
        store: StoreOptions,
    ) -> Self {
        Self {
            spec,
            settings,
            runtime,
            store,
            salt: String::new(),
            app: PhantomData,
        }
    }

    /// Goes on with no unfinished work but that of a run with the same salt.
    pub(crate) fn salted(mut self, salt: String) -> Self {
        self.salt = salt;
        self
    }

    /// The same for a further sync, whose requests are counted apart.
    pub(crate) fn afresh(&self) -> Self {
        let mut run = self.clone();
        run.runtime.ledger = self.runtime.ledger.afresh();
        run
    }

    /// A connector that has not been used, so that nothing of an earlier sync is left in it.
    pub(crate) fn connector(&self) -> Result<A::Connector> {
        A::connect(&self.settings, &self.runtime).map_err(|e| e.during("reading the settings"))
    }

    /// Runs the connector's probes.
    pub(crate) async fn validate(
        &self,
        connector: &A::Connector,
        cancel: &CancellationToken,
    ) -> Result<Vec<Warning>> {
        engine::validate(connector, &self.env(Arc::new(Silent), cancel)).await
    }

    /// The store behind a file, which may lie in a temporary directory that the store must keep. The format is what the
    /// program is set to, else the one that is `wanted`.
    pub(crate) fn store(
        &self,
        file: &Path,
        temp_dir: Option<PathBuf>,
        directory: Option<Arc<TempDirectory>>,
        wanted: Option<Format>,
    ) -> Result<C1zStore> {
        let options = StoreOptions {
            temp_dir,
            directory,
            format: self.store.format.or(wanted),
            ..self.store.clone()
        };
        C1zStore::open(file, options)
    }

    /// Runs one sync and logs what came of it.
    pub(crate) async fn sync(
        &self,
        connector: A::Connector,
        store: C1zStore,
        selection: Selection,
        watch: &Arc<Watch>,
        cancel: &CancellationToken,
    ) -> Result<SyncReport> {
        let options = SyncOptions {
            resource_types: self.spec.resource_types.clone(),
            fingerprint: fingerprint(&self.spec, &self.settings, &selection) + &self.salt,
            workers: self.workers()?,
            selection,
        };
        let env = self.env(watch.clone(), cancel);
        let report = engine::sync(Arc::new(connector), store, options, env).await;
        watch.clear();
        let report = report?;
        if let Some(log) = watch.log() {
            if !report.tally.warnings.is_empty() {
                let fields = summary::warnings_for_log(report.tally.warnings.iter());
                log.log(Level::WARN, "sync completed with warnings", &fields);
            }
            let done = match self.store.preview.is_some() {
                true => "Dry run complete.",
                false => "Sync complete.",
            };
            log.log(Level::INFO, done, &summary::for_log(&report));
        }
        Ok(report)
    }

    /// The resource types that a selection covers.
    pub(crate) fn types(&self, selection: &Selection) -> Vec<ResourceType> {
        let wanted = &selection.resource_types;
        let types = self.spec.resource_types.iter();
        types
            .filter(|t| wanted.is_empty() || wanted.contains(&t.id))
            .cloned()
            .collect()
    }

    /// What shows a sync of this selection.
    pub(crate) fn watch(
        &self,
        selection: &Selection,
        log: Option<Logger>,
        screen: Option<Stream>,
    ) -> Arc<Watch> {
        let types = match (selection.until, selection.resource_types.len()) {
            (None, _) => 0,
            (_, 0) => self.spec.resource_types.len(),
            (_, some) => some,
        };
        let clock = self.runtime.clock.clone();
        Arc::new(Watch::new(clock, log, screen, types as u64))
    }

    fn env(&self, progress: Arc<dyn Progress>, cancel: &CancellationToken) -> SyncEnv {
        SyncEnv {
            clock: self.runtime.clock.clone(),
            entropy: self.runtime.entropy.clone(),
            progress,
            cancel: cancel.clone(),
            ledger: self.runtime.ledger.clone(),
        }
    }

    /// How many listings run at once.
    fn workers(&self) -> Result<usize> {
        let automatic = || {
            let cpus = std::thread::available_parallelism().map_or(1, usize::from);
            cpus.clamp(1, 4)
        };
        let parallel = self.settings.get(&PARALLEL_SYNC)?;
        Ok(match self.settings.get(&WORKERS)? {
            -1 => automatic(),
            _ if parallel && !self.settings.is_set(WORKERS.name()) => automatic(),
            number => usize::try_from(number).unwrap_or(1).max(1),
        })
    }
}
