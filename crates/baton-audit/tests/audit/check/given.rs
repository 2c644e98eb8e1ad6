//! Files in the wrong place, files that cannot be read, and outputs that are not read or that no terminal shows.

use connector_testkit::file::{SyncFile, user};

use super::command::company;
use super::company::{account, boss, leaver, nameless};
use super::{Company, before, today};
use crate::support::at;

#[test]
fn files_in_the_wrong_place_are_refused_or_said() {
    let company = company();
    let (hr, app) = (company.path("hr.c1z"), company.path("pipeline.c1z"));
    let refused = |more: &[&str]| {
        let ran = company.check(more);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""));
        ran.err
    };
    insta::assert_snapshot!(refused(&[&app]), @r"
    baton-audit: pipeline.c1z is given as the file of an app and again as the file of an app
    hint: give each file once
    ");
    insta::assert_snapshot!(refused(&[&hr]), @r"
    baton-audit: hr.c1z is given as an HR file and again as the file of an app
    hint: give each file once
    ");
    insta::assert_snapshot!(refused(&["--hr", &hr]), @r"
    baton-audit: hr.c1z is given as an HR file and again as an HR file
    hint: give each file once
    ");
    let copy = company.path("copy.c1z");
    std::fs::copy(&hr, &copy).unwrap();
    insta::assert_snapshot!(refused(&[&copy]), @r"
    baton-audit: hr.c1z, given as an HR file, and copy.c1z, given as the file of an app, are the same file
    hint: give each file once
    ");
    insta::assert_snapshot!(refused(&["--earlier", &hr]), @r"
    baton-audit: hr.c1z holds the same sync as hr.c1z
    hint: --earlier takes files from before the HR file
    ");
    let later = SyncFile::ended_at(at("2026-03-20T08:00:00Z")).user(boss());
    let later = company.write("later", &later).display().to_string();
    insta::assert_snapshot!(refused(&["--earlier", &later]), @r"
    baton-audit: later.c1z was written after hr.c1z
    hint: --earlier takes files from before the HR file
    ");
    // Another system's file, the HR system's of another day as an app, and an app's as the HR file.
    let other = company.write("other", &before().user(nameless("x")));
    let same = company.write(
        "same",
        &before().user(boss()).user(leaver("1", "2026-03-01")),
    );
    let [other, same] = [other, same].map(|path| path.display().to_string());
    let ran = company.check(&["--earlier", &other, &same, "--only", "AC-02"]);
    let notes = ran.out.split_once("NOTES").unwrap().1;
    insta::assert_snapshot!(notes, @r"
     (2)
      other.c1z: none of the people is in hr.c1z; perhaps this is the file of another system
      same.c1z: 2 of 2 accounts are records of hr.c1z, with the same ids; perhaps both are files of one system

    1 finding: 1 high; 1 check ran
    ");
    let exchanged =
        Company::new(&today().user(account("1"))).app("hr-system", &today().user(boss()));
    let ran = exchanged.check(&["--only", "AC-02"]);
    let notes = ran.out.split_once("NOTES").unwrap().1;
    insta::assert_snapshot!(notes, @r"
     (1)
      hr.c1z: no person has a title, a department, a manager or a first day; perhaps this is the file of an app

    1 finding: 1 high; 1 check ran
    ");
}

/// An output whose reader went away.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn findings_stay_findings_when_the_reader_went_away() {
    let company = company();
    let code = |args: &[&str]| {
        let args = ["baton-audit"].iter().chain(args).map(Into::into);
        let mut console = baton_audit::Console {
            out: &mut Closed,
            err: &mut Vec::new(),
            width: None,
        };
        baton_audit::run(args, &mut console)
    };
    let (hr, app) = (company.path("hr.c1z"), company.path("pipeline.c1z"));
    for format in ["table", "json", "sarif", "junit"] {
        assert_eq!(
            code(&["check", &hr, &app, "--format", format]),
            1,
            "{format}"
        );
    }
    assert_eq!(code(&["check", &hr, "--only", "HR-06"]), 0);
    assert_eq!(code(&["diff", &hr, &app]), 1);
    assert_eq!(code(&["users", &hr]), 0);
}

#[test]
fn what_cannot_be_read_is_said_with_what_a_reader_can_do() {
    let company = company();
    let told = |path: &str| {
        let ran = company.check(&[path]);
        (ran.code, ran.err)
    };
    let text = company.text("notes.txt", "not a sync file");
    let (code, err) = told(&text);
    assert_eq!(code, 9);
    insta::assert_snapshot!(err, @r"
    baton-audit: reading notes.txt: the file is not a .c1z file
    hint: give the path of a sync file (.c1z), or restore this one from a copy
    ");
    let empty = company.text("empty.c1z", "");
    let (code, err) = told(&empty);
    assert_eq!(code, 9);
    insta::assert_snapshot!(err, @r"
    baton-audit: reading empty.c1z: the file is empty
    hint: give the path of a sync file (.c1z), or restore this one from a copy
    ");
    let whole = std::fs::read(company.path("hr.c1z")).unwrap();
    std::fs::write(company.files.path("half.c1z"), &whole[..whole.len() / 2]).unwrap();
    let (code, err) = told(&company.path("half.c1z"));
    assert_eq!(code, 9);
    assert!(
        err.contains("hint: give the path of a sync file (.c1z), or restore this one from a copy"),
        "{err}"
    );
    let (code, err) = told(&company.path(""));
    assert_eq!(code, 9);
    insta::assert_snapshot!(err, @r"
    baton-audit: reading : this is not a regular file, so it cannot be read more than once
    hint: write the sync to a file and give its path
    ");
}

#[test]
fn findings_in_a_pipe_do_not_get_wider_than_can_be_read() {
    let name = "Wolfeschlegelsteinhausenbergerdorff ".repeat(20);
    let company = Company::new(&today().user(boss()).user(user("1", name.trim())));
    let ran = company.check(&[]);
    let widest = ran.out.lines().map(|line| line.chars().count()).max();
    assert!(
        widest.is_some_and(|widest| widest <= 200),
        "{widest:?}: {}",
        ran.out
    );
    assert!(ran.out.contains("has no job title"), "{}", ran.out);
}
