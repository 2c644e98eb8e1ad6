//! What the program leaves on disk when it is stopped, and what it refuses to write to.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{audit, go_file};

/// After this long a signal is taken to be ignored.
const PATIENCE: Duration = Duration::from_secs(30);

fn program(temp: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton-audit"));
    command
        .args(args)
        .env_clear()
        .env("BATON_C1Z_TEMP_DIR", temp)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn is_empty(dir: &tempfile::TempDir) -> bool {
    fs::read_dir(dir.path()).unwrap().next().is_none()
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_no_decoded_file() {
    use std::os::unix::process::ExitStatusExt as _;
    let file = go_file("go-1k.c1z").display().to_string();
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1), ("-KILL", 9)] {
        let temp = tempfile::tempdir().unwrap();
        let mut child = program(temp.path(), &["users", &file, "--json"])
            .spawn()
            .unwrap();
        // The output is longer than what a pipe holds, so the program waits while it reads the decoded file.
        let mut begun = [0];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut begun).unwrap();
        assert!(is_empty(&temp), "the decoded file has a name");
        assert!(
            child.try_wait().unwrap().is_none(),
            "the output was too short"
        );
        let sent = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        // A pipe that is closed would end the program, too, so it stays open until the signal has.
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() && began.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        // Where the signal is ignored, as under `nohup`, the program ends with the pipe and the test fails by name.
        drop(stdout);
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{name}");
        assert!(is_empty(&temp), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_a_failed_write() {
    let temp = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = go_file("go-1k.c1z").display().to_string();
    let to = out.path().display().to_string();
    let args = ["export", &*file, "--format", "json", "--out", &to];
    let mut failed = 0;
    // In blocks of 512 bytes: less and less is too large, the decoded file as well as the drafts.
    for blocks in (0..14).map(|power| 1 << power) {
        let limited = program(temp.path(), &args);
        let ran = Command::new("sh")
            .args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")])
            .arg(limited.get_program())
            .args(args)
            .env("BATON_C1Z_TEMP_DIR", temp.path())
            .output()
            .unwrap();
        assert!(is_empty(&temp), "{blocks}: {ran:?}");
        let said = String::from_utf8_lossy(&ran.stderr);
        if ran.status.success() {
            break;
        }
        failed += 1;
        assert_eq!(ran.status.code(), Some(9), "{blocks}: {said}");
        assert!(said.contains("cannot write "), "{blocks}: {said}");
        assert!(is_empty(&out), "{blocks}");
    }
    assert!(failed > 3);
    assert!(!is_empty(&out));
}

#[cfg(unix)]
#[test]
fn an_output_that_is_no_file_is_refused_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("users.csv");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let shown = pipe.display().to_string();
    let missing = dir.path().join("missing.c1z").display().to_string();
    for command in ["check", "report"] {
        let ran = audit(&[command, &missing, "--out", &shown]);
        assert_eq!(ran.code, 9);
        assert_eq!(
            ran.err,
            format!(
                "baton-audit: {shown} is a named pipe (FIFO)\n\
                 hint: give the path of a regular file, or of one that does not exist yet\n"
            )
        );
    }
    let file = go_file("go-12.c1z").display().to_string();
    let folder = dir.path().display().to_string();
    let ran = audit(&[
        "export", &file, "--format", "csv", "--out", &folder, "--force",
    ]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err.contains("users.csv is a named pipe (FIFO)"),
        "{}",
        ran.err
    );
}
