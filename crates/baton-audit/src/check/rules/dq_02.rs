//! DQ-02: no fact that most people of an HR file had before is now gone for almost all of them.
//!
//! Compared are the people who had not left on the day of the earlier sync with those who have not left on the day;
//! for last days, the people who have left, then and now. Raised per fact when before at least `[facts]
//! filled_percent` of them and at least `min_people` had it, and now at most `empty_percent` have. Nothing is raised
//! when the file has no person now who could have it: that is DQ-01's. Skipped when no HR file has an earlier state.

use jiff::civil::Date;

use super::{
    Check, CheckContext, Collector, EXAMPLES, IDENTITY, Identity, Need, NumberedFile, Result,
    Severity, Subject,
};
use crate::identity::Status;

pub(crate) const CHECK: Check = Check {
    id: "DQ-02",
    title: "No fact has disappeared from all people",
    severity: Severity::High,
    controls: IDENTITY,
    remedy: "Check whether the HR credential lost a permission.",
    needs: &[Need::EarlierSync],
    whole_file: false,
    always: false,
    run,
};

/// A fact, by its name in profiles, and whether a person has it.
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

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &(now, earlier) in &context.pairs {
        let then = context.seen_on(earlier);
        for (left, facts) in [(false, &OF_STAFF[..]), (true, &OF_LEAVERS[..])] {
            let before = people(earlier, then, left);
            let today = people(now, context.day, left);
            for fact in facts {
                compare(context, fact, (earlier, &before), (now, &today), found);
            }
        }
    }
    Ok(())
}

fn people<'a>(file: NumberedFile<'a>, day: Date, left: bool) -> Vec<&'a Identity> {
    let all = file.loaded.roster.iter();
    all.filter(|p| p.lifecycle_on(day).has_left() == left)
        .collect()
}

fn compare(
    context: &CheckContext<'_>,
    &(name, has): &Fact,
    (earlier, before): (NumberedFile<'_>, &[&Identity]),
    (now, today): (NumberedFile<'_>, &[&Identity]),
    found: &mut Collector,
) {
    let limits = context.policy.facts;
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
        let same = now.loaded.roster.get(&person.key).filter(|p| !has(p));
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
    found.raise(subject, message, evidence);
}
