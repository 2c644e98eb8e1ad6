//! The work of the service: one sync per task, with a connector and a file of its own.

use std::sync::Arc;

use connector_c1z::Format;
use connector_core::engine::Selection;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::leftovers::{self, TempDirectory};
use connector_core::spec::App;
use connector_core::task;
use connector_service::{FullSync, StorageEngine, TaskFailure, Tasks};
use connector_telemetry::{SpanContext, SpanLayer};
use tokio_util::sync::CancellationToken;
use tracing::Span;

use super::state::State;
use crate::defaults::flags::{SKIP_FULL_SYNC, SYNC_RESOURCE_TYPES};
use crate::fingerprint;
use crate::log::{self, Logger, Origin};
use crate::selection;
use crate::sync_run::SyncRun;

/// Runs the syncs.
pub(super) struct Work<A> {
    run: SyncRun<A>,
    log: Logger,
    spans: Option<SpanLayer>,
    /// What is known of earlier syncs.
    state: Option<State>,
}

impl<A: App> Work<A> {
    pub(super) fn new(
        run: SyncRun<A>,
        log: Logger,
        spans: Option<SpanLayer>,
        state: Option<State>,
    ) -> Self {
        Self {
            run,
            log,
            spans,
            state,
        }
    }

    /// What a task asks for. Types are those that it names, otherwise those the program is set to.
    fn selection(&self, wanted: &FullSync) -> Result<Selection> {
        if self.run.settings.get(&SKIP_FULL_SYNC)? {
            return Ok(Selection {
                until: None,
                ..Selection::default()
            });
        }
        let names = match wanted.resource_types.as_slice() {
            [] => self.run.settings.get(&SYNC_RESOURCE_TYPES)?,
            some => some.to_vec(),
        };
        let unknown = |name: &&String| {
            let types = &self.run.spec.resource_types;
            !types.iter().any(|t| t.id.as_str() == name.as_str())
        };
        if let Some(unknown) = names.iter().find(unknown) {
            let message = format!("invalid resource type '{unknown}' in filter");
            let problem = Error::new(ErrorKind::Usage, message);
            return Err(match wanted.resource_types.as_slice() {
                [] => SYNC_RESOURCE_TYPES.error(problem),
                // The name is the task's, so no setting of this program is wrong.
                _ => problem,
            });
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
        match leftovers::private_file(path) {
            Ok(file) => {
                let task = Origin::of(&Span::current());
                self.log.and_in_detail_to(file, task)
            }
            Err(error) => {
                tracing::warn!(%error, "there will be no detailed log of the task");
                self.log.clone()
            }
        }
    }
}

impl<A: App> Tasks for Work<A> {
    async fn full_sync(
        &self,
        wanted: FullSync,
        directory: Arc<TempDirectory>,
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
        task::with_subscriber(dispatch, self.sync(wanted, directory, log, cancel)).await
    }
}

impl<A: App> Work<A> {
    async fn sync(
        &self,
        wanted: FullSync,
        directory: Arc<TempDirectory>,
        log: Logger,
        cancel: CancellationToken,
    ) -> Result<(), TaskFailure> {
        let selection = self.selection(&wanted)?;
        let run = self.run.afresh();
        let connector = run.connector()?;
        let temp_dir = Some(directory.path().to_owned());
        // The disk may have space again when the task comes back.
        let format = match wanted.storage_engine {
            StorageEngine::Sqlite => Format::V1,
            StorageEngine::Pebble => Format::V3,
        };
        let store = run.store(&wanted.file, temp_dir, Some(directory), Some(format));
        let store = store.map_err(|error| TaskFailure {
            non_retryable: false,
            ..TaskFailure::from(error)
        })?;
        let watch = run.watch(&selection, Some(log), None);
        let covered = fingerprint::covered(&run.spec, &run.settings, &selection);
        let types = run.types(&selection);
        let report = run
            .sync(connector, store, selection, &watch, &cancel)
            .await?;
        if let Some(state) = &self.state {
            state.compare(&report, &types, &covered)?;
        }
        Ok(())
    }
}
