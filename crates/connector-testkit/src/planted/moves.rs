//! Plantings of access that people kept when they moved to another department.

use super::APPS;
use super::builder::{Builder, Variant};
use super::company::{OKTA, PIPELINE};
use super::model::{Account, DEACTIVATED, TERMINATED};

/// A role that has no rule and is not powerful.
const READER: &str = "reader";

/// Planted into every company before all others, so that there is always a move to judge.
pub(super) const KEPT: Variant = ("a role kept after a move", |b| {
    let key = move_by(b, "Legal", 3, 3, |a| a.roles = vec![READER]);
    b.expect("AC-12", APPS[OKTA], key);
});

pub(super) const VARIANTS: &[Variant] = &[
    KEPT,
    ("a role kept that just enough others have", |b| {
        let key = move_by(b, "Archive", 4, 2, |a| a.roles = vec![READER]);
        b.expect("AC-12", APPS[OKTA], key);
    }),
    ("an organisation role kept after a move", |b| {
        let former = former(b, "Audit");
        for _ in 0..3 {
            let at = b.take();
            settle(b, at, &former);
            b.sole(PIPELINE, at, |a| a.org_role = Some("auditor".to_owned()));
        }
        let at = b.take();
        b.moved(at, &former);
        let key = b.sole(PIPELINE, at, |a| a.org_role = Some("Auditor".to_owned()));
        b.expect("AC-12", APPS[PIPELINE], key);
    }),
    ("not: a role kept that too few others have", |b| {
        move_by(b, "Press", 5, 2, |a| a.roles = vec![READER]);
    }),
    ("not: what the new department has, too", |b| {
        move_by(b, "Canteen", 3, 3, |a| a.groups = vec!["everyone"]);
    }),
    ("not: a role kept by a disabled account", |b| {
        let former = former(b, "Fleet");
        for _ in 0..3 {
            holder(b, &former, |a| a.roles = vec![READER]);
        }
        let at = b.take();
        b.moved(at, &former);
        b.sole(OKTA, at, |a| {
            a.roles = vec![READER];
            a.state = DEACTIVATED;
        });
    }),
    ("not: the department was renamed", |b| {
        let name = b.fresh("Renamed ");
        for _ in 0..4 {
            let at = b.take();
            settle(b, at, &name);
            let id = b.department(&name);
            b.moves.push((at, "Before".to_owned(), Some(id)));
            b.sole(OKTA, at, |a| a.roles = vec![READER]);
        }
    }),
    ("not: too few others to judge by", |b| {
        move_by(b, "Patents", 2, 2, |a| a.roles = vec![READER]);
    }),
    ("not: moved and left", |b| {
        let former = former(b, "Museum");
        for _ in 0..3 {
            holder(b, &former, |a| a.roles = vec![READER]);
        }
        let at = b.take();
        b.moved(at, &former);
        let last = b.on(-30);
        let person = b.person(at);
        (person.state, person.end) = (TERMINATED, Some(last));
        let key = b.sole(OKTA, at, |a| a.roles = vec![READER]);
        b.expect("AC-01", APPS[OKTA], key);
    }),
];

/// A department of its own that somebody has moved from.
fn former(b: &mut Builder, stem: &str) -> String {
    let name = b.fresh(&format!("{stem} "));
    b.department(&name);
    name
}

/// Has a person work in this department, before and now.
fn settle(b: &mut Builder, at: usize, department: &str) {
    let id = b.department(department);
    let person = b.person(at);
    (person.department, person.department_id) = (Some(department.to_owned()), Some(id));
}

/// A person of the department whose only account the change is made to.
fn holder(b: &mut Builder, department: &str, change: impl FnOnce(&mut Account)) {
    let at = b.take();
    settle(b, at, department);
    b.sole(OKTA, at, change);
}

/// A person who has moved from a department in which so many of the others have the same access; returns how findings
/// name their only account.
fn move_by(
    b: &mut Builder,
    stem: &str,
    others: usize,
    holders: usize,
    access: impl Fn(&mut Account),
) -> String {
    let former = former(b, stem);
    for number in 0..others {
        holder(b, &former, |a| {
            if number < holders {
                access(a);
            }
        });
    }
    let at = b.take();
    b.moved(at, &former);
    b.sole(OKTA, at, access)
}
