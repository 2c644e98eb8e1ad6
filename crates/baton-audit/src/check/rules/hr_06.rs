//! HR-06: state and dates of everybody in scope agree, whatever their state.
//!
//! Raised when the file calls somebody left but gives no last day, or one after the day; when the last day is over
//! (before the day) but the file does not call them left, also when it gives no state; and when the first day is
//! after the last. A last day that is the day itself agrees with either.

use connector_core::Result;
use jiff::civil::Date;

use crate::check::case::Case;
use crate::check::ledger::{Ledger, Verdict};
use crate::identity::Identity;

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for (hr, person) in case.in_scope() {
        let faults = faults(person, case.day);
        if !faults.is_empty() {
            let evidence = vec![hr.evidence(person, says(person))];
            ledger.raise(hr.subject(person), faults.join("; "), evidence);
        }
    }
    Ok(Verdict::Ran)
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

fn says(person: &Identity) -> String {
    let day = |day: Option<Date>| day.map_or("none".to_owned(), |day| day.to_string());
    let word = person.state_word.as_deref().unwrap_or("none");
    let (status, start) = (person.status.as_str(), day(person.start_date));
    let end = day(person.end_date);
    format!("status {status}, state {word}, start {start}, end {end}")
}
