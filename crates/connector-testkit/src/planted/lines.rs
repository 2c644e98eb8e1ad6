//! Plantings between records of the HR file: reporting lines and departments.

use connector_sandbox::company::MAIL_DOMAIN;
use jiff::ToSpan;

use super::HR;
use super::builder::{Builder, Variant};
use super::model::{Department, HIRED, ON_LEAVE, Person, TERMINATED};

pub(super) const VARIANTS: &[Variant] = &[
    ("reports to themselves, with a person below", |b| {
        let (at, below) = (b.take(), b.take());
        let own = b.person(at).id.clone();
        b.person(at).manager_id = Some(own);
        reports_to(b, below, at);
        b.expect_person("HR-04", at);
    }),
    ("reports to their own address", |b| {
        let at = b.take();
        let own = b.person(at).email.clone().map(|e| e.to_uppercase());
        b.person(at).without_manager();
        b.person(at).manager_email = own;
        b.expect_person("HR-04", at);
    }),
    ("a circle of two", |b| circle(b, 2)),
    ("a circle of three, with a person below", |b| circle(b, 3)),
    ("the manager has left", |b| {
        let (at, manager) = (b.take(), b.take());
        let last = b.day - 50.days();
        b.person(manager).left(last);
        b.close(manager);
        reports_to(b, at, manager);
        b.expect_person("HR-04", at);
    }),
    ("the manager is not in the file", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).manager_id = Some("gone-1".to_owned());
        b.person(at).manager_email = Some(format!("gone@{MAIL_DOMAIN}"));
        b.expect_person("HR-04", at);
    }),
    ("the manager's address is of two records", |b| {
        let (at, manager) = (b.take(), b.take());
        let address = b.person(manager).email.clone();
        let last = b.day - 500.days();
        let mut former = Person::new(String::new(), "Former".to_owned(), TERMINATED);
        former.email = address.clone();
        former.left(last);
        b.add(former);
        b.without_accounts(manager);
        b.person(at).without_manager();
        b.person(at).manager_email = address;
        b.expect_person("HR-04", at);
        b.expect_person("HR-07", manager);
    }),
    ("the line ends with a person who has not begun", |b| {
        let (at, manager, below) = (b.take(), b.take(), b.take());
        let first = b.on(15);
        b.person(manager).state = HIRED;
        b.person(manager).start = Some(first);
        b.person(manager).without_manager();
        b.without_accounts(manager);
        reports_to(b, at, manager);
        reports_to(b, below, at);
        b.expect_person("HR-04", at);
    }),
    ("not: a manager on leave, and one who begins soon", |b| {
        let (one, other, soon, away) = (b.take(), b.take(), b.take(), b.take());
        let first = b.on(15);
        b.person(soon).state = HIRED;
        b.person(soon).start = Some(first);
        b.without_accounts(soon);
        b.person(away).state = ON_LEAVE;
        reports_to(b, one, soon);
        reports_to(b, other, away);
    }),
    (
        "not: a manager by address in other writing, and by an id beside a wrong address",
        |b| {
            let (one, other, manager) = (b.take(), b.take(), b.take());
            let address = b.person(manager).email.clone().map(|e| e.to_uppercase());
            b.person(one).without_manager();
            b.person(one).manager_email = address;
            reports_to(b, other, manager);
            b.person(other).manager_email = Some(format!("gone@{MAIL_DOMAIN}"));
        },
    ),
    ("not: a manager by name alone", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).manager_name = Some("Sam Ode".to_owned());
    }),
    (
        "not: leavers who report to themselves and to an unknown manager",
        |b| {
            let (one, other) = (b.take(), b.take());
            let last = b.day - 70.days();
            for at in [one, other] {
                b.person(at).left(last);
                b.close(at);
            }
            reports_to(b, one, one);
            b.person(other).manager_id = Some("gone-2".to_owned());
        },
    ),
    ("a department that is not in the list, of two people", |b| {
        let (one, other) = (b.take(), b.take());
        let name = b.fresh("Skunkworks ");
        in_department(b, one, &name);
        in_department(b, other, &name.to_uppercase());
        let first = if b.people[one].id < b.people[other].id {
            name
        } else {
            b.people[other].department.clone().unwrap_or_default()
        };
        b.expect("HR-08", HR, first);
    }),
    ("a name of two departments", |b| {
        let at = b.take();
        let name = twins(b);
        in_department(b, at, &name);
        b.expect("HR-08", HR, name);
    }),
    (
        "not: a name of two departments, settled by id or membership",
        |b| {
            let (one, other) = (b.take(), b.take());
            let name = twins(b);
            let id = b.departments.last().map(|d| d.id.clone());
            in_department(b, one, &name);
            in_department(b, other, &name);
            b.person(one).department_id = id.clone();
            b.person(other).member_of = id;
        },
    ),
    (
        "not: a department in other writing, and a leaver's that is gone",
        |b| {
            let (one, other) = (b.take(), b.take());
            let known = b.departments[0].name.to_uppercase().replace(' ', "  ");
            in_department(b, one, &known);
            let last = b.day - 80.days();
            in_department(b, other, "Fax Services");
            b.person(other).left(last);
            b.close(other);
        },
    ),
];

fn reports_to(b: &mut Builder, at: usize, manager: usize) {
    let id = b.person(manager).id.clone();
    b.person(at).without_manager();
    b.person(at).manager_id = Some(id);
}

/// A circle of people at work, all of whom must be found, and a person below them who must not be found.
fn circle(b: &mut Builder, size: usize) {
    let all: Vec<usize> = (0..size).map(|_| b.take()).collect();
    for (place, &at) in all.iter().enumerate() {
        reports_to(b, at, all[(place + 1) % size]);
        b.expect_person("HR-04", at);
    }
    let below = b.take();
    reports_to(b, below, all[0]);
}

fn in_department(b: &mut Builder, at: usize, name: &str) {
    b.person(at).department = Some(name.to_owned());
    b.person(at).department_id = None;
}

/// Two departments of a new name.
fn twins(b: &mut Builder) -> String {
    let name = b.fresh("Operations ");
    for _ in 0..2 {
        let id = b.fresh("twin");
        let name = name.clone();
        b.departments.push(Department { id, name });
    }
    name
}
