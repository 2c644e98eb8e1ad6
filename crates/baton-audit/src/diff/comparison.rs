//! Two syncs and everything that differs between them: all counts, all people, and the first of the rest. The
//! rest can be walked again ([`Grants::for_each`], [`for_each_object`]), because it may be too much to hold.

use connector_core::Result;
use jiff::civil::Date;

use super::grants::{GrantChange, GrantCounts, Grants};
use super::guard::Guard;
use super::objects::{ObjectChange, ObjectCounts, ObjectKind, for_each_object};
use super::people::{self, PeopleDiff};
use crate::identity::Roster;
use crate::source::{Source, ZoneArgs};

/// A sync, its people, and the day on which their lifecycles are judged.
#[derive(Debug)]
pub struct Side {
    /// The file and its sync.
    pub source: Source,
    /// Its people.
    pub roster: Roster,
    /// The day.
    pub day: Date,
}

impl Side {
    /// Reads the people of the source's sync.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn load(source: Source, day: Date) -> Result<Self> {
        Ok(Self {
            roster: Roster::load(&source)?,
            source,
            day,
        })
    }

    /// Whether the sync is complete: full and finished.
    pub(super) fn is_whole(&self) -> bool {
        self.source.sync.sync_type == "full" && self.source.sync.ended_at.is_some()
    }

    fn has_grants(&self) -> bool {
        self.source.sync.sync_type != "resources_only"
    }
}

/// How many differ, and the first of them.
#[derive(Debug, Clone)]
pub struct Sample<C, T> {
    /// How many.
    pub counts: C,
    /// The first, in order.
    pub first: Vec<T>,
}

/// What differs between two syncs.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The earlier sync.
    pub old: &'a Side,
    /// The later sync.
    pub new: &'a Side,
    /// People.
    pub people: PeopleDiff<'a>,
    /// How many may be missing.
    pub guard: Guard,
    /// Resource types, resources and entitlements, in the order of [`ObjectKind::ALL`].
    pub objects: Vec<(ObjectKind, Sample<ObjectCounts, ObjectChange>)>,
    /// Grants; absent when they are not compared.
    pub grants: Option<Sample<GrantCounts, GrantChange<'a>>>,
}

impl Comparison<'_> {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.people.is_empty()
            && self.objects.iter().all(|(_, o)| o.counts.is_same())
            && self.grants.as_ref().is_none_or(|g| g.counts.is_same())
    }

    /// Whether so many people are missing that NEW must not be acted on.
    pub fn is_unsafe(&self) -> bool {
        let (missing, present) = (self.people.missing(), self.people.old_present);
        self.guard.is_over(missing, present)
    }
}

/// Compares two syncs. Of everything but people, the first `keep` of each kind are kept.
///
/// # Errors
/// When a file is damaged.
pub fn compare<'a>(
    old: &'a Side,
    new: &'a Side,
    guard: Guard,
    with_grants: bool,
    keep: usize,
) -> Result<Comparison<'a>> {
    let people = people::compare(&old.roster, &new.roster, old.day, new.day);
    let objects = ObjectKind::ALL.into_iter().map(|kind| {
        let mut first = Vec::new();
        let counts = for_each_object(kind, &old.source, &new.source, |change| {
            if first.len() < keep {
                first.push(change);
            }
            Ok(())
        })?;
        Ok((kind, Sample { counts, first }))
    });
    let objects = objects.collect::<Result<_>>()?;
    let with_grants = with_grants && old.has_grants() && new.has_grants();
    let grants = with_grants.then(|| first_grants(old, new, &people, keep));
    Ok(Comparison {
        grants: grants.transpose()?,
        old,
        new,
        people,
        guard,
        objects,
    })
}

/// The first grants added and the first removed, without those that were carried over.
fn first_grants<'a>(
    old: &'a Side,
    new: &'a Side,
    people: &PeopleDiff<'a>,
    keep: usize,
) -> Result<Sample<GrantCounts, GrantChange<'a>>> {
    let mut first: Vec<GrantChange<'a>> = Vec::new();
    let mut kept = [0, 0];
    let grants = Grants::of(&old.source, &new.source, people)?;
    let counts = grants.for_each(|change| {
        let kept = &mut kept[usize::from(change.added)];
        if *kept < keep && change.other_key.is_none() {
            *kept += 1;
            first.push(change);
        }
        Ok(())
    })?;
    Ok(Sample { counts, first })
}

/// The days on which two syncs are judged: each on the day it ended, but neither later than the day of the flag.
///
/// # Errors
/// As [`crate::source::DayArgs::require`].
pub(super) fn days(
    old: &Source,
    new: &Source,
    as_of: Option<Date>,
    zone: &ZoneArgs,
) -> Result<(Date, Date)> {
    let new_day = zone.require(as_of, new)?;
    let old_day = old.seen_on(&zone.timezone).unwrap_or(new_day);
    Ok((as_of.map_or(old_day, |day| day.min(old_day)), new_day))
}
