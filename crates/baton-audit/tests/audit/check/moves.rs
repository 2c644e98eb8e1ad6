//! Access that is kept after a move to another department, at the edges of what is typical.

use baton_audit::check::Policy;
use connector_testkit::file::{SyncFile, User, user};

use super::{Company, before, today};
use crate::support::expand;

/// The HR file of Ada, who is in `department`, and of as many others in two departments.
fn hr(file: SyncFile, department: &str, sales: usize, legal: usize) -> SyncFile {
    let others = [("Sales", "s", sales), ("Legal", "l", legal)];
    let others = others.into_iter().flat_map(|(department, stem, count)| {
        (0..count).map(move |at| person(&format!("{stem}{at}"), department))
    });
    file.user(person("ada", department)).users(others)
}

fn person(id: &str, department: &str) -> User {
    user(id, &format!("Person {id}"))
        .email(&format!("{id}@example.com"))
        .fact("department", department)
}

fn account(id: &str) -> User {
    user(&format!("a-{id}"), id).email(&format!("{id}@example.com"))
}

/// An app in which Ada and these others are in the group `crm`.
fn app(members: &[&str]) -> SyncFile {
    let mut app = today().group("crm", "CRM");
    let accounts = ["ada"].iter().chain(members);
    for &id in accounts {
        app = app.user(account(id)).member("crm", &format!("a-{id}"));
    }
    app
}

/// What is found when Ada moved from Sales to Legal.
fn moved(sales: usize, legal: usize, members: &[&str], policy: &str) -> String {
    let policy = Policy::parse("policy.toml", policy).unwrap();
    Company::new(&hr(today(), "Legal", sales, legal))
        .earlier(&hr(before(), "Sales", sales, legal))
        .app("app", &app(members))
        .raises("AC-12", &policy)
}

const KEPT: &str = "medium user:a-ada holds CRM member, usual in Sales and not in Legal; Person ada moved there from Sales";

#[test]
fn kept_is_what_is_typical_of_the_former_department_alone() {
    assert_eq!(moved(4, 10, &["s0", "s1", "l0"], ""), KEPT);
    assert_eq!(moved(4, 9, &["s0", "s1", "l0"], ""), "");
    assert_eq!(moved(5, 10, &["s0", "s1"], ""), "");
    let policy = "[moves]\ntypical_percent = 40\nuntypical_percent = 39\nmin_people = 5";
    assert_eq!(moved(5, 5, &["s0", "s1", "l0"], policy), KEPT);
    assert_eq!(moved(5, 5, &["s0", "s1", "l0", "l1"], policy), "");
}

#[test]
fn a_check_without_a_move_to_judge_does_not_run() {
    let raises = |company: Company| company.raises("AC-12", &Policy::default());
    let company = || Company::new(&hr(today(), "Legal", 3, 3)).app("app", &app(&["s0"]));
    assert_eq!(
        raises(company()),
        "skipped: no HR file has an earlier finished full sync, and none is given with --earlier"
    );
    assert_eq!(
        raises(company().earlier(&hr(before(), "  LEGAL ", 3, 3))),
        "skipped: no person at work has moved to another department since the earlier HR file"
    );
    assert_eq!(
        moved(3, 2, &["s0", "s1", "s2"], ""),
        "skipped: 1 move is not judged: a department has fewer than 3 others at work in it"
    );
    assert_eq!(
        moved(2, 3, &["s0", "s1"], ""),
        "skipped: 1 move is not judged: a department has fewer than 3 others at work in it"
    );
}

#[test]
fn moves_that_cannot_be_judged_are_counted_beside_those_that_can() {
    let small = |file: SyncFile, department| file.user(person("bo", department));
    let now = small(hr(today(), "Legal", 3, 3), "Legal");
    let company = Company::new(&now)
        .earlier(&small(hr(before(), "Sales", 3, 3), "Press"))
        .app("app", &app(&["s0", "s1"]));
    let findings = company.findings(&Policy::default());
    let note = "1 move is not judged: a department has fewer than 3 others at work in it (AC-12)";
    assert!(findings.notes.iter().any(|it| it == note), "{findings:?}");
    assert_eq!(super::shown(&findings, "AC-12"), KEPT);
}

#[test]
fn access_through_groups_in_groups_is_kept_and_counted_too() {
    let mut app = today().group("crm", "CRM").group("sellers", "Sellers");
    for id in ["ada", "s0", "s1", "s2"] {
        app = app.user(account(id)).member("sellers", &format!("a-{id}"));
    }
    let company = Company::new(&hr(today(), "Legal", 3, 3))
        .earlier(&hr(before(), "Sales", 3, 3))
        .app("app", &app.nested("crm", "sellers"));
    expand(
        &company.paths.apps[0],
        &[("group:crm:member:group:sellers", "group:sellers:member")],
    );
    assert_eq!(
        company.raises("AC-12", &Policy::default()),
        "medium user:a-ada holds CRM member via group:sellers:member, Sellers member, \
         usual in Sales and not in Legal; Person ada moved there from Sales"
    );
}

#[test]
fn who_is_still_in_the_department_by_another_hr_file_has_not_left_it() {
    let other = today().user(person("ada", "Sales"));
    let company = Company::new(&hr(today(), "Legal", 3, 3))
        .earlier(&hr(before(), "Sales", 3, 3))
        .hr("other", &other)
        .app("app", &app(&["s0", "s1"]));
    assert_eq!(company.raises("AC-12", &Policy::default()), "");
}

#[test]
fn a_policy_that_cannot_be_meant_is_refused() {
    let text = "[moves]\ntypical_percent = 20\nuntypical_percent = 20\nmin_people = 0";
    assert_eq!(
        Policy::parse("policy.toml", text).unwrap_err().to_string(),
        "policy.toml:2: min_people must be at least 1; \
         policy.toml:2: untypical_percent must be less than typical_percent"
    );
}
