//! `review close` and `review verify`: from decisions to removals, evidence, and what came of them.

use std::fs;

use serde_json::{Value, json};

use crate::company::{Company, app};
use crate::support::{at, audit};
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

pub(crate) fn read(company: &Company, name: &str) -> String {
    fs::read_to_string(company.in_review("closed").join(name)).unwrap()
}

/// Jo's access is removed, the bot's account too; the rest stays.
pub(crate) fn decided() -> Company {
    let company = Company::new();
    company.start();
    company.decide("tomás-rey", |row| match row[2].as_str() {
        "user:gh-jo" => ("remove", "has left"),
        _ if row[8] == "On call member" => ("change", "only at weekends"),
        _ => ("keep", ""),
    });
    company.decide("ines-vidal", |_| ("keep", "runs it"));
    company.decide("unassigned", |row| match row[2].as_str() {
        "user:bot" => ("remove", ""),
        _ => ("keep", "=needed"),
    });
    company
}

/// The first words of each line of a table.
fn first_words(table: &str, count: usize) -> Vec<String> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().take(count).collect();
        words.join(" ")
    };
    table.lines().skip(1).map(line).collect()
}

#[test]
fn a_decided_review_becomes_removals_changes_and_evidence() {
    let company = decided();
    let ran = company.review(&["close", "@review"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        first_words(&ran.out, 2),
        [
            "removals.csv 4",
            "changes.csv 1",
            "removals-pipeline-0001.scim.json 2",
            "accepted.toml 2",
            "evidence.json 9",
        ]
    );
    assert_eq!(
        ran.err,
        "note: 2 removals follow from other access and are in removals.csv alone: take away what they follow from\n"
    );
    let removals = read(&company, "removals.csv");
    let removals: Vec<&str> = removals
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0)
        .collect();
    insta::assert_snapshot!(removals.join("\n"), @r#"
    app,account_id,account,owner,access,access_id,resource_id,way,via,decided_by,comment
    pipeline,user:gh-jo,jo,Jo Bell,On call member,group:inner:member,group:inner,direct,,Tomás Rey,has left
    pipeline,user:gh-jo,jo,Jo Bell,Operations member,group:outer:member,group:outer,via On call member,group:inner:member,Tomás Rey,has left
    pipeline,user:gh-jo,jo,Jo Bell,Administrator role,role:admins:assigned,role:admins,via On call member > Operations member,"group:inner:member, group:outer:member",Tomás Rey,has left
    pipeline,user:bot,'=cmd|' /C calc'!A0,(unknown),the account,,,holds nothing,,unassigned,
    "#);
    assert!(read(&company, "changes.csv").contains(",Tomás Rey,only at weekends,r-"));
    let scim: Value =
        serde_json::from_str(&read(&company, "removals-pipeline-0001.scim.json")).unwrap();
    let operations = scim["Operations"].as_array().unwrap();
    let operation = |it: usize| {
        (
            &operations[it]["path"],
            &operations[it]["data"]["Operations"][0],
        )
    };
    assert_eq!(
        operation(0),
        (
            &json!("/Groups/inner"),
            &json!({"op": "remove", "path": "members[value eq \"gh-jo\"]"})
        )
    );
    assert_eq!(
        operation(1),
        (
            &json!("/Users/bot"),
            &json!({"op": "replace", "path": "active", "value": false})
        )
    );
}

#[test]
fn the_evidence_says_who_decided_what_on_which_files() {
    let company = decided();
    let place = fs::File::options()
        .write(true)
        .open(company.in_review("tomás-rey.csv"))
        .unwrap();
    let modified: std::time::SystemTime = at("2026-03-12T10:00:00Z").into();
    place.set_modified(modified).unwrap();
    assert_eq!(company.review(&["close", "@review"]).code, 0);
    let evidence: Value = serde_json::from_str(&read(&company, "evidence.json")).unwrap();
    let decision = &evidence["decisions"][1];
    assert_eq!(decision["by"], "Tomás Rey");
    assert_eq!(decision["decision"], "remove");
    assert_eq!(decision["comment"], "has left");
    let file = usize::try_from(decision["file"].as_u64().unwrap()).unwrap();
    let returned = &evidence["returned"][file];
    assert_eq!(returned["file"], "tomás-rey.csv");
    assert_eq!(returned["modified"], "2026-03-12T10:00:00Z");
    let digest = |name: &str| {
        let listed = audit(&["stats", &company.path(name), "--json"]).out;
        serde_json::from_str::<Value>(&listed).unwrap()["sha256"].clone()
    };
    assert_eq!(
        evidence["basis"]["apps"][0]["sha256"],
        digest("pipeline.c1z")
    );
    assert_eq!(evidence["basis"]["hr"][0]["sha256"], digest("hr.c1z"));
    assert_eq!(evidence["outputs"][0]["file"], "removals.csv");
    // It is the same again for the same workbooks.
    let first = read(&company, "evidence.json");
    fs::remove_dir_all(company.in_review("closed")).unwrap();
    company.review(&["close", "@review"]);
    assert_eq!(read(&company, "evidence.json"), first);
}

#[test]
fn findings_about_accounts_that_are_kept_may_be_accepted() {
    let company = decided();
    company.decide("unassigned", |_| ("keep", "a \"robot\""));
    let before = company.review(&["close", "@review", "--accepted-until", "2026-03-09"]);
    assert_eq!((before.code, before.out.as_str()), (3, ""));
    insta::assert_snapshot!(before.err, @r"
    baton-audit: --accepted-until 2026-03-09 is before the day of the review, 2026-03-10, so it would accept nothing
    hint: give that day or a later one
    ");
    assert!(!company.in_review("closed").exists());
    company.review(&["close", "@review", "--accepted-until", "2026-06-30"]);
    let accepted = read(&company, "accepted.toml");
    insta::assert_snapshot!(accepted, @r#"
    # Findings about accounts that the access review of 2026-03-10 keeps. Take over into the policy what the company accepts.

    # Belongs to no person in the HR files
    [[accepted]]
    check = "AC-02"
    subject = "user:bot"
    file = "pipeline"
    reason = "Kept by unassigned in the access review of 2026-03-10: a \"robot\""
    until = 2026-06-30

    # Has never been used; when it was created is not known
    [[accepted]]
    check = "AC-06"
    subject = "user:bot"
    file = "pipeline"
    reason = "Kept by unassigned in the access review of 2026-03-10: a \"robot\""
    until = 2026-06-30

    # Has never been used; when it was created is not known
    [[accepted]]
    check = "AC-06"
    subject = "user:gh-ines"
    file = "pipeline"
    reason = "Kept by unassigned in the access review of 2026-03-10: a \"robot\""
    until = 2026-06-30

    # Has never been used; when it was created is not known
    [[accepted]]
    check = "AC-06"
    subject = "user:gh-tomas"
    file = "pipeline"
    reason = "Kept by Ines Vidal in the access review of 2026-03-10: runs it"
    until = 2026-06-30
    "#);
    // The policy takes it, and the finding is accepted.
    fs::write(company.files.path("accepted.toml"), &accepted).unwrap();
    let (hr, app, policy) = (
        company.path("hr.c1z"),
        company.path("pipeline.c1z"),
        company.path("accepted.toml"),
    );
    let ran = audit(&["check", &hr, &app, "--policy", &policy]);
    assert!(
        ran.out.contains("ACCEPTED BY THE POLICY (4)"),
        "{}",
        ran.out
    );
}

#[test]
fn nothing_is_written_while_something_is_open() {
    let company = decided();
    company.decide("unassigned", |_| ("", ""));
    let ran = company.review(&["close", "@review"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.out, @r"
    Workbook    App       Account             Access       State      Why
    unassigned  pipeline  =cmd|' /C calc'!A0  the account  undecided  nothing is decided
    unassigned  pipeline  ines                the account  undecided  nothing is decided
    ");
    assert_eq!(
        ran.err,
        "note: 2 accesses are not decided, so nothing was written\n"
    );
    assert!(!company.in_review("closed").exists());
    let ran = company.review(&[
        "close",
        "@review",
        "--undecided",
        "remove",
        "--out",
        "@result",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.starts_with(
            "note: 2 accesses were not decided by a reviewer and settled by --undecided\n"
        ),
        "{}",
        ran.err
    );
    let removals = fs::read_to_string(company.files.path("result/removals.csv")).unwrap();
    assert_eq!(
        removals.matches("the operator (--undecided)").count(),
        2,
        "{removals}"
    );
    // A contradiction is nothing that a flag settles.
    let mut other = company.rows("ines-vidal");
    other[0][12] = "remove".to_owned();
    company.save("other.csv", &other);
    let ran = company.review(&[
        "close",
        "@review",
        "--undecided",
        "keep",
        "--out",
        "@second",
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("contradicting"), "{}", ran.out);
    assert!(!company.files.path("second").exists());
}

#[test]
fn a_newer_file_shows_which_removals_are_done() {
    let company = decided();
    company.review(&["close", "@review"]);
    // Jo is off call but was made an administrator directly; the bot is disabled.
    let later = app("2026-03-20T08:00:00Z")
        .member("inner", "gh-li")
        .assigned("admins", "gh-jo");
    company.write("new/pipeline.c1z", &later);
    let ran = company.review(&["verify", "@review", "@new/pipeline.c1z"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r"
    App       Account             Access              Decision  Result      Way now
    pipeline  jo                  On call member      remove    removed
    pipeline  jo                  Operations member   remove    removed
    pipeline  jo                  Administrator role  remove    still held  direct
    pipeline  li                  On call member      change    still held  direct
    pipeline  =cmd|' /C calc'!A0  the account         remove    still held  holds nothing
    ");
    assert_eq!(ran.err, "note: 2 of 4 removals are done\n");
    let done = SyncFile::ended_at(at("2026-03-21T08:00:00Z"))
        .user(user("gh-li", "li"))
        .user(user("gh-tomas", "tomas").fact("org_role", "admin"))
        .user(user("gh-ines", "ines"))
        .user(user("bot", "bot").state(StatusKind::Disabled, "off"));
    fs::create_dir(company.files.path("done")).unwrap();
    done.write(&company.files.path("done/pipeline.c1z"))
        .unwrap();
    let ran = company.review(&["verify", "@review/closed", "@done/pipeline.c1z", "--json"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "note: 2 accesses that the review keeps are not held any more\nnote: 4 of 4 removals are done\n"
        )
    );
    let rows: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let results: Vec<&str> = rows
        .iter()
        .map(|it| it["result"].as_str().unwrap())
        .collect();
    assert_eq!(
        results,
        [
            "account gone",
            "account gone",
            "account gone",
            "removed",
            "not held any more",
            "not held any more",
            "account disabled"
        ]
    );
}
