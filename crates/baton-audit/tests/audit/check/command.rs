//! The command as an operator sees it: output, exit codes and errors.

use connector_core::model::StatusKind;
use connector_testkit::file::user;

use super::company::{account, boss, employee, leaver, nameless};
use super::{Company, before, today};
use crate::support::{Ran, audit, audit_at};

/// A company with findings from low (a title) to critical (a leaver's account).
pub(super) fn company() -> Company {
    let untitled = user("5", "Untitled").email("5@example.com");
    let hr = today().user(boss()).user(leaver("1", "2026-03-01")).user(
        untitled
            .fact("manager_id", "boss")
            .fact("start_date", "2020-01-01"),
    );
    let app = today()
        .user(account("1"))
        .user(account("boss").fact("org_role", "member"))
        .user(nameless("stranger").login("octocat"));
    Company::new(&hr).app("pipeline", &app)
}

impl Company {
    pub(super) fn path(&self, name: &str) -> String {
        self.files.path(name).display().to_string()
    }

    /// Writes a file beside the sync files and returns its path.
    pub(super) fn text(&self, name: &str, text: &str) -> String {
        std::fs::write(self.files.path(name), text).unwrap();
        self.path(name)
    }

    /// Runs `check` on the HR file and the apps.
    pub(super) fn check(&self, more: &[&str]) -> Ran {
        let paths: Vec<String> = [&self.paths.hr[0]]
            .into_iter()
            .chain(&self.paths.apps)
            .map(|path| path.display().to_string())
            .collect();
        let mut args = vec!["check"];
        args.extend(paths.iter().map(String::as_str));
        args.extend(more);
        let ran = audit(&args);
        Ran {
            out: self.files.without_paths(&ran.out),
            err: self.files.without_paths(&ran.err),
            ..ran
        }
    }
}

/// The findings of `--format json`: check, severity, subject.
fn listed(json: &str) -> Vec<String> {
    let parsed: serde_json::Value = serde_json::from_str(json).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = parsed["findings"].as_array().unwrap().iter();
    let line = |f: &serde_json::Value| format!("{} {}", text(&f["check"]), text(&f["severity"]));
    findings.map(line).collect()
}

#[test]
fn a_table_for_people() {
    let company = company();
    let ran = company.check(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let stable = mask(&ran.out);
    insta::assert_snapshot!(stable, @r"
    As of 2026-03-10
      File      Read as  Holds       Synced                SHA-256       Sync
      hr        HR       3 people    2026-03-10 08:00 UTC  <digest>      3AkHExUt1HAf
      pipeline  app      3 accounts  2026-03-10 08:00 UTC  <digest>      3AkHExUt1HAf

    CRITICAL (1)

    AC-01  No person who left still has access (1)
           To do: Disable the account in the app now and find out why offboarding missed it.
      Subject                                     Finding                                                        Evidence
      Account 1 (user:a-1, pipeline)              is not disabled although Person 1 had the last day 2026-03-01  pipeline resource 1, hr resource 2

    HIGH (1)

    AC-02  Every account belongs to a known person (1)
           To do: Find the owner and link the account, declare it a service account in the policy, or disable it.
      Subject                                     Finding                                                        Evidence
      Account stranger (user:stranger, pipeline)  belongs to no person in the HR files                           pipeline resource 3

    MEDIUM (1)

    HR-02  A manager is assigned (1)
           To do: Enter the person's manager in the HR system, or exempt top management in the policy.
      Subject                                     Finding                                                        Evidence
      Bo Boss (user:boss, hr)                     has no manager                                                 hr resource 1

    LOW (1)

    HR-01  A job title is assigned (1)
           To do: Enter the person's job title in the HR system.
      Subject                                     Finding                                                        Evidence
      Untitled (user:5, hr)                       has no job title                                               hr resource 3

    NOT RUN (10)
      Check  Title                                       Why
      HR-08  The department's name means one department  no HR file lists departments
      AC-03  Access fits the person's role               the policy has no role rules ([[role]])
      AC-05  Access is removed within the grace period   the policy sets no grace period ([leavers] grace_days)
      AC-06  Every account is used                       no account of an app has a last login
      AC-07  Powerful accounts ask for a second factor   no file of an app says whether accounts ask for a second factor
      AC-09  No person holds access that conflicts       the policy names no access that conflicts ([[conflict]])
      AC-11  Every service account has an owner          no account is a program's
      AC-12  No access is kept after a move              no HR file has an earlier finished full sync, and none is given with --earlier
      DQ-01  The HR file has not shrunk                  no HR file has an earlier finished full sync, and none is given with --earlier
      DQ-02  No fact has disappeared from all people     no HR file has an earlier finished full sync, and none is given with --earlier

    4 findings: 1 critical, 1 high, 1 medium, 1 low; 15 checks ran; 10 did not run
    ");
}

/// Digests depend on the library that compresses.
fn mask(text: &str) -> String {
    let hex = |word: &str| word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
    let line = |line: &str| {
        let words = line
            .split(' ')
            .map(|w| if hex(w) { "<digest>    " } else { w });
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_exit_code_says_whether_something_is_bad_enough() {
    let company = company();
    let code = |more: &[&str]| company.check(more).code;
    assert_eq!(code(&[]), 1);
    for severity in ["note", "low", "medium", "high", "critical"] {
        assert_eq!(code(&["--fail-on", severity]), 1, "{severity}");
    }
    assert_eq!(code(&["--fail-on", "never"]), 0);
    // HR-01 is low, HR-02 medium, AC-02 high.
    assert_eq!(code(&["--only", "HR-01"]), 0);
    assert_eq!(code(&["--only", "HR-01", "--fail-on", "low"]), 1);
    assert_eq!(code(&["--only", "hr-02"]), 1);
    assert_eq!(code(&["--only", "HR-02", "--fail-on", "high"]), 0);
    assert_eq!(code(&["--only", "HR-01,AC-02", "--fail-on", "high"]), 1);
    assert_eq!(code(&["--only", "HR-03,HR-04"]), 0);
    // What the policy accepts does not count.
    let accepted = "[[accepted]]\ncheck = 'AC-02'\nsubject = 'user:stranger'\nreason = 'agency'\nuntil = 2026-03-10\n";
    let policy = company.text("policy.toml", accepted);
    assert_eq!(code(&["--only", "AC-02", "--policy", &policy]), 0);
    assert_eq!(
        code(&[
            "--only",
            "AC-02",
            "--policy",
            &policy,
            "--as-of",
            "2026-03-11"
        ]),
        1
    );
}

#[test]
fn only_what_was_asked_for_is_in_the_answer() {
    let ran = company().check(&["--only", "AC-01,HR-01", "--format", "json"]);
    assert_eq!(listed(&ran.out), ["AC-01 critical", "HR-01 low"]);
    let parsed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(parsed["checks"].as_array().unwrap().len(), 2);
}

#[test]
fn earlier_and_further_hr_files() {
    let hr = today().user(boss());
    let company = Company::new(&hr);
    let earlier = company.write(
        "old",
        &before()
            .user(boss())
            .users(["1", "2", "3", "4", "5", "6"].map(employee)),
    );
    let earlier = earlier.display().to_string();
    let ran = company.check(&["--only", "DQ-01", "--earlier", &earlier, "--format", "json"]);
    assert_eq!(listed(&ran.out), ["DQ-01 high"]);
    let other = company.write("other", &today().user(employee("1")));
    let app = company.write("app", &today().user(account("1")));
    let (other, app) = (other.display().to_string(), app.display().to_string());
    assert_eq!(company.check(&[&app, "--only", "AC-02"]).code, 1);
    assert_eq!(
        company
            .check(&[&app, "--only", "AC-02", "--hr", &other])
            .code,
        0
    );
}

#[test]
fn findings_go_to_a_file_and_never_over_a_sync_file() {
    let company = company();
    let out = company.path("findings.json");
    let ran = company.check(&["--format", "json", "--out", &out]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (1, "", ""));
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(listed(&written).contains(&"AC-01 critical".to_owned()));
    let hr = company.path("hr.c1z");
    let before = std::fs::read(&hr).unwrap();
    let ran = company.check(&["--out", &hr]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: --out hr.c1z is a sync file, which is never replaced
    hint: give the output another name
    ");
    assert_eq!(std::fs::read(&hr).unwrap(), before);
    let nowhere = company.path("missing/findings.txt");
    assert_eq!(company.check(&["--out", &nowhere]).code, 9);
}

#[test]
fn a_wrong_policy_or_link_is_told_with_its_line() {
    let company = company();
    let policy = company.text(
        "policy.toml",
        "[people]\nallowed_domain = ['example.com']\n\n[leavers]\ngrace_days = 'x'\n",
    );
    let ran = company.check(&["--policy", &policy]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: policy.toml:2: unknown key allowed_domain in people; there are allowed_domains, early_access_days; policy.toml:5: grace_days must be a whole number from 0 to 3650
    hint: docs/audit.md describes policy and link files
    ");
    let links = company.text("links.csv", "account,person\noctocat,nobody@example.com\n");
    let ran = company.check(&["--links", &links]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: links.csv:2: no person in the HR files is nobody@example.com
    hint: a person is named by <type>:<id>, vendor id, employee number or e-mail address
    ");
    let links = company.text("links.csv", "account,person\noctocat,5@example.com\n");
    assert_eq!(
        company.check(&["--only", "AC-02", "--links", &links]).code,
        0
    );
    let missing = company.path("missing.toml");
    let ran = company.check(&["--policy", &missing]);
    assert_eq!(ran.code, 9);
    insta::assert_snapshot!(ran.err, @"baton-audit: cannot read missing.toml: No such file or directory (os error 2)");
}

#[test]
fn a_wrong_command_line_or_file() {
    let company = company();
    assert_eq!(audit(&["check"]).code, 3);
    let ran = company.check(&["--only", "HR-99"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @r"
    error: invalid value 'HR-99' for '--only <ID>': the checks are HR-01, HR-02, HR-03, HR-04, HR-05, HR-06, HR-07, HR-08, AC-01, AC-02, AC-03, AC-04, AC-05, AC-06, AC-07, AC-08, AC-09, AC-10, AC-11, AC-12, DQ-01, DQ-02, DQ-03, DQ-04, DQ-05

    For more information, try '--help'.
    ");
    assert_eq!(company.check(&["--fail-on", "awful"]).code, 3);
    assert_eq!(company.check(&["--as-of", "yesterday"]).code, 3);
    let missing = company.path("missing.c1z");
    let ran = company.check(&[&missing]);
    assert_eq!(ran.code, 9);
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: reading missing.c1z: the file cannot be read: No such file or directory (os error 2)
    hint: give the path of a sync file (.c1z), or restore this one from a copy
    ");
}

#[test]
fn notes_of_the_policy_are_shown() {
    let company = company();
    let policy = company.text(
        "policy.toml",
        "[service_accounts]\nlogins = ['octo*', '*-bot']\n",
    );
    let ran = company.check(&["--policy", &policy, "--only", "AC-02"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains("policy.toml:2: \"*-bot\" fits no account"),
        "{}",
        ran.out
    );
}

#[test]
fn the_same_files_give_the_same_answer() {
    let company = company();
    let run = || company.check(&["--format", "json"]).out;
    assert_eq!(run(), run());
    let hr = company.path("hr.c1z");
    let narrow = audit_at(&["check", &hr], Some(60));
    assert!(narrow.out.lines().count() > 5, "{}", narrow.out);
    let unknown = employee("9").state(StatusKind::Unspecified, "?");
    assert_eq!(
        Company::new(&today().user(unknown))
            .check(&["--only", "AC-01"])
            .code,
        1
    );
}

#[test]
fn findings_below_a_severity_are_left_out_and_counted() {
    let company = company();
    let all = company.check(&["--format", "json"]);
    let most = company.check(&["--format", "json", "--min-severity", "high"]);
    let is_kept = |line: &String| line.contains(" critical") || line.contains(" high");
    let kept: Vec<_> = listed(&all.out).into_iter().filter(is_kept).collect();
    assert_eq!(listed(&most.out), kept);
    let parsed: serde_json::Value = serde_json::from_str(&most.out).unwrap();
    insta::assert_snapshot!(parsed["notes"], @r#"["HR-01: 1 finding below high left out","HR-02: 1 finding below high left out"]"#);
    // The exit code is that of all findings.
    let none = [
        "--min-severity",
        "critical",
        "--only",
        "HR-01",
        "--fail-on",
        "low",
    ];
    let ran = company.check(&none);
    assert_eq!(ran.code, 1);
    let (_, shown) = ran.out.split_once("\n\n").unwrap();
    let expected = "NOTES (1)\n  HR-01: 1 finding below critical left out\n\n\
                    No findings listed; 1 left out; 1 check ran\n";
    assert_eq!(shown, expected);
}
