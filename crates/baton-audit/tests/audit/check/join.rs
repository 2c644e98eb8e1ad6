//! Whose account it is, as AC-02 shows it: what is silent belongs to exactly one person or to a program.

use baton_audit::check::policy::{Attribute, Link, Pattern, Place, Selector};
use baton_audit::check::{Policy, examine};
use connector_core::model::{AccountType, StatusKind};
use connector_testkit::file::{User, user};

use super::company::{account, boss, employee, leaver, nameless};
use super::{Company, shown, today};

#[test]
fn by_number_then_by_address_and_never_by_name() {
    let hr = today()
        .user(boss())
        .users(["1", "2", "3"].map(employee))
        .user(employee("rené").email("rene\u{301}@bücher.example"))
        .user(user("anna", "Anna Lind").email("anna@example.com"))
        .user(user("anna-2", "Anna Lind").employee_id("E-anna-2"))
        // Two share a number, two others an address.
        .user(employee("n-1").employee_id("N"))
        .user(employee("n-2").employee_id("n "))
        .user(employee("m-1").email("m@example.com"))
        .user(leaver("m-2", "2020-01-01").email("M@example.com"));
    let app = today()
        .user(account("1"))
        .user(nameless("number").employee_id("e-1 "))
        .user(
            nameless("number-wins")
                .employee_id("E-2")
                .email("private@elsewhere.test"),
        )
        .user(nameless("login").login("3@EXAMPLE.com"))
        .user(nameless("unicode").email("REN\u{c9}@xn--bcher-kva.example"))
        .user(nameless("both").employee_id("E-1").email("1@example.com"))
        .user(
            nameless("other-number")
                .employee_id("X-9")
                .email("anna@example.com"),
        )
        .user(
            nameless("conflict")
                .employee_id("E-1")
                .email("2@example.com"),
        )
        .user(
            nameless("contradiction")
                .employee_id("E-99")
                .email("2@example.com"),
        )
        .user(
            nameless("two-addresses")
                .email("1@example.com")
                .login("2@example.com"),
        )
        .user(nameless("shared-number").employee_id("N"))
        .user(
            nameless("shared-number-told-apart")
                .employee_id("N")
                .email("n-1@example.com"),
        )
        .user(nameless("shared-address").email("m@example.com"))
        .user(
            nameless("shared-address-told-apart")
                .email("m@example.com")
                .employee_id("E-m-2"),
        )
        .user(user("name", "anna lind"))
        .user(nameless("stranger").email("stranger@elsewhere.test"))
        .user(nameless("nothing"))
        .user(nameless("off").state(StatusKind::Disabled, "off"))
        .user(nameless("unspecified").state(StatusKind::Unspecified, "?"))
        .user(nameless("robot").account_type(AccountType::Service))
        .user(nameless("system").account_type(AccountType::System))
        .user(nameless("policy-login").login("deploy-bot"))
        .user(nameless("policy-email").email("ci@bots.example.com"))
        .user(user("policy-name", "Backup Robot"));
    let company = Company::new(&hr).app("app", &app);
    let one = |text: &str| vec![Pattern::new(text, Place::default())];
    let policy = Policy {
        service_accounts: Selector(vec![
            (Attribute::Login, one("*-bot")),
            (
                Attribute::Email,
                vec![Pattern::for_emails("*@bots.example.com", Place::default())],
            ),
            (Attribute::Name, one("* robot")),
        ]),
        ..Policy::default()
    };
    insta::assert_snapshot!(company.raises("AC-02", &policy), @r"
    high user:conflict has the employee number of one person and the e-mail address of another: Person 1 (user:1), Person 2 (user:2)
    high user:contradiction has the e-mail address of a person with another employee number: Person 2 (user:2)
    high user:name belongs to no person in the HR files; of the same name is Anna Lind (user:anna), Anna Lind (user:anna-2)
    high user:nothing belongs to no person in the HR files
    high user:shared-number has the employee number of 2 people: Person n-1 (user:n-1), Person n-2 (user:n-2)
    high user:stranger belongs to no person in the HR files
    high user:two-addresses has the e-mail address of 2 people: Person 1 (user:1), Person 2 (user:2)
    high user:unspecified belongs to no person in the HR files
    ");
    // Without the company's numbers the address decides alone.
    let policy = Policy {
        email_only: one("APP"),
        ..policy
    };
    insta::assert_snapshot!(company.raises("AC-02", &policy), @r"
    high user:name belongs to no person in the HR files; of the same name is Anna Lind (user:anna), Anna Lind (user:anna-2)
    high user:nothing belongs to no person in the HR files
    high user:number belongs to no person in the HR files
    high user:number-wins belongs to no person in the HR files
    high user:shared-number belongs to no person in the HR files
    high user:stranger belongs to no person in the HR files
    high user:two-addresses has the e-mail address of 2 people: Person 1 (user:1), Person 2 (user:2)
    high user:unspecified belongs to no person in the HR files
    ");
}

#[test]
fn people_of_several_hr_files() {
    let hr = today()
        .user(boss())
        .user(employee("both").employee_id("A-1"))
        .user(user("plain", "Plain").employee_id("7"))
        .user(employee("twice-1").email("twice@example.com"))
        .user(employee("twice-2").email("twice@example.com"));
    let other = today()
        .user(employee("o-1").email("both@example.com").employee_id("B-1"))
        .user(user("o-2", "Other").email("other@example.com"))
        .user(
            user("o-3", "Else")
                .email("else@example.com")
                .employee_id("A-1"),
        )
        .user(employee("o-4").email("twice@example.com"));
    let app = today()
        .user(nameless("address").email("both@example.com"))
        .user(nameless("number").employee_id("B-1"))
        .user(nameless("number-of-two").employee_id("A-1"))
        .user(
            nameless("number-and-address")
                .employee_id("A-1")
                .email("both@example.com"),
        )
        .user(
            nameless("halves")
                .employee_id("7")
                .email("other@example.com"),
        )
        .user(
            nameless("apart")
                .employee_id("B-1")
                .email("other@example.com"),
        )
        .user(nameless("in-one-file-at-least").email("twice@example.com"));
    let company = Company::new(&hr).hr("other", &other).app("app", &app);
    insta::assert_snapshot!(company.raises("AC-02", &Policy::default()), @r"
    high user:apart has the employee number of one person and the e-mail address of another: Person o-1 (user:o-1), Other (user:o-2)
    high user:number-of-two has the employee number of different people in the HR files: Person both (user:both), Else (user:o-3)
    ");
}

fn link(app: Option<&str>, account: &str, person: &str) -> Link {
    Link {
        app: app.map(str::to_owned),
        account: account.to_owned(),
        person: person.to_owned(),
        place: Place {
            file: "links.csv".to_owned(),
            line: 2,
        },
    }
}

#[test]
fn links_decide_whatever_the_files_say() {
    let hr = today()
        .user(boss())
        .users(["1", "2"].map(employee))
        .user(leaver("left", "2026-02-01"))
        .user(employee("m-1").email("m@example.com"))
        .user(employee("m-2").email("m@example.com"));
    let app = today()
        .user(nameless("stranger").login("octocat"))
        .user(nameless("torn").email("m@example.com"))
        .user(
            nameless("conflict")
                .employee_id("E-1")
                .email("2@example.com"),
        )
        .user(nameless("robot").account_type(AccountType::Service))
        .user(account("1"));
    let company = Company::new(&hr).app("github", &app);
    let policy = Policy {
        links: vec![
            link(Some("github"), "OctoCat", "user:1"),
            link(None, "m@example.com", "e-m-2"),
            link(None, "conflict", "2@EXAMPLE.com"),
            link(None, "user:robot", "left"),
            link(None, "a-1", "E-left"),
            link(Some("okta"), "whoever", "user:1"),
            link(Some("github"), "gone", "user:1"),
        ],
        ..Policy::default()
    };
    assert_eq!(company.raises("AC-02", &policy), "");
    insta::assert_snapshot!(company.raises("AC-01", &policy), @r"
    critical user:a-1 is not disabled although Person left had the last day 2026-02-01
    critical user:robot is not disabled although Person left had the last day 2026-02-01
    ");
    insta::assert_snapshot!(company.findings(&policy).notes.join("\n"), @"links.csv:2: no app has the account gone");
}

#[test]
fn a_wrong_link_is_an_error_with_its_line() {
    let hr = today()
        .user(boss())
        .user(employee("1"))
        .user(employee("m-1").email("m@example.com"))
        .user(employee("m-2").email("m@example.com"));
    let app = today()
        .user(nameless("x").login("same"))
        .user(nameless("y").login("same"));
    let company = Company::new(&hr).app("github", &app);
    let input = company.input();
    let error = |links: Vec<Link>| {
        let policy = Policy {
            links,
            ..Policy::default()
        };
        let error = examine(&input, &policy, input.as_of().unwrap()).unwrap_err();
        assert_eq!(error.kind(), connector_core::ErrorKind::Setting);
        format!("{error}\n{}", error.hint_text().unwrap_or_default())
    };
    insta::assert_snapshot!(error(vec![link(None, "x", "nobody@example.com")]), @r"
    links.csv:2: no person in the HR files is nobody@example.com
    a person is named by <type>:<id>, vendor id, employee number or e-mail address
    ");
    insta::assert_snapshot!(error(vec![link(Some("okta"), "x", "Person 1")]), @r"
    links.csv:2: no person in the HR files is Person 1
    a person is named by <type>:<id>, vendor id, employee number or e-mail address
    ");
    insta::assert_snapshot!(error(vec![link(None, "x", "m@example.com")]), @r"
    links.csv:2: several people in the HR files are m@example.com
    name the person by <type>:<id>
    ");
    insta::assert_snapshot!(error(vec![link(None, "same", "1")]), @r"
    links.csv:2: several accounts are same
    name the account by <type>:<id>
    ");
    insta::assert_snapshot!(error(vec![link(None, "x", "1"), link(None, "user:x", "m-1")]), @"links.csv:2: another link gives user:x to another person");
}

#[test]
fn of_several_records_the_current_one_owns_and_leavers_own_together() {
    let company = |one: User, other: User| {
        let shared = |user: User| user.email("m@example.com");
        let hr = today().user(boss()).users([shared(one), shared(other)]);
        let app = today().user(nameless("x").email("m@example.com"));
        let company = Company::new(&hr).app("app", &app);
        let findings = company.findings(&Policy::default());
        format!(
            "{}|{}",
            shown(&findings, "AC-01"),
            shown(&findings, "AC-02")
        )
    };
    // All have left: the last of their last days counts.
    assert_eq!(
        company(leaver("1", "2025-01-31"), leaver("2", "2026-03-01")),
        "critical user:x is not disabled although Person 1 had the last day 2026-03-01|"
    );
    assert_eq!(company(leaver("1", "2025-01-31"), employee("2")), "|");
    assert_eq!(
        company(
            leaver("1", "2025-01-31"),
            employee("2").state(StatusKind::Enabled, "Resigned")
        ),
        "medium user:x is not disabled, and whether Person 2 has left is not known: \
         the state Resigned is not understood|"
    );
    assert_eq!(
        company(employee("1"), employee("2")),
        "skipped: no account belongs to a person of the HR files|\
         high user:x has the e-mail address of 2 people: Person 1 (user:1), Person 2 (user:2)"
    );
}
