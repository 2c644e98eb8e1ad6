//! Every format on one answer whose texts do their worst, and on an empty one.

mod json;
mod junit;
mod sarif;
mod sarif_rules;

use connector_c1z::RowAt;
use std::io;

use connector_core::ErrorKind;
use jiff::civil::date;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::check::catalogue::{Check, by_id};
use crate::check::finding::{
    Accepted, Evidence, FileRead, Finding, Part, Severity, Subject, label_files,
};
use crate::identity::Key;

const HOSTILE: &str = "</testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u{1b}[2J\u{202e}\u{ffff}\u{0}";

fn check(id: &str) -> &'static Check {
    by_id(id).unwrap()
}

fn file(path: &str, part: Part, identities: usize) -> FileRead {
    FileRead {
        label: String::new(),
        path: path.to_owned(),
        part,
        sha256: "ab".repeat(32),
        sync_id: format!("{path}-sync"),
        synced_at: Some("2026-11-01T08:00:00Z".parse().unwrap()),
        identities,
        evidence: None,
    }
}

fn person(file: usize, id: &str, name: &str) -> Subject {
    let key = Key {
        resource_type: "user".into(),
        id: id.to_owned(),
    };
    let name = name.to_owned();
    Subject::Identity { file, key, name }
}

fn row(file: usize, table: &'static str, row: i64, says: &str) -> Evidence {
    Evidence {
        file,
        at: RowAt::Table { table, row },
        external_id: format!("user:{row}"),
        says: says.to_owned(),
    }
}

fn finding(id: &str, subject: Subject, message: &str, evidence: Vec<Evidence>) -> Finding {
    let check = check(id);
    Finding {
        check,
        severity: check.severity,
        subject,
        message: message.to_owned(),
        evidence,
        accepted: None,
        access: Vec::new(),
    }
}

/// Five findings, one of them accepted, in three files.
fn sample() -> Findings {
    let mut accepted = finding(
        "AC-02",
        person(2, "ci", "ci-bot"),
        "belongs to no person in the HR files",
        vec![row(2, "v1_resources", 9, "status enabled")],
    );
    accepted.accepted = Some(Accepted {
        reason: format!("runs the builds {HOSTILE}"),
        until: date(2026, 12, 31),
    });
    let mut twice = finding(
        "HR-06",
        person(0, "2", "Noor Haddad"),
        "has a first day 2027-01-01 after the last day 2026-10-01",
        vec![],
    );
    twice.severity = Severity::Low;
    let mut files = vec![
        file("demo/hr.c1z", Part::Hr, 120),
        file("/old/hr.c1z", Part::EarlierHr, 119),
        file("apps/git hub#1.c1z", Part::App, 80),
    ];
    label_files(&mut files);
    Findings {
        left_out: Vec::new(),
        as_of: date(2026, 11, 1),
        files,
        ran: ["HR-01", "HR-06", "AC-01", "AC-02", "DQ-01"]
            .map(check)
            .to_vec(),
        skipped: vec![(
            check("AC-03"),
            format!("the policy has no role rules {HOSTILE}"),
        )],
        notes: vec![format!(
            "policy.toml:4: the acceptance of AC-01 {HOSTILE} fits no finding"
        )],
        findings: vec![
            finding(
                "AC-01",
                person(2, "77", HOSTILE),
                "is not disabled and holds 3 grants although Maja Lind had the last day 2026-10-01",
                vec![
                    row(2, "v1_resources", 77, HOSTILE),
                    row(
                        0,
                        "v1_resources",
                        12,
                        "lifecycle_state terminated, end_date 2026-10-01",
                    ),
                    row(2, "v1_grants", 5, "role owner"),
                ],
            ),
            accepted,
            finding(
                "HR-06",
                person(0, "2", "Noor Haddad"),
                "had the last day 2026-10-01, but is active",
                vec![row(0, "v1_resources", 2, "")],
            ),
            finding(
                "DQ-01",
                Subject::File { file: 0 },
                "has lost 36 of 120 people",
                vec![],
            ),
            twice,
        ],
    }
}

/// One check ran and found nothing.
fn clean() -> Findings {
    let mut files = vec![file("hr.c1z", Part::Hr, 3)];
    label_files(&mut files);
    Findings {
        left_out: Vec::new(),
        as_of: date(2026, 11, 1),
        files,
        ran: vec![check("HR-01")],
        skipped: vec![],
        notes: vec![],
        findings: vec![],
    }
}

fn shown(findings: &Findings, format: Format, width: Option<usize>) -> String {
    let mut out = Vec::new();
    write(findings, format, &mut out, width).unwrap();
    String::from_utf8(out).unwrap()
}

fn fingerprints(findings: &Findings) -> Vec<String> {
    fingerprinted(findings).map(|(print, _)| print).collect()
}

fn parsed(findings: &Findings, format: Format) -> serde_json::Value {
    serde_json::from_str(&shown(findings, format, None)).unwrap()
}

#[test]
fn a_table_fits_the_terminal() {
    let table = shown(&sample(), Format::Table, Some(80));
    assert!(table.lines().all(|line| line.width() <= 80), "{table}");
    insta::assert_snapshot!(table, @r#"
    As of 2026-11-01
      File       Read as     Holds        Synced          SHA-256       Sync
      hr         HR          120 people   2026-11-01      abababababab  demo/hr.c1z-
                                          08:00 UTC
      old/hr     earlier HR  119 people   2026-11-01      abababababab  /old/hr.c1z-
                                          08:00 UTC
      git hub#1  app         80 accounts  2026-11-01      abababababab  apps/git hub
                                          08:00 UTC

    CRITICAL (1)

    AC-01  No person who left still has access (1)
           To do: Disable the account in the app now and find out why offboarding
           missed it.
      </testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J￿
      (user:77, git hub#1)
          is not disabled and holds 3 grants although Maja Lind had the last day
          2026-10-01
          git hub#1 resource 77, hr resource 12 and 1 more

    HIGH (1)

    DQ-01  The HR file has not shrunk (1)
           To do: Check the connector's permissions and filters before anything acts
           on this file.
      hr
          has lost 36 of 120 people

    MEDIUM (1)

    HR-06  State and dates agree (1)
           To do: Correct the state or the dates in the HR system.
      Noor Haddad (user:2, hr)
          had the last day 2026-10-01, but is active
          hr resource 2

    LOW (1)

    HR-06  State and dates agree (1)
           To do: Correct the state or the dates in the HR system.
      Noor Haddad (user:2, hr)
          has a first day 2027-01-01 after the last day 2026-10-01

    ACCEPTED BY THE POLICY (1)
      AC-02  ci-bot (user:ci, git hub#1)
          belongs to no person in the HR files
          runs the builds </testcase>]]><script>alert('x')</script> & "{0}"
          [pay](https://evil.test)[2J￿
          until 2026-12-31

    NOT RUN (1)
      Check  Title                          Why
      AC-03  Access fits the person's role  the policy has no role rules
                                            </testcase>]]><script>alert('x')</script
                                            > & "{0}" [pay](https://evil.test)[2J￿

    NOTES (1)
      policy.toml:4: the acceptance of AC-01
      </testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J￿
      fits no finding

    4 findings: 1 critical, 1 high, 1 medium, 1 low; 1 accepted; 5 checks ran; 1 did
    not run
    "#);
}

#[test]
fn a_table_elsewhere_keeps_a_finding_on_a_line_unless_it_gets_too_wide() {
    let table = shown(&sample(), Format::Table, None);
    let mut lines = table.lines().skip_while(|l| !l.contains("user:77"));
    assert!(!lines.next().unwrap().contains("not disabled"));
    let rest: Vec<_> = lines.take(2).collect();
    assert!(
        rest[0].contains("not disabled and holds 3 grants"),
        "{rest:?}"
    );
    assert!(
        rest[1].ends_with("git hub#1 resource 77, hr resource 12 and 1 more"),
        "{rest:?}"
    );
    assert!(table.lines().all(|line| line.chars().count() <= 200));
    insta::assert_snapshot!(shown(&clean(), Format::Table, None), @"
    As of 2026-11-01
      File  Read as  Holds     Synced                SHA-256       Sync
      hr    HR       3 people  2026-11-01 08:00 UTC  abababababab  hr.c1z-sync

    No findings; 1 check ran
    ");
}

#[test]
fn fingerprints_follow_check_file_and_subject_alone() {
    let mut changed = sample();
    changed.files[0].path = "elsewhere/hr.c1z".to_owned();
    changed.files[0].sha256 = "cd".repeat(32);
    for finding in &mut changed.findings {
        finding.message = "said differently".to_owned();
        finding.severity = Severity::Note;
        finding.accepted = None;
    }
    let prints = fingerprints(&sample());
    assert_eq!(fingerprints(&changed), prints);
    let distinct: std::collections::HashSet<_> = prints.iter().collect();
    assert_eq!(distinct.len(), 5);
    changed.files[0].label = "people".to_owned();
    let renamed = fingerprints(&changed);
    let same: Vec<_> = prints.iter().zip(&renamed).map(|(a, b)| a == b).collect();
    assert_eq!(same, [true, true, false, false, false]);
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    struct Broken(io::ErrorKind);
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(self.0))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for (broken, expected) in [
        (io::ErrorKind::StorageFull, ErrorKind::Precondition),
        // The reader went away.
        (io::ErrorKind::BrokenPipe, ErrorKind::Interrupted),
    ] {
        for format in [Format::Table, Format::Json, Format::Sarif, Format::Junit] {
            let error = write(&sample(), format, &mut Broken(broken), None).unwrap_err();
            assert_eq!(error.kind(), expected, "{format:?}");
        }
    }
}
