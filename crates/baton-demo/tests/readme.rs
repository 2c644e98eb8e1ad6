//! What README.md shows of the demo is what the demo prints.

use std::path::Path;
use std::process::Command;

/// The time that the lines of README.md are of.
const SEEN: &str = "1795856400";

/// The block of README.md that shows what the demo prints.
fn shown() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = std::fs::read_to_string(readme).expect("README.md");
    let (_, from) = text
        .split_once("Some of what it prints:\n\n```text\n")
        .expect("the block");
    let (block, _) = from.split_once("```").expect("its end");
    let lines = block.lines().filter(|line| *line != "…");
    lines.map(str::to_owned).collect()
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let dir = tempfile::tempdir().expect("a folder");
    let ran = Command::new(env!("CARGO_BIN_EXE_baton-demo"))
        .current_dir(dir.path())
        .env("SOURCE_DATE_EPOCH", SEEN)
        .env_remove("BATON_STORAGE_ENGINE")
        .output()
        .expect("the demo runs");
    let (out, err) = (
        String::from_utf8(ran.stdout).expect("text"),
        String::from_utf8(ran.stderr).expect("text"),
    );
    assert!(ran.status.success(), "{out}{err}");
    // Tables of the demo end in blanks, which README.md does not have.
    let mut printed = out.lines();
    let mut notes = err.lines();
    for line in shown() {
        let found = match line.starts_with("note: ") {
            true => notes.any(|it| it == line),
            false => printed.any(|it| it.trim_end() == line),
        };
        assert!(
            found,
            "the demo does not print, or not there: {line}\n{out}{err}"
        );
    }
    // What README.md asks of the files is answered.
    let asked = asked();
    let expected = [("users show", 0), ("check", 1), ("history", 0)];
    assert_eq!(asked.len(), expected.len());
    for (line, (command, code)) in asked.iter().zip(expected) {
        assert!(line.starts_with(&format!("baton-audit {command} demo/")));
        let words = line.split(' ').map(|word| match word.starts_with("demo/") {
            true => dir.path().join(word).into_os_string(),
            false => word.into(),
        });
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut console = baton_audit::Console {
            out: &mut out,
            err: &mut err,
            width: None,
        };
        let ended = baton_audit::run(words, &mut console);
        assert_eq!(ended, code, "{line}: {}", String::from_utf8_lossy(&err));
        assert!(!out.is_empty(), "{line}");
    }
}

/// The questions of README.md about the demo's files.
fn asked() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = std::fs::read_to_string(readme).expect("README.md");
    let lines = text.lines().filter(|line| line.starts_with("baton-audit "));
    let lines = lines.filter(|line| line.contains(" demo/"));
    lines.map(str::to_owned).collect()
}
