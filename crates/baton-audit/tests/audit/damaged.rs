//! A file that cannot be read as a whole ends every command with exit code 9, and the row at fault is named.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::support::{Files, audit, edit, go_file};

mod version_3;

/// Commands that look at people, at groups, at grants and at all of it.
const COMMANDS: [&[&str]; 7] = [
    &["users"],
    &["grants"],
    &["groups"],
    &["stats"],
    &["check"],
    &["report", "--out", "-"],
    &["convert", "--to", "v3", "--out", "DIR/out.c1z"],
];

/// Runs all commands on `path` and returns what they say, which is the same for all of them.
fn refused(files: &Files, path: &Path, commands: &[&[&str]]) -> String {
    let file = path.display().to_string();
    let mut said = Vec::new();
    for command in commands {
        let dir = files.path("").display().to_string();
        let mut args: Vec<String> = command.iter().map(|it| it.replace("DIR/", &dir)).collect();
        args.insert(1, file.clone());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = audit(&args);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (9, ""),
            "{args:?}: {}",
            ran.err
        );
        assert!(ran.err.contains("hint: "), "{args:?}: {}", ran.err);
        let first = files.without_paths(ran.err.lines().next().unwrap());
        // What was being done differs: `reading` or `converting` the file.
        said.push(
            first
                .rsplit_once("sync.c1z: ")
                .map_or(first.clone(), |(_, it)| it.to_owned()),
        );
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:#?}");
    said.remove(0)
}

fn changed(files: &Files, change: impl FnOnce(&Connection)) -> std::path::PathBuf {
    let path = files.path("sync.c1z");
    fs::copy(go_file("go-12.c1z"), &path).unwrap();
    edit(&path, change);
    path
}

#[test]
fn a_damaged_row_is_named_by_every_command() {
    for (sql, why) in [
        (
            "UPDATE v1_resources SET data = CAST(data AS TEXT) WHERE id = 2",
            "row 2 of v1_resources: its message is no sequence of bytes",
        ),
        (
            "UPDATE v1_resources SET external_id = CAST(external_id AS BLOB) WHERE id = 2",
            "row 2 of v1_resources: its external_id is no text",
        ),
        (
            "UPDATE v1_grants SET data = x'' WHERE id = 3",
            "row 3 of v1_grants: its message is empty",
        ),
        (
            "UPDATE v1_resources SET external_id = '' WHERE id = 2",
            "row 2 of v1_resources: its external_id is empty",
        ),
        (
            "UPDATE v1_resources SET sync_id = '' WHERE id = 2",
            "row 2 of v1_resources: its sync_id is empty",
        ),
        (
            "UPDATE v1_grants SET principal_resource_id = '' WHERE id = 3",
            "row 3 of v1_grants: its principal_resource_id is empty",
        ),
    ] {
        let files = Files::new();
        let path = changed(&files, |db| db.execute_batch(sql).unwrap());
        let expected = format!("the file is damaged: {why}");
        assert_eq!(refused(&files, &path, &COMMANDS), expected, "{sql}");
    }
}

/// The columns of these rows are sound, so they are found when they are read.
#[test]
fn a_damaged_message_is_named_by_what_reads_it() {
    for (sql, commands, why) in [
        (
            "UPDATE v1_resources SET data = x'1a0161' WHERE id = 2",
            [&["users"][..], &["check"], &["stats"]],
            "row 2 of v1_resources: its message has no id",
        ),
        (
            "UPDATE v1_resources SET data = x'0aff' WHERE id = 2",
            [&["users"][..], &["check"], &["stats"]],
            "row 2 of v1_resources: its message cannot be decoded: ",
        ),
        (
            // Field 2, a principal without an id, and field 3, "g".
            "UPDATE v1_grants SET data = x'12001a0167' WHERE id = 3",
            [&["grants"][..], &["grants", "--json"], &["grants", "--csv"]],
            "row 3 of v1_grants: it does not name who holds it",
        ),
    ] {
        let files = Files::new();
        let path = changed(&files, |db| db.execute_batch(sql).unwrap());
        let file = path.display().to_string();
        for command in commands {
            let mut args = command.to_vec();
            args.insert(1, &file);
            let ran = audit(&args);
            assert_eq!(ran.code, 9, "{args:?}: {}", ran.err);
            let expected = format!("the file is damaged: {why}");
            assert!(ran.err.contains(&expected), "{args:?}: {}", ran.err);
        }
    }
}

/// The rows of a view may never end.
#[test]
fn a_view_named_like_a_table_is_not_read() {
    let files = Files::new();
    let path = changed(&files, |db| {
        db.execute_batch(
            "DROP TABLE v1_grants;
             CREATE VIEW v1_grants AS
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                 SELECT i AS id FROM n",
        )
        .unwrap();
    });
    assert_eq!(refused(&files, &path, &COMMANDS), "the file is damaged");
}

#[test]
fn a_bomb_is_not_decoded_to_its_end() {
    let files = Files::new();
    let path = files.path("sync.c1z");
    let bytes = fs::read(go_file("go-12.c1z")).unwrap();
    let (magic, frame) = bytes.split_at(5);
    let mut database = zstd::decode_all(frame).unwrap();
    database.resize(database.len() + (64 << 20), 0);
    let frame = zstd::encode_all(database.as_slice(), 1).unwrap();
    assert!(frame.len() < 1 << 20);
    fs::write(&path, [magic, &frame].concat()).unwrap();
    assert_eq!(
        refused(&files, &path, &COMMANDS),
        "the file is damaged: it decodes to more than its database states"
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let files = Files::new();
    let path = files.path("sync.c1z");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    assert_eq!(
        refused(&files, &path, &COMMANDS[..6]),
        "this is not a regular file, so it cannot be read more than once"
    );
}
