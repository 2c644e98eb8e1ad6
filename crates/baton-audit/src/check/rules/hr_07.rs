//! HR-07: one record per human within an HR file.
//!
//! Records are one human's when they have the same employee number, whatever their state, or the same e-mail
//! address and at least one of them has left (somebody came back, or changed contracts, under a new record). An
//! address that two people at work share is HR-05's; names never count. Raised once per group of such records: for
//! the first that has not left, else for the first, in order of rows.

use std::collections::HashMap;

use connector_core::Result;

use crate::check::case::{Case, Placed};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::EXAMPLES;
use crate::identity::{Identity, fold_email, fold_number};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for &hr in &case.hr {
        let people: Vec<&Identity> = case.in_scope_of(hr).collect();
        for group in groups(case, &people) {
            raise(case, hr, &group, ledger);
        }
    }
    Ok(Verdict::Ran)
}

/// Groups of two records or more, each in order of rows.
fn groups<'a>(case: &Case<'_>, people: &[&'a Identity]) -> Vec<Vec<&'a Identity>> {
    let numbers = having(people, |p| {
        p.employee_ids.iter().filter_map(|n| fold_number(n))
    });
    let mut emails = having(people, |p| p.emails.iter().filter_map(|e| fold_email(e)));
    emails.retain(|_, have| have.iter().any(|&at| case.standing(people[at]).has_left()));
    let mut head: Vec<usize> = (0..people.len()).collect();
    for have in numbers.values().chain(emails.values()) {
        for pair in have.windows(2) {
            let (one, two) = (find(&mut head, pair[0]), find(&mut head, pair[1]));
            head[one.max(two)] = one.min(two);
        }
    }
    let mut groups: Vec<Vec<&Identity>> = vec![Vec::new(); people.len()];
    for (at, &person) in people.iter().enumerate() {
        groups[find(&mut head, at)].push(person);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Positions of the people who have each value.
fn having<'a, I: Iterator<Item = String>>(
    people: &[&'a Identity],
    values: impl Fn(&'a Identity) -> I,
) -> HashMap<String, Vec<usize>> {
    let mut having: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, &person) in people.iter().enumerate() {
        for value in values(person) {
            let have = having.entry(value).or_default();
            if have.last() != Some(&at) {
                have.push(at);
            }
        }
    }
    having
}

/// The first record of the group that `at` is in.
fn find(head: &mut [usize], mut at: usize) -> usize {
    while head[at] != at {
        head[at] = head[head[at]];
        at = head[at];
    }
    at
}

fn raise(case: &Case<'_>, hr: Placed<'_>, group: &[&Identity], ledger: &mut Ledger) {
    let current = group.iter().find(|p| !case.standing(p).has_left());
    let Some(&subject) = current.or(group.first()) else {
        return;
    };
    let others: Vec<&Identity> = group
        .iter()
        .copied()
        .filter(|p| p.row != subject.row)
        .collect();
    let keys: Vec<String> = others.iter().map(|p| p.key.to_string()).collect();
    let shown = keys[..keys.len().min(5)].join(", ");
    let more = match keys.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("has {} records: also {shown}{more}", group.len());
    let evidence = [subject].into_iter().chain(others).take(EXAMPLES);
    let evidence = evidence.map(|p| hr.evidence(p, says(case, p))).collect();
    ledger.raise(hr.subject(subject), message, evidence);
}

fn says(case: &Case<'_>, person: &Identity) -> String {
    let standing = case.standing(person).as_str();
    let number = person.employee_id().unwrap_or("none");
    let email = person.email().unwrap_or("none");
    format!("{standing}, employee number {number}, e-mail {email}")
}
