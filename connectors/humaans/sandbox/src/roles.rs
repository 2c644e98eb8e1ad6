//! Job roles: the present, earlier and future roles of each person.
//!
//! The company knows one title per person; the history before it and the promotion after it follow from the
//! employee number, so that every company has overlaps, gaps and future records.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Span, Unit};
use serde_json::{Value, json};

use super::Tenant;
use super::people::person_id;
use connector_sandbox::company::{Company, Lifecycle, Person};

/// Every record, newest first for each person.
pub(crate) fn records(tenant: &Tenant) -> Vec<Value> {
    let lookup = Lookup::new(&tenant.company);
    let own = tenant.company.people.iter();
    let own = own.flat_map(|p| lookup.history(p, tenant.options.overshare));
    own.chain(tenant.options.extra_roles.iter().cloned())
        .collect()
}

struct Lookup<'a> {
    company: &'a Company,
    departments: HashMap<&'a str, &'a str>,
    titles: HashMap<&'a str, &'a str>,
}

/// One record before it is rendered.
struct Role<'a> {
    title: Option<&'a str>,
    from: Date,
    until: Option<Date>,
}

impl<'a> Lookup<'a> {
    fn new(company: &'a Company) -> Self {
        let departments = company.departments.iter();
        let titles = company.titles.iter();
        Self {
            company,
            departments: departments
                .map(|d| (d.id.as_str(), d.name.as_str()))
                .collect(),
            titles: titles.map(|t| (t.id.as_str(), t.name.as_str())).collect(),
        }
    }

    fn history(&self, person: &'a Person, overshare: bool) -> Vec<Value> {
        let mut roles = self.roles(person);
        roles.reverse();
        let count = roles.len();
        let render = |(n, role): (usize, Role<'_>)| {
            let mut record = self.record(person, count - n, &role);
            if overshare {
                record["note"] =
                    format!("{} {}", person.private.salary, person.private.national_id).into();
            }
            record
        };
        roles.into_iter().enumerate().map(render).collect()
    }

    /// The roles of a person, the oldest first.
    fn roles(&self, person: &'a Person) -> Vec<Role<'a>> {
        let number = person.employee_number as usize;
        let title = person.title.as_deref();
        let title = title.and_then(|t| self.titles.get(t).copied());
        let other = |n: usize| {
            let all = &self.company.titles;
            (!all.is_empty()).then(|| all[(number + n) % all.len()].name.as_str())
        };
        let today = self.company.today;
        let latest = person.end_date.map_or(today, |end| end.min(today));
        let days = person
            .start_date
            .until((Unit::Day, latest))
            .map_or(0, |span| span.get_days());
        // A person who starts later has one record; the others have up to three.
        let earlier = if days > 90 { number % 3 } else { 0 };
        let from = |n: usize| {
            let share = i64::from(days) * n as i64 / (earlier as i64 + 1);
            person.start_date.saturating_add(Span::new().days(share))
        };
        let mut roles: Vec<Role<'_>> = (0..earlier)
            .map(|n| Role {
                title: other(n),
                from: from(n),
                // Every fifth history was never closed: its records overlap.
                until: (!number.is_multiple_of(5))
                    .then(|| from(n + 1).saturating_sub(Span::new().days(1))),
            })
            .collect();
        let left = person.lifecycle == Lifecycle::Terminated;
        roles.push(Role {
            title,
            from: from(earlier),
            until: person.end_date.filter(|_| left),
        });
        if number % 10 == 4 && !left && days > 0 {
            roles.push(Role {
                title: other(1),
                from: today.saturating_add(Span::new().days(90)),
                until: None,
            });
        }
        roles
    }

    fn record(&self, person: &Person, ordinal: usize, role: &Role<'_>) -> Value {
        let department = person.department.as_deref();
        let department = department.and_then(|d| self.departments.get(d));
        json!({
            "id": format!("jR{}{ordinal:03}", person.id),
            "personId": person_id(&person.id),
            "jobTitle": role.title,
            "department": department,
            "reportingTo": person.manager.as_deref().map(person_id),
            "effectiveDate": role.from.to_string(),
            "endDate": role.until.map(|d| d.to_string()),
            "note": null,
            "createdAt": format!("{}T09:00:00.000Z", role.from),
            "updatedAt": format!("{}T09:00:00.000Z", role.from),
        })
    }
}
