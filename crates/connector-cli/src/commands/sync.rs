//! Without a command: one sync into a file.

use std::path::PathBuf;
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::leftovers;
use connector_core::progress::SyncReport;
use connector_core::spec::{App, Settings, label};
use connector_core::text;
use tracing::Level;

use crate::defaults::flags::{C1Z_TEMP_DIR, FAIL_ON_PARTIAL, FILE};
use crate::evidence::Plan;
use crate::program::{Places, Program};
use crate::progress::Watch;
use crate::selection::selection;
use crate::summary;

/// Said only when the store has reported that it is true.
const KEPT: &str = "unfinished work is kept beside the file; run the same command again to go on";

/// How often the live line is drawn again while nothing happens.
const TICK: Duration = Duration::from_millis(500);

/// Runs one sync and reports what came of it.
pub(crate) async fn sync<A: App>(program: &Program<A>) -> Result<u8> {
    let (run, output) = (&program.sync, &program.output);
    let selection = selection(&run.spec, &run.settings)?;
    let temp_dir = temp_dir(&run.settings, &program.places)?;
    leftovers::sweep(temp_dir.as_deref().unwrap_or(&std::env::temp_dir()));
    let connector = run.connector()?;
    let file = program.places.dir.join(run.settings.get(&FILE)?);
    let evidence = Plan::of(
        &run.settings,
        &program.places.dir,
        program.service.host_id(),
    )?;
    let store = run.store(&file, temp_dir, None, None)?;

    // On a terminal the live line and the summary say what the log lines would.
    let log = match output.live && output.log.on_stderr {
        true => output.log.collector.clone(),
        false => Some(output.log.logger.clone()),
    };
    let screen = output.live.then(|| output.console.stderr.clone());
    let watch = run.watch(&selection, log, screen);
    let syncing = run.sync(connector, store, selection, &watch, &program.cancel);
    let outcome = ticking(&watch, output.live, syncing).await;
    let report = outcome.map_err(explained)?;
    if let Some(preview) = run.store.preview.as_ref().and_then(|set| set.get()) {
        let types = &run.spec.resource_types;
        let mut text = summary::preview(run.spec.name, types, &report, preview);
        text.push_str(match evidence {
            None => "  dry run: nothing was written\n",
            Some(_) => "  dry run: nothing was written, so there is no evidence either\n",
        });
        let code = output.console.print(text.as_bytes());
        return judged(&run.settings, &report, "nothing was written").map(|()| code);
    }
    let evidence = evidence.map(|plan| {
        plan.write(&run.spec, &run.settings, &run.runtime, &report)?;
        Ok::<_, Error>(plan)
    });
    if output.live {
        let mut text = summary::for_people(run.spec.name, &run.spec.resource_types, &report);
        if let Some(Ok(plan)) = &evidence {
            text.push_str(&plan.line());
        }
        // The file is in place; a summary that cannot be shown changes nothing.
        let _ = output.console.stderr.write(text.as_bytes());
    }
    if let (Some(plan), Some(log)) = (evidence.transpose()?, watch.log()) {
        log.log(Level::INFO, "Evidence written.", &plan.for_log());
    }
    judged(&run.settings, &report, "the file was written all the same").map(|()| 0)
}

/// Refuses a sync that is not complete, for an operator who wants it to be one; `done` says what became of it.
fn judged(settings: &Settings, report: &SyncReport, done: &str) -> Result<()> {
    if report.verdict.is_complete() || !settings.get(&FAIL_ON_PARTIAL)? {
        return Ok(());
    }
    let message = format!(
        "the sync is {}",
        text::printable(&report.verdict.to_string(), 1000)
    );
    Err(Error::new(ErrorKind::Contract, message).hint(format!(
        "{done}; without {} this is no failure",
        label(FAIL_ON_PARTIAL.name())
    )))
}

/// The error for the operator. What has to change outside the program, and a signal, leave work to go on with.
fn explained(error: Error) -> Error {
    let kept = error.work_is_kept();
    let error = match error.kind() {
        ErrorKind::Interrupted => Error::new(
            ErrorKind::Interrupted,
            "interrupted; the file was left as it was",
        ),
        ErrorKind::Precondition => error,
        _ => return error,
    };
    match (kept, error.hint_text()) {
        (false, _) => error,
        (true, None) => error.hint(KEPT),
        (true, Some(hint)) => {
            let hint = format!("{hint}; {KEPT}");
            error.override_hint(hint)
        }
    }
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

/// The directory for temporary files, which must be there.
pub(super) fn temp_dir(settings: &Settings, places: &Places) -> Result<Option<PathBuf>> {
    let (shown, setting) = match settings.get(&C1Z_TEMP_DIR)? {
        Some(path) => (PathBuf::from(path), label(C1Z_TEMP_DIR.name())),
        None => (places.temp_dir.clone(), "BATON_TMPDIR".to_owned()),
    };
    if shown.as_os_str().is_empty() {
        return Ok(None);
    }
    let path = places.dir.join(&shown);
    if path.is_dir() {
        return Ok(Some(path));
    }
    let message = format!(
        "the specified c1z temp dir does not exist: {}",
        shown.display()
    );
    let problem = Error::new(ErrorKind::Setting, message).about(&setting);
    Err(problem.hint(format!(
        "create it, or change {} or BATON_TMPDIR",
        label(C1Z_TEMP_DIR.name())
    )))
}
