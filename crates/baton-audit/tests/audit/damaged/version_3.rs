//! The same for version 3, whose rows are named by their keys. The files are made by a test of `connector-pebble`.

use std::fs;

use super::{COMMANDS, refused};
use crate::formats::v3_file;
use crate::support::{Files, audit, go_file};

/// The commands that are tried with version 1, but for the version that `convert` makes.
fn commands() -> Vec<&'static [&'static str]> {
    let others = COMMANDS.iter().filter(|command| command[0] != "convert");
    let convert: &[&str] = &["convert", "--to", "v1", "--out", "DIR/out.c1z"];
    others.copied().chain([convert]).collect()
}

fn copied(files: &Files, name: &str) -> std::path::PathBuf {
    let path = files.path("sync.c1z");
    fs::copy(v3_file(name), &path).unwrap();
    path
}

#[test]
fn a_row_without_an_id_is_named_by_every_command() {
    // Elements of keys are separated by zeros: type, id, whether the entitlement's id begins so, its rest, principal.
    for (name, key) in [
        ("unnamed-resource.c1z", "030200 75736572 00"),
        (
            "unnamed-principal.c1z",
            "030400 7465616d 00 656e67 00 31 00 6d656d626572 00 75736572 00",
        ),
        (
            "unnamed-principal-type.c1z",
            "030400 7465616d 00 656e67 00 31 00 6d656d626572 00 00 7531",
        ),
        (
            "unnamed-entitlement.c1z",
            "030400 7465616d 00 656e67 00 30 00 00 75736572 00 7531",
        ),
        (
            "unnamed-group.c1z",
            "030400 7465616d 00 00 31 00 6d656d626572 00 75736572 00 7531",
        ),
    ] {
        let files = Files::new();
        let path = copied(&files, name);
        let key = key.replace(' ', "");
        let expected = format!("the file is damaged: key {key}: one of its ids is empty");
        assert_eq!(refused(&files, &path, &commands()), expected, "{name}");
    }
}

#[test]
fn a_sync_without_an_id_is_no_sync() {
    let files = Files::new();
    let path = copied(&files, "unnamed-sync.c1z");
    let expected = "the file is damaged: the id of its sync is empty";
    assert_eq!(refused(&files, &path, &commands()), expected);
}

/// The key of this grant is sound, so it is found when the grant is read, which commands do that are about access.
#[test]
fn a_grant_that_names_no_principal_is_named_by_what_reads_it() {
    let files = Files::new();
    let path = copied(&files, "unnamed-principal-in-record.c1z");
    let file = path.display().to_string();
    let out = files.path("out.c1z").display().to_string();
    let hr = go_file("go-40.v1.c1z").display().to_string();
    for command in [
        &["grants", &file][..],
        &["grants", &file, "--json"],
        &["groups", &file],
        &["check", &hr, &file],
        &["diff", &file, &file],
        &["report", &hr, &file, "--out", "-"],
        &["convert", &file, "--to", "v1", "--out", &out],
        &["sanitize", &file, "--out", &out],
    ] {
        let ran = audit(command);
        assert_eq!(ran.code, 9, "{command:?}: {}{}", ran.out, ran.err);
        let expected = "the file is damaged: key 0304007465616d00656e670031006d656d6265720075736572007531: \
                        it does not name who holds it";
        assert!(ran.err.contains(expected), "{command:?}: {}", ran.err);
    }
}
