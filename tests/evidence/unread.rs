//! Documents that are none, and files that cannot be read.

use std::path::Path;

use connector_evidence::MAX_BYTES;

use super::Synced;
use super::hostile::KEY;

#[test]
fn a_document_that_is_none_says_what_is_wrong_with_it() {
    let synced = Synced::new(&[]);
    let text = std::fs::read_to_string(synced.path("e.json")).expect("evidence");
    let twice = |line: &str| {
        assert_eq!(text.matches(line).count(), 1, "{line}");
        let comma = if line.ends_with(',') { "" } else { "," };
        text.replace(line, &format!("{line}{comma}\n{line}"))
    };
    let cases = [
        (
            String::new(),
            "it is no JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            text[..14].to_owned(),
            "it is no JSON: EOF while parsing a value at line 2 column 12",
        ),
        (
            "[".repeat(1 << 20),
            "it is no JSON: recursion limit exceeded at line 1 column 128",
        ),
        (
            format!("{text}{text}"),
            "it is no JSON: trailing characters at line ",
        ),
        ("{}".to_owned(), "it is no evidence of a sync"),
        (
            text.replace("baton.evidence/1", "baton.evidence/2"),
            "it is of another version than this program reads",
        ),
        (
            twice("  \"host_id\": \"auditor-1\","),
            "it does not fit its schema: duplicate field `host_id` at line ",
        ),
        (
            twice("      \"user\": 40"),
            "it is not laid out as it was written",
        ),
        (
            text.replace("\"resumed\": false", "\"resumed\": 0"),
            "it does not fit its schema: invalid type: integer `0`, expected a boolean at line ",
        ),
        (format!("{text}\n"), "it is not laid out as it was written"),
    ];
    for (content, said) in cases {
        std::fs::write(synced.path("changed.json"), content).expect("written");
        let failing = synced.failing("changed.json", &KEY);
        let [(name, detail)] = failing.as_slice() else {
            panic!("{failing:?}")
        };
        assert_eq!(name, "document");
        let exact = !said.ends_with("line ");
        assert!(
            if exact {
                detail == said
            } else {
                detail.starts_with(said)
            },
            "{detail}"
        );
        let ran = synced.audit(&["check", "s.c1z", "--evidence", "changed.json"]);
        let begins = "baton-audit: reading evidence: changed.json cannot be used: it is ";
        assert_eq!(ran.code, 9);
        assert!(
            ran.err.starts_with(begins) || ran.err.contains("does not fit"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn what_cannot_be_read_at_all_is_an_error_before_anything_is_checked() {
    let synced = Synced::new(&[]);
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(synced.path(name), bytes).expect("written");
    };
    write("huge.json", &vec![b' '; MAX_BYTES as usize + 1]);
    write("binary.json", b"{\"format\": \"\xff\"}");
    std::fs::create_dir(synced.path("directory.json")).expect("a directory");
    let mut cases = vec![
        ("huge.json", "is longer than evidence is"),
        (
            "binary.json",
            "cannot be read: stream did not contain valid UTF-8",
        ),
        ("directory.json", "is no regular file"),
        (
            "gone.json",
            "cannot be read: No such file or directory (os error 2)",
        ),
    ];
    if cfg!(unix) {
        pipe(&synced.path("pipe.json"));
        cases.push(("pipe.json", "is no regular file"));
    }
    for (name, said) in cases {
        let ran = synced.audit(&["verify", "s.c1z", "--evidence", name]);
        let said = format!(
            "baton-audit: {name} {said}\n\
             hint: give the path of a file that a connector wrote with --evidence\n"
        );
        assert_eq!((ran.code, ran.out.as_str(), ran.err), (9, "", said));
    }
    for (file, said) in [
        (
            "gone.c1z",
            "reading gone.c1z: the file cannot be read: No such file or directory (os error 2)",
        ),
        (
            "directory.json",
            "reading directory.json: the file is no regular file",
        ),
    ] {
        let ran = synced.audit(&["verify", file, "--evidence", "e.json"]);
        assert_eq!((ran.code, ran.err), (9, format!("baton-audit: {said}\n")));
    }
    let ran = synced.audit(&[
        "verify",
        "s.c1z",
        "--evidence",
        "e.json",
        "--public-key",
        "e.json",
    ]);
    assert_eq!(ran.code, 3);
    assert_eq!(
        ran.err,
        "baton-audit: reading the public key: it is no public key\n\
         hint: a public key is one line that begins with ed25519:, as `baton-audit keygen` prints it\n"
    );
}

/// A pipe that nobody writes to.
fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo").success());
}
