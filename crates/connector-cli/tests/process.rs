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
        (
            "no_signal_leaves_a_copy_of_the_file",
            no_signal_leaves_a_copy_of_the_file,
        ),
        #[cfg(unix)]
        (
            "a_hangup_that_is_ignored_stays_so",
            a_hangup_that_is_ignored_stays_so,
        ),
        #[cfg(unix)]
        (
            "a_killed_run_is_cleaned_up_after",
            a_killed_run_is_cleaned_up_after,
        ),
        #[cfg(unix)]
        (
            "a_replay_leaves_unfinished_work_as_it_is",
            a_replay_leaves_unfinished_work_as_it_is,
        ),
        #[cfg(unix)]
        ("a_file_that_may_not_grow", a_file_that_may_not_grow),
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
    started(program(dir, &["--script", script]), awaited)
}

#[cfg(unix)]
fn started(mut command: Command, awaited: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = command.spawn().unwrap();
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
    for name in ["-INT", "-TERM", "-HUP"] {
        let dir = tempfile::tempdir().unwrap();
        let (mut child, mut stderr) = running(dir.path(), "hang-listing", "Syncing resources...");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{name}");
        let mut reported = String::new();
        stderr.read_to_string(&mut reported).unwrap();
        // Nothing was stored yet, so nothing is kept.
        assert_eq!(
            reported,
            "baton-lake: interrupted; the file was left as it was\n"
        );
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);

        let (mut child, mut stderr) =
            running(dir.path(), "hang-grants", "the listing of grants hangs");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{name}");
        reported.clear();
        stderr.read_to_string(&mut reported).unwrap();
        assert!(
            reported.ends_with(
                "baton-lake: interrupted; the file was left as it was\n\
                 hint: unfinished work is kept beside the file; run the same command again to go on\n"
            ),
            "{reported}"
        );
        let out = program(dir.path(), &["--script", "hang-grants"]);
        let (mut child, _stderr) = started(out, "resuming unfinished work");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// A directory with a file of an earlier run, and an empty one for temporary files.
#[cfg(unix)]
fn synced() -> (tempfile::TempDir, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let out = program(dir.path(), &[]).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    (dir, tempfile::tempdir().unwrap())
}

#[cfg(unix)]
fn is_empty(dir: &tempfile::TempDir) -> bool {
    std::fs::read_dir(dir.path()).unwrap().next().is_none()
}

/// Whatever ends the process, the decoded copy of the earlier file is gone.
#[cfg(unix)]
fn no_signal_leaves_a_copy_of_the_file() {
    for name in ["-INT", "-TERM", "-HUP"] {
        for (script, awaited, again) in [
            ("hang-listing", "Syncing resources...", false),
            ("block", "the listing blocks its thread", true),
        ] {
            let (dir, temp) = synced();
            let file = dir.path().join("sync.c1z");
            let before = std::fs::read(&file).unwrap();
            let mut command = program(dir.path(), &["--script", script]);
            command.env("BATON_C1Z_TEMP_DIR", temp.path());
            let (mut child, _stderr) = started(command, awaited);
            assert!(!is_empty(&temp), "there was no copy");
            let status = signalled_until_it_ends(&mut child, name, again);
            assert_eq!(status.code() == Some(1), !again, "{name} {script}");
            assert!(is_empty(&temp), "{name} {script}");
            assert_eq!(std::fs::read(&file).unwrap(), before);
        }
    }
}

/// `nohup` and the like start a program so that it outlives its terminal.
#[cfg(unix)]
fn a_hangup_that_is_ignored_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = through_shell(dir.path(), "trap '' HUP", &["--script", "hang-listing"]);
    command.stderr(Stdio::piped());
    let (mut child, _stderr) = started(command, "Syncing resources...");
    signal(&child, "-HUP");
    signal(&child, "-TERM");
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1), "{status:?}");
}

#[cfg(unix)]
fn a_killed_run_is_cleaned_up_after() {
    let (dir, temp) = synced();
    let mut command = program(dir.path(), &["--script", "hang-grants"]);
    command.env("BATON_C1Z_TEMP_DIR", temp.path());
    let (mut child, _stderr) = started(command, "the listing of grants hangs");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!is_empty(&temp), "there was no copy");
    let out = program(dir.path(), &[])
        .env("BATON_C1Z_TEMP_DIR", temp.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    assert!(is_empty(&temp));
}

/// A sync that was interrupted goes on after a replay to the same file was refused, and a recorded one leaves nothing that
/// no run would go on with.
#[cfg(unix)]
fn a_replay_leaves_unfinished_work_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let interrupted = |args: &[&str]| {
        let (mut child, mut stderr) =
            started(program(dir.path(), args), "the listing of grants hangs");
        signal(&child, "-INT");
        assert_eq!(child.wait().unwrap().code(), Some(1));
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        said
    };
    let said = interrupted(&["--script", "hang-grants", "--record", "run.trace"]);
    assert!(
        said.ends_with("baton-lake: interrupted; the file was left as it was\n"),
        "{said}"
    );
    let names = || {
        let entries = std::fs::read_dir(dir.path()).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["run.trace"]);
    interrupted(&["--script", "hang-grants"]);
    assert_eq!(names(), ["run.trace", "sync.c1z.resume"]);
    let unfinished = || std::fs::read(dir.path().join("sync.c1z.resume")).unwrap();
    let before = unfinished();
    let replayed = |args: &[&str]| {
        let args = [&["--replay", "run.trace"], args].concat();
        program(dir.path(), &args).output().unwrap()
    };
    let out = replayed(&[]);
    assert_eq!(out.status.code(), Some(9), "{out:?}");
    assert_eq!(
        String::from_utf8(out.stderr).unwrap(),
        "baton-lake: --file (BATON_FILE): sync.c1z.resume is there, the unfinished work of a sync, which a replay neither \
         goes on with nor replaces\n\
         hint: give another name, or remove that file if no sync is to go on with it\n"
    );
    // A dry run writes nothing, and is not refused for what it leaves alone.
    let out = replayed(&["--dry-run", "--script", "fail:credential"]);
    assert_eq!(out.status.code(), Some(16), "{out:?}");
    assert_eq!(unfinished(), before);
    assert_eq!(names(), ["run.trace", "sync.c1z.resume"]);
    let out = program(dir.path(), &["--script", "hang-grants"]);
    let (mut child, _stderr) = started(out, "resuming unfinished work");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The program, started by a shell after `setup`.
#[cfg(unix)]
fn through_shell(dir: &std::path::Path, setup: &str, args: &[&str]) -> Command {
    let program = program(dir, args);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{setup}; exec \"$0\" \"$@\"")])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_clear()
        .envs(program.get_envs().filter_map(|(k, v)| Some((k, v?))));
    shell
}

/// The limit of the size of a file is a failed write, wherever it is met, and never the end of the process.
#[cfg(unix)]
fn a_file_that_may_not_grow() {
    let (dir, temp) = synced();
    let file = dir.path().join("sync.c1z");
    let before = std::fs::read(&file).unwrap();
    let mut failed = 0;
    // In blocks of 512 bytes; the largest file of this run has less than 300.
    for blocks in (0..300).step_by(15) {
        let mut command = through_shell(dir.path(), &format!("ulimit -f {blocks}"), &[]);
        command.env("BATON_C1Z_TEMP_DIR", temp.path());
        let out = command.output().unwrap();
        assert!(is_empty(&temp), "{blocks}: {out:?}");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        if out.status.success() {
            break;
        }
        failed += 1;
        assert_eq!(out.status.code(), Some(9), "{blocks}: {out:?}");
        assert_eq!(std::fs::read(&file).unwrap(), before, "{blocks}");
        let kept = dir.path().join("sync.c1z.resume").exists();
        assert_eq!(
            said.contains("unfinished work is kept"),
            kept,
            "{blocks}: {said}"
        );
    }
    assert!(failed > 3, "{failed}");
}

/// The run is stuck in a call that never looks at anything.
#[cfg(unix)]
fn a_second_signal_ends_the_process() {
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let dir = tempfile::tempdir().unwrap();
        let (mut child, _stderr) = running(dir.path(), "block", "the listing blocks its thread");
        let status = signalled_until_it_ends(&mut child, name, true);
        assert_eq!(status.code(), Some(code));
    }
}

/// Sends a signal once, or again and again: two signals sent at once may arrive as one.
#[cfg(unix)]
fn signalled_until_it_ends(child: &mut Child, name: &str, again: bool) -> std::process::ExitStatus {
    let began = Instant::now();
    signal(child, name);
    loop {
        std::thread::sleep(Duration::from_millis(20));
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{name} did not end it"
        );
        if again {
            signal(child, name);
        }
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
