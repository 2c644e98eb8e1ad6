//! People who have moved to another department since an earlier HR file, and who else is at work in the two departments.
//!
//! A department is the same when its name is, case and blanks aside, or its id: one that was renamed is nobody's move.

use std::collections::HashMap;

use connector_core::text;

use super::context::{CheckContext, NumberedFile};
use super::join::Record;
use crate::identity::{Identity, fold_text};

/// A person at work who was in another department before.
#[derive(Debug)]
pub(crate) struct Mover<'a> {
    pub(crate) record: Record,
    pub(crate) now: NumberedFile<'a>,
    pub(crate) person: &'a Identity,
    pub(crate) earlier: NumberedFile<'a>,
    pub(crate) before: &'a Identity,
}

/// All who moved, and who works where.
#[derive(Debug, Default)]
pub(crate) struct Moves<'a> {
    /// Those whose departments both have enough others in them.
    pub(crate) movers: Vec<Mover<'a>>,
    /// How many others there are.
    too_small: usize,
    /// How many others each of the departments needs.
    min_people: usize,
    /// The people at work now, in order.
    staff: HashMap<Place, Vec<Record>>,
}

/// The HR file and the folded name of a department.
pub(crate) type Place = (usize, String);

impl<'a> Moves<'a> {
    /// Compares the HR files that have an earlier state with it.
    pub(crate) fn of(context: &CheckContext<'a>) -> Self {
        let mut moves = Self {
            min_people: context.policy.moves.min_people,
            ..Self::default()
        };
        let mut movers = Vec::new();
        for &(now, earlier) in &context.pairs {
            for person in context.at_work_in(now) {
                let (Some(department), Some(at)) =
                    (folded(person), now.loaded.roster.position(&person.key))
                else {
                    continue;
                };
                let record = Record { hr: now.file, at };
                let staff = moves.staff.entry((now.file, department));
                staff.or_default().push(record);
                let before = earlier.loaded.roster.get(&person.key);
                if let Some(before) = before.filter(|before| differ(before, person)) {
                    movers.push(Mover {
                        record,
                        now,
                        person,
                        earlier,
                        before,
                    });
                }
            }
        }
        let all = movers.len();
        movers.retain(|mover| {
            let mut staff = moves.staff_of(mover).into_iter();
            staff.all(|(_, staff)| others(staff, mover) >= moves.min_people)
        });
        moves.too_small = all - movers.len();
        moves.movers = movers;
        moves
    }

    /// Those at work in the department that was left and in the one that was joined, with the file and name of each.
    pub(crate) fn staff_of(&self, mover: &Mover<'_>) -> [(Place, &[Record]); 2] {
        [mover.before, mover.person].map(|person| {
            let place = (mover.now.file, folded(person).unwrap_or_default());
            let staff = self.staff.get(&place).map_or(&[][..], Vec::as_slice);
            (place, staff)
        })
    }

    /// How many moves cannot be judged, for people; `None` when all can.
    pub(crate) fn not_judged(&self) -> Option<String> {
        let count = text::counted_as(self.too_small, "move is", "moves are");
        (self.too_small > 0).then(|| {
            format!(
                "{count} not judged: a department has fewer than {} others at work in it",
                self.min_people
            )
        })
    }

    /// Why there is no move to judge; `None` when there is one.
    pub(crate) fn none_to_judge(&self) -> Option<String> {
        let nothing =
            || "no person at work has moved to another department since the earlier HR file";
        let none = || self.not_judged().unwrap_or_else(|| nothing().to_owned());
        self.movers.is_empty().then(none)
    }
}

/// How many others than the mover there are among those, who are in order.
fn others(staff: &[Record], mover: &Mover<'_>) -> usize {
    let is_one = staff.binary_search(&mover.record).is_ok();
    staff.len() - usize::from(is_one)
}

/// The folded name of a person's department.
pub(crate) fn folded(person: &Identity) -> Option<String> {
    let name = fold_text(person.department.as_deref()?);
    (!name.is_empty()).then_some(name)
}

/// Whether both records name a department, and not the same one.
fn differ(before: &Identity, now: &Identity) -> bool {
    let same_id = before.department_id.is_some() && before.department_id == now.department_id;
    match (folded(before), folded(now)) {
        (Some(before), Some(now)) => before != now && !same_id,
        _ => false,
    }
}
