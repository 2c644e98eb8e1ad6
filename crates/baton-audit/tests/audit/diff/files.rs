//! Which syncs are compared, and what the exit code says.

use connector_core::store::SyncType;
use connector_testkit::file::{SyncFile, account, user};
use serde_json::Value;

use crate::support::{Files, Ran, at, audit, go_file};

use super::pair::{hire, new, old};

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

fn json(args: &[&str]) -> (u8, Value) {
    let ran = audit(&[args, &["--format", "json"]].concat());
    (ran.code, serde_json::from_str(&ran.out).unwrap())
}

/// Two files of people, the first `stays` of them in both; what `diff` says of them.
fn shrunk(people: usize, stays: usize, args: &[&str]) -> Ran {
    let files = Files::new();
    let company = |day: &str, people: usize| {
        let users = (0..people).map(|n| hire(&n.to_string(), &format!("Person {n}")));
        SyncFile::ended_at(at(day)).users(users)
    };
    let paths = [files.path("old.c1z"), files.path("new.c1z")];
    company("2026-02-01T08:00:00Z", people)
        .write(&paths[0])
        .unwrap();
    company("2026-03-01T08:00:00Z", stays)
        .write(&paths[1])
        .unwrap();
    let files = paths.each_ref().map(|path| text(path));
    audit(&[&["diff"], &files[..], args].concat())
}

#[test]
fn over_the_threshold_and_at_least_the_minimum() {
    let cases: &[(usize, usize, &[&str], u8)] = &[
        (25, 25, &[], 0),
        (25, 24, &[], 1),
        (25, 20, &[], 1),
        (24, 19, &[], 2),
        (100, 80, &[], 1),
        (100, 79, &[], 2),
        (4, 0, &[], 1),
        (5, 0, &[], 2),
        (5, 0, &["--vanished-minimum", "6"], 1),
        (4, 0, &["--vanished-minimum", "4"], 2),
        (24, 19, &["--vanished-threshold", "20.84"], 1),
        (24, 19, &["--vanished-threshold", "20.83"], 2),
        (25, 20, &["--vanished-threshold=19.99%"], 2),
        (100, 95, &["--vanished-threshold", "0"], 2),
        (100, 96, &["--vanished-threshold", "0"], 1),
        (10, 0, &["--vanished-threshold", "100"], 1),
    ];
    for (people, stays, args, code) in cases {
        let ran = shrunk(*people, *stays, args);
        assert_eq!(ran.code, *code, "{people} {stays} {args:?}\n{}", ran.out);
    }
}

#[test]
fn too_many_are_warned_about_first() {
    let ran = shrunk(24, 19, &["--limit", "2"]);
    let shown: Vec<_> = ran.out.lines().skip(4).collect();
    insta::assert_snapshot!(shown.join("\n"), @r##"
    WARNING: 5 of 24 people who had not left cannot be found in NEW (20.83 %), and nothing says that they left. That is over the threshold of 20 %: do not act on NEW before you know why.

    What       How many  Which means
    Vanished   5         gone without ever having left
    Unchanged  19        people who are the same in both

    Vanished (5)
    Id       Name       E-mail           Was
    user:19  Person 19  p19@example.com  active
    user:20  Person 20  p20@example.com  active
    … and 3 more; --limit or --format json shows them
    "##);
    let under = shrunk(25, 20, &["--format", "md"]).out;
    assert!(under.contains(
        "> **Warning:** 5 of 25 people who had not left cannot be found in NEW (20 %), and nothing says \
         that they left.\n"
    ));
}

#[test]
fn a_threshold_that_is_no_share_is_refused() {
    let ran = audit(&["diff", "a.c1z", "b.c1z", "--vanished-threshold", "120"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.starts_with(
        "error: invalid value '120' for '--vanished-threshold <PERCENT>': a number from 0 to 100 with at most \
         two digits behind the point"
    ));
}

#[test]
fn two_syncs_of_one_file() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    old().write(&path).unwrap();
    let alone = audit(&["diff", text(&path)]);
    assert_eq!(alone.code, 9);
    assert!(
        alone
            .err
            .contains("the file holds no second finished full sync")
    );
    new().write(&path).unwrap();
    let (code, last_two) = json(&["diff", text(&path)]);
    assert_eq!(code, 1);
    let (old_id, new_id) = (&last_two["old"]["sync_id"], &last_two["new"]["sync_id"]);
    assert_ne!(old_id, new_id);
    assert_eq!(last_two["summary"]["people"]["rehire"], 2);

    let (old_id, new_id) = (old_id.as_str().unwrap(), new_id.as_str().unwrap());
    let named = [
        vec!["diff", text(&path), "--sync-old", old_id],
        vec![
            "diff",
            text(&path),
            text(&path),
            "--sync-old",
            old_id,
            "--sync-new",
            new_id,
        ],
    ];
    for args in named {
        assert_eq!(json(&args), (1, last_two.clone()));
    }
    let back = [
        "diff",
        text(&path),
        "--sync-old",
        new_id,
        "--sync-new",
        old_id,
    ];
    assert_eq!(
        audit(&back).err,
        "note: OLD ended after NEW; were the two exchanged?\n"
    );
    let (_, back) = json(&back);
    assert_eq!(
        back["summary"]["people"]["joiner"],
        last_two["summary"]["people"]["vanished"]
    );
    let ran = audit(&["diff", text(&path), "--sync-new", new_id]);
    assert_eq!(ran.code, 3);
    assert_eq!(
        ran.err,
        "baton-audit: --sync-new alone does not say what to compare with\n\
         hint: add --sync-old ID, or a second file\n"
    );
}

#[test]
fn what_is_the_same_is_said_to_be() {
    let path = go_file("go-12-two-syncs.c1z");
    let ran = audit(&["diff", text(&path)]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let said: Vec<_> = ran.out.lines().skip(4).collect();
    insta::assert_snapshot!(said.join("\n"), @r##"
    Nothing differs.

    What       How many  Which means
    Unchanged  12        people who are the same in both
    "##);
    let (code, value) = json(&["diff", text(&path), text(&path)]);
    assert_eq!((code, &value["summary"]["same"]), (0, &true.into()));
    assert_eq!(value["summary"]["grants"]["unchanged"], 12);
}

#[test]
fn a_file_of_a_connector_against_one_of_the_go_sdk() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    let person = |id, name: &str, email: &str| user(id, name).email(email);
    SyncFile::ended_at(at("2026-11-21T08:00:00Z"))
        .user(person("9", "Jon Adler", "User000009@example.com"))
        .write(&path)
        .unwrap();
    let go = go_file("go-12.c1z");
    let (code, value) = json(&["diff", text(&go), text(&path)]);
    assert_eq!(code, 2);
    let classes = &value["summary"]["people"];
    assert_eq!(
        (&classes["rehire"], &classes["re_keyed"]),
        (&1.into(), &0.into())
    );
    assert_eq!(value["people"][0]["class"], "vanished");
    assert_eq!(value["summary"]["grants"]["removed"], 12);
}

#[test]
fn files_of_different_connectors_are_joined_and_pointed_out() {
    let files = Files::new();
    let [hr, app, other] = ["hr.c1z", "app.c1z", "other.c1z"].map(|name| files.path(name));
    let names = ["Ada", "Bo", "Cy"];
    let day = at("2026-03-01T08:00:00Z");
    let people = names.iter().zip(1..);
    let people =
        people.map(|(name, id)| user(&id.to_string(), name).email(&format!("{name}@example.com")));
    SyncFile::ended_at(day).users(people).write(&hr).unwrap();
    let accounts = names.map(|name| account(name, name).email(&format!("{name}@EXAMPLE.com")));
    SyncFile::ended_at(day).users(accounts).write(&app).unwrap();
    let ran = audit(&["diff", text(&hr), text(&app)]);
    assert_eq!(
        ran.err,
        "note: OLD and NEW have no type of people in common; are they of the same connector?\n"
    );
    let (code, value) = json(&["diff", text(&hr), text(&app)]);
    assert_eq!(
        (code, &value["summary"]["people"]["re_keyed"]),
        (1, &3.into())
    );
    assert_eq!(value["resource_types"][0]["id"], "account");
    assert_eq!(value["resource_types"][0]["change"], "added");

    let strangers =
        (1..4).map(|id| user(&id.to_string(), "X").email(&format!("x{id}@example.com")));
    SyncFile::ended_at(day)
        .users(strangers)
        .write(&other)
        .unwrap();
    let ran = audit(&["diff", text(&hr), text(&other)]);
    assert_eq!(
        ran.err,
        "note: most people have the same id in OLD and NEW but another name and address; are they of the same \
         connector?\n"
    );
}

#[test]
fn syncs_that_are_not_whole_are_pointed_out() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    old().write(&path).unwrap();
    new()
        .sync_type(SyncType::ResourcesOnly)
        .write(&path)
        .unwrap();
    let newest = json(&["diff", text(&path), text(&path)]).1;
    assert_eq!(newest["new"]["sync_type"], "full");
    let listed = audit(&["syncs", text(&path), "--json"]).out;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let id = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["type"] == "resources_only");
    let id = id.unwrap()["id"].as_str().unwrap();
    let ran = audit(&["diff", text(&path), text(&path), "--sync-new", id]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "note: the sync taken as NEW is resources_only, what it leaves out looks as if it were gone\n"
    );
    let grants = ran.out.lines().find(|line| line.starts_with("Grants"));
    let words = grants.map(|line| line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(words, Some(vec!["Grants", "not", "compared"]));

    let unfinished = go_file("go-12-unfinished.c1z");
    let ran = audit(&[
        "diff",
        text(&go_file("go-12.c1z")),
        text(&unfinished),
        "--sync-new",
        "3",
    ]);
    assert_eq!(
        ran.err,
        "note: the sync taken as NEW is unfinished, what it leaves out looks as if it were gone\n"
    );
}

#[test]
fn grants_can_be_left_out() {
    let files = Files::new();
    let day = at("2026-03-01T08:00:00Z");
    let [old, new] = ["old.c1z", "new.c1z"].map(|name| files.path(name));
    let company = || {
        SyncFile::ended_at(day)
            .user(hire("1", "Maja Lind"))
            .group("eng", "Engineering")
    };
    company().write(&old).unwrap();
    company().member("eng", "1").write(&new).unwrap();
    assert_eq!(audit(&["diff", text(&old), text(&new)]).code, 1);
    let (code, value) = json(&["diff", text(&old), text(&new), "--no-grants"]);
    assert_eq!((code, &value["grants"]), (0, &Value::Null));
    assert_eq!(value["summary"]["grants"], Value::Null);
}

#[test]
fn the_day_can_be_set() {
    let files = Files::new();
    let [old, new] = ["old.c1z", "new.c1z"].map(|name| files.path(name));
    let empty = SyncFile::ended_at(at("2026-02-01T08:00:00Z")).user(hire("1", "Maja Lind"));
    empty.write(&old).unwrap();
    let joins = hire("2", "Max Ruiz").fact("start_date", "2026-03-10");
    let later = SyncFile::ended_at(at("2026-03-01T08:00:00Z")).user(hire("1", "Maja Lind"));
    later.user(joins).write(&new).unwrap();
    let class = |args: &[&str]| {
        let (_, value) = json(&[&["diff", text(&old), text(&new)], args].concat());
        (
            value["people"][0]["class"].clone(),
            value["old"]["judged_on"].clone(),
        )
    };
    let day = |day: &str| Value::from(day);
    assert_eq!(class(&[]), (day("future_joiner"), day("2026-02-01")));
    assert_eq!(
        class(&["--as-of", "2026-03-10"]),
        (day("joiner"), day("2026-02-01"))
    );
    assert_eq!(
        class(&["--as-of", "2026-01-01"]),
        (day("future_joiner"), day("2026-01-01"))
    );
    assert_eq!(audit(&["diff", "a", "b", "--as-of", "soon"]).code, 3);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let files = Files::new();
    let path = files.path("missing.c1z");
    let ran = audit(&["diff", text(&path), text(&path)]);
    assert_eq!(ran.code, 9);
    assert_eq!(
        files.without_paths(&ran.err),
        "baton-audit: reading missing.c1z: the file cannot be read: No such file or directory (os error 2)\n\
         hint: give the path of a sync file (.c1z), or restore this one from a copy\n"
    );
}
