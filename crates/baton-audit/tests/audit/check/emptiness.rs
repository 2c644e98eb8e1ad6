//! DQ-03: what was not looked at is never green.

use baton_audit::check::Policy;
use connector_c1z::wire;
use connector_testkit::file::{SyncFile, user};

use super::company::{account, boss, employee, leaver};
use super::{Company, before, shown, today};
use crate::support::{edit, edit_row};

const ACCESS: [&str; 5] = ["AC-01", "AC-02", "AC-03", "AC-04", "AC-05"];

fn staffed() -> SyncFile {
    today().user(boss()).user(leaver("left", "2026-03-01"))
}

fn policy(text: &str) -> Policy {
    Policy::parse("policy.toml", text).unwrap()
}

/// A policy under which every access check has what it needs but accounts.
fn complete() -> Policy {
    policy(
        "[leavers]\ngrace_days = 1\n[[role]]\nname = 'x'\naccess = ['*']\ntitles = ['Engineer']\n",
    )
}

#[test]
fn an_app_without_accounts_is_a_finding_and_its_checks_did_not_run() {
    let company = Company::new(&staffed()).app("okta", &today().group("g", "Group"));
    let findings = company.findings(&complete());
    for check in ACCESS {
        assert_eq!(
            shown(&findings, check),
            "skipped: no file of an app holds accounts",
            "{check}"
        );
    }
    assert_eq!(shown(&findings, "DQ-03"), "critical  holds no accounts");
    assert_eq!(company.check(&["--only", "AC-01"]).code, 1);
    // A line in CI that asks for the worst alone is not green when nothing was looked at.
    assert_eq!(
        company
            .check(&["--only", "AC-01", "--fail-on", "critical"])
            .code,
        1
    );
    let ran = company.check(&["--only", "AC-01"]);
    assert!(ran.out.contains("DQ-03"), "{}", ran.out);
    assert!(
        ran.out.contains("no file of an app holds accounts"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("holds no accounts"), "{}", ran.out);
    // A check of people alone does not read the app.
    assert_eq!(company.check(&["--only", "HR-06"]).code, 0);
}

#[test]
fn a_policy_may_call_an_empty_file_fine() {
    let company = Company::new(&staffed()).app("okta", &today());
    let policy = company.text("policy.toml", "[files]\nmay_be_empty = ['OKTA', 'slack']\n");
    let ran = company.check(&["--only", "AC-01,DQ-03", "--policy", &policy]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("no file of an app holds accounts"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("policy.toml:2: \"slack\" fits no file"),
        "{}",
        ran.out
    );
}

#[test]
fn one_empty_app_beside_another_is_a_finding() {
    let company = Company::new(&staffed())
        .app("okta", &today())
        .app("github", &today().user(account("left")));
    let findings = company.findings(&Policy::default());
    assert_eq!(shown(&findings, "DQ-03"), "critical  holds no accounts");
    assert_eq!(
        shown(&findings, "AC-01"),
        "critical user:a-left is not disabled although Person left had the last day 2026-03-01"
    );
}

#[test]
fn an_app_without_the_user_trait_says_so() {
    let company = Company::new(&staffed()).app("okta", &today().group("g", "Group"));
    edit(&company.paths.apps[0], |db| {
        db.execute(
            "DELETE FROM v1_resource_types WHERE external_id = 'user'",
            [],
        )
        .unwrap();
    });
    assert_eq!(
        company.raises("DQ-03", &Policy::default()),
        "critical  holds no accounts: none of its resource types has the user trait"
    );
}

/// Changes the principal of a grant of the group `g`.
fn repoint(company: &Company, account: &str, change: impl FnOnce(&mut wire::ResourceId)) {
    let grant = format!("group:g:member:user:{account}");
    edit(&company.paths.apps[0], |db| {
        edit_row(db, "v1_grants", &grant, |grant: &mut wire::Grant| {
            let principal = grant.principal.as_mut().unwrap();
            change(principal.id.as_mut().unwrap());
        });
    });
}

#[test]
fn grants_that_belong_to_nothing_in_the_file_are_counted() {
    let app = ["boss", "1", "2", "3"]
        .iter()
        .fold(today().group("g", "Group"), |app, id| {
            app.user(account(id)).member("g", &format!("a-{id}"))
        });
    let company = Company::new(&staffed()).app("okta", &app);
    repoint(&company, "a-1", |id| id.resource = "gone-1".to_owned());
    repoint(&company, "a-2", |id| id.resource = "gone-2".to_owned());
    let findings = company.findings(&Policy::default());
    assert_eq!(
        shown(&findings, "DQ-03"),
        "high  has 2 of 4 grants whose principal is not in the file"
    );
    let mut found = findings.findings.iter().filter(|f| f.check.id == "DQ-03");
    let rows = found
        .next()
        .unwrap()
        .evidence
        .iter()
        .map(|e| e.external_id.as_str());
    let expected = ["a-1", "a-2"].map(|id| format!("group:g:member:user:{id}"));
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}

#[test]
fn what_groups_hold_is_not_lost() {
    let app = today()
        .user(account("boss"))
        .group("g", "Group")
        .group("h", "Other")
        .member("g", "a-boss");
    let company = Company::new(&staffed()).app("okta", &app);
    repoint(&company, "a-boss", |id| {
        (id.resource_type, id.resource) = ("group".to_owned(), "h".to_owned());
    });
    assert_eq!(company.raises("DQ-03", &Policy::default()), "");
}

#[test]
fn an_hr_file_without_people_is_a_finding_and_its_checks_did_not_run() {
    let company = Company::new(&today()).app("okta", &today().user(account("boss")));
    let findings = company.findings(&complete());
    assert_eq!(shown(&findings, "DQ-03"), "critical  holds no people");
    for check in [
        "HR-01", "HR-02", "HR-03", "HR-04", "HR-05", "HR-06", "HR-07", "HR-08",
    ] {
        assert_eq!(shown(&findings, check), "skipped: no HR file holds people");
    }
    for check in ["AC-01", "AC-03", "AC-04", "AC-05"] {
        assert_eq!(shown(&findings, check), "skipped: no HR file holds people");
    }
    assert_eq!(
        shown(&findings, "AC-02"),
        "high user:a-boss belongs to no person in the HR files"
    );
    let company = Company::new(&today());
    assert_eq!(company.check(&[]).code, 1);
    assert_eq!(company.check(&["--only", "HR-03"]).code, 1);
    let policy = company.text("policy.toml", "[files]\nmay_be_empty = ['hr']\n");
    assert_eq!(company.check(&["--policy", &policy]).code, 0);
}

#[test]
fn checks_without_any_person_to_look_at_did_not_run() {
    let company = Company::new(&today().user(leaver("left", "2026-03-01")));
    let findings = company.findings(&Policy::default());
    for check in ["HR-01", "HR-02", "HR-04", "HR-08"] {
        assert_eq!(
            shown(&findings, check),
            "skipped: no person of the HR files is at work"
        );
    }
    assert_eq!(shown(&findings, "HR-06"), "");
    let all_people = policy("[exempt.people]\nemails = ['*']\n");
    let company = Company::new(&today().user(employee("1")));
    assert_eq!(
        company.raises("HR-03", &all_people),
        "skipped: no record of the HR files is in scope ([exempt.people])"
    );
    // Accounts of programs alone belong to no person whose access could be judged.
    let robot = user("bot", "Bot").account_type(connector_core::model::AccountType::Service);
    let company = Company::new(&staffed()).app("okta", &today().user(robot));
    assert_eq!(
        company.raises("AC-01", &Policy::default()),
        "skipped: no account belongs to a person of the HR files"
    );
    // Accounts that hold nothing cannot hold it against a rule.
    let company = Company::new(&staffed()).app("okta", &today().user(account("boss")));
    assert_eq!(
        company.raises("AC-03", &complete()),
        "skipped: no account of a person holds a grant or an organisation role"
    );
}

#[test]
fn an_earlier_state_without_people_compares_nothing() {
    let company = Company::new(&staffed()).earlier(&before());
    let findings = company.findings(&Policy::default());
    for check in ["DQ-01", "DQ-02"] {
        assert_eq!(
            shown(&findings, check),
            "skipped: no earlier HR file holds people"
        );
    }
    assert_eq!(shown(&findings, "DQ-03"), "critical  holds no people");
}
