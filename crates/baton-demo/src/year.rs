//! The year before the demo: what the first HR system and the apps would have had each month, as files that were kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use baton_demo::Connector;
use connector_sandbox::company::{Company, Lifecycle};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::audit::Failure;

/// Months of the year, the demo's own not among them.
const MONTHS: i64 = 12;

/// A file that was kept, what it is of, and the company that it is about.
pub(crate) struct Kept {
    pub(crate) connector: Connector,
    pub(crate) file: PathBuf,
    pub(crate) company: Company,
    pub(crate) time: Timestamp,
}

/// The files of the year before `now` in `dir`, which is emptied of those of an earlier demo.
pub(crate) fn files(
    dir: &Path,
    company: &Company,
    connectors: &[Connector],
    now: Timestamp,
) -> Result<Vec<Kept>, Failure> {
    fs::create_dir_all(dir)?;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "c1z") {
            fs::remove_file(path)?;
        }
    }
    let mut files = Vec::new();
    for months in (1..=MONTHS).rev() {
        let time = now
            .to_zoned(jiff::tz::TimeZone::UTC)
            .checked_sub(months.months())?;
        let then = seen_on(company, time.date());
        for connector in connectors {
            let name = format!("{}-{}.c1z", connector.vendor.name, time.date());
            files.push(Kept {
                connector: connector.clone(),
                file: dir.join(name),
                company: then.clone(),
                time: time.timestamp(),
            });
        }
    }
    Ok(files)
}

/// The company as it was on an earlier day. Who leads others was there all the time, so that no line of managers breaks.
fn seen_on(company: &Company, day: Date) -> Company {
    let mut then = company.clone();
    then.today = day;
    let managers = company.people.iter().filter_map(|p| p.manager.clone());
    let managers: BTreeSet<String> = managers.collect();
    then.remove_people(|person| person.start_date > day && !managers.contains(&person.id));
    for person in &mut then.people {
        person.start_date = person.start_date.min(day);
        let leaves_later = person.end_date.is_some_and(|end| end >= day);
        if person.lifecycle == Lifecycle::Terminated && leaves_later {
            (person.lifecycle, person.end_date) = (Lifecycle::Employed, None);
        }
    }
    then
}
