//! The sync engine: it owns every loop so that a connector cannot write a sync that never ends or stops early.
//!
//! [`sync`] validates the connector, starts or resumes a run, walks the steps of `plan` (resources, then
//! entitlements, then grants), has every reference checked and puts the finished file in place. Listings run as
//! tasks of their own (`listing`); their pages are stored (`pages`) strictly in plan order by one writer thread
//! (`writer`), so the number of workers never changes a row. A listing ends only when the connector reports that
//! there is no further page; one that would never end, or that ends before the vendor's total, is an error (`watch`).

mod admit;
mod driver;
mod listing;
mod pages;
mod plan;
mod selection;
mod trace;
mod watch;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::clock::SharedClock;
use crate::connector::Connector;
use crate::entropy::{SharedEntropy, SyncId};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::Ledger;
use crate::model::ResourceType;
use crate::progress::{Event, Progress, SyncReport};
use crate::store::{FileSummary, RunSpec, Sealed, Store};
use crate::verdict::Verdict;
use crate::warning::Warning;

use driver::Driver;
use selection::{Plan, Targets};
use writer::Writer;

pub use selection::Selection;
pub(crate) use watch::Watch;

/// What to sync.
///
/// ```
/// use connector_core::engine::{Selection, SyncOptions};
/// use connector_core::id::ResourceTypeId;
/// use connector_core::model::{ResourceType, Trait};
///
/// let options = SyncOptions {
///     resource_types: vec![ResourceType::new(ResourceTypeId::new("user"), "User", Some(Trait::User))],
///     selection: Selection::default(),
///     workers: 1,
///     fingerprint: "connector, tenant and settings, as one hash".to_owned(),
/// };
/// assert_eq!(options.selection.sync_type().as_str(), "full");
/// ```
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// The types that the connector can list, in the order in which they are listed.
    pub resource_types: Vec<ResourceType>,
    /// What the run covers.
    pub selection: Selection,
    /// How many independent listings may run at once; at least 1.
    pub workers: usize,
    /// See [`RunSpec::fingerprint`].
    pub fingerprint: String,
}

/// What a sync runs with.
///
/// ```
/// use std::sync::Arc;
///
/// use connector_core::clock::SystemClock;
/// use connector_core::engine::SyncEnv;
/// use connector_core::entropy::SystemEntropy;
/// use connector_core::ledger::Ledger;
/// use connector_core::progress::Silent;
///
/// # fn main() -> connector_core::Result<()> {
/// let env = SyncEnv {
///     clock: SystemClock::shared(),
///     entropy: Arc::new(SystemEntropy::new()?),
///     progress: Arc::new(Silent),
///     cancel: tokio_util::sync::CancellationToken::new(),
///     ledger: Ledger::default(),
/// };
/// # drop(env);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SyncEnv {
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Takes what happens, for display.
    pub progress: Arc<dyn Progress>,
    /// Stops the sync when cancelled.
    pub cancel: CancellationToken,
    /// Counts the connector's requests; the one that its runtime has.
    pub ledger: Ledger,
}

/// Runs one sync: validation, listings, checks, finished file.
///
/// # Errors
/// What stopped it. The old file is then as it was; what can be resumed is left to the store.
pub async fn sync<C: Connector, S: Store>(
    connector: Arc<C>,
    store: S,
    options: SyncOptions,
    env: SyncEnv,
) -> Result<SyncReport> {
    let span = trace::sync(options.selection.sync_type());
    let report = trace::within(span.clone(), run(connector, store, options, env)).await?;
    trace::synced(&span, &report);
    Ok(report)
}

async fn run<C: Connector, S: Store>(
    connector: Arc<C>,
    store: S,
    options: SyncOptions,
    env: SyncEnv,
) -> Result<SyncReport> {
    let started = env.clock.elapsed();
    let mut plan = options.selection.resolve(&options.resource_types)?;
    plan.warnings.extend(validate(&*connector, &env).await?);
    let writer = Writer::start(store);
    let mut report = write(connector, &writer, plan, options, &env).await;
    writer.close().await;
    if let Ok(report) = &mut report {
        report.took = env.clock.elapsed().saturating_sub(started);
    }
    report
}

/// Everything between the probes and the closed file.
async fn write<C: Connector, S: Store>(
    connector: Arc<C>,
    writer: &Writer<S>,
    plan: Plan,
    options: SyncOptions,
    env: &SyncEnv,
) -> Result<SyncReport> {
    let sync_type = options.selection.sync_type();
    let spec = RunSpec {
        sync_id: SyncId::generate(env.clock.now(), &*env.entropy),
        sync_type,
        started_at: env.clock.now(),
        fingerprint: options.fingerprint,
        resource_types: plan.types.clone(),
        targets: plan.targets.as_ref().map(Targets::sorted),
    };
    let begun = writer.call(move |store| store.begin(&spec)).await?;
    let resumed = begun.checkpoint.is_some();
    Span::current()
        .record("sync_id", begun.sync_id.as_str())
        .record("resumed", resumed);
    env.progress.event(&Event::Started {
        sync_id: &begun.sync_id,
        sync_type,
        resumed,
    });

    let checkpoint = begun.checkpoint;
    let mut driver = Driver::new(
        connector.clone(),
        writer,
        env,
        plan,
        options.workers,
        checkpoint,
    );
    let outcome = match driver.run().await {
        Ok(()) => {
            let run = (begun.sync_id, begun.started_at);
            finish(writer, &mut driver, run, env).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Finished {
            file,
            sync_id,
            started_at,
            ended_at,
            verdict,
        }) => Ok(SyncReport {
            sync_id,
            sync_type,
            resumed,
            started_at,
            ended_at,
            verdict,
            tally: std::mem::take(driver.tally()),
            requests: connector.requests(),
            // Known once the file is closed.
            took: Duration::ZERO,
            file,
        }),
        Err(error) => {
            let keep = driver.worth_keeping(&error);
            let abandoned = writer.call_after_failure(move |store| store.abandon(keep));
            let kept = abandoned.await.unwrap_or_else(|problem| {
                tracing::warn!(error = %problem, "unfinished work could not be put aside");
                false
            });
            Err(error.with_work_kept(kept))
        }
    }
}

/// Runs the connector's probes; the same in a sync and in the `validate` subcommand.
///
/// # Errors
/// What makes a sync impossible, or [`ErrorKind::Interrupted`].
pub async fn validate<C: Connector>(connector: &C, env: &SyncEnv) -> Result<Vec<Warning>> {
    let probes = async {
        tokio::select! {
            biased;
            () = env.cancel.cancelled() => Err(interrupted()),
            result = connector.validate() => result,
        }
    };
    trace::within(trace::validate(), probes).await
}

/// What a run that succeeded ends with; id and times are those that the file has.
struct Finished {
    file: FileSummary,
    sync_id: SyncId,
    started_at: Timestamp,
    ended_at: Timestamp,
    verdict: Verdict,
}

/// Has every reference checked and the finished file put in place.
async fn finish<C: Connector, S: Store>(
    writer: &Writer<S>,
    driver: &mut Driver<'_, C, S>,
    (sync_id, started_at): (SyncId, Timestamp),
    env: &SyncEnv,
) -> Result<Finished> {
    env.progress.event(&Event::Sealing);
    let mut checked = driver.tally().clone();
    let sealing = writer.call(move |store| {
        let dropped = store.seal(&mut checked)?;
        dropped
            .into_iter()
            .for_each(|warning| checked.warnings.add(warning));
        Ok((checked, store.sealed()))
    });
    let sealed;
    (*driver.tally(), sealed) = trace::within(trace::seal(), sealing).await?;
    let tally = driver.tally();
    tally
        .warnings
        .iter()
        .for_each(|warning| env.progress.event(&Event::Warning(warning)));
    if env.cancel.is_cancelled() {
        return Err(interrupted());
    }
    let ended_at = env.clock.now();
    let saving = writer.call(move |store| store.finish(ended_at));
    let saved = trace::within(trace::save(), saving).await;
    let verdict = driver.verdict();
    let file = saved.inspect_err(|_| {
        // It may be why the store would not replace the old file.
        if !verdict.is_complete() {
            tracing::warn!("the sync that is not put in place is {verdict}");
        }
    })?;
    env.progress.event(&Event::Saved(&file));
    let (sync_id, started_at, ended_at) = match sealed {
        Some(Sealed { sync_id, date }) => (sync_id, date, date),
        None => (sync_id, started_at, ended_at),
    };
    Ok(Finished {
        file,
        sync_id,
        started_at,
        ended_at,
        verdict,
    })
}

fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "the sync was interrupted")
}
