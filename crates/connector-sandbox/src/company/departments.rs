//! The department tree: about one department per forty people, nested, with the cases that trip connectors.

use super::{Department, names};
use crate::draw::Draw;

/// People per department.
const PEOPLE_PER_DEPARTMENT: usize = 40;

/// Levels of the tree.
const DEPTH: usize = 5;

/// One of each case: a name on two levels, an id that is text, an archived parent with a live child, a department
/// without members, an archived department without members.
const CASES: &[(&str, &str, Option<&str>, bool)] = &[
    ("700100", "Engineering", None, false),
    ("700101", "Platform", Some("700100"), false),
    ("700102", "Operations", Some("700100"), false),
    ("700200", "Operations", None, false),
    ("Marketing", "Marketing", None, false),
    ("700300", "Skunkworks", None, true),
    ("700301", "Lab", Some("700300"), false),
    ("700400", EMPTY_DEPARTMENT, None, false),
    ("700500", "Fax Services", None, true),
];

/// The department that never gets a member.
const EMPTY_DEPARTMENT: &str = "Future Projects";

/// Departments for a company of `people`; parents come before their children.
pub(super) fn generate(people: usize, seed: u64) -> Vec<Department> {
    let mut out: Vec<Department> = CASES
        .iter()
        .map(|&(id, name, parent, archived)| Department {
            id: id.to_owned(),
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            archived,
        })
        .collect();
    let mut depth: Vec<usize> = out
        .iter()
        .map(|d| if d.parent.is_some() { 2 } else { 1 })
        .collect();
    let mut draw = Draw::new(seed, 1);
    for number in out.len()..people / PEOPLE_PER_DEPARTMENT {
        let above = draw.below(out.len());
        let nested = !out[above].archived
            && out[above].name != EMPTY_DEPARTMENT
            && depth[above] < DEPTH
            && draw.per_mille(800);
        out.push(Department {
            id: (701_000 + number).to_string(),
            name: name(&mut draw, number),
            parent: nested.then(|| out[above].id.clone()),
            archived: draw.per_mille(50),
        });
        depth.push(if nested { depth[above] + 1 } else { 1 });
    }
    out
}

/// A name that is usually unique: the number is left out now and then.
fn name(draw: &mut Draw, number: usize) -> String {
    let area = draw.pick(names::AREAS);
    let function = draw.pick(names::FUNCTIONS);
    if draw.per_mille(50) {
        format!("{area} {function}")
    } else {
        format!("{area} {function} {number}")
    }
}

/// The departments that people are put into: the live ones, and the archived ones that still have members.
pub(super) fn open_to_people(departments: &[Department]) -> (Vec<&Department>, Vec<&Department>) {
    departments
        .iter()
        .filter(|d| d.name != EMPTY_DEPARTMENT && d.name != "Fax Services")
        .partition(|d| !d.archived)
}
