//! Files without a finished sync: every command says so.

use std::fs;

use crate::formats::{reader, v3_file};
use crate::support::{Files, audit};

#[test]
fn a_sync_that_never_ended_is_named_and_exits_with_9() {
    for name in ["go-40.failed401.v3.c1z", "go-40.failed-over-good.v3.c1z"] {
        let path = v3_file(name);
        let path = path.to_str().unwrap();
        let run = reader(&v3_file(name)).syncs().unwrap().remove(0);
        for command in [
            &["stats", path][..],
            &["users", path],
            &["grants", path],
            &["managers", path],
            &["check", path],
            &["diff", path, path],
        ] {
            let ran = audit(command);
            assert_eq!((ran.code, ran.out.as_str()), (9, ""), "{command:?}");
            let expected = format!(
                "baton-audit: reading {path}: the file holds no finished full sync\n\
                 hint: --sync ID picks one of: {} (full, unfinished)\n",
                run.sync_id
            );
            assert_eq!(ran.err, expected, "{command:?}");
        }
    }
}

#[test]
fn an_empty_file_says_so_and_exits_with_9() {
    let files = Files::new();
    let path = files.path("empty.c1z");
    fs::write(&path, "").unwrap();
    let ran = audit(&["stats", path.to_str().unwrap()]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err.contains("empty.c1z: the file is empty\n"),
        "{}",
        ran.err
    );
}
