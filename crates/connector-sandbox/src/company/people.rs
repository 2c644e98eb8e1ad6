//! The people: a tree of managers, names in many scripts, every lifecycle state.

use std::fmt;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use super::private::Private;
use super::{Department, MAIL_DOMAIN, Site, Title, departments, names};
use crate::draw::Draw;

/// People who report to one manager.
const REPORTS: usize = 8;

/// The state of a person's employment, from the signed contract to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifecycle {
    /// Signed, starts later.
    Hired,
    /// Working.
    Employed,
    /// Worked the last day, still under contract.
    GardenLeave,
    /// Away for a while.
    Leave,
    /// On parental leave.
    ParentalLeave,
    /// Left.
    Terminated,
    /// A state the company made up.
    Custom(String),
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hired => "hired",
            Self::Employed => "employed",
            Self::GardenLeave => "garden leave",
            Self::Leave => "leave",
            Self::ParentalLeave => "parental leave",
            Self::Terminated => "terminated",
            Self::Custom(word) => word,
        })
    }
}

/// The kind of contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmploymentKind {
    /// Permanent.
    Permanent,
    /// Ends on a fixed date.
    FixedTerm,
    /// Not an employee of the company.
    Contractor,
}

impl EmploymentKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "Permanent",
            Self::FixedTerm => "Fixed term",
            Self::Contractor => "Contractor",
        }
    }
}

/// One person.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Nineteen digits, more than a 64-bit float holds.
    pub id: String,
    /// The number that the company gave the person; it is unique.
    pub employee_number: u32,
    /// Given name.
    pub first_name: String,
    /// Further given name.
    pub middle_name: Option<String>,
    /// Family name.
    pub last_name: String,
    /// What the person wants to be called, when it is not the given name.
    pub preferred_name: Option<String>,
    /// The whole name in the order of its tradition.
    pub display_name: String,
    /// Work e-mail address; a few have none.
    pub email: Option<String>,
    /// Id of the [`Title`].
    pub title: Option<String>,
    /// Id of the [`Department`].
    pub department: Option<String>,
    /// Id of the [`Site`].
    pub site: Option<u32>,
    /// Id of the manager; the head of the company has none.
    pub manager: Option<String>,
    /// First day.
    pub start_date: Date,
    /// Last day, past or agreed.
    pub end_date: Option<Date>,
    /// Where the person stands.
    pub lifecycle: Lifecycle,
    /// The kind of contract.
    pub employment: EmploymentKind,
    /// What no connector may keep.
    pub private: Private,
}

/// What people are placed into.
pub(super) struct Setting<'a> {
    pub(super) today: Date,
    pub(super) departments: &'a [Department],
    pub(super) sites: &'a [Site],
    pub(super) titles: &'a [Title],
}

/// `count` people; a manager always comes before their reports.
pub(super) fn generate(count: usize, seed: u64, setting: &Setting<'_>) -> Vec<Person> {
    let mut draw = Draw::new(seed, 2);
    let (live, archived) = departments::open_to_people(setting.departments);
    let mut people: Vec<Person> = Vec::with_capacity(count);
    for index in 0..count {
        let manager = (index > 0).then(|| people[(index - 1) / REPORTS].id.clone());
        let has_reports = index * REPORTS + 1 < count;
        let lifecycle = lifecycle(&mut draw, index, count, has_reports);
        let (start_date, end_date) = dates(&mut draw, &lifecycle, setting.today);
        let name = name(&mut draw);
        let private = Private::generate(&mut draw, index + 1, lifecycle == Lifecycle::Terminated);
        let department = if draw.per_mille(10) && !archived.is_empty() {
            Some(draw.pick(&archived).id.clone())
        } else {
            (!draw.per_mille(20)).then(|| draw.pick(&live).id.clone())
        };
        people.push(Person {
            id: id(&mut draw, index),
            employee_number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            email: (!draw.per_mille(5))
                .then(|| format!("{}.{}@{MAIL_DOMAIN}", name.address, index + 1)),
            first_name: name.first,
            middle_name: draw.per_mille(60).then(|| "Æsa".to_owned()),
            last_name: name.last,
            preferred_name: draw.per_mille(80).then(|| "Robin".to_owned()),
            display_name: name.display,
            title: title(&mut draw, setting.titles, index, has_reports),
            department,
            site: Some(draw.pick(setting.sites).id),
            manager,
            start_date,
            end_date,
            lifecycle,
            employment: employment(&mut draw),
            private,
        });
    }
    people
}

/// Unique through its first ten digits; a 64-bit float would lose the last ones.
fn id(draw: &mut Draw, index: usize) -> String {
    format!("3{:09}{}", index + 901, draw.digits(9))
}

struct DrawnName {
    first: String,
    last: String,
    display: String,
    /// What comes before the number in the e-mail address.
    address: String,
}

fn name(draw: &mut Draw) -> DrawnName {
    let script = if draw.per_mille(600) {
        &names::SCRIPTS[0]
    } else {
        draw.pick(names::SCRIPTS)
    };
    let (first, first_address) = draw.pick(script.given);
    let (last, last_address) = draw.pick(script.family);
    DrawnName {
        first: (*first).to_owned(),
        last: (*last).to_owned(),
        display: if script.family_first {
            format!("{last} {first}")
        } else {
            format!("{first} {last}")
        },
        address: format!("{first_address}.{last_address}"),
    }
}

/// The head and the managers work; the last seven of a company of sixteen or more are one of each state.
fn lifecycle(draw: &mut Draw, index: usize, count: usize, has_reports: bool) -> Lifecycle {
    let custom = |draw: &mut Draw| Lifecycle::Custom((*draw.pick(names::CUSTOM_STATES)).to_owned());
    if count >= 16 && index + 7 >= count {
        return match count - index {
            7 => Lifecycle::Hired,
            6 => Lifecycle::GardenLeave,
            5 => Lifecycle::Leave,
            4 => Lifecycle::ParentalLeave,
            3 => Lifecycle::Terminated,
            2 => custom(draw),
            _ => Lifecycle::Employed,
        };
    }
    let drawn = draw.below(1_000);
    if has_reports {
        return Lifecycle::Employed;
    }
    match drawn {
        0..114 => Lifecycle::Terminated,
        114..132 => Lifecycle::Hired,
        132..140 => Lifecycle::GardenLeave,
        140..152 => Lifecycle::ParentalLeave,
        152..164 => Lifecycle::Leave,
        164..171 => custom(draw),
        _ => Lifecycle::Employed,
    }
}

/// First and last day that fit the state on the day `today`.
fn dates(draw: &mut Draw, lifecycle: &Lifecycle, today: Date) -> (Date, Option<Date>) {
    /// No person started before this day, and all people were born before it.
    const FIRST: Date = date(2008, 1, 7);
    let days = |draw: &mut Draw, from: usize, to: usize| -> Span {
        Span::new().days(draw.between(from, to) as i64)
    };
    if *lifecycle == Lifecycle::Hired {
        return (today.saturating_add(days(draw, 1, 120)), None);
    }
    let end = match lifecycle {
        Lifecycle::Terminated => Some(today.saturating_sub(days(draw, 1, 900))),
        Lifecycle::GardenLeave => Some(today.saturating_add(days(draw, 1, 90))),
        _ => draw
            .per_mille(20)
            .then(|| today.saturating_add(days(draw, 5, 180))),
    };
    let latest = end.unwrap_or(today).min(today);
    let back = 30.days().days(draw.between(30, 4_000) as i64);
    (latest.saturating_sub(back).max(FIRST), end)
}

fn title(draw: &mut Draw, titles: &[Title], index: usize, has_reports: bool) -> Option<String> {
    let at = match (index, has_reports) {
        (0, _) => 0,
        (_, true) => draw.between(1, 3),
        (_, false) if draw.per_mille(15) => return None,
        (_, false) => draw.between(3, titles.len()),
    };
    titles.get(at).map(|t| t.id.clone())
}

fn employment(draw: &mut Draw) -> EmploymentKind {
    match draw.below(100) {
        0..85 => EmploymentKind::Permanent,
        85..94 => EmploymentKind::FixedTerm,
        _ => EmploymentKind::Contractor,
    }
}
