//! The two commands that talk to the vendor: a sync, and the probes alone.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::connector::Connector;
use connector_core::engine::{self, SyncEnv, SyncOptions};
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::progress::{Silent, SyncReport};
use connector_core::spec::{App, Settings, label};
use connector_core::text;
use tracing::Level;

use crate::defaults::flags::{C1Z_TEMP_DIR, FILE, PARALLEL_SYNC, WORKERS};
use crate::fingerprint::fingerprint;
use crate::progress::Watch;
use crate::run::{Task, interrupted};
use crate::selection::selection;
use crate::summary;

/// How often the live line is drawn again while nothing happens.
const TICK: Duration = Duration::from_millis(500);

/// Runs one sync and tells what came of it.
pub(crate) async fn sync<A: App>(task: &Task<A>) -> Result<u8> {
    let selection = selection(&task.settings)?;
    let temp_dir = temp_dir(task)?;
    let connector = Arc::new(task.connect()?);
    let types = task.spec.resource_types.clone();
    let options = SyncOptions {
        resource_types: types.clone(),
        fingerprint: fingerprint(&task.spec, &task.settings, &selection),
        workers: workers(&task.settings)?,
        selection,
    };
    let store = C1zStore::open(
        &task.path(&task.settings.get(&FILE)?),
        StoreOptions {
            temp_dir,
            ..task.store.clone()
        },
    )?;

    let shown = match options.selection.resource_types.len() {
        0 => types.len(),
        some => some,
    };
    // On a terminal the live line and the summary say what the log lines would.
    let log = match task.live && task.log.on_stderr {
        true => task.log.collector.clone(),
        false => Some(task.log.logger.clone()),
    };
    let watch = Arc::new(Watch::new(
        task.clock.clone(),
        log.clone(),
        task.live.then(|| task.desk.stderr.clone()),
        shown as u64,
    ));
    let env = SyncEnv {
        clock: task.clock.clone(),
        entropy: task.entropy.clone(),
        progress: watch.clone(),
        cancel: task.cancel.clone(),
    };
    let outcome = ticking(
        &watch,
        task.live,
        engine::sync(connector, store, options, env),
    );
    let outcome = outcome.await;
    watch.clear();
    let report = outcome.map_err(|e| match e.kind() {
        ErrorKind::Interrupted => interrupted(
            "interrupted; the file was left as it was",
            "unfinished work is kept beside the file; run the same command again to go on",
        ),
        _ => e,
    })?;

    if let Some(log) = log {
        if !report.tally.warnings.is_empty() {
            let fields = summary::warnings_for_log(report.tally.warnings.iter());
            log.log(Level::WARN, "sync completed with warnings", &fields);
        }
        log.log(Level::INFO, "Sync complete.", &summary::for_log(&report));
    }
    if task.live {
        let text = summary::for_people(task.spec.name, &types, &report);
        // The file is in place; that nobody sees the summary changes nothing.
        let _ = task.desk.stderr.write(text.as_bytes());
    }
    Ok(0)
}

/// Waits for the sync, drawing the live line meanwhile so that its time goes on.
async fn ticking(
    watch: &Watch,
    live: bool,
    sync: impl Future<Output = Result<SyncReport>>,
) -> Result<SyncReport> {
    if !live {
        return sync.await;
    }
    tokio::pin!(sync);
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            report = &mut sync => return report,
            _ = ticks.tick() => watch.tick(),
        }
    }
}

/// Runs the connector's probes and prints what they found.
pub(crate) async fn validate<A: App>(task: &Task<A>) -> Result<u8> {
    let connector = task.connect()?;
    let env = SyncEnv {
        clock: task.clock.clone(),
        entropy: task.entropy.clone(),
        progress: Arc::new(Silent),
        cancel: task.cancel.clone(),
    };
    let warnings = engine::validate(&connector, &env)
        .await
        .map_err(|e| match e.kind() {
            ErrorKind::Interrupted => interrupted("interrupted", "nothing was changed"),
            _ => e,
        })?;
    let mut out = format!(
        "ok: {} can be synced with these settings ({})\n",
        task.spec.display_name,
        text::counted(connector.requests(), "request")
    );
    for warning in &warnings {
        // Writing into a text cannot fail.
        let _ = writeln!(out, "warning: {}", summary::line(warning));
    }
    Ok(task.desk.print(out.as_bytes()))
}

/// The directory for temporary files, which must be there.
pub(crate) fn temp_dir<A>(task: &Task<A>) -> Result<Option<PathBuf>> {
    let shown = match task.settings.get(&C1Z_TEMP_DIR)? {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(&task.temp_dir),
    };
    if shown.as_os_str().is_empty() {
        return Ok(None);
    }
    let path = task.dir.join(&shown);
    if path.is_dir() {
        return Ok(Some(path));
    }
    let message = format!(
        "the specified c1z temp dir does not exist: {}",
        shown.display()
    );
    Err(Error::new(ErrorKind::Setting, message).hint(format!(
        "create it, or change {} or BATON_TMPDIR",
        label(C1Z_TEMP_DIR.name())
    )))
}

/// How many listings run at once.
pub(crate) fn workers(settings: &Settings) -> Result<usize> {
    let automatic = || {
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        cpus.clamp(1, 4)
    };
    let parallel = settings.get(&PARALLEL_SYNC)?;
    if parallel {
        tracing::warn!("--parallel-sync is deprecated, use --workers -1");
    }
    Ok(match settings.get(&WORKERS)? {
        -1 => automatic(),
        _ if parallel && !settings.is_set(WORKERS.name()) => automatic(),
        number => usize::try_from(number).unwrap_or(1).max(1),
    })
}
