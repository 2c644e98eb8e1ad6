//! `baton-sandbox c1`: a control plane that requests one full sync and reports its progress and result.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use connector_core::{Error, ErrorKind, Result};
use connector_proto::c1::connectorapi::baton::v1::{FinalState, FinishTaskRequest};
use connector_sandbox::c1::{ControlPlane, Event, Running, Upload, What, seconds};

/// How often a connector polls, in seconds.
const POLL: i64 = 5;

/// What to serve and where files go.
pub(crate) struct Plan {
    plane: ControlPlane,
    folder: PathBuf,
    tasks: u64,
}

pub(crate) fn command() -> Command {
    let value = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(shown).help(help)
    };
    Command::new("c1")
        .about("Serves a control plane for service mode until SIGINT or SIGTERM")
        .arg(
            value(
                "folder",
                "PATH",
                "Where its CA certificate and the uploaded files go",
            )
            .value_parser(value_parser!(PathBuf))
            .default_value("."),
        )
        .arg(
            value(
                "syncs",
                "N",
                "How many full syncs it asks for, one after the other",
            )
            .value_parser(value_parser!(u64))
            .default_value("1"),
        )
        .arg(
            value(
                "listen",
                "ADDRESS",
                "Where to listen; port 0 takes a free one",
            )
            .value_parser(value_parser!(SocketAddr))
            .default_value("127.0.0.1:0"),
        )
        .arg(
            Arg::new("allow-remote")
                .long("allow-remote")
                .help("Allow an address other machines can reach")
                .action(ArgAction::SetTrue),
        )
        .arg(
            value(
                "name",
                "HOST",
                "Another host name for its certificate; repeatable",
            )
            .action(ArgAction::Append),
        )
}

pub(crate) fn plan(matches: &ArgMatches) -> Plan {
    let mut plane = ControlPlane::new().allow_remote(matches.get_flag("allow-remote"));
    if let Some(listen) = matches.get_one::<SocketAddr>("listen") {
        plane = plane.listen(*listen);
    }
    let mut names = vec!["localhost", "127.0.0.1"];
    let more = matches.get_many::<String>("name").into_iter().flatten();
    names.extend(more.map(String::as_str));
    Plan {
        plane: plane.names(&names),
        folder: matches
            .get_one::<PathBuf>("folder")
            .cloned()
            .unwrap_or_default(),
        tasks: matches.get_one::<u64>("syncs").copied().unwrap_or(1),
    }
}

/// Serves until `stop` ends.
pub(crate) async fn run(plan: &Plan, stop: impl Future<Output = ()>) -> Result<()> {
    let running = plan.plane.start()?;
    running.next_poll(Some(seconds(0)), Some(seconds(POLL)));
    for _ in 0..plan.tasks {
        running.sync(connector_proto::c1::connectorapi::baton::v1::SyncFullTask::default());
    }
    let authority = plan.folder.join("baton-sandbox-ca.pem");
    std::fs::write(&authority, running.authority_pem()).map_err(|e| {
        failed(format!("cannot write {}: {e}", authority.display()))
            .hint("name a folder that can be written to with --folder")
    })?;
    announce(&running, &authority).map_err(|e| failed(e.to_string()))?;
    let mut changes = running.changes();
    let mut seen = 0;
    tokio::pin!(stop);
    loop {
        let events = running.events();
        for event in events.iter().skip(seen) {
            tell(event, plan).map_err(|e| failed(e.to_string()))?;
        }
        seen = events.len();
        tokio::select! {
            () = &mut stop => return Ok(()),
            changed = changes.changed() => if changed.is_err() {
                return Ok(());
            },
        }
    }
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Precondition, message).during("serving the control plane")
}

/// The address and the variables to paste into a shell.
fn announce(running: &Running, authority: &std::path::Path) -> io::Result<()> {
    // A connector started in another folder must find it too.
    let authority = authority.canonicalize()?;
    let mut out = io::stdout().lock();
    writeln!(out, "serving a control plane at https://{}", running.host())?;
    for (variable, value) in running.environment() {
        writeln!(out, "export {variable}={value}")?;
    }
    writeln!(out, "export SSL_CERT_FILE={}", authority.display())?;
    out.flush()
}

/// Prints one line per event. Polls and heartbeats print nothing, because they repeat all the time.
fn tell(event: &Event, plan: &Plan) -> io::Result<()> {
    let line = match &event.what {
        What::Token(request) if request.problems.is_empty() => return Ok(()),
        What::Token(request) => format!("token refused: {}", request.problems.join("; ")),
        What::Unauthenticated(method) => format!("{method:?} without a valid token"),
        What::Hello(request) => format!("hello from host {}", request.host_id),
        What::UploadEnded(upload) => received(upload, plan)?,
        What::FinishTask(request) => finished(request),
        What::GetTask(_) | What::GetTasks(_) | What::Heartbeat(_) | What::UploadBegan(_) => {
            return Ok(());
        }
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Keeps an uploaded file.
fn received(upload: &Upload, plan: &Plan) -> io::Result<String> {
    let (task, size) = (&upload.task_id, upload.bytes.len());
    if !upload.complete {
        return Ok(format!("task {task}: upload broken off after {size} bytes"));
    }
    let path = plan.folder.join(format!("{task}.c1z"));
    std::fs::write(&path, &upload.bytes)?;
    Ok(format!(
        "task {task}: uploaded {size} bytes in {} chunks, kept as {}",
        upload.chunks.len(),
        path.display()
    ))
}

fn finished(request: &FinishTaskRequest) -> String {
    let task = &request.task_id;
    match (&request.final_state, &request.status) {
        (Some(FinalState::Success(_)), _) => format!("task {task}: finished"),
        (_, Some(status)) => format!(
            "task {task}: failed with {}: {}",
            status.code, status.message
        ),
        (_, None) => format!("task {task}: failed"),
    }
}
