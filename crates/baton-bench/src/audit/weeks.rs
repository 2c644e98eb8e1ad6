//! A company week by week: an HR file and the file of an app for each, for `baton-audit history`.
//!
//! Every week some people leave and come and get other titles, and accounts of leavers are disabled some weeks later, a
//! few never.

use std::path::{Path, PathBuf};

use connector_core::model::StatusKind;
use connector_sandbox::company::{Company, Lifecycle, Person};
use connector_testkit::file::SyncFile;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::files::{app, drawn, employee};
use crate::Result;

/// People of a thousand who leave in a week; as many come.
const LEAVE: u64 = 4;
/// People of a thousand who have another title than at first, more every week.
const MOVE: u64 = 2;
/// Weeks after which the account of a leaver is disabled at the latest; of those drawn in between, the last is never.
const REVOKED: u64 = 8;

/// What is written.
#[derive(Debug, Clone)]
pub struct Weeks {
    /// The directory; it need not be there.
    pub dir: PathBuf,
    /// People at first, and accounts.
    pub people: usize,
    /// Grants of each file of the app.
    pub grants: usize,
    /// Weeks, and files of each system.
    pub weeks: usize,
}

impl Weeks {
    /// The options of a command line: `DIR [--people N] [--grants N] [--weeks N]`; `None` when it cannot be read.
    pub fn parse(args: &[String]) -> Option<Self> {
        let (dir, flags) = args.split_first()?;
        let mut weeks = Self {
            dir: dir.into(),
            people: 20_000,
            grants: 200_000,
            weeks: 52,
        };
        for pair in flags.chunks(2) {
            let [flag, value] = pair else { return None };
            let value = value.parse::<usize>().ok()?.max(1);
            match flag.as_str() {
                "--people" => weeks.people = value,
                "--grants" => weeks.grants = value,
                "--weeks" => weeks.weeks = value,
                _ => return None,
            }
        }
        Some(weeks)
    }

    fn a_week(&self, of_thousand: u64) -> usize {
        self.people * usize::try_from(of_thousand).unwrap_or(0) / 1000
    }
}

/// Writes the files: `hr-<day>.c1z` and `app-<day>.c1z`.
///
/// # Errors
/// When a file cannot be written.
pub fn weeks(options: &Weeks) -> Result<()> {
    std::fs::create_dir_all(&options.dir)?;
    let change = options.a_week(LEAVE);
    let company = Company::generate(options.people + change * options.weeks, 7);
    let begin: Timestamp = "2025-01-05T08:00:00Z".parse()?;
    for week in 0..options.weeks {
        let ended_at = begin + (i64::try_from(week)? * 7 * 24).hours();
        let day = ended_at.to_zoned(TimeZone::UTC).date();
        let known = &company.people[..options.people + change * week];
        let people: Vec<Person> = known
            .iter()
            .enumerate()
            .map(|(at, person)| as_of(person, left_in(at, options.people, change), week, begin))
            .collect();
        let people: Vec<(usize, &Person)> = people.iter().enumerate().collect();
        let mut hr = SyncFile::ended_at(ended_at);
        for &(at, person) in &people {
            let has_moved = drawn(4, at, MOVE * week as u64);
            hr.push(employee(&company, person, has_moved));
        }
        hr.write(&path(&options.dir, "hr", &day.to_string()))?;
        let state = |at: usize| {
            let after = at as u64 % REVOKED;
            let off = left_in(at, options.people, change).map(|left| left as u64 + after);
            match off.is_some_and(|off| off <= week as u64 && after + 1 < REVOKED) {
                true => StatusKind::Disabled,
                false => StatusKind::Enabled,
            }
        };
        let moved = |number| drawn(5, number, MOVE * week as u64);
        app(ended_at + 1.hour(), &people, options.grants, state, moved).write(&path(
            &options.dir,
            "app",
            &day.to_string(),
        ))?;
    }
    Ok(())
}

fn path(dir: &Path, system: &str, day: &str) -> PathBuf {
    dir.join(format!("{system}-{day}.c1z"))
}

/// The week in which a person leaves: from the second week on every week the next ones, the last of the company first,
/// because these manage nobody.
fn left_in(at: usize, people: usize, change: usize) -> Option<usize> {
    let after = people.checked_sub(at + 1)?;
    (change > 0).then(|| after / change + 1)
}

/// The person as they are in a week; from week `left` on they have left.
fn as_of(person: &Person, left: Option<usize>, week: usize, begin: Timestamp) -> Person {
    let mut person = person.clone();
    let has_left = left.filter(|&left| left <= week);
    (person.lifecycle, person.end_date) = match has_left {
        Some(left) => {
            let days = i64::try_from(left).unwrap_or(0) * 7 - 3;
            let end = begin + (days * 24).hours();
            (
                Lifecycle::Terminated,
                Some(end.to_zoned(TimeZone::UTC).date()),
            )
        }
        None => (Lifecycle::Employed, None),
    };
    person
}
