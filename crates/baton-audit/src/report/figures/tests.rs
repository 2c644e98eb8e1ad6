use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::identity::{Key, ManagerRef, Status};
use connector_c1z::RowAt;

const DAY: Date = date(2026, 3, 10);

fn person(department: &str, lifecycle: Lifecycle) -> Identity {
    let text = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
    Identity {
        row: RowAt::Table {
            table: "v1_resources",
            row: 1,
        },
        key: Key {
            resource_type: "user".into(),
            id: "1".to_owned(),
        },
        name: "Maja Lind".to_owned(),
        status: Status::Enabled,
        state_word: None,
        lifecycle,
        by_policy: false,
        account_type: AccountType::Human,
        emails: Vec::new(),
        logins: Vec::new(),
        employee_ids: Vec::new(),
        job_title: None,
        department: text(department),
        department_id: None,
        location: None,
        employment_type: None,
        org_role: None,
        manager: ManagerRef::default(),
        start_date: None,
        end_date: None,
        last_login: None,
        created_at: None,
        mfa: None,
        sso: None,
    }
}

#[test]
fn departments_are_counted_by_lifecycle() {
    let people = [
        person("Sales", Lifecycle::Active),
        person("Sales", Lifecycle::Retired),
        person("Sales", Lifecycle::Terminated),
        person("Product", Lifecycle::Active),
        person("Product", Lifecycle::Leave),
        person("", Lifecycle::Unknown),
    ];
    let counted = headcount(people.iter(), DAY);
    let names: Vec<_> = counted
        .departments
        .iter()
        .map(|(n, _)| n.as_deref())
        .collect();
    assert_eq!(names, [Some("Product"), None, Some("Sales")]);
    let (_, sales) = &counted.departments[2];
    assert_eq!((sales.current(), sales.left()), (1, 2));
    assert_eq!((counted.total.current(), counted.total.left()), (4, 2));
    assert_eq!(counted.total.of(Lifecycle::Leave), 1);
}

#[test]
fn months_end_with_that_of_the_day() {
    let dated = |lifecycle, start: Option<Date>, end: Option<Date>| Identity {
        start_date: start,
        end_date: end,
        ..person("", lifecycle)
    };
    let people = [
        dated(Lifecycle::Active, Some(date(2026, 3, 1)), None),
        dated(Lifecycle::Active, Some(date(2026, 3, 11)), None),
        dated(
            Lifecycle::Terminated,
            Some(date(2025, 4, 30)),
            Some(date(2026, 2, 28)),
        ),
        dated(
            Lifecycle::Active,
            Some(date(2025, 3, 31)),
            Some(date(2026, 2, 1)),
        ),
    ];
    let months = months(people.iter(), DAY);
    assert_eq!(months.len(), 12);
    let busy: Vec<_> = months.iter().filter(|m| m.joined + m.left > 0).collect();
    assert_eq!(
        busy.iter()
            .map(|m| (m.first, m.joined, m.left))
            .collect::<Vec<_>>(),
        [
            (date(2025, 4, 1), 1, 0),
            (date(2026, 2, 1), 0, 1),
            (date(2026, 3, 1), 1, 0),
        ]
    );
}

#[test]
fn facts_are_asked_of_those_who_should_have_them() {
    let people = [
        person("Sales", Lifecycle::Active),
        person("", Lifecycle::Active),
        person("Sales", Lifecycle::Terminated),
    ];
    let all = coverage(people.iter(), DAY);
    let of = |fact: &str| all.iter().find(|c| c.fact == fact).unwrap();
    assert_eq!((of("Department").have, of("Department").of), (1, 2));
    assert_eq!(of("Last day of people who left").of, 1);
}
