//! HR-07: one record per human within an HR file.
//!
//! Records are one human's when they have the same employee number, whatever their state, or the same e-mail
//! address and at least one of them has left (the person came back, or changed contracts, under a new record). An
//! address that two people at work share is HR-05's; names never count. Raised once per group of such records: for
//! the first that has not left, else for the first, in order of ids.

use std::collections::BTreeMap;

use super::{
    Check, CheckContext, Collector, EXAMPLES, IDENTITY, Identity, Need, NumberedFile, Result,
    Severity, listed,
};
use crate::identity::{Index, fold_email, fold_number};

pub(crate) const CHECK: Check = Check {
    id: "HR-07",
    title: "One record per human",
    severity: Severity::Low,
    controls: IDENTITY,
    remedy: "Merge the records, or give each its own employee number and e-mail address.",
    needs: &[Need::People],
    whole_file: false,
    always: false,
    run,
};

/// Other records that the message names.
const NAMED: usize = 5;

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &hr in &context.hr {
        let people: Vec<&Identity> = context.in_scope_of(hr).collect();
        for group in groups(context, &people) {
            raise(context, hr, &group, found);
        }
    }
    Ok(())
}

/// Groups of two records or more, each in order of ids.
fn groups<'a>(context: &CheckContext<'_>, people: &[&'a Identity]) -> Vec<Vec<&'a Identity>> {
    let numbers = having(people, |p| {
        p.employee_ids.iter().filter_map(|n| fold_number(n))
    });
    let emails = having(people, |p| p.emails.iter().filter_map(|e| fold_email(e)));
    let has_left = |have: &&[usize]| {
        have.iter()
            .any(|&at| context.standing(people[at]).has_left())
    };
    // Groups that share a member are one, so they are joined through their first records.
    let mut head: Vec<usize> = (0..people.len()).collect();
    for have in numbers.groups().chain(emails.groups().filter(has_left)) {
        for pair in have.windows(2) {
            let (one, two) = (first(&mut head, pair[0]), first(&mut head, pair[1]));
            head[one.max(two)] = one.min(two);
        }
    }
    let heads: Vec<usize> = (0..people.len()).map(|at| first(&mut head, at)).collect();
    let mut sizes = vec![0_u32; people.len()];
    heads.iter().for_each(|&head| sizes[head] += 1);
    let mut groups: BTreeMap<usize, Vec<&Identity>> = BTreeMap::new();
    for (&head, &person) in heads.iter().zip(people) {
        if sizes[head] > 1 {
            groups.entry(head).or_default().push(person);
        }
    }
    groups.into_values().collect()
}

/// Positions of the people who have each value.
fn having<'a, I: Iterator<Item = String>>(
    people: &[&'a Identity],
    values: impl Fn(&'a Identity) -> I,
) -> Index<usize> {
    let people = people.iter().enumerate();
    Index::new(people.flat_map(|(at, &person)| values(person).map(move |value| (value, at))))
}

/// The first record of the group that `at` is in. Shortens the way for the next look-up.
fn first(head: &mut [usize], mut at: usize) -> usize {
    while head[at] != at {
        head[at] = head[head[at]];
        at = head[at];
    }
    at
}

fn raise(
    context: &CheckContext<'_>,
    hr: NumberedFile<'_>,
    group: &[&Identity],
    found: &mut Collector,
) {
    let current = group.iter().find(|p| !context.standing(p).has_left());
    let Some(&subject) = current.or(group.first()) else {
        return;
    };
    let others = group.iter().copied().filter(|p| p.row != subject.row);
    let keys: Vec<String> = others.clone().map(|p| p.key.to_string()).collect();
    let keys = listed(keys.iter().map(String::as_str), NAMED);
    let message = format!("has {} records: also {keys}", group.len());
    let rows = [subject].into_iter().chain(others).take(EXAMPLES);
    let evidence = rows.map(|p| hr.evidence(p, facts(context, p))).collect();
    found.raise(hr.subject(subject), message, evidence);
}

fn facts(context: &CheckContext<'_>, person: &Identity) -> String {
    let standing = context.standing(person).as_str();
    let number = person.employee_id().unwrap_or("none");
    let email = person.email().unwrap_or("none");
    format!("{standing}, employee number {number}, e-mail {email}")
}
