//! Access through groups in groups.

use baton_audit::check::Policy;
use connector_testkit::file::SyncFile;

use super::company::{account, boss, employee, leaver};
use super::{Company, today};
use crate::support::{derive, edit, expand};

/// The role is assigned to a group in which another group is, which the accounts are members of.
fn app(members: &[&str]) -> SyncFile {
    let app = today()
        .users(members.iter().map(|id| account(id)))
        .group("inner", "On call")
        .group("outer", "Operations")
        .role("admins", "Org administrator")
        .nested("outer", "inner")
        .assigned_to_group("admins", "outer");
    let member = |app: SyncFile, id: &&str| app.member("inner", &format!("a-{id}"));
    members.iter().fold(app, member)
}

fn company(hr: &SyncFile, app: &SyncFile) -> Company {
    let company = Company::new(hr).app("app", app);
    expand(
        &company.paths.apps[0],
        &[
            ("group:outer:member:group:inner", "group:inner:member"),
            ("role:admins:assigned:group:outer", "group:outer:member"),
        ],
    );
    company
}

fn says(company: &Company, check: &str) -> Vec<String> {
    let findings = company.findings(&Policy::default());
    let of_check = findings.findings.iter().filter(|it| it.check.id == check);
    of_check
        .flat_map(|it| &it.evidence)
        .map(|it| format!("{} {}: {}", it.at.path(), it.external_id, it.says))
        .collect()
}

#[test]
fn a_leaver_holds_what_the_groups_of_their_groups_hold() {
    let hr = today().user(boss()).user(leaver("left", "2026-03-01"));
    let company = company(&hr, &app(&["left"]));
    insta::assert_snapshot!(company.raises("AC-01", &Policy::default()), @"critical user:a-left is not disabled and holds 3 grants although Person left had the last day 2026-03-01");
    insta::assert_snapshot!(says(&company, "AC-01").join("\n"), @r"
    v1_resources/1 user:a-left: status enabled
    v1_grants/3 group:inner:member:user:a-left: holds On call member
    v1_grants/1 group:outer:member:group:inner: holds Operations member via group:inner:member
    v1_grants/2 role:admins:assigned:group:outer: holds Org administrator role via group:inner:member > group:outer:member
    v1_resources/2 user:left: the owner, terminated, start 2020-01-01, end 2026-03-01, manager boss
    ");
}

#[test]
fn roles_of_the_policy_speak_of_access_through_groups() {
    let hr = today().user(boss()).user(employee("clerk"));
    let company = company(&hr, &app(&["clerk"]));
    let policy = "[[role]]\nname = 'Admins'\naccess = ['Org administrator']\ntitles = ['Chief*']\n";
    let policy = Policy::parse("policy.toml", policy).unwrap();
    insta::assert_snapshot!(company.raises("AC-03", &policy), @"high user:a-clerk holds Org administrator role via group:inner:member > group:outer:member against the policy (Admins); Person clerk is Engineer");
}

#[test]
fn powerful_access_through_groups_needs_a_manager_too() {
    let company = company(&today().user(boss()), &app(&["boss"]));
    insta::assert_snapshot!(company.raises("AC-04", &Policy::default()), @"high user:a-boss belongs to Bo Boss, who has no manager and is powerful: Org administrator role via group:inner:member > group:outer:member");
}

#[test]
fn what_the_file_has_already_counts_once_and_says_through_what() {
    let hr = today().user(boss());
    let app = app(&["boss"])
        .member("outer", "a-boss")
        .assigned("admins", "a-boss");
    let company = company(&hr, &app);
    let expanded = Company::new(&hr).app("app", &app);
    for path in [&company.paths.apps[0], &expanded.paths.apps[0]] {
        edit(path, |db| {
            let (group, role) = (
                "group:outer:member:user:a-boss",
                "role:admins:assigned:user:a-boss",
            );
            derive(db, group, &["group:inner:member"]);
            derive(db, role, &["group:outer:member"]);
        });
    }
    insta::assert_snapshot!(company.raises("AC-04", &Policy::default()), @"high user:a-boss belongs to Bo Boss, who has no manager and is powerful: Org administrator role via group:outer:member");
    assert_eq!(says(&company, "AC-04"), says(&expanded, "AC-04"));
}

#[test]
fn dq_05_a_cycle_is_named_with_its_possible_holders() {
    let hr = today().user(boss());
    let app = app(&["boss"]).nested("inner", "outer");
    let company = company(&hr, &app);
    assert_eq!(company.raises("DQ-05", &Policy::default()), "");
    expand(
        &company.paths.apps[0],
        &[("group:inner:member:group:outer", "group:outer:member")],
    );
    insta::assert_snapshot!(company.raises("DQ-05", &Policy::default()), @"medium group:inner:member > group:outer:member is a cycle that is held through itself; 3 principals may hold all of it: group:inner, group:outer, user:a-boss");
    let ran = company.check(&["--only", "AC-01", "--fail-on", "medium"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
}
