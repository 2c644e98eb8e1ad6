//! Grants are read as they lie in the file; what is kept of them is what comes first in the canonical order.

use baton_audit::check::Policy;
use connector_c1z::wire;
use rusqlite::Connection;

use super::company::{account, boss, leaver};
use super::{Company, today};
use crate::support::{edit, edit_row};

/// Another order of the rows for each number.
fn shuffle(db: &Connection, number: i64) {
    db.execute("UPDATE v1_grants SET id = id + 100000", [])
        .unwrap();
    let sql = "UPDATE v1_grants SET id = (id * (7919 + 2 * ?1)) % 10007";
    db.execute(sql, [number]).unwrap();
}

/// Two leavers in the same groups, one of which the file does not list, and grants to accounts that are not there.
fn company(order: i64) -> Company {
    let hr = ["one", "two"].map(|id| leaver(id, "2026-03-01"));
    let hr = today().user(boss()).users(hr);
    let mut app = today().users(["one", "two"].map(account));
    app = app
        .role("admins", "Org administrator")
        .assigned("admins", "a-one");
    for at in 0..25 {
        let group = format!("g{at}");
        app = app.user(account(&format!("ghost-{at}")));
        app = app.group(&group, &format!("Group {at}"));
        app = app.member(&group, "a-one").member(&group, "a-two");
        app = app.member(&group, &format!("a-ghost-{at}"));
    }
    let company = Company::new(&hr).app("app", &app);
    edit(&company.paths.apps[0], |db| {
        let unlisted = "DELETE FROM v1_entitlements WHERE external_id = 'group:g0:member'";
        assert_eq!(db.execute(unlisted, []).unwrap(), 1);
        let ghosts = "DELETE FROM v1_resources WHERE external_id LIKE 'user:a-ghost-%'";
        assert_eq!(db.execute(ghosts, []).unwrap(), 25);
        for (account, name) in [("one", "The first"), ("two", "The second")] {
            let id = format!("group:g0:member:user:a-{account}");
            edit_row(db, "v1_grants", &id, |grant: &mut wire::Grant| {
                grant.entitlement.as_mut().unwrap().display_name = name.to_owned();
            });
        }
        shuffle(db, order);
    });
    company
}

/// The evidence of a check, without the rows' numbers.
fn says(company: &Company, check: &str) -> Vec<String> {
    let findings = company.findings(&Policy::default());
    let of_check = findings.findings.iter().filter(|it| it.check.id == check);
    let says = of_check.flat_map(|it| &it.evidence);
    says.map(|it| format!("{}: {}", it.external_id, it.says))
        .collect()
}

#[test]
fn what_is_kept_does_not_depend_on_where_rows_lie() {
    let kept = says(&company(0), "AC-01");
    let lost = says(&company(0), "DQ-03");
    for order in 1..6 {
        assert_eq!(says(&company(order), "AC-01"), kept);
        assert_eq!(says(&company(order), "DQ-03"), lost);
    }
    let groups = (0..25).map(|at| format!("g{at}"));
    let mut groups: Vec<String> = groups.collect();
    groups.sort();
    // The first twenty, of which the file does not list one: it is called what the first grant of it to an account says.
    let name = |group: &String| match group.as_str() {
        "g0" => "The first of Group 0".to_owned(),
        group => format!("Group {} member", &group[1..]),
    };
    let held = |account: &str| -> Vec<String> {
        let line = |group| {
            let name = name(group);
            format!("group:{group}:member:user:a-{account}: holds {name}")
        };
        groups.iter().take(20).map(line).collect()
    };
    let of = |account: &str| -> Vec<String> {
        let part = format!(":member:user:a-{account}: ");
        kept.iter()
            .filter(|it| it.contains(&part))
            .cloned()
            .collect()
    };
    assert_eq!(of("one"), held("one"));
    assert_eq!(of("two"), held("two"));
    let role = "role:admins:assigned:user:a-one: holds Org administrator role";
    assert_eq!(kept.iter().filter(|it| *it == role).count(), 1);
    assert_eq!(lost.len(), 20);
    let ghosts = groups.iter().zip(&lost);
    for (group, line) in ghosts {
        let ghost = &group[1..];
        let grant = format!("group:{group}:member:user:a-ghost-{ghost}: ");
        assert!(line.starts_with(&grant), "{line} is not of {grant}");
    }
}
