//! `baton-demo --service`: one connector as a service, a control plane and a vendor, all on this machine.
//!
//! The connector gets environment variables and nothing else. It calls `Hello`, takes the only task, syncs,
//! uploads the file and reports; what the control plane saw of that is printed while it happens.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use baton_demo::Connector;
use connector_proto::c1::connectorapi::baton::v1::{FinalState, SyncFullTask};
use connector_sandbox::c1::{ControlPlane, Event, Running, What};
use connector_sandbox::company::Company;
use connector_sandbox::server::Sandbox;
use connector_sandbox::vendor::Choices;
use tokio_util::sync::CancellationToken;

use crate::{invocation, look};

/// Far more than it takes; something is wrong when it is used up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a service until it has done its one task, and shows what was uploaded. The file is left in `dir`.
pub(crate) fn demo(
    dir: &Path,
    company: Company,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(dir)?;
    let connector = baton_demo::hr_with_departments();
    let fake = (connector.vendor.build)(company, &Choices::default());
    let vendor = Sandbox::new().start(&*fake)?;
    let plane = ControlPlane::new().start()?;
    let task = plane.sync(SyncFullTask::default());

    // The authority and the files of tasks; gone when the demo ends.
    let temp = tempfile::tempdir()?;
    let authority = temp.path().join("authority.pem");
    std::fs::write(&authority, plane.authority_pem())?;
    let tasks = temp.path().join("tasks");
    std::fs::create_dir(&tasks)?;

    let mut env: BTreeMap<String, OsString> = BTreeMap::new();
    let own = [
        ("SSL_CERT_FILE", authority.as_os_str()),
        ("BATON_TMPDIR", tasks.as_os_str()),
        ("BATON_HOST_ID", "baton-demo".as_ref()),
    ];
    let credential = fake.environment(vendor.base_url()).into_iter();
    for (name, value) in credential.chain(plane.environment()) {
        env.insert(name.to_owned(), value.into());
    }
    env.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    print_command(connector.spec.name, &env, out)?;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(async {
        let run = serve(&connector, env, &plane, &task, out);
        tokio::time::timeout(PATIENCE, run).await
    });
    let code = code.map_err(|_| "the service did not do its task in time")??;
    if code != 0 {
        return Err(format!("the service ended with exit code {code}").into());
    }
    writeln!(out, "The service was stopped and ended with exit code 0.")?;

    let record = plane.task(&task).ok_or("the task is gone")?;
    let [upload] = &record.uploads[..] else {
        return Err(format!(
            "{} files were uploaded instead of one",
            record.uploads.len()
        )
        .into());
    };
    let file = dir.join(format!("{}-service.c1z", connector.vendor.name));
    std::fs::write(&file, upload)?;
    writeln!(out, "\nWhat was uploaded, {}:", file.display())?;
    look::show(&file, out)?;
    writeln!(out, "\nRead on in docs/service-mode.md.")?;
    Ok(())
}

/// The command as an operator would type it, without the secrets.
fn print_command(
    program: &str,
    env: &BTreeMap<String, OsString>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(
        out,
        "A vendor and a control plane run on this machine; one task waits.\n"
    )?;
    for (name, value) in env {
        let secret = ["SECRET", "TOKEN"].iter().any(|word| name.contains(word));
        let shown = match secret {
            true => "…".into(),
            false => value.to_string_lossy(),
        };
        writeln!(out, "export {name}={shown}")?;
    }
    writeln!(out, "$ {program}\n")?;
    out.flush()
}

/// Runs the service, prints what the control plane sees, and stops it when the task has been reported.
async fn serve(
    connector: &Connector,
    env: BTreeMap<String, OsString>,
    plane: &Running,
    task: &str,
    out: &mut impl Write,
) -> io::Result<u8> {
    let cancel = CancellationToken::new();
    let program =
        (connector.program)(invocation(env, "warn", cancel.clone()).map_err(io::Error::other)?);
    let watching = async {
        let mut changes = plane.changes();
        let mut printed = 0;
        loop {
            let over = plane.task(task).is_none_or(|t| !t.outcomes.is_empty());
            let events = plane.events();
            for event in events.iter().skip(printed) {
                print_event(event, &events, out)?;
            }
            printed = events.len();
            if over || changes.changed().await.is_err() {
                cancel.cancel();
                return Ok(());
            }
        }
    };
    // The service ends early only when something is wrong, and then its exit code names the kind of error.
    tokio::pin!(program);
    let watched: io::Result<()> = tokio::select! {
        code = &mut program => return Ok(code),
        watched = watching => watched,
    };
    watched?;
    Ok(program.await)
}

/// One line of the control plane's log.
fn print_event(event: &Event, all: &[Event], out: &mut impl Write) -> io::Result<()> {
    let began = all.first().map_or(event.at, |first| first.at);
    let after = event.at.duration_since(began).as_millis();
    let (call, what) = match &event.what {
        What::Token(request) => {
            let of = request.form.get("client_id").map_or("", String::as_str);
            ("token", format!("for {of}"))
        }
        What::Unauthenticated(method) => ("refused", format!("{method:?} without a token")),
        What::Hello(request) => {
            let metadata = request.connector_metadata.as_ref();
            let name = metadata.map_or("", |m| m.display_name.as_str());
            ("Hello", format!("{name} on host {}", request.host_id))
        }
        What::GetTask(_) => ("GetTask", String::new()),
        What::GetTasks(_) => ("GetTasks", String::new()),
        What::Heartbeat(request) => ("Heartbeat", format!("task {}", request.task_id)),
        What::UploadBegan(_) => ("UploadAsset", "begins".to_owned()),
        What::UploadEnded(upload) => {
            let end = match upload.complete {
                true => "complete, digest right",
                false => "broken off",
            };
            let (chunks, bytes) = (upload.chunks.len(), upload.bytes.len());
            (
                "UploadAsset",
                format!("{bytes} bytes, chunks: {chunks}, {end}"),
            )
        }
        What::FinishTask(request) => {
            let end = match (&request.final_state, &request.status) {
                (Some(FinalState::Success(_)), _) => "success".to_owned(),
                (_, Some(status)) => format!("code {}: {}", status.code, status.message),
                (_, None) => "failure".to_owned(),
            };
            ("FinishTask", end)
        }
    };
    let line = format!("{after:>6} ms  {call:<12} {what}");
    writeln!(out, "{}", line.trim_end())?;
    out.flush()
}

#[cfg(test)]
mod tests;
