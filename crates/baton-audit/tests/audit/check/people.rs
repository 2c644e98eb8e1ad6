//! HR-01 … HR-08.

use baton_audit::check::Policy;
use baton_audit::check::policy::{Attribute, Pattern, Place, Selector};
use connector_core::model::{AccountType, StatusKind};
use connector_testkit::file::user;

use super::company::{boss, employee, leaver};
use super::{Company, raised, today};

#[test]
fn hr_01_a_title_for_each_person_at_work() {
    let bare = |id: &str| user(id, id).fact("manager_id", "boss");
    let hr = today()
        .user(boss())
        .user(employee("fine"))
        .user(bare("active").state(StatusKind::Enabled, "active"))
        .user(bare("leave").state(StatusKind::Enabled, "parental leave"))
        .user(bare("disabled-leave").state(StatusKind::Disabled, "garden leave"))
        .user(bare("unknown").state(StatusKind::Unspecified, "Sabbatical 2027"))
        .user(bare("starts-today").fact("start_date", "2026-03-10"))
        .user(bare("starts-tomorrow").fact("start_date", "2026-03-11"))
        .user(bare("hired").state(StatusKind::Enabled, "hired"))
        .user(bare("left").state(StatusKind::Disabled, "terminated"))
        .user(
            bare("over")
                .state(StatusKind::Unspecified, "?")
                .fact("end_date", "2026-03-09"),
        )
        .user(
            bare("last-day")
                .state(StatusKind::Unspecified, "?")
                .fact("end_date", "2026-03-10"),
        )
        .user(bare("robot").account_type(AccountType::Service));
    insta::assert_snapshot!(raised("HR-01", &hr), @r"
    low user:active has no job title
    low user:disabled-leave has no job title
    low user:leave has no job title
    low user:starts-today has no job title
    ");
}

#[test]
fn hr_02_a_manager_unless_exempt() {
    let alone = |id: &str| user(id, id).email(&format!("{id}@example.com"));
    let hr = today()
        .user(boss())
        .user(employee("fine"))
        .user(alone("by-email").fact("manager_email", "nobody@example.com"))
        .user(alone("by-name").fact("manager", "Bo Boss"))
        .user(alone("alone"))
        .user(alone("board").fact("department", "Board"))
        .user(alone("chief").fact("job_title", "Chief People Officer"))
        .user(alone("numbered").employee_id("E-1"))
        .user(alone("later").fact("start_date", "2026-03-11"))
        .user(leaver("left", "2026-03-01"));
    insta::assert_snapshot!(raised("HR-02", &hr), @r"
    medium user:alone has no manager
    medium user:board has no manager
    medium user:boss has no manager
    medium user:chief has no manager
    medium user:numbered has no manager
    ");
    let one = |text: &str| vec![Pattern::new(text, Place::default())];
    let policy = Policy {
        exempt_managers: Selector(vec![
            (
                Attribute::Email,
                vec![Pattern::for_emails("BOSS@example.com", Place::default())],
            ),
            (Attribute::EmployeeId, one("e-1")),
            (Attribute::Title, one("chief * officer")),
            (Attribute::Department, one("board")),
        ]),
        ..Policy::default()
    };
    let found = Company::new(&hr).raises("HR-02", &policy);
    insta::assert_snapshot!(found, @"medium user:alone has no manager");
}

#[test]
fn hr_03_a_first_day_for_each_person_who_has_not_left() {
    let dated = |id: &str, day: &str| user(id, id).fact("start_date", day);
    let hr = today()
        .user(dated("past", "1999-12-31"))
        .user(dated("future", "2027-01-01T00:00:00Z"))
        .user(dated("unreadable", "soon"))
        .user(user("none", "none"))
        .user(user("hired", "hired").state(StatusKind::Enabled, "hired"))
        .user(user("left", "left").state(StatusKind::Disabled, "terminated"));
    insta::assert_snapshot!(raised("HR-03", &hr), @r"
    medium user:hired has no first day
    medium user:none has no first day
    medium user:unreadable has no first day
    ");
}

#[test]
fn hr_04_reporting_lines() {
    let under = |id: &str, manager: &str| employee(id).fact("manager_id", manager);
    let hr = today()
        .user(boss())
        .user(employee("fine"))
        .user(under("self", "self"))
        .user(under("under-self", "self"))
        .user(under("a", "b"))
        .user(under("b", "c"))
        .user(under("c", "a"))
        .user(under("under-circle", "a"))
        .user(under("lost", "nobody"))
        .user(leaver("gone", "2026-03-01"))
        .user(under("orphan", "gone"))
        .user(employee("new").fact("start_date", "2026-03-11"))
        .user(under("ahead", "new"))
        .user(user("later", "Later").fact("start_date", "2026-03-11"))
        .user(under("cut", "later"))
        .user(under("under-cut", "cut"))
        .user(
            user("twin-1", "T")
                .email("twin@example.com")
                .fact("manager_id", "boss"),
        )
        .user(
            user("twin-2", "T")
                .email("TWIN@example.com")
                .fact("manager_id", "boss"),
        )
        .user(user("torn", "Torn").fact("manager_email", "Twin@example.com"))
        .user(user("named", "Named").fact("manager", "Bo Boss"))
        .user(under("pre", "nobody").fact("start_date", "2026-04-01"));
    let company = Company::new(&hr);
    insta::assert_snapshot!(company.raises("HR-04", &Policy::default()), @r"
    medium user:a is in a circle of managers: Person a → Person b → Person c → Person a
    medium user:b is in a circle of managers: Person a → Person b → Person c → Person a
    medium user:c is in a circle of managers: Person a → Person b → Person c → Person a
    medium user:cut has a line of managers that ends at Later, who has no manager and does not work here (prehire)
    medium user:lost reports to nobody, who is not in the file
    medium user:orphan reports to Person gone, who has left
    medium user:self is named as their own manager
    medium user:torn reports to Twin@example.com, an address of several people
    ");
    let notes = company.findings(&Policy::default()).notes.join("\n");
    insta::assert_snapshot!(company.files.without_paths(&notes), @"hr.c1z: for 1 person the manager is given by name alone and cannot be looked up (HR-04)");
}

#[test]
fn hr_05_addresses() {
    let with = |id: &str, address: &str| user(id, id).email(address);
    let hr = today()
        .user(with("fine", "fine@example.com"))
        .user(with("umlaut", "x@bücher.example"))
        .user(user("none", "none"))
        .user(user("pre", "pre").fact("start_date", "2026-04-01"))
        .user(with("pre-foreign", "p@foreign.test").fact("start_date", "2026-04-01"))
        .user(user("odd", "odd").fact("email", "see intranet"))
        .user(with("one", "rene\u{301}@example.com"))
        .user(with("two", "Ren\u{e9}@EXAMPLE.com"))
        .user(with("foreign", "f@foreign.test"))
        .user(with("sub", "s@eu.example.com"))
        .user(with("new", "again@example.com"))
        .user(with("old", "again@example.com").state(StatusKind::Disabled, "terminated"));
    insta::assert_snapshot!(raised("HR-05", &hr), @r"
    medium user:none has no work e-mail address
    medium user:odd has see intranet, which is no e-mail address
    medium user:one has the address rené@example.com, which two (user:two) has too
    medium user:two has the address René@EXAMPLE.com, which one (user:one) has too
    ");
    let domain = |text: &str| Pattern::for_domains(text, Place::default());
    let policy = Policy {
        allowed_domains: vec![
            domain("Example.com"),
            domain("*.example.com"),
            domain("bücher.example"),
        ],
        ..Policy::default()
    };
    let found = Company::new(&hr).raises("HR-05", &policy);
    let added: Vec<_> = found
        .lines()
        .filter(|line| line.contains("domain"))
        .collect();
    insta::assert_snapshot!(added.join("\n"), @r"
    medium user:foreign has the address f@foreign.test, whose domain is not allowed
    medium user:pre-foreign has the address p@foreign.test, whose domain is not allowed
    ");
}

#[test]
fn hr_06_state_and_dates() {
    let ends = |id: &str, end: &str| user(id, id).fact("end_date", end);
    let gone = |id: &str| user(id, id).state(StatusKind::Disabled, "terminated");
    let hr = today()
        .user(ends("contract-ends", "2026-12-31"))
        .user(ends("last-day-today", "2026-03-10"))
        .user(ends("over", "2026-03-09"))
        .user(ends("over-unknown", "2026-03-09").state(StatusKind::Unspecified, "?"))
        .user(ends("over-leave", "2026-03-09").state(StatusKind::Enabled, "on leave"))
        .user(gone("undated"))
        .user(gone("retired").state(StatusKind::Disabled, "retired"))
        .user(gone("left-before").fact("end_date", "2026-03-09"))
        .user(gone("left-today").fact("end_date", "2026-03-10"))
        .user(gone("left-tomorrow").fact("end_date", "2026-03-11"))
        .user(
            gone("one-day")
                .fact("start_date", "2026-03-02")
                .fact("end_date", "2026-03-02"),
        )
        .user(
            gone("backwards")
                .fact("start_date", "2026-03-03")
                .fact("end_date", "2026-03-02"),
        )
        .user(gone("unreadable").fact("end_date", "last spring"));
    insta::assert_snapshot!(raised("HR-06", &hr), @r"
    medium user:backwards has a first day 2026-03-03 after the last day 2026-03-02
    medium user:left-tomorrow has the state terminated, but the last day 2026-03-11 is still to come
    medium user:over had the last day 2026-03-09, but has the state active
    medium user:over-leave had the last day 2026-03-09, but has the state leave
    medium user:over-unknown had the last day 2026-03-09, but has the state unknown
    medium user:retired has the state retired, but no last day
    medium user:undated has the state terminated, but no last day
    medium user:unreadable has the state terminated, but no last day
    ");
}

#[test]
fn hr_07_one_record_per_human() {
    let left = |id: &str| leaver(id, "2025-12-31");
    let hr = today()
        .user(employee("fine"))
        // Came back under a new record: the same address, one of them left.
        .user(left("rehired-1").email("rehired@example.com"))
        .user(employee("rehired-2").email("Rehired@example.com"))
        // A contractor who was taken on with the same number.
        .user(employee("c").employee_id("C-7"))
        .user(employee("d").employee_id(" c-7 "))
        // Two leavers, one address; linked to a third by number.
        .user(left("x").email("x@example.com"))
        .user(left("y").email("x@example.com").employee_id("Y"))
        .user(left("z").employee_id("y"))
        // Two at work share an address: HR-05.
        .user(employee("p").email("shared@example.com"))
        .user(employee("q").email("shared@example.com"))
        // The same name is nothing.
        .user(user("n-1", "Kim Park"))
        .user(user("n-2", "Kim Park"));
    insta::assert_snapshot!(raised("HR-07", &hr), @r"
    low user:c has 2 records: also user:d
    low user:rehired-2 has 2 records: also user:rehired-1
    low user:x has 3 records: also user:y, user:z
    ");
}

#[test]
fn hr_08_departments() {
    let works = |id: &str, department: &str| employee(id).fact("department", department);
    let people = [
        works("fine", "Engineering"),
        works("written-otherwise", " engineering "),
        works("lost-1", "Sale"),
        works("lost-2", "sale"),
        works("torn", "Operations"),
        works("member", "Operations"),
        works("by-id", "Operations").fact("department_id", "ops-eu"),
        works("by-unknown-id", "Operations").fact("department_id", "ops-mars"),
        employee("none"),
        leaver("gone", "2026-03-01").fact("department", "Sales of old"),
    ];
    let hr = today()
        .users(people.clone())
        .department("eng", "Engineering")
        .department("ops-eu", "Operations")
        .department("ops-us", "Operations")
        .group("guild", "Sale")
        .works_in("ops-us", "member");
    insta::assert_snapshot!(raised("HR-08", &hr), @r"
    low Operations is the department of 2 people, but means 2 departments: department:ops-eu, department:ops-us
    low Sale is the department of 2 people, but not in the file's list of departments
    ");
    insta::assert_snapshot!(raised("HR-08", &today().users(people)), @"skipped: no HR file lists departments");
}

#[test]
fn people_whom_the_policy_leaves_out_are_not_looked_at() {
    let hr = today()
        .user(user("test", "Test").fact("department", "Test records"))
        .user(user("real", "Real"));
    let policy = Policy {
        out_of_scope: Selector(vec![(
            Attribute::Department,
            vec![Pattern::new("test *", Place::default())],
        )]),
        ..Policy::default()
    };
    let company = Company::new(&hr);
    for check in ["HR-01", "HR-02", "HR-03", "HR-05"] {
        let found = company.raises(check, &policy);
        assert!(
            found.contains("user:real") && !found.contains("user:test"),
            "{found}"
        );
    }
}
