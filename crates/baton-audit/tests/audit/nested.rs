//! Access through groups in groups in the commands that list, export and compare: what the file has no grant for is
//! told apart from its grants, and a file that is expanded already gives the same.

use std::fs;
use std::path::PathBuf;

use connector_testkit::file::{SyncFile, user};
use serde_json::Value;

use crate::support::{Files, at, audit, expand, go_file};

const OUTER: &str = "group:outer:member:group:inner";
const ADMINS: &str = "role:admins:assigned:group:outer";

/// The role is assigned to a group in which another group is, which these accounts are members of.
fn app(files: &Files, name: &str, members: &[&str]) -> PathBuf {
    let file = SyncFile::ended_at(at("2026-03-10T08:00:00Z"))
        .users(["ada", "bo"].map(|id| user(id, &format!("Person {id}"))))
        .group("inner", "On call")
        .group("outer", "Operations")
        .role("admins", "Administrator")
        .nested("outer", "inner")
        .assigned_to_group("admins", "outer");
    let member = |file: SyncFile, id: &&str| file.member("inner", id);
    let path = files.path(name);
    members.iter().fold(file, member).write(&path).unwrap();
    expand(
        &path,
        &[
            (OUTER, "group:inner:member"),
            (ADMINS, "group:outer:member"),
        ],
    );
    path
}

fn run(args: &[&str]) -> (String, String) {
    let ran = audit(args);
    assert!(ran.code < 2, "{}", ran.err);
    (ran.out, ran.err)
}

/// Some columns of a listing in JSON, joined.
fn columns(json: &str, wanted: &[&str]) -> Vec<String> {
    let rows: Vec<Value> = serde_json::from_str(json).unwrap();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .map(|it| it.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    };
    let line = |row: &Value| {
        let cells: Vec<_> = wanted.iter().map(|name| text(&row[*name])).collect();
        cells.join(" ")
    };
    rows.iter().map(line).collect()
}

const WANTED: [&str; 4] = ["entitlement_id", "principal_id", "how", "via"];
const STORED: [&str; 4] = [
    "group:inner:member user:ada direct ",
    "group:inner:member user:bo direct ",
    "group:outer:member group:inner direct ",
    "role:admins:assigned group:outer direct ",
];
const FOLLOWING: [&str; 5] = [
    "role:admins:assigned group:inner derived group:outer:member",
    "group:outer:member user:ada derived group:inner:member",
    "role:admins:assigned user:ada derived group:inner:member group:outer:member",
    "group:outer:member user:bo derived group:inner:member",
    "role:admins:assigned user:bo derived group:inner:member group:outer:member",
];

#[test]
fn grants_are_those_of_the_file_unless_more_is_asked_for() {
    let files = Files::new();
    let path = app(&files, "app.c1z", &["ada", "bo"]).display().to_string();
    let (out, err) = run(&["grants", &path, "--json"]);
    assert_eq!(columns(&out, &WANTED), STORED);
    assert_eq!(
        err,
        "note: 5 more follow from groups in groups, without grants in the file; --expanded lists them\n"
    );
    let (out, err) = run(&["grants", &path, "--json", "--expanded"]);
    let all: Vec<_> = STORED.into_iter().chain(FOLLOWING).collect();
    assert_eq!(
        (columns(&out, &WANTED), err.as_str()),
        (all.iter().map(|it| (*it).to_owned()).collect(), "")
    );
    // The choice of grants is one of what follows, too.
    let (out, err) = run(&["grants", &path, "--json", "--principal", "ada"]);
    assert_eq!(columns(&out, &WANTED), STORED[..1]);
    assert!(err.starts_with("note: 2 more follow "), "{err}");
    let (out, _) = run(&[
        "grants",
        &path,
        "--json",
        "--principal",
        "ada",
        "--expanded",
    ]);
    assert_eq!(
        columns(&out, &WANTED),
        [STORED[0], FOLLOWING[1], FOLLOWING[2]]
    );
    let (out, err) = run(&["grants", &path, "--json", "--type", "group", "--expanded"]);
    assert_eq!(columns(&out, &WANTED).len(), 3 + 2);
    assert_eq!(err, "");
}

#[test]
fn nothing_is_said_of_a_file_without_groups_in_groups() {
    for name in ["go-12.c1z", "file-nested.v1.c1z"] {
        let path = go_file(name).display().to_string();
        let (out, err) = run(&["grants", &path, "--json"]);
        let (expanded, _) = run(&["grants", &path, "--json", "--expanded"]);
        if name == "go-12.c1z" {
            assert_eq!((err.as_str(), &expanded), ("", &out));
        } else {
            // The Go SDK has expanded all but a cycle.
            assert!(err.starts_with("note: 3 more follow "), "{err}");
            assert_eq!(expanded.lines().count(), out.lines().count() + 3);
        }
    }
}

#[test]
fn groups_have_direct_and_effective_members() {
    let files = Files::new();
    let path = app(&files, "app.c1z", &["ada", "bo"]).display().to_string();
    let (out, _) = run(&["groups", &path, "--json"]);
    assert_eq!(
        columns(&out, &["id", "members", "effective_members"]),
        ["group:inner 2 2", "group:outer 1 3", "role:admins 1 4"]
    );
}

#[test]
fn exports_hold_what_follows_with_the_way_there() {
    let files = Files::new();
    let path = app(&files, "app.c1z", &["ada", "bo"]).display().to_string();
    let out = files.path("out");
    let dir = out.display().to_string();
    let export = [
        "export", &path, "--format", "json", "--table", "grants", "--out", &dir,
    ];
    run(&export);
    let json = fs::read_to_string(out.join("grants.json")).unwrap();
    let all: Vec<_> = STORED.into_iter().chain(FOLLOWING).collect();
    assert_eq!(columns(&json, &WANTED), all);
}

#[test]
fn access_that_ends_with_a_nested_grant_is_among_what_is_gone() {
    let files = Files::new();
    let old = app(&files, "old.c1z", &["ada", "bo"]).display().to_string();
    let new = app(&files, "new.c1z", &["ada"]).display().to_string();
    let (out, _) = run(&["diff", &old, &new, "--format", "json"]);
    let diff: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(diff["summary"]["grants"]["removed"], 3);
    assert_eq!(diff["summary"]["grants"]["added"], 0);
    let removed = diff["grants"]["removed"].as_array().unwrap();
    let shown = |it: &Value| format!("{} {} {}", it["entitlement"], it["principal"], it["via"]);
    let shown: Vec<_> = removed
        .iter()
        .map(|it| shown(it).replace('"', ""))
        .collect();
    assert_eq!(
        shown,
        [
            "group:inner:member user:bo null",
            "group:outer:member user:bo [group:inner:member]",
            "role:admins:assigned user:bo [group:inner:member,group:outer:member]",
        ]
    );
    let (out, _) = run(&["diff", &old, &new]);
    assert!(out.contains("via group:inner:member"), "{out}");
    let (out, _) = run(&["diff", &old, &old]);
    assert!(!out.contains("Grants"), "{out}");
}

#[test]
fn the_report_counts_what_follows() {
    let files = Files::new();
    let app = app(&files, "app.c1z", &["ada", "bo"]).display().to_string();
    let hr = files.path("hr.c1z");
    let people =
        ["ada", "bo"].map(|id| user(id, &format!("Person {id}")).fact("job_title", "Engineer"));
    let file = SyncFile::ended_at(at("2026-03-10T08:00:00Z")).users(people);
    file.write(&hr).unwrap();
    let (hr, out) = (hr.display().to_string(), files.path("report.html"));
    run(&["report", &hr, &app, "--out", &out.display().to_string()]);
    let page = fs::read_to_string(out).unwrap();
    let (_, row) = page.split_once("id=\"file-2\"").unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    // Four grants of the file, and what follows from them.
    assert!(
        row.ends_with("<td class=\"n\">4</td><td class=\"n\">5</td>"),
        "{row}"
    );
}
