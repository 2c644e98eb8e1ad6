//! Which sync of a file is looked at: the one that is asked for, and for people one without entitlements and grants.

use std::fs;

use serde_json::Value;

use crate::support::{Files, audit, edit, go_file};

const TWO_SYNCS: &str = "go-12-two-syncs.c1z";

fn ids(path: &str) -> Vec<String> {
    let syncs: Value = serde_json::from_str(&audit(&["syncs", path, "--json"]).out).unwrap();
    let syncs = syncs.as_array().unwrap().iter();
    syncs
        .map(|sync| sync["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The syncs of the files that a check looks at.
fn looked_at(args: &[&str]) -> Vec<String> {
    let ran = audit(&[args, &["--format", "json", "--fail-on", "never"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let files = document["files"].as_array().unwrap().iter();
    files
        .map(|file| file["sync_id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_sync_is_named_by_its_id_or_the_beginning_of_it() {
    let path = go_file(TWO_SYNCS).display().to_string();
    let other = go_file("go-40.v1.c1z").display().to_string();
    let ids = ids(&path);
    assert_eq!(ids.len(), 2);
    for id in &ids {
        assert_eq!(looked_at(&["check", &path, "--sync", id])[0], *id);
    }
    // The first of them has none before it that it could be compared with.
    let first = ids.iter().min().unwrap();
    let newest = looked_at(&["check", &other]);
    assert_eq!(
        looked_at(&["check", &other, "--hr", &path, "--sync", first]),
        [newest[0].clone(), first.clone()]
    );
    let files = Files::new();
    let out = files.path("report.html");
    let page = out.display().to_string();
    let report = audit(&["report", &path, "--sync", first, "--out", &page]);
    assert_eq!(report.code, 0, "{}", report.err);
    assert!(fs::read_to_string(&out).unwrap().contains(first.as_str()));
    fs::remove_file(&out).unwrap();
    let people: Value = serde_json::from_str(&audit(&["users", &path, "--json"]).out).unwrap();
    let who = people[0]["id"].as_str().unwrap();
    for args in [
        &["check", &path][..],
        &["report", &path, "--out", &page],
        &["person", who, &path],
    ] {
        let ran = audit(&[args, &["--sync", "0000"]].concat());
        assert_eq!(ran.code, 9, "{args:?}");
        assert_eq!(
            ran.err,
            "baton-audit: no file that is given holds a sync 0000\n\
             hint: `baton-audit syncs FILE` lists the syncs of a file\n"
        );
    }
    assert!(!out.exists());
}

#[test]
fn a_file_without_entitlements_and_grants_is_one_of_people() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    fs::copy(go_file("go-12.c1z"), &path).unwrap();
    let whole = audit(&[
        "check",
        path.to_str().unwrap(),
        "--only",
        "HR-01,HR-02,HR-03",
    ]);
    edit(&path, |db| {
        db.execute_batch(
            "DELETE FROM v1_grants; DELETE FROM v1_entitlements;
             UPDATE v1_sync_runs SET sync_type = 'resources_only'",
        )
        .unwrap();
    });
    let path = path.to_str().unwrap();
    let ran = audit(&["check", path, "--only", "HR-01,HR-02,HR-03"]);
    assert_eq!(ran.code, whole.code, "{}", ran.err);
    // The digest of the file is another one.
    let findings = |out: &str| out.split_once("\n\n").unwrap().1.to_owned();
    assert_eq!(findings(&ran.out), findings(&whole.out));
    assert_eq!(audit(&["check", path, "--fail-on", "never"]).code, 0);
    // As the file of an app it says nothing of access.
    let hr = go_file("go-40.v1.c1z").display().to_string();
    let ran = audit(&["check", &hr, path]);
    assert_eq!(ran.code, 9, "{}", ran.out);
    assert!(
        ran.err.contains("the file holds no finished full sync"),
        "{}",
        ran.err
    );
}
