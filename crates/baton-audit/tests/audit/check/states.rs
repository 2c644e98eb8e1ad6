//! DQ-04: words for states that are not understood are counted, and nothing that depends on them is green.

use baton_audit::check::{Policy, examine};
use connector_core::model::StatusKind;
use connector_testkit::file::User;

use super::company::{account, boss, employee, leaver};
use super::{Company, shown, today};

/// Words that HR systems use and that mean nothing here.
const WORDS: [&str; 7] = [
    "Resigned",
    "Separated",
    "Laid off",
    "Exited",
    "Archived",
    "Suspended",
    "Ausgeschieden",
];

fn in_state(id: &str, word: &str) -> User {
    employee(id).state(StatusKind::Enabled, word)
}

fn company() -> Company {
    let hr = today()
        .user(boss())
        .user(in_state("1", "Resigned"))
        .user(in_state("2", "RESIGNED"))
        .user(in_state("3", "Laid off").fact("job_title", ""));
    let app = today()
        .user(account("1"))
        .user(account("2").state(StatusKind::Disabled, "off"))
        .user(account("3").fact("org_role", "admin"))
        .user(account("boss").state(StatusKind::Unspecified, "Archived"));
    Company::new(&hr).app("okta", &app)
}

#[test]
fn every_word_that_is_not_understood_is_counted() {
    let people = WORDS.iter().enumerate();
    let people = people.map(|(at, word)| in_state(&at.to_string(), word));
    let hr = today().user(boss()).users(people);
    let found = Company::new(&hr).raises("DQ-04", &Policy::default());
    let mut expected: Vec<_> = WORDS
        .iter()
        .map(|word| {
            format!(
                "medium {word} is the state of 1 person and is not understood: \
                 they count neither as at work nor as left"
            )
        })
        .collect();
    expected.sort();
    assert_eq!(found, expected.join("\n"));
}

#[test]
fn a_person_is_neither_at_work_nor_gone_and_an_account_stays_usable() {
    let company = company();
    let findings = company.findings(&Policy::default());
    insta::assert_snapshot!(shown(&findings, "DQ-04"), @r"
    medium Laid off is the state of 1 person and is not understood: they count neither as at work nor as left
    medium Resigned is the state of 2 people and is not understood: they count neither as at work nor as left
    low Archived is the state of 1 account and is not understood: they count as usable
    ");
    // Without a title, but not at work.
    assert_eq!(shown(&findings, "HR-01"), "");
    insta::assert_snapshot!(shown(&findings, "AC-01"), @r"
    medium user:a-1 is not disabled, and whether Person 1 has left is not known: the state Resigned is not understood
    medium user:a-3 is not disabled, and whether Person 3 has left is not known: the state Laid off is not understood
    ");
    insta::assert_snapshot!(shown(&findings, "AC-04"), @"high user:a-3 belongs to Person 3, who has a state that is not understood and is powerful: admin");
    assert_eq!(company.check(&["--only", "AC-01"]).code, 1);
    assert_eq!(company.check(&["--only", "HR-01"]).code, 1);
    let ran = company.check(&["--only", "HR-01", "--fail-on", "high"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("is the state of 2 people"), "{}", ran.out);
}

#[test]
fn the_policy_says_what_words_mean() {
    let company = company();
    let policy =
        "[states]\nresigned = 'terminated'\n'LAID-OFF' = 'leave'\nArchived = 'terminated'\n";
    let policy = Policy::parse("policy.toml", policy).unwrap();
    let mut input = company.input();
    input.read_states(&policy);
    let findings = examine(&input, &policy, input.as_of().unwrap()).unwrap();
    assert_eq!(shown(&findings, "DQ-04"), "");
    insta::assert_snapshot!(shown(&findings, "AC-01"), @"critical user:a-1 is not disabled although Person 1 has left");
    // The account of the top is off to the policy, the other one is of a person on leave.
    insta::assert_snapshot!(shown(&findings, "AC-04"), @"high user:a-3 belongs to Person 3, who is on leave and is powerful: admin");
    let path = company.text(
        "policy.toml",
        "[states]\nresigned = 'terminated'\n'laid off' = 'leave'\n",
    );
    let ran = company.check(&["--only", "HR-04,DQ-04", "--policy", &path]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let wrong = company.text("wrong.toml", "[states]\nresigned = 'gone'\n");
    let ran = company.check(&["--policy", &wrong]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: wrong.toml:2: a state means one of prehire, onboarding, active, leave, terminated, retired, deceased, not gone
    hint: docs/audit.md describes policy and link files
    ");
}

#[test]
fn dates_and_the_connectors_state_settle_what_a_word_does_not() {
    let hr = today()
        .user(boss())
        .user(
            employee("off")
                .state(StatusKind::Disabled, "Resigned")
                .fact("end_date", "2026-03-01"),
        )
        .user(in_state("over", "Exited").fact("end_date", "2026-03-01"))
        .user(leaver("left", "2026-03-01"));
    let app = today().users(["off", "over", "left"].map(account));
    let company = Company::new(&hr).app("okta", &app);
    insta::assert_snapshot!(company.raises("AC-01", &Policy::default()), @r"
    critical user:a-left is not disabled although Person left had the last day 2026-03-01
    critical user:a-off is not disabled although Person off had the last day 2026-03-01
    critical user:a-over is not disabled although Person over had the last day 2026-03-01
    ");
    insta::assert_snapshot!(company.raises("DQ-04", &Policy::default()), @"medium Exited is the state of 1 person and is not understood: they count neither as at work nor as left");
}
