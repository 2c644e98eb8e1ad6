//! `baton-audit report`: what the page says of files made to order. How a browser shows it is tested apart.

mod sections;

use std::fs;

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, Ran, at, audit};

/// An HR file of two syncs and an app.
fn company(files: &Files) -> (String, String) {
    let (hr, app) = (files.path("hr.c1z"), files.path("app.c1z"));
    let maja = || {
        user("1", "Maja Lind")
            .email("maja@example.com")
            .fact("department", "Board")
    };
    let noor = || {
        user("2", "Noor Haddad")
            .email("noor@example.com")
            .fact("manager_id", "1")
            .fact("department", "Product & <Design>")
            .fact("start_date", "2025-02-01")
    };
    let kim = || {
        user("3", "Kim Park")
            .email("kim@example.com")
            .fact("manager_id", "1")
    };
    SyncFile::ended_at(at("2026-02-01T08:00:00Z"))
        .users([maja(), noor(), kim(), user("4", "Ola Nord")])
        .write(&hr)
        .unwrap();
    let left = kim()
        .fact("end_date", "2026-02-15")
        .state(StatusKind::Disabled, "terminated");
    let pia = user("5", "Pia Berg")
        .fact("manager_id", "2")
        .fact("start_date", "2026-02-10");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .users([maja(), noor().fact("job_title", "Engineer"), left, pia])
        .write(&hr)
        .unwrap();
    SyncFile::ended_at(at("2026-03-02T08:00:00Z"))
        .role("admin", "Admin")
        .user(user("k", "kim").email("Kim@Example.com"))
        .assigned("admin", "k")
        .write(&app)
        .unwrap();
    (hr.display().to_string(), app.display().to_string())
}

fn report(files: &Files, args: &[&str]) -> (Ran, String) {
    let out = files.path("report.html");
    let out = out.display().to_string();
    let ran = audit(&[&["report"], args, &["--out", &out]].concat());
    let page = fs::read_to_string(&out).unwrap_or_default();
    (ran, page)
}

/// The text of the page between two of its ids, without markup, one line per row or paragraph.
fn text(page: &str, from: &str, to: &str) -> String {
    let place = |id: &str| page.find(&format!(" id=\"{id}\"")).unwrap();
    let part = &page[place(from)..place(to)];
    let mut lines = String::new();
    for piece in part.split('<').skip(1) {
        // The part ends inside a tag.
        let (tag, text) = piece.split_once('>').unwrap_or_default();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        match name {
            "tr" | "p" | "h2" | "h3" | "h4" | "li" | "caption" | "summary" | "dt" => {
                lines.push('\n');
            }
            "td" | "th" | "dd" => lines.push(' '),
            _ => {}
        }
        lines.push_str(text);
    }
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = lines.lines().map(words).filter(|l| !l.is_empty()).collect();
    lines.join("\n")
}

#[test]
fn the_page_says_who_there_is_who_moved_and_what_is_wrong() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let (ran, page) = report(&files, &[&hr, &app]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(files.without_paths(&ran.out), @"report.html: 4 people, 6 open findings");
    insta::assert_snapshot!(text(&page, "overview", "findings"), @"
    Overview
    People
    3 have not left, of 4 records
    On leave
    0 among these people
    Start later
    0 first day still to come
    Left
    1 still on record
    Accounts
    1 in 1 app
    Open findings
    6 critical 1 medium 3 low 2
    ");
    insta::assert_snapshot!(text(&page, "open-findings", "checks-caption"), @"
    Open findings, the worst first
    Severity Check Who or what What is the matter File
    critical AC-01 kim user:k
    Is not disabled and holds 1 grant although Kim Park had the last day 2026-02-15
    Disable the account in the app now and find out why offboarding missed it. Supports SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18.
    app row 2 of v1_resources, user:k: status enabled
    app row 1 of v1_grants, role:admin:assigned:user:k: holds Admin role
    hr row 3 of v1_resources, user:3: the owner, terminated, end 2026-02-15, manager 1
    app
    medium HR-02 Maja Lind user:1
    Has no manager
    Enter the person's manager in the HR system, or exempt top management in the policy. Supports SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18.
    hr row 1 of v1_resources, user:1: no manager
    hr
    medium HR-03 Maja Lind user:1
    Has no first day
    Enter the person's first day in the HR system. Supports SOC 2 CC6.2, ISO 27001 A.5.16.
    hr row 1 of v1_resources, user:1: no start date
    hr
    medium HR-05 Pia Berg user:5
    Has no work e-mail address
    Give the person a work e-mail address of their own in a company domain. Supports SOC 2 CC6.2, ISO 27001 A.5.16.
    hr row 4 of v1_resources, user:5: no e-mail address
    hr
    low HR-01 Maja Lind user:1
    Has no job title
    Enter the person's job title in the HR system. Supports SOC 2 CC6.2, ISO 27001 A.5.16.
    hr row 1 of v1_resources, user:1: no job title
    hr
    low HR-01 Pia Berg user:5
    Has no job title
    Enter the person's job title in the HR system. Supports SOC 2 CC6.2, ISO 27001 A.5.16.
    hr row 4 of v1_resources, user:5: no job title
    hr
    Checks
    ");
    insta::assert_snapshot!(text(&page, "people", "movement"), @"
    People by department
    Where people stand, by department; the bars show those who have not left
    Department People Share Active Left
    no department 1 1 1
    Board 1 1 0
    Product &amp; &lt;Design&gt; 1 1 0
    All people 3 3 1
    ");
    insta::assert_snapshot!(text(&page, "movement", "months"), @"
    Joiners and leavers
    From sync to sync
    What happened to people between two syncs; each person is counted once
    From To Vanished Leavers Joiners Movers Unclear
    2026-02-01 08:00 UTC 2026-03-01 08:00 UTC 1 1 1 1 0
    2026-02-01 08:00 UTC to 2026-03-01 08:00 UTC: 4 people
    Who joined, left, moved or is missing, 2026-02-01 08:00 UTC to 2026-03-01 08:00 UTC
    What Name Id More
    Gone without ever having left Ola Nord user:4
    Has left Kim Park user:3 last day 2026-02-15
    New and employed Pia Berg user:5 first day 2026-02-10
    Other manager, department, title or location Noor Haddad user:2 title: nothing → Engineer
    By first and last days
    1 of the people who have not left have no first day on file and are not counted here.
    ");
    insta::assert_snapshot!(text(&page, "chart-1", "files"), @"
    From the top
    Maja Lind Board 1 direct, 2 in all
    Noor Haddad Engineer, Product &amp; &lt;Design&gt; 1 direct
    Pia Berg
    ");
    insta::assert_snapshot!(text(&page, "facts", "end"), @"
    People who have a fact: of those who have not left, unless the fact says otherwise
    Fact File Have it Of Percent Share
    Work e-mail address hr 2 3 66 %
    Employee number hr 0 3 0 %
    Job title hr 1 3 33 %
    Department hr 2 3 66 %
    Manager hr 2 3 66 %
    First day hr 2 3 66 %
    State in the HR system's words hr 0 3 0 %
    Last day of people who left hr 1 1 100 %
    ");
}

#[test]
fn the_same_files_give_the_same_page() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let (_, one) = report(&files, &[&hr, &app]);
    let (_, two) = report(&files, &[&hr, &app]);
    assert!(one.len() > 10_000);
    assert!(one == two);
    let (_, later) = report(&files, &[&hr, &app, "--as-of", "2026-03-09"]);
    assert!(later.contains("<title>People and access, 2026-03-09</title>"));
}

#[test]
fn what_the_policy_accepts_stands_apart() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let policy = files.path("policy.toml");
    let text_of_it = "[leavers]\ngrace_days = 1\n[[disabled]]\ncheck = 'DQ-01'\nreason = 'new'\n\
        [[accepted]]\ncheck = 'HR-02'\nsubject = 'user:1'\nreason = 'founder'\nuntil = 2026-12-31\n";
    fs::write(&policy, text_of_it).unwrap();
    let policy = policy.display().to_string();
    let (ran, page) = report(&files, &[&hr, &app, "--policy", &policy]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(text(&page, "accepted-findings", "checks"), @"
    Findings that the policy accepts until a day
    Severity Check Who or what What is the matter Reason Until File
    medium HR-02 Maja Lind user:1 Has no manager founder 2026-12-31 hr
    Checks
    ");
    insta::assert_snapshot!(text(&page, "checks", "access"), @r"
    What was looked at
    Check What must hold Result Open Accepted Supports
    HR-01 A job title is assigned does not hold 2 0 SOC 2 CC6.2, ISO 27001 A.5.16
    HR-02 A manager is assigned holds, but for what is accepted 0 1 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    HR-03 New staff have a joining date does not hold 1 0 SOC 2 CC6.2, ISO 27001 A.5.16
    HR-04 The reporting line is sound holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    HR-05 The work e-mail address is present, unique and in an allowed domain does not hold 1 0 SOC 2 CC6.2, ISO 27001 A.5.16
    HR-06 State and dates agree holds 0 0 SOC 2 CC6.2, ISO 27001 A.5.16
    HR-07 One record per human holds 0 0 SOC 2 CC6.2, ISO 27001 A.5.16
    HR-08 The department's name means one department did not run: no HR file lists departments 0 0 SOC 2 CC6.2, ISO 27001 A.5.16
    AC-01 No person who left still has access does not hold 1 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-02 Every account belongs to a known person holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-03 Access fits the person's role did not run: the policy has no role rules ([[role]]) 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-04 A person is responsible for powerful or early access holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-05 Access is removed within the grace period did not run: AC-01 ran, and its findings say how long a grace period is over 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-06 Every account is used did not run: no account of an app has a last login 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-07 Powerful accounts ask for a second factor did not run: no file of an app says whether accounts ask for a second factor 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-08 Few accounts are powerful holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-09 No person holds access that conflicts did not run: the policy names no access that conflicts ([[conflict]]) 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-10 No account is shared holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-11 Every service account has an owner did not run: no account is a program's 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    AC-12 No access is kept after a move did not run: no person at work has moved to another department since the earlier HR file 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    DQ-01 The HR file has not shrunk did not run: switched off by the policy: new 0 0 SOC 2 CC6.2, ISO 27001 A.5.16
    DQ-02 No fact has disappeared from all people holds 0 0 SOC 2 CC6.2, ISO 27001 A.5.16
    DQ-03 Every file holds what it is read for holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    DQ-04 Every word for a state is understood holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    DQ-05 No group holds itself through other groups holds 0 0 SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18
    ");
    let policy_read = text(&page, "files-read", "facts");
    assert!(
        files
            .without_paths(&policy_read)
            .contains("\nPolicy: policy.toml, SHA-256")
    );
    assert!(!text(&page, "open-findings", "accepted-findings").contains("HR-02"));

    fs::write(&policy, "[leavers]\ngrace = 1\n").unwrap();
    let out = files.path("page.html").display().to_string();
    let ran = audit(&["report", &hr, "--policy", &policy, "--out", &out]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("policy.toml:2"), "{}", ran.err);
}

#[test]
fn a_sync_file_is_never_replaced() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let before = fs::read(&app).unwrap();
    let ran = audit(&["report", &hr, "--out", &app]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(files.without_paths(&ran.err), @"
    baton-audit: --out app.c1z is a sync file, which is never replaced
    hint: give the output another name
    ");
    assert!(fs::read(&app).unwrap() == before);
}

#[test]
fn earlier_files_must_be_earlier() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let (ran, page) = report(&files, &[&hr, "--earlier", &app]);
    assert_eq!((ran.code, page.as_str()), (3, ""));
    insta::assert_snapshot!(files.without_paths(&ran.err), @"
    baton-audit: app.c1z was written after hr.c1z
    hint: --earlier takes files from before the HR file
    ");
}

#[test]
fn an_earlier_file_adds_its_syncs() {
    let files = Files::new();
    let (hr, _) = company(&files);
    let old = files.path("old.c1z");
    SyncFile::ended_at(at("2026-01-01T08:00:00Z"))
        .user(user("1", "Maja Lind"))
        .write(&old)
        .unwrap();
    let (ran, page) = report(&files, &[&hr, "--earlier", &old.display().to_string()]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(text(&page, "steps", "step-1"), @"
    What happened to people between two syncs; each person is counted once
    From To Vanished Leavers Joiners Movers Unclear
    2026-01-01 08:00 UTC 2026-02-01 08:00 UTC 0 0 3 1 0
    2026-02-01 08:00 UTC 2026-03-01 08:00 UTC 1 1 1 1 0
    2026-02-01 08:00 UTC to 2026-03-01 08:00 UTC: 4 people
    Who joined, left, moved or is missing, 2026-02-01 08:00 UTC to 2026-03-01 08:00 UTC
    What Name Id More
    Gone without ever having left Ola Nord user:4
    Has left Kim Park user:3 last day 2026-02-15
    New and employed Pia Berg user:5 first day 2026-02-10
    Other manager, department, title or location Noor Haddad user:2 title: nothing → Engineer
    2026-01-01 08:00 UTC to 2026-02-01 08:00 UTC: 4 people
    ");
}

#[test]
fn a_very_large_company_still_fits_a_page() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    let mut company = SyncFile::ended_at(at("2026-03-01T08:00:00Z")).user(user("0", "Top"));
    for n in 1..=11_000 {
        company.push(user(&n.to_string(), "P").fact("manager_id", "0"));
    }
    company.write(&path).unwrap();
    let (ran, page) = report(&files, &[&path.display().to_string()]);
    assert_eq!(ran.code, 0);
    assert_eq!(page.matches("<bdi class=\"who\">").count(), 10_000);
    let chart = text(&page, "lines", "files");
    for says in [
        "The first 10,000 of 11,001 people, those nearest to the top; \
         baton-audit managers FILE --all --csv has all.",
        "1,001 reports are not shown",
    ] {
        assert!(chart.contains(says), "{says}");
    }
    let findings = text(&page, "findings", "checks");
    let cut = "The first 1,000 of 33,004 findings, the worst; \
               baton-audit check --format json has all.";
    assert!(findings.contains(cut), "{}", &findings[..200]);
    assert!(page.len() < 4_000_000, "{}", page.len());
}

#[test]
fn a_line_deeper_than_browsers_nest_is_cut() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    let mut company = SyncFile::ended_at(at("2026-03-01T08:00:00Z")).user(user("0", "Top"));
    for n in 1..100 {
        let above = (n - 1).to_string();
        company.push(user(&n.to_string(), "Link").fact("manager_id", &above));
    }
    company.write(&path).unwrap();
    let (ran, page) = report(&files, &[&path.display().to_string()]);
    assert_eq!(ran.code, 0);
    assert_eq!(page.matches("<bdi class=\"who\">").count(), 60);
    assert!(text(&page, "lines", "files").ends_with("1 report is not shown"));
}
