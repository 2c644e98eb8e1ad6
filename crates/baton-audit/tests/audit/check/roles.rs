//! AC-03 and AC-04: which access the policy allows, and powerful access of people without a manager.

use super::access::off;
use super::company::{account, boss, employee, leaver};
use super::{Company, today};
use crate::support::{edit, edit_row};
use baton_audit::check::Policy;
use baton_audit::check::policy::{Attribute, Pattern, Place, RoleRule, Selector};
use connector_c1z::wire;
use connector_core::model::{AccountType, StatusKind};
use connector_testkit::file::user;

fn pattern(text: &str) -> Pattern {
    Pattern::new(text, Place::default())
}

#[test]
fn ac_03_roles_of_the_policy() {
    let at_work = |id: &str, title: &str, department: &str| {
        employee(id)
            .fact("job_title", title)
            .fact("department", department)
    };
    let hr = today()
        .user(boss())
        .user(at_work("engineer", "Senior Engineer", "Platform"))
        .user(at_work("it", "Clerk", "IT"))
        .user(at_work("clerk", "Clerk", "Sales"))
        .user(user("blank", "Blank").email("blank@example.com"))
        .user(at_work("leave", "Clerk", "Sales").state(StatusKind::Enabled, "on leave"))
        .user(leaver("left", "2026-03-01").fact("job_title", "Clerk"));
    let people = [
        "engineer", "it", "clerk", "blank", "leave", "left", "stranger",
    ];
    let app = today()
        .users(people.map(account))
        .user(
            account("off")
                .email("clerk@example.com")
                .state(StatusKind::Disabled, "off"),
        )
        .user(
            user("bot", "Bot")
                .email("clerk@example.com")
                .account_type(AccountType::Service),
        )
        .role("deploy", "Production deploy")
        .role("read", "Read")
        .assigned("read", "a-clerk");
    let app = ["a-off", "bot"]
        .iter()
        .fold(app, |app, id| app.assigned("deploy", id));
    let app = people
        .iter()
        .fold(app, |app, id| app.assigned("deploy", &format!("a-{id}")));
    let circle = today()
        .user(account("clerk").fact("org_role", "Admin"))
        .user(account("engineer").fact("org_role", "Admin"))
        .user(account("it").fact("org_role", "member"));
    let company = Company::new(&hr).app("aws", &app).app("pipeline", &circle);
    insta::assert_snapshot!(company.raises("AC-03", &Policy::default()), @"skipped: the policy has no role rules ([[role]])");
    let rule =
        |name: &str, app: &str, access: &str, titles: &[&str], departments: &[&str]| RoleRule {
            name: name.to_owned(),
            apps: [app]
                .into_iter()
                .filter(|a| !a.is_empty())
                .map(pattern)
                .collect(),
            access: vec![pattern(access)],
            titles: titles.iter().map(|t| pattern(t)).collect(),
            departments: departments.iter().map(|d| pattern(d)).collect(),
            place: Place::default(),
        };
    let policy = Policy {
        roles: vec![
            rule("Deployers", "", "production*", &["*engineer"], &["IT"]),
            rule("CI admins", "pipe*", "admin", &["*engineer"], &[]),
        ],
        ..Policy::default()
    };
    insta::assert_snapshot!(company.raises("AC-03", &policy), @r"
    high user:a-blank holds Production deploy role against the policy (Deployers); Blank is without title and department
    high user:a-clerk holds Production deploy role against the policy (Deployers); Person clerk is Clerk in Sales
    high user:a-leave holds Production deploy role against the policy (Deployers); Person leave is Clerk in Sales
    high user:a-clerk holds Admin against the policy (CI admins); Person clerk is Clerk in Sales
    ");
    // Every rule that speaks of an access must be kept.
    let policy = Policy {
        roles: vec![
            rule("Deployers", "aws", "production*", &["*engineer"], &["IT"]),
            rule("IT only", "aws", "role:deploy:assigned", &[], &["it"]),
            rule("Elsewhere", "okta", "*", &[], &["nobody"]),
        ],
        ..Policy::default()
    };
    insta::assert_snapshot!(company.raises("AC-03", &policy), @r"
    high user:a-blank holds Production deploy role against the policy (Deployers, IT only); Blank is without title and department
    high user:a-clerk holds Production deploy role against the policy (Deployers, IT only); Person clerk is Clerk in Sales
    high user:a-engineer holds Production deploy role against the policy (IT only); Person engineer is Senior Engineer in Platform
    high user:a-leave holds Production deploy role against the policy (Deployers, IT only); Person leave is Clerk in Sales
    ");
}

#[test]
fn access_is_named_with_what_it_is_on() {
    let app = today()
        .user(account("boss"))
        .group("deploy", "Production deploy")
        .member("deploy", "a-boss");
    let company = Company::new(&today().user(boss())).app("app", &app);
    let policy = Policy {
        admin: Some(vec![pattern("Production *")]),
        ..Policy::default()
    };
    for (name, shown) in [
        ("member", "member of Production deploy"),
        ("", "member of Production deploy"),
        ("Production deploy member", "Production deploy member"),
    ] {
        edit(&company.paths.apps[0], |db| {
            edit_row(
                db,
                "v1_entitlements",
                "group:deploy:member",
                |it: &mut wire::Entitlement| {
                    it.display_name = name.to_owned();
                },
            );
        });
        assert_eq!(
            company.raises("AC-04", &policy),
            format!(
                "high user:a-boss belongs to Bo Boss, who has no manager and is powerful: {shown}"
            )
        );
    }
}

#[test]
fn ac_04_powerful_and_early_access() {
    let alone = |id: &str| user(id, &format!("Person {id}")).email(&format!("{id}@example.com"));
    let hr = today()
        .user(boss())
        .user(employee("managed"))
        .user(employee("away").state(StatusKind::Enabled, "parental leave"))
        .user(alone("alone"))
        .user(alone("alone-away").state(StatusKind::Enabled, "on leave"))
        .user(alone("plain"))
        .user(employee("tomorrow").fact("start_date", "2026-03-11"))
        .user(
            user("signed", "Signed")
                .email("signed@example.com")
                .state(StatusKind::Enabled, "hired"),
        )
        .user(employee("begins-today").fact("start_date", "2026-03-10"))
        .user(employee("tomorrow-off").fact("start_date", "2026-03-11"))
        .user(leaver("left", "2026-03-01"));
    let roles = ["managed", "away", "alone", "alone-away", "left", "boss"];
    let app = today()
        .users(roles.map(account))
        .users(["plain", "tomorrow", "signed", "begins-today"].map(account))
        .user(off(account("tomorrow-off")))
        .role("admins", "Org administrator")
        .role("nonsense", "Badminton")
        .group("owners", "Owner relations")
        .member("owners", "a-plain")
        .assigned("nonsense", "a-plain")
        .assigned("admins", "a-tomorrow");
    let app = roles
        .iter()
        .fold(app, |app, id| app.assigned("admins", &format!("a-{id}")));
    let company = Company::new(&hr).app("app", &app);
    insta::assert_snapshot!(company.raises("AC-04", &Policy::default()), @r"
    high user:a-alone belongs to Person alone, who has no manager and is powerful: Org administrator role
    high user:a-alone-away belongs to Person alone-away, who has no manager, is on leave and is powerful: Org administrator role
    high user:a-away belongs to Person away, who is on leave and is powerful: Org administrator role
    high user:a-boss belongs to Bo Boss, who has no manager and is powerful: Org administrator role
    high user:a-signed belongs to Signed, who has not begun
    high user:a-tomorrow belongs to Person tomorrow, who begins on 2026-03-11
    ");
    let policy = Policy {
        early_access_days: 1,
        exempt_managers: Selector(vec![(
            Attribute::Email,
            vec![Pattern::for_emails("boss@*", Place::default())],
        )]),
        admin: Some(vec![pattern("*badminton*")]),
        ..Policy::default()
    };
    insta::assert_snapshot!(company.raises("AC-04", &policy), @r"
    high user:a-plain belongs to Person plain, who has no manager and is powerful: Badminton role
    high user:a-signed belongs to Signed, who has not begun
    ");
    let circle = today().user(account("alone").fact("org_role", "owner"));
    let company = Company::new(&hr).app("pipeline", &circle);
    insta::assert_snapshot!(company.raises("AC-04", &Policy::default()), @"high user:a-alone belongs to Person alone, who has no manager and is powerful: owner");
}
