//! Leavers, and how long their access stayed.
//!
//! A person has left when all their records in the HR files show it, on the day judged for. Time to revoke runs from the
//! last day that HR gives, or else from the first sync in which HR says that they left, to the first sync in which the
//! last of their accounts is disabled or gone. An account is theirs when it was matched to them, at that time or before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::accounts::{Account, Accounts, Passed};
use super::figures::days;
use super::people::{Number, People};
use crate::check::CheckContext;
use crate::identity::{AccountType, Identity};

/// From which day time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The last day that HR gives.
    LastDay,
    /// HR gives no last day: the first sync in which it says that the person left.
    FirstSaid,
    /// HR never said that the person left: the first sync without the record.
    RecordGone,
}

impl From {
    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::LastDay => "last day",
            Self::FirstSaid => "first said",
            Self::RecordGone => "record gone",
        }
    }
}

/// What became of a leaver's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of it is gone since this day.
    Revoked(Date),
    /// Some of it can still be used.
    Open,
    /// It was open when the person came back on this day.
    Back(Date),
    /// No account of theirs could ever be used.
    NoAccess,
}

impl Outcome {
    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked(_) => "revoked",
            Self::Open => "open",
            Self::Back(_) => "back",
            Self::NoAccess => "no_access",
        }
    }
}

/// A person who left.
#[derive(Debug, Clone)]
pub(super) struct Leaver {
    /// Position of the HR system.
    pub(super) system: usize,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) from: From,
    /// The day from which time runs.
    pub(super) start: Date,
    /// The day of the first sync in which HR said so.
    pub(super) known_on: Date,
    /// Whether they left while files were there, and not before the first one.
    pub(super) is_of_period: bool,
    pub(super) outcome: Outcome,
    /// Days until access was gone, or until now.
    pub(super) days: Option<u64>,
    /// Positions of the apps with an account of theirs, and whether it can be used now.
    pub(super) apps: BTreeMap<usize, bool>,
    /// The day since which the record is gone from the HR file.
    pub(super) record_gone: Option<Date>,
    /// The day on which an account could be used again.
    pub(super) live_again: Option<Date>,
    /// The day on which an account that could be used was another's, and the positions of these apps.
    passed: Option<Date>,
    pub(super) passed_in: BTreeSet<usize>,
}

/// What is known of a person.
#[derive(Debug, Default)]
struct Known {
    /// The name and id of the record that was seen last, while it is not known that they left.
    present: Option<(usize, String, String)>,
    left: Option<Leaver>,
}

/// All people that were ever seen.
#[derive(Debug, Default)]
pub(super) struct Leavers {
    known: HashMap<Number, Known>,
    back: Vec<Leaver>,
    first_hr_day: Option<Date>,
    /// How many people's last day is over as of the last day judged, although the HR file does not call them left.
    pub(super) not_called_left: usize,
}

/// The records of one person in the files of a day.
struct Records<'a> {
    system: usize,
    person: &'a Identity,
    has_left: bool,
    /// The latest last day, while all records that have left give one.
    last_day: Option<Date>,
    /// Whether the last day of each record is over.
    is_over: bool,
    seen_on: Date,
}

impl Leavers {
    /// Takes in the HR files of a day. `accounts` are as they were before that day; `hr` has the positions of the
    /// systems and whether there is a new sync of each.
    pub(super) fn see(
        &mut self,
        context: &CheckContext<'_>,
        hr: &[(usize, bool)],
        people: &mut People,
        accounts: &Accounts,
    ) {
        let day = context.day;
        self.first_hr_day.get_or_insert(day);
        let now = records(context, hr, people);
        let not_called = now.values().filter(|it| it.is_over && !it.has_left);
        self.not_called_left = not_called.count();
        self.unite(people);
        let returned: Vec<Number> = now
            .iter()
            .filter(|(number, it)| !it.has_left && self.has_left(**number))
            .map(|(number, _)| *number)
            .collect();
        if !returned.is_empty() {
            let mut theirs = accounts.by_person(people);
            for number in returned {
                let theirs = theirs.remove(&number).unwrap_or_default();
                let known = self.known.entry(number).or_default();
                if let Some(mut leaver) = known.left.take() {
                    leaver.settle(&theirs, day, Some(day));
                    self.back.push(leaver);
                }
            }
        }
        for (&number, it) in &now {
            self.one(number, it, day);
        }
        if hr.iter().any(|&(_, is_new)| is_new) {
            self.gone(&now, day);
        }
    }

    /// What is known of a number that turned out to be another one's person is that person's: also that they had left,
    /// while only the one record was known to be theirs.
    fn unite(&mut self, people: &People) {
        let others = self.known.keys().copied();
        let others: Vec<Number> = others.filter(|&it| people.one(it) != it).collect();
        for number in others {
            if let Some(known) = self.known.remove(&number) {
                let one = self.known.entry(people.one(number)).or_default();
                one.present = one.present.take().or(known.present);
                one.left = one.left.take().or(known.left);
            }
        }
    }

    fn has_left(&self, number: Number) -> bool {
        self.known.get(&number).is_some_and(|it| it.left.is_some())
    }

    /// Whether the person was there before, and had not left.
    pub(super) fn was_present(&self, number: Number) -> bool {
        let known = self.known.get(&number);
        known.is_some_and(|it| it.present.is_some())
    }

    fn one(&mut self, number: Number, it: &Records<'_>, day: Date) {
        let first_hr_day = self.first_hr_day;
        let known = self.known.entry(number).or_default();
        let named = || (it.person.key.to_string(), it.person.name.clone());
        if !it.has_left {
            let (id, name) = named();
            known.present = Some((it.system, id, name));
            return;
        }
        let was_present = known.present.take().is_some();
        let leaver = known.left.get_or_insert_with(|| {
            let (id, name) = named();
            let before = first_hr_day.filter(|&first| first < day);
            let since_before = |last: Date| before.is_some_and(|first| last > first);
            Leaver {
                system: it.system,
                id,
                name,
                from: From::FirstSaid,
                start: it.seen_on,
                known_on: it.seen_on,
                is_of_period: was_present || it.last_day.is_some_and(since_before),
                outcome: Outcome::NoAccess,
                days: None,
                apps: BTreeMap::new(),
                record_gone: None,
                live_again: None,
                passed: None,
                passed_in: BTreeSet::new(),
            }
        });
        // The newest word of HR on the last day counts, also when the record had been gone meanwhile.
        leaver.record_gone = None;
        (leaver.from, leaver.start) = match it.last_day {
            Some(last_day) => (From::LastDay, last_day),
            None => (From::FirstSaid, leaver.known_on),
        };
    }

    /// Who is in no HR file any more.
    fn gone(&mut self, now: &BTreeMap<Number, Records<'_>>, day: Date) {
        for (number, known) in &mut self.known {
            if now.contains_key(number) {
                continue;
            }
            if let Some(leaver) = &mut known.left {
                leaver.record_gone.get_or_insert(day);
            }
            if let Some((system, id, name)) = known.present.take() {
                known.left = Some(Leaver {
                    system,
                    id,
                    name,
                    from: From::RecordGone,
                    start: day,
                    known_on: day,
                    is_of_period: true,
                    outcome: Outcome::NoAccess,
                    days: None,
                    apps: BTreeMap::new(),
                    record_gone: Some(day),
                    live_again: None,
                    passed: None,
                    passed_in: BTreeSet::new(),
                });
            }
        }
    }

    /// Takes in accounts that went from a leaver to another.
    pub(super) fn passed(&mut self, passed: &[Passed], day: Date) {
        for it in passed {
            let known = self.known.get_mut(&it.from);
            if let Some(leaver) = known.and_then(|known| known.left.as_mut()) {
                leaver.passed = Some(day);
                leaver.passed_in.insert(it.system);
            }
        }
    }

    /// All leavers who left while files were there, or had access then, in order of the days on which they left.
    /// Returns also how many others there were.
    pub(super) fn into_all(
        self,
        accounts: &Accounts,
        people: &People,
        last: Date,
    ) -> (Vec<Leaver>, usize) {
        let theirs = accounts.by_person(people);
        let open = self.known.into_iter().filter_map(|(number, known)| {
            let mut leaver = known.left?;
            let none = Vec::new();
            leaver.settle(theirs.get(&number).unwrap_or(&none), last, None);
            Some(leaver)
        });
        let (mut all, others): (Vec<Leaver>, Vec<Leaver>) = self
            .back
            .into_iter()
            .chain(open)
            .partition(|it| it.is_of_period || it.had_access_after());
        all.sort_by(|a, b| {
            (a.start, a.system, &a.id, a.known_on).cmp(&(b.start, b.system, &b.id, b.known_on))
        });
        (all, others.len())
    }
}

impl Leaver {
    /// Says what became of the access: of these accounts, as of a day; `back` when the person came back then.
    fn settle(&mut self, accounts: &[(usize, &Account)], day: Date, back: Option<Date>) {
        let mut gone: Option<Date> = self.passed;
        let mut is_open = false;
        for &(system, account) in accounts.iter().filter(|(_, it)| it.was_live) {
            *self.apps.entry(system).or_default() |= account.is_live;
            is_open |= account.is_live;
            if !account.is_live {
                gone = gone.max(Some(account.since));
            }
            let again = account.back_on.filter(|&again| again > self.start);
            self.live_again = self.live_again.max(again);
        }
        self.passed_in.iter().for_each(|&system| {
            self.apps.entry(system).or_default();
        });
        (self.outcome, self.days) = match (is_open, gone, back) {
            (true, _, Some(back)) => (Outcome::Back(back), Some(days(self.start, back))),
            (true, _, None) => (Outcome::Open, Some(days(self.start, day))),
            (false, Some(gone), _) => (Outcome::Revoked(gone), Some(days(self.start, gone))),
            (false, None, _) => (Outcome::NoAccess, None),
        };
    }

    /// Whether access could still be used after the day from which time runs.
    fn had_access_after(&self) -> bool {
        match self.outcome {
            Outcome::Open | Outcome::Back(_) => true,
            Outcome::Revoked(gone) => gone > self.start,
            Outcome::NoAccess => false,
        }
    }
}

/// The people of all HR files of the context; records of several HR systems that share an address are one person.
fn records<'a>(
    context: &CheckContext<'a>,
    hr: &[(usize, bool)],
    people: &mut People,
) -> BTreeMap<Number, Records<'a>> {
    let all = || {
        let files = context.hr.iter().zip(hr);
        files.flat_map(|(file, &(system, _))| {
            let humans = file.loaded.roster.iter();
            let humans = humans.filter(|it| it.account_type == AccountType::Human);
            humans.map(move |person| (*file, system, person))
        })
    };
    if hr.len() > 1 {
        for (file, system, person) in all() {
            let number = people.of(system, &person.key);
            for address in &person.emails {
                for (other_file, other) in context.named(address) {
                    if other_file.file < file.file {
                        let other = people.of(hr[other_file.file].0, &other.key);
                        people.unite(number, other);
                    }
                }
            }
        }
    }
    let mut now: BTreeMap<Number, Records<'a>> = BTreeMap::new();
    for (file, system, person) in all() {
        let has_left = context.standing(person).has_left();
        let seen_on = context.seen_on(file);
        let last_day = person.end_date.filter(|_| has_left);
        let is_over = person.end_date.is_some_and(|last| last < context.day);
        now.entry(people.of(system, &person.key))
            .and_modify(|it| {
                it.last_day = match (it.has_left, has_left) {
                    (true, true) => it.last_day.zip(last_day).map(|(one, other)| one.max(other)),
                    _ => None,
                };
                it.has_left &= has_left;
                it.is_over &= is_over;
                it.seen_on = it.seen_on.max(seen_on);
            })
            .or_insert(Records {
                system,
                person,
                has_left,
                last_day,
                is_over,
                seen_on,
            });
    }
    now
}
