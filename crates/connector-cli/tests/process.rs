//! The program as a process: exit codes, streams and signals as an operator meets them.
//!
//! The test starts itself again with [`CHILD`] set and is then the program of the scripted connector.

#[path = "cli/app.rs"]
mod app;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "CONNECTOR_CLI_TEST_CHILD";

fn main() -> ExitCode {
    if std::env::var_os(CHILD).is_some() {
        return connector_cli::main::<app::Lake>();
    }
    let tests: &[(&str, fn())] = &[
        ("help_needs_nothing", help_needs_nothing),
        (
            "settings_come_from_the_process",
            settings_come_from_the_process,
        ),
        #[cfg(unix)]
        (
            "a_signal_stops_the_run_in_good_order",
            a_signal_stops_the_run_in_good_order,
        ),
        #[cfg(unix)]
        (
            "a_second_signal_ends_the_process",
            a_second_signal_ends_the_process,
        ),
        #[cfg(unix)]
        ("a_closed_pipe_is_no_failure", a_closed_pipe_is_no_failure),
    ];
    for (name, test) in tests {
        test();
        #[expect(clippy::print_stdout, reason = "this is the test's report")]
        {
            println!("test {name} ... ok");
        }
    }
    ExitCode::SUCCESS
}

/// The program in an empty directory and environment.
fn program(dir: &std::path::Path, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env(CHILD, "1")
        .env("BATON_LAKE_URL", "https://lake.example.com")
        .env("BATON_LAKE_TOKEN", "hunter2-hunter2")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn help_needs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = program(dir.path(), &["--help"])
        .env_remove("BATON_LAKE_URL")
        .output()
        .unwrap();
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
    assert!(
        out.stdout.starts_with(b"Reads the people of a lake\n"),
        "{out:?}"
    );
}

fn settings_come_from_the_process() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".baton.yaml"), "file: from-yaml.c1z\n").unwrap();
    let out = program(dir.path(), &["--workers", "2"]).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    assert!(dir.path().join("from-yaml.c1z").is_file());
    let out = program(dir.path(), &["--script", "fail:credential"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(16), "{out:?}");
}

/// Starts a run and waits until it logs `awaited`.
#[cfg(unix)]
fn running(
    dir: &std::path::Path,
    script: &str,
    awaited: &str,
) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = program(dir, &["--script", script]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(awaited) {
        line.clear();
        assert_ne!(
            stderr.read_line(&mut line).unwrap(),
            0,
            "the run ended early"
        );
    }
    (child, stderr)
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[cfg(unix)]
fn a_signal_stops_the_run_in_good_order() {
    for name in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        let (mut child, mut stderr) = running(dir.path(), "hang-listing", "Syncing resources...");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{name}");
        let mut reported = String::new();
        stderr.read_to_string(&mut reported).unwrap();
        assert_eq!(
            reported,
            "baton-lake: interrupted; the file was left as it was\n\
             hint: unfinished work is kept beside the file; run the same command again to go on\n"
        );
        assert!(!dir.path().join("sync.c1z").exists());
    }
}

/// The run is stuck in a call that never looks at anything.
#[cfg(unix)]
fn a_second_signal_ends_the_process() {
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let dir = tempfile::tempdir().unwrap();
        let (mut child, _stderr) = running(dir.path(), "block", "the listing blocks its thread");
        let began = Instant::now();
        // Two signals sent at once may arrive as one, so they are sent until one has ended the process.
        let status = loop {
            signal(&child, name);
            std::thread::sleep(Duration::from_millis(20));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{name} did not end it"
            );
        };
        assert_eq!(status.code(), Some(code));
    }
}

#[cfg(unix)]
fn a_closed_pipe_is_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let out = program(dir.path(), &["config"])
        .stdout(writer)
        .output()
        .unwrap();
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
}
