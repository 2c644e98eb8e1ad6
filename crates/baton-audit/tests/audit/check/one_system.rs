//! Two files of one system, of two days, given as two: every command that joins files says so.

use connector_testkit::file::{SyncFile, User, user};

use super::company::boss;
use super::{Company, before, today};
use crate::support::audit;

fn login(id: &str) -> User {
    user(id, &format!("login {id}")).email(&format!("{id}@example.com"))
}

fn company(apps: [(&str, SyncFile); 2]) -> Company {
    apps.into_iter().fold(
        Company::new(&today().user(boss())),
        |company, (name, app)| company.app(name, &app),
    )
}

/// Runs a command on the files of a company, and returns what it says of them.
fn notes(company: &Company, words: &[&str], flags: &[&str]) -> String {
    let paths = company.paths.hr.iter().chain(&company.paths.apps);
    let paths: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let ran = audit(&[words, &paths, flags].concat());
    assert!(ran.code <= 1, "{words:?}: {}", ran.err);
    let said = company.files.without_paths(&ran.err);
    let mut lines: Vec<&str> = said.lines().collect();
    lines.retain(|line| line.contains("perhaps"));
    lines.join("\n")
}

const NOTE: &str = "note: app-2026-03-10.c1z: 2 of 3 accounts are accounts of app-2026-03-01.c1z, with the same ids; \
                    perhaps both are files of one system";

#[test]
fn two_files_of_one_app_are_said_by_every_command() {
    let company = company([
        (
            "app-2026-03-01",
            before()
                .group("g", "G")
                .users(["a", "b"].map(login))
                .member("g", "a"),
        ),
        (
            "app-2026-03-10",
            today()
                .group("g", "G")
                .users(["a", "b", "c"].map(login))
                .member("g", "a"),
        ),
    ]);
    let out = |name: &str| company.files.path(name).display().to_string();
    let (page, review) = (out("page.html"), out("review"));
    for (words, flags) in [
        (&["check"][..], &[][..]),
        (&["check"], &["--only", "HR-01", "--format", "sarif"]),
        (&["report"], &["--out", &page]),
        (&["review", "start"], &["--by", "manager", "--out", &review]),
        (&["links", "suggest"], &[]),
        (&["policy", "init"], &[]),
    ] {
        assert_eq!(notes(&company, words, flags), NOTE, "{words:?}");
    }
    let checked = company.check(&[]);
    assert!(
        checked.out.contains(NOTE.trim_start_matches("note: ")),
        "{}",
        checked.out
    );
    // These two look at some of the accounts alone.
    let looked_at = NOTE.replace("2 of 3 accounts", "1 of 1 accounts looked at");
    assert_eq!(notes(&company, &["who-can", "G"], &[]), looked_at);
    let dated = "note: app-2026-03-10.c1z: called as app-2026-03-01.c1z but for a date; perhaps both are files of one system";
    assert_eq!(notes(&company, &["person", "boss"], &[]), dated);
}

#[test]
fn organisations_of_one_app_are_two_systems() {
    let of = |group: &str| {
        today()
            .group(group, "G")
            .users(["a", "b"].map(login))
            .member(group, "a")
    };
    let company = company([("north", of("1")), ("south", of("2"))]);
    assert_eq!(notes(&company, &["check"], &[]), "");
}

#[test]
fn an_hr_file_of_another_day_is_no_second_hr_system() {
    let company = Company::new(&today().user(boss())).hr("same", &before().user(boss()));
    let same = company.paths.hr[1].display().to_string();
    let ran = company.check(&["--hr", &same, "--only", "HR-01"]);
    assert_eq!(
        company.files.without_paths(&ran.err),
        "note: same.c1z: 1 of 1 people are records of hr.c1z, with the same ids; perhaps both are files of one system\n"
    );
}
