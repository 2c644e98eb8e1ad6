//! Policy and link files: what they mean, and what is wrong with them.

use std::path::Path;

use baton_audit::check::Policy;
use baton_audit::check::finding::Severity;
use baton_audit::check::policy::Place;
use connector_core::ErrorKind;
use connector_testkit::file::user;

use super::company::{account, boss, employee, nameless};
use super::{Company, today};
use crate::support::Files;

/// What is wrong with the text.
fn wrong(text: &str) -> String {
    let error = Policy::parse("policy.toml", text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert_eq!(
        error.hint_text(),
        Some("docs/audit.md describes policy and link files")
    );
    error.to_string().replace("; policy", "\npolicy")
}

#[test]
fn the_sample_of_the_documentation_has_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit-policy.toml");
    let policy = Policy::read(&path).unwrap();
    assert_eq!(policy.allowed_domains.len(), 2);
    assert_eq!(policy.early_access_days, 3);
    assert_eq!(policy.exempt_managers.patterns().count(), 5);
    assert_eq!(policy.out_of_scope.patterns().count(), 2);
    assert_eq!(policy.service_accounts.patterns().count(), 5);
    assert_eq!(policy.email_only[0].text, "legacy-crm");
    assert_eq!(policy.admin.map(|names| names.len()), Some(4));
    assert_eq!(policy.grace_days, Some(1));
    assert_eq!(policy.roles.len(), 2);
    assert_eq!(policy.shrink, baton_audit::check::policy::Shrink::default());
    assert_eq!(policy.facts, baton_audit::check::policy::Facts::default());
    let defaults = Policy::default();
    assert_eq!(policy.power, defaults.power);
    assert_eq!(policy.accounts, defaults.accounts);
    assert_eq!(policy.shared_mailboxes.map(|it| it.len()), Some(3));
    assert_eq!(policy.service_owners[0].person, "ceo@example.com");
    assert_eq!(policy.conflicts[0].other[0].text, "Payments");
    assert_eq!(policy.severities["HR-07"], Severity::Note);
    assert_eq!(policy.disabled[0].check.id, "HR-08");
    assert_eq!(policy.accepted[0].until, jiff::civil::date(2026, 12, 31));
    assert_eq!(
        policy.review.fallback.as_deref(),
        Some("security@example.com")
    );
    assert_eq!(policy.review.owners[0].apps[0].text, "pipeline");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = |place: &Place| text.lines().nth(place.line - 1);
    assert_eq!(line(&policy.accepted[0].place), Some("[[accepted]]"));
    assert_eq!(line(&policy.roles[1].place), Some("[[role]]"));
}

#[test]
fn an_empty_policy_is_the_default_one() {
    assert_eq!(Policy::parse("policy.toml", "").unwrap(), Policy::default());
    assert_eq!(
        Policy::parse("policy.toml", "# nothing\n[people]\n").unwrap(),
        Policy::default()
    );
}

#[test]
fn mistakes_are_told_with_their_lines() {
    insta::assert_snapshot!(wrong("[people]\n\nallowed_domain = ['example.com']\n"), @"policy.toml:3: unknown key allowed_domain in people; there are allowed_domains, early_access_days");
    insta::assert_snapshot!(wrong("grace_days = 1\n"), @"policy.toml:1: unknown key grace_days; there are accepted, accounts, admin, conflict, disabled, exempt, facts, files, join, leavers, moves, people, review, role, service_accounts, service_owner, severity, shared_mailboxes, shrink, states");
    insta::assert_snapshot!(wrong("[leavers]\ngrace_days = '1 day'\n"), @"policy.toml:2: grace_days must be a whole number from 0 to 3650");
    insta::assert_snapshot!(wrong("[leavers]\ngrace_days = -1\n"), @"policy.toml:2: grace_days must be a whole number from 0 to 3650");
    insta::assert_snapshot!(wrong("leavers = 1\n"), @"policy.toml:1: leavers must be a table");
    insta::assert_snapshot!(wrong("[people]\nallowed_domains = 'example.com'\n"), @"policy.toml:2: allowed_domains must be a list of texts");
    insta::assert_snapshot!(wrong("[people]\nallowed_domains = [\n  'example.com',\n  7,\n  ' ',\n]\n"), @r"
    policy.toml:4: allowed_domains must be a list of texts that are not empty
    policy.toml:5: allowed_domains must be a list of texts that are not empty
    ");
    insta::assert_snapshot!(wrong("[severity]\nHR-01 = 'low'\nHR-99 = 'low'\nHR-02 = 'awful'\n"), @r"
    policy.toml:3: there is no check HR-99
    policy.toml:4: there is no severity awful, but critical, high, medium, low, note
    ");
    insta::assert_snapshot!(wrong("[shrink]\nmax_percent = 101\n"), @"policy.toml:2: max_percent must be a whole number from 0 to 100");
    insta::assert_snapshot!(wrong("[facts]\nempty_percent = 60\n"), @"policy.toml:2: empty_percent must be less than filled_percent");
    insta::assert_snapshot!(wrong("[[role]]\nname = 'R'\n\n[[role]]\naccess = ['x']\ntitles = ['t']\n"), @r"
    policy.toml:1: the role rule allows neither titles nor departments
    policy.toml:1: the role rule names no access
    policy.toml:4: [[role]] has no name
    ");
    insta::assert_snapshot!(wrong("[[review.owner]]\nperson = 'x'\n"), @"policy.toml:1: the owner has no apps");
    insta::assert_snapshot!(wrong("[[review.owner]]\napps = ['x']\n"), @"policy.toml:1: [[review.owner]] has no person");
    insta::assert_snapshot!(wrong("[role]\nname = 'R'\n"), @"policy.toml:1: role must be a list of tables: [[role]]");
    insta::assert_snapshot!(wrong("[[disabled]]\ncheck = 'HR-1'\n"), @r"
    policy.toml:1: [[disabled]] has no reason
    policy.toml:2: there is no check HR-1
    ");
    insta::assert_snapshot!(
        wrong("[[accepted]]\ncheck = 'AC-02'\nsubject = 'user:1'\nreason = ' '\nuntil = 2026-13-01\n"), @"policy.toml:5: invalid date, expected month between 01 and 12"
    );
    insta::assert_snapshot!(
        wrong("\n[[accepted]]\nsubject = 'user:1'\nuntil = 2026-12-31T00:00:00Z\n"), @r"
    policy.toml:2: [[accepted]] has no check
    policy.toml:2: [[accepted]] has no reason
    policy.toml:4: until must be a date such as 2027-01-31
    "
    );
    insta::assert_snapshot!(wrong("[people\n"), @"policy.toml:1: unclosed table, expected `]`");
    insta::assert_snapshot!(wrong("[people]\n[people]\n"), @"policy.toml:2: duplicate key");
    insta::assert_snapshot!(wrong("a = 1\nb = 1\nc = 1\nd = 1\ne = 1\nf = 1\ng = 1\n"), @r"
    policy.toml:1: unknown key a; there are accepted, accounts, admin, conflict, disabled, exempt, facts, files, join, leavers, moves, people, review, role, service_accounts, service_owner, severity, shared_mailboxes, shrink, states
    policy.toml:2: unknown key b
    policy.toml:3: unknown key c
    policy.toml:4: unknown key d
    policy.toml:5: unknown key e; and 2 more
    ");
}

#[test]
fn dates_may_be_texts_and_numbers_have_underscores() {
    let policy = Policy::parse(
        "policy.toml",
        "[[accepted]]\ncheck = 'DQ-01'\nreason = 'sold a unit'\nuntil = '2026-12-31'\n\n[shrink]\nmin_people = 1_000\n",
    );
    let policy = policy.unwrap();
    assert_eq!(policy.accepted[0].until, jiff::civil::date(2026, 12, 31));
    assert_eq!(policy.accepted[0].subject, "");
    assert_eq!(policy.shrink.min_people, 1000);
}

/// A company with one unknown account and an untitled person.
fn company() -> Company {
    let hr = today()
        .user(boss())
        .user(
            user("untitled", "U")
                .email("u@example.com")
                .fact("manager_id", "boss"),
        )
        .user(
            employee("1")
                .fact("job_title", "Clerk")
                .fact("department", "Sales"),
        );
    let app = today()
        .user(account("1").fact("org_role", "member"))
        .user(nameless("octocat").login("octocat"));
    Company::new(&hr).app("pipeline", &app)
}

/// Findings of two checks, and the notes.
fn judged(policy: &str) -> String {
    let company = company();
    let policy = Policy::parse("policy.toml", policy).unwrap();
    let (hr_01, ac_02) = (
        company.raises("HR-01", &policy),
        company.raises("AC-02", &policy),
    );
    let notes = company.findings(&policy).notes;
    [vec![hr_01, ac_02], notes].concat().join("\n")
}

fn accepted(check: &str, subject: &str, more: &str) -> String {
    format!("[[accepted]]\ncheck = '{check}'\nsubject = '{subject}'\nreason = 'why'\n{more}\n")
}

#[test]
fn accepted_findings_until_their_last_day() {
    insta::assert_snapshot!(judged(&accepted("AC-02", "user:octocat", "until = 2026-03-10")), @r"
    low user:untitled has no job title
    accepted high user:octocat belongs to no person in the HR files
    ");
    insta::assert_snapshot!(judged(&accepted("AC-02", "user:octocat", "until = 2026-03-09")), @r"
    low user:untitled has no job title
    high user:octocat belongs to no person in the HR files
    policy.toml:1: the acceptance of AC-02 for user:octocat ran out on 2026-03-09; the finding counts again
    ");
    insta::assert_snapshot!(
        judged(&accepted("AC-02", "user:octocat", "until = 2026-03-10\nfile = 'pipeline'")), @r"
    low user:untitled has no job title
    accepted high user:octocat belongs to no person in the HR files
    "
    );
    insta::assert_snapshot!(
        judged(&accepted("AC-02", "user:octocat", "until = 2026-03-10\nfile = 'okta'")), @r"
    low user:untitled has no job title
    high user:octocat belongs to no person in the HR files
    policy.toml:1: the acceptance of AC-02 for user:octocat fits no finding
    "
    );
    insta::assert_snapshot!(judged(&accepted("HR-01", "user:octocat", "until = 2026-03-10")), @r"
    low user:untitled has no job title
    high user:octocat belongs to no person in the HR files
    policy.toml:1: the acceptance of HR-01 for user:octocat fits no finding
    ");
    // What did not run has nothing to accept, and that says nothing about the acceptance.
    insta::assert_snapshot!(judged(&accepted("DQ-01", "", "until = 2026-03-10").replace("subject = ''", "")), @r"
    low user:untitled has no job title
    high user:octocat belongs to no person in the HR files
    ");
}

#[test]
fn severities_and_disabled_checks() {
    insta::assert_snapshot!(judged("[severity]\nHR-01 = 'critical'\nAC-02 = 'note'\n"), @r"
    critical user:untitled has no job title
    note user:octocat belongs to no person in the HR files
    ");
    insta::assert_snapshot!(judged("[[disabled]]\ncheck = 'AC-02'\nreason = 'no app is in scope yet'\n"), @r"
    low user:untitled has no job title
    skipped: switched off by the policy: no app is in scope yet
    ");
}

#[test]
fn patterns_that_fit_nothing_are_noted() {
    let policy = "\
[exempt.managers]
emails = ['boss@example.com', 'ceo@example.com']
[exempt.people]
departments = ['Board']
[service_accounts]
logins = ['*-bot', 'octo*']
[join]
email_only = ['okta']
[admin]
names = ['admin', 'member']
[[role]]
name = 'Members'
apps = ['pipeline', 'github']
access = ['member', 'viewer']
titles = ['Clerk', 'Enginer']
departments = ['Sales', 'Marketing']
";
    insta::assert_snapshot!(judged(policy), @r#"
    low user:untitled has no job title

    policy.toml:2: "ceo@example.com" fits no person in the HR files
    policy.toml:4: "Board" fits no person in the HR files
    policy.toml:6: "*-bot" fits no account
    policy.toml:8: "okta" fits no app
    policy.toml:10: "admin" fits no entitlement or role
    policy.toml:13: "github" fits no app
    policy.toml:14: "viewer" fits no entitlement or role
    policy.toml:15: "Enginer" fits no title in the HR files
    policy.toml:16: "Marketing" fits no department in the HR files
    "#);
}

fn links_of(name: &str, text: &str) -> String {
    let files = Files::new();
    let path = files.path(name);
    std::fs::write(&path, text).unwrap();
    let mut policy = Policy::default();
    let shown = match policy.read_links(&path) {
        Ok(()) => {
            let line = |link: &baton_audit::check::policy::Link| {
                let app = link.app.as_deref().unwrap_or("any app");
                format!(
                    "{}: {app}: {} is {}\n",
                    link.place, link.account, link.person
                )
            };
            policy.links.iter().map(line).collect()
        }
        Err(error) => format!("{:?} {error}", error.kind()),
    };
    files.without_paths(&shown)
}

#[test]
fn link_files_are_csv_or_toml() {
    insta::assert_snapshot!(links_of("links.csv", "\u{feff}Account, Person ,APP\n# ours\n\noctocat,ada@example.com,github\n\"x, y\",E-1,\nz,7\n"), @r"
    links.csv:4: github: octocat is ada@example.com
    links.csv:5: any app: x, y is E-1
    links.csv:6: any app: z is 7
    ");
    insta::assert_snapshot!(links_of("links.toml", "\n[[link]]\naccount = 'octocat'\nperson = 'E-1'\n\n[[link]]\napp = 'github'\naccount = 'x'\nperson = 'user:1'\n"), @r"
    links.toml:2: any app: octocat is E-1
    links.toml:6: github: x is user:1
    ");
    insta::assert_snapshot!(links_of("links.csv", ""), @"");
    insta::assert_snapshot!(links_of("links.csv", "octocat,ada@example.com\n"), @"Setting links.csv:1: the first line must name the columns app, account and person, not octocat, ada@example.com");
    insta::assert_snapshot!(links_of("links.csv", "account,person\n\nx\ny,1,z\n,2\n"), @"Setting links.csv:3: a link needs an account and a person; links.csv:4: more cells than columns; links.csv:5: a link needs an account and a person");
    insta::assert_snapshot!(links_of("links.toml", "[[link]]\naccount = 'octocat'\nowner = 'E-1'\n"), @"Setting links.toml:1: [[link]] has no person; links.toml:3: unknown key owner in link; there are account, app, person");
    let missing = Policy::default()
        .read_links(Path::new("/nowhere/links.csv"))
        .unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Precondition);
    assert_eq!(
        missing.to_string(),
        "cannot read /nowhere/links.csv: No such file or directory (os error 2)"
    );
}
