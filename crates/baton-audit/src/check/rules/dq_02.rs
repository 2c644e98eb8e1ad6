//! DQ-02: no fact that most people of an HR file had before is now gone for almost everybody.
//!
//! Compared are the people who had not left on the day of the earlier sync with those who have not left on the day;
//! for last days, the people who have left, then and now. Raised per fact when before at least `[facts]
//! filled_percent` of them and at least `min_people` had it, and now at most `empty_percent` have. Nothing is raised
//! when nobody is there now to have it: that is DQ-01's. Skipped when no HR file has an earlier state.

use connector_core::Result;
use jiff::civil::Date;

use crate::check::case::{Case, Placed};
use crate::check::finding::Subject;
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::{EXAMPLES, NO_EARLIER};
use crate::identity::{Identity, Status};

/// A fact, by its name in profiles, and whether somebody has it.
type Fact = (&'static str, fn(&Identity) -> bool);

/// Facts of people who have not left.
const OF_STAFF: [Fact; 9] = [
    ("department", |p| {
        p.department.is_some() || p.department_id.is_some()
    }),
    ("email", |p| !p.emails.is_empty()),
    ("employee_id", |p| !p.employee_ids.is_empty()),
    ("employment_type", |p| p.employment_type.is_some()),
    ("job_title", |p| p.job_title.is_some()),
    ("lifecycle_state", |p| {
        p.status != Status::Unspecified || p.state_word.is_some()
    }),
    ("location", |p| p.location.is_some()),
    ("manager", |p| !p.manager.is_absent()),
    ("start_date", |p| p.start_date.is_some()),
];

/// Facts of leavers.
const OF_LEAVERS: [Fact; 1] = [("end_date", |p| p.end_date.is_some())];

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.pairs.is_empty() {
        return Ok(Verdict::Skipped(NO_EARLIER.to_owned()));
    }
    for &(now, earlier) in &case.pairs {
        let then = earlier.opened.source.seen_on().unwrap_or(case.day);
        for (left, facts) in [(false, &OF_STAFF[..]), (true, &OF_LEAVERS[..])] {
            let before = people(earlier, then, left);
            let today = people(now, case.day, left);
            for fact in facts {
                compare(case, fact, (earlier, &before), (now, &today), ledger);
            }
        }
    }
    Ok(Verdict::Ran)
}

fn people<'a>(file: Placed<'a>, day: Date, left: bool) -> Vec<&'a Identity> {
    let all = file.opened.roster.iter();
    all.filter(|p| p.lifecycle_on(day).has_left() == left)
        .collect()
}

fn compare(
    case: &Case<'_>,
    &(name, has): &Fact,
    (earlier, before): (Placed<'_>, &[&Identity]),
    (now, today): (Placed<'_>, &[&Identity]),
    ledger: &mut Ledger,
) {
    let limits = case.policy.facts;
    let count = |people: &[&Identity]| people.iter().filter(|p| has(p)).count();
    let (filled, left) = (count(before), count(today));
    let most = filled >= limits.min_people
        && filled * 100 >= before.len() * usize::from(limits.filled_percent);
    let few = !today.is_empty() && left * 100 <= today.len() * usize::from(limits.empty_percent);
    if !most || !few {
        return;
    }
    let message = format!(
        "was there for {filled} of {} people and is now for {left} of {}",
        before.len(),
        today.len()
    );
    let mut evidence = Vec::new();
    for person in before.iter().filter(|p| has(p)) {
        let same = now.opened.roster.get(&person.key).filter(|p| !has(p));
        if let Some(same) = same
            && evidence.len() < EXAMPLES
        {
            evidence.push(now.evidence(same, format!("no {name}")));
            evidence.push(earlier.evidence(person, format!("had {name}")));
        }
    }
    let subject = Subject::Thing {
        file: now.file,
        name: name.to_owned(),
    };
    ledger.raise(subject, message, evidence);
}
