//! The numbers of the report: lifecycles by department, joiners and leavers by month, and how much of what could be
//! known is known.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::identity::{AccountType, Identity, Lifecycle};

/// Months that [`months`] goes back, the one of the day included.
const MONTHS: usize = 12;

/// How many people are in each lifecycle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LifecycleCounts(BTreeMap<&'static str, usize>);

impl LifecycleCounts {
    fn add(&mut self, lifecycle: Lifecycle) {
        *self.0.entry(lifecycle.as_str()).or_default() += 1;
    }

    /// How many are in this one.
    pub(super) fn of(&self, lifecycle: Lifecycle) -> usize {
        self.0.get(lifecycle.as_str()).copied().unwrap_or_default()
    }

    /// How many have left, for whatever reason.
    pub(super) fn left(&self) -> usize {
        self.sum(|l| l.has_left())
    }

    /// How many have not left.
    pub(super) fn current(&self) -> usize {
        self.sum(|l| !l.has_left())
    }

    fn sum(&self, which: impl Fn(Lifecycle) -> bool) -> usize {
        let all = Lifecycle::ALL.into_iter();
        all.filter(|&l| which(l)).map(|l| self.of(l)).sum()
    }
}

/// People by department.
#[derive(Debug, Default)]
pub(super) struct Headcount {
    /// Departments by name, the one with the most people who have not left first; `None` for people without one.
    pub(super) departments: Vec<(Option<String>, LifecycleCounts)>,
    /// All of them.
    pub(super) total: LifecycleCounts,
}

/// The people of a file: accounts of programs are none.
pub(super) fn is_person(identity: &Identity) -> bool {
    identity.account_type == AccountType::Human
}

/// Counts people by department and by their lifecycle on `day`.
pub(super) fn headcount<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Headcount {
    let mut by_name: BTreeMap<Option<String>, LifecycleCounts> = BTreeMap::new();
    let mut total = LifecycleCounts::default();
    for person in people {
        let lifecycle = person.lifecycle_on(day);
        let department = person.department.as_deref().map(str::to_owned);
        by_name.entry(department).or_default().add(lifecycle);
        total.add(lifecycle);
    }
    let mut departments: Vec<_> = by_name.into_iter().collect();
    departments.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.current()));
    Headcount { departments, total }
}

/// How many people joined and left in a month, by first and last days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    /// Its first day.
    pub(super) first: Date,
    /// People whose first day was in it and not after the day of the report.
    pub(super) joined: usize,
    /// People who have left and whose last day was in it and not after the day of the report.
    pub(super) left: usize,
}

/// The twelve months up to that of `day`, the oldest first.
pub(super) fn months<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Vec<Month> {
    let this = day.first_of_month();
    let back = |n: usize| this.saturating_sub(i32::try_from(n).unwrap_or(0).months());
    let month = |n| Month {
        first: back(n),
        joined: 0,
        left: 0,
    };
    let mut months: Vec<Month> = (0..MONTHS).rev().map(month).collect();
    for person in people {
        let lifecycle = person.lifecycle_on(day);
        let place = |date: Option<Date>| {
            let date = date.filter(|&date| date <= day)?.first_of_month();
            months.iter().position(|month| month.first == date)
        };
        let joined = place(person.start_date).filter(|_| lifecycle != Lifecycle::Prehire);
        let left = place(person.end_date).filter(|_| lifecycle.has_left());
        if let Some(at) = joined {
            months[at].joined += 1;
        }
        if let Some(at) = left {
            months[at].left += 1;
        }
    }
    months
}

/// How many people have a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coverage {
    /// The fact.
    pub(super) fact: &'static str,
    /// People who have it.
    pub(super) have: usize,
    /// People who should: those who have not left, and for the last day those who have.
    pub(super) of: usize,
}

/// Which facts the people of a file have.
pub(super) fn coverage<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Vec<Coverage> {
    type Has = fn(&Identity) -> bool;
    const FACTS: [(&str, bool, Has); 8] = [
        ("Work e-mail address", false, |p| !p.emails.is_empty()),
        ("Employee number", false, |p| !p.employee_ids.is_empty()),
        ("Job title", false, |p| p.job_title.is_some()),
        ("Department", false, |p| {
            p.department.is_some() || p.department_id.is_some()
        }),
        ("Manager", false, |p| !p.manager.is_absent()),
        ("First day", false, |p| p.start_date.is_some()),
        ("State in the HR system's words", false, |p| {
            p.state_word.is_some()
        }),
        ("Last day of people who left", true, |p| {
            p.end_date.is_some()
        }),
    ];
    let empty = |(fact, _, _)| Coverage {
        fact,
        have: 0,
        of: 0,
    };
    let mut all = FACTS.map(empty);
    for person in people {
        let has_left = person.lifecycle_on(day).has_left();
        for (coverage, (_, of_leavers, has)) in all.iter_mut().zip(FACTS) {
            if has_left == of_leavers {
                coverage.of += 1;
                coverage.have += usize::from(has(person));
            }
        }
    }
    all.to_vec()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::identity::{Key, ManagerRef, Status};

    const DAY: Date = date(2026, 3, 10);

    fn person(department: &str, lifecycle: Lifecycle) -> Identity {
        let text = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
        Identity {
            row: 1,
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
}
