//! Checks of logins, second factors, conflicts and owners where a file does not say what they need.

use baton_audit::check::Policy;
use connector_testkit::file::user;

use super::{Company, today};

fn policy(text: &str) -> Policy {
    Policy::parse("policy.toml", text).unwrap()
}

fn hr() -> connector_testkit::file::SyncFile {
    today().user(user("1", "Ada").email("ada@example.com"))
}

#[test]
fn a_check_that_no_file_has_anything_for_does_not_run() {
    let app = today().user(user("a1", "ada").email("ada@example.com"));
    let company = Company::new(&hr()).app("app", &app);
    let raises = |check| company.raises(check, &Policy::default());
    assert_eq!(
        raises("AC-06"),
        "skipped: no account of an app has a last login"
    );
    assert_eq!(
        raises("AC-07"),
        "skipped: no account of an app holds a grant or an organisation role"
    );
    assert_eq!(
        raises("AC-09"),
        "skipped: the policy names no access that conflicts ([[conflict]])"
    );
    assert_eq!(raises("AC-11"), "skipped: no account is a program's");
    let nothing_held = "skipped: no account of an app holds a grant or an organisation role";
    assert_eq!(raises("AC-08"), nothing_held);
    assert_eq!(raises("AC-10"), "");
    let nameless = today().user(user("a1", "ada"));
    assert_eq!(
        Company::new(&hr())
            .app("app", &nameless)
            .raises("AC-10", &Policy::default()),
        "skipped: no account of an app has an e-mail address or a login that is one"
    );
}

#[test]
fn second_factors_are_judged_where_a_file_knows_them() {
    let ada = |mfa: &str| {
        let ada = user("a1", "ada")
            .email("ada@example.com")
            .fact("org_role", "admin");
        match mfa {
            "" => ada,
            known => ada.fact("mfa_enabled", known),
        }
    };
    let other = |mfa| user("a2", "bo").fact("mfa_enabled", mfa);
    let raises = |app: &connector_testkit::file::SyncFile| {
        Company::new(&hr())
            .app("app", app)
            .raises("AC-07", &Policy::default())
    };
    assert_eq!(
        raises(&today().user(ada(""))),
        "skipped: no file of an app says whether accounts ask for a second factor"
    );
    assert_eq!(
        raises(&today().user(ada("no"))),
        "high user:a1 asks for no second factor and is powerful: admin"
    );
    assert_eq!(
        raises(&today().user(ada("")).user(other("no"))),
        "medium user:a1 may ask for no second factor: the file does not say and is powerful: admin"
    );
    assert_eq!(raises(&today().user(ada("yes")).user(other("no"))), "");
}

#[test]
fn a_file_without_last_logins_beside_one_with_them_is_noted() {
    let one = today().user(
        user("a1", "ada")
            .email("ada@example.com")
            .fact("last_login", "2025-12-09T23:00:00Z"),
    );
    let other = today().user(user("b1", "ada").email("ada@example.com"));
    let company = Company::new(&hr()).app("one", &one).app("other", &other);
    let findings = company.findings(&Policy::default());
    assert_eq!(
        super::shown(&findings, "AC-06"),
        "medium user:a1 was last used on 2025-12-09, 91 days before 2026-03-10; the policy allows 90"
    );
    let noted = findings
        .notes
        .iter()
        .filter(|note| note.ends_with("(AC-06)"));
    assert_eq!(noted.count(), 1);
    let longer = policy("[accounts]\nunused_days = 91\n");
    assert_eq!(company.raises("AC-06", &longer), "");
}

#[test]
fn too_many_powerful_accounts_are_one_finding_of_the_file() {
    let mut app = today();
    for at in 0..10 {
        app.push(
            user(&format!("a{at}"), "x")
                .email(&format!("x{at}@example.com"))
                .fact("org_role", if at < 5 { "admin" } else { "member" }),
        );
    }
    let company = Company::new(&hr()).app("app", &app);
    assert_eq!(
        company.raises("AC-08", &Policy::default()),
        "medium  has 5 powerful accounts among 10 (50 %); the policy allows 10 %"
    );
    assert_eq!(
        company.raises("AC-08", &policy("[admin]\nmax_percent = 50\n")),
        ""
    );
    assert_eq!(
        company.raises("AC-08", &policy("[admin]\nmin_accounts = 6\n")),
        ""
    );
}

#[test]
fn conditions_on_the_profile_describe_people_and_accounts() {
    let app = today()
        .user(user("a1", "ada").login("ada").fact("sso_enabled", "no"))
        .user(user("a2", "bo").login("bo").fact("sso_enabled", "yes"));
    let company = Company::new(&hr()).app("app", &app);
    let programs = policy("[service_accounts.profile]\nsso = [\"no\"]\n");
    assert_eq!(
        company.raises("AC-11", &programs),
        "medium user:a1 has no owner"
    );
    assert_eq!(
        company.raises("AC-02", &programs),
        "high user:a2 belongs to no person in the HR files"
    );
    let people = policy("[exempt.people.profile]\nlast_login = [\"2026-*\"]\n");
    let hr = hr().user(user("2", "Bo").fact("last_login", "2026-01-01"));
    let named = |text: String| {
        text.lines()
            .map(|line| line[..10].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        named(Company::new(&hr).raises("HR-02", &people)),
        ["medium use"]
    );
}

#[test]
fn conflicts_count_whatever_the_way() {
    let app = today()
        .user(
            user("a1", "ada")
                .email("ada@example.com")
                .fact("org_role", "orders"),
        )
        .group("inner", "Inner")
        .group("outer", "Payments")
        .member("inner", "a1")
        .nested("outer", "inner");
    let company = Company::new(&hr()).app("app", &app);
    let rules = policy("[[conflict]]\nname = 'two'\none = ['orders']\nother = ['Payments']\n");
    assert_eq!(company.raises("AC-09", &rules), "");
    crate::support::expand(
        &company.files.path("app.c1z"),
        &[("group:outer:member:group:inner", "group:inner:member")],
    );
    assert_eq!(
        company.raises("AC-09", &rules),
        "high user:1 holds orders and Payments member via group:inner:member (two)"
    );
}
