//! The work of the service: one sync per task, with a connector and a file of its own.

use std::fs::File;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::clock::SharedClock;
use connector_core::engine::{self, Selection, SyncEnv, SyncOptions};
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_core::task;
use connector_service::{FullSync, TaskFailure, Tasks};
use connector_telemetry::{SpanContext, SpanLayer, Telemetry};
use tokio_util::sync::CancellationToken;
use tracing::{Level, Span};

use crate::defaults::flags::{SKIP_FULL_SYNC, SYNC_RESOURCE_TYPES};
use crate::fingerprint::fingerprint;
use crate::log::{self, Logger};
use crate::progress::Watch;
use crate::run::Task;
use crate::selection;
use crate::summary;
use crate::sync::workers;

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
    pub(super) fn new(task: &Task<A>) -> Result<Self> {
        Ok(Self {
            settings: task.settings.clone(),
            runtime: task.runtime()?,
            app: PhantomData,
        })
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
    settings: Settings,
    store: StoreOptions,
    workers: usize,
    log: Logger,
    spans: Option<SpanLayer>,
    clock: SharedClock,
    entropy: SharedEntropy,
}

impl<A: App> Work<A> {
    pub(super) fn new(task: &Task<A>, maker: Maker<A>) -> Result<Self> {
        Ok(Self {
            maker,
            spec: task.spec.clone(),
            settings: task.settings.clone(),
            store: task.store.clone(),
            workers: workers(&task.settings)?,
            log: task.log.logger.clone(),
            spans: task.telemetry.as_ref().and_then(Telemetry::spans),
            clock: task.clock.clone(),
            entropy: task.entropy.clone(),
        })
    }

    /// What a task asks for. Types are those that it names, otherwise those the program is set to.
    fn selection(&self, wanted: &FullSync) -> Result<Selection> {
        if self.settings.get(&SKIP_FULL_SYNC)? {
            return Ok(Selection {
                until: None,
                ..Selection::default()
            });
        }
        let names = match wanted.resource_types.as_slice() {
            [] => self.settings.get(&SYNC_RESOURCE_TYPES)?,
            some => some.to_vec(),
        };
        let unknown = |name: &&String| {
            let types = &self.spec.resource_types;
            !types.iter().any(|t| t.id.as_str() == name.as_str())
        };
        if let Some(unknown) = names.iter().find(unknown) {
            let message = format!("invalid resource type '{unknown}' in filter");
            return Err(Error::new(ErrorKind::Usage, message));
        }
        Ok(Selection {
            resource_types: selection::resource_types(&names),
            targets: wanted.targets.clone(),
            until: Some(selection::last_step(
                wanted.skip_entitlements_and_grants,
                wanted.skip_grants,
            )),
        })
    }

    /// The log of a task: the program's, and a detailed one of its own when that is wanted.
    fn log(&self, wanted: &FullSync) -> Logger {
        let Some(path) = &wanted.debug_log else {
            return self.log.clone();
        };
        match File::create(path) {
            Ok(file) => self.log.and_in_detail_to(file),
            Err(error) => {
                tracing::warn!(%error, "there will be no detailed log of the task");
                self.log.clone()
            }
        }
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
        let log = self.log(&wanted);
        let dispatch = match wanted.debug_log {
            Some(_) => {
                // Spans go on below the task's, which another subscriber knows.
                let task = SpanContext::of(&Span::current());
                log::dispatch(log.clone(), self.spans.clone().map(|s| s.below(task)))
            }
            None => tracing::dispatcher::get_default(Clone::clone),
        };
        task::with_subscriber(dispatch, self.sync(wanted, log, cancel)).await
    }
}

impl<A: App> Work<A> {
    async fn sync(
        &self,
        wanted: FullSync,
        log: Logger,
        cancel: CancellationToken,
    ) -> Result<(), TaskFailure> {
        let selection = self.selection(&wanted)?;
        let connector = Arc::new(self.maker.connector()?);
        let shown = match (selection.until, selection.resource_types.len()) {
            (None, _) => 0,
            (_, 0) => self.spec.resource_types.len(),
            (_, some) => some,
        };
        let options = SyncOptions {
            resource_types: self.spec.resource_types.clone(),
            fingerprint: fingerprint(&self.spec, &self.settings, &selection),
            workers: self.workers,
            selection,
        };
        let store = self.store(&wanted.file)?;
        let progress = Watch::new(self.clock.clone(), Some(log.clone()), None, shown as u64);
        let env = SyncEnv {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            progress: Arc::new(progress),
            cancel,
        };
        let report = engine::sync(connector, store, options, env).await?;
        if !report.tally.warnings.is_empty() {
            let fields = summary::warnings_for_log(report.tally.warnings.iter());
            log.log(Level::WARN, "sync completed with warnings", &fields);
        }
        log.log(Level::INFO, "Sync complete.", &summary::for_log(&report));
        Ok(())
    }
}
