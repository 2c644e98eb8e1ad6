//! HR-06: state and dates of every person in scope agree, whatever their state.
//!
//! Raised when the file calls a person left but gives no last day, or one after the day; when the last day is over
//! (before the day) but the file does not call them left, also when it gives no state; and when the first day is
//! after the last. A last day that is the day itself agrees with either.

use jiff::civil::Date;

use super::{Check, CheckContext, Collector, IDENTITY, Identity, Need, Result, Severity};

pub(crate) const CHECK: Check = Check {
    id: "HR-06",
    title: "State and dates agree",
    severity: Severity::Medium,
    controls: IDENTITY,
    remedy: "Correct the state or the dates in the HR system.",
    needs: &[Need::People],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for (hr, person) in context.in_scope() {
        let faults = faults(person, context.day);
        if !faults.is_empty() {
            found.raise_person(hr, person, faults.join("; "), facts(person));
        }
    }
    Ok(())
}

fn faults(person: &Identity, day: Date) -> Vec<String> {
    let mut faults = Vec::new();
    let has_left = person.lifecycle.has_left();
    let state = person.lifecycle.as_str();
    match person.end_date {
        None if has_left => faults.push(format!("has the state {state}, but no last day")),
        Some(end) if has_left && end > day => {
            faults.push(format!(
                "has the state {state}, but the last day {end} is still to come"
            ));
        }
        Some(end) if !has_left && end < day => {
            faults.push(format!("had the last day {end}, but has the state {state}"));
        }
        _ => {}
    }
    if let (Some(start), Some(end)) = (person.start_date, person.end_date)
        && start > end
    {
        faults.push(format!("has a first day {start} after the last day {end}"));
    }
    faults
}

fn facts(person: &Identity) -> String {
    let day = |day: Option<Date>| day.map_or("none".to_owned(), |day| day.to_string());
    let word = person.state_word.as_deref().unwrap_or("none");
    let (status, start) = (person.status.as_str(), day(person.start_date));
    let end = day(person.end_date);
    format!("status {status}, state {word}, start {start}, end {end}")
}
