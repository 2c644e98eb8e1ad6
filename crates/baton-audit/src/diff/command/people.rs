//! The sections about people.

use super::section::Section;
use crate::diff::comparison::Comparison;
use crate::diff::facts::{Field, Value};
use crate::diff::link::{By, Group};
use crate::diff::moves::{Aspect, manager_name};
use crate::diff::people::{Change, Class};
use crate::identity::Identity;

/// A column of people who differ.
struct PersonColumn {
    title: &'static str,
    cell: fn(&Comparison<'_>, &Change<'_>, &Identity) -> Option<String>,
}

const fn column(
    title: &'static str,
    cell: fn(&Comparison<'_>, &Change<'_>, &Identity) -> Option<String>,
) -> PersonColumn {
    PersonColumn { title, cell }
}

const ID: PersonColumn = column("Id", |_, _, person| Some(person.key.to_string()));
const EARLIER_ID: PersonColumn = column("Earlier id", |_, change, _| {
    change.other_key().map(ToString::to_string)
});
const FOUND_BY: PersonColumn = column("Found by", |_, change, _| Some(found_by(change)));
const NAME: PersonColumn = column("Name", |_, _, person| Some(person.name.clone()));
const EMAIL: PersonColumn = column("E-mail", |_, _, person| person.email().map(str::to_owned));
const DEPARTMENT: PersonColumn = column("Department", |_, _, person| {
    let department = person.department.as_deref();
    let department = department.or(person.department_id.as_deref());
    department.map(str::to_owned)
});
const TITLE: PersonColumn = column("Title", |_, _, person| {
    person.job_title.as_deref().map(str::to_owned)
});
const MANAGER: PersonColumn = column("Manager", |compared, change, person| {
    let side = match change.after {
        Some(_) => compared.new,
        None => compared.old,
    };
    manager_name(side.roster.manager(person), person)
});
const FIRST_DAY: PersonColumn = column("First day", |_, _, person| {
    person.start_date.map(|day| day.to_string())
});
const LAST_DAY: PersonColumn = column("Last day", |_, _, person| {
    person.end_date.map(|day| day.to_string())
});
const WAS: PersonColumn = column("Was", |compared, change, _| {
    let before = change.former.or(change.before)?;
    Some(before.lifecycle_on(compared.old.day).as_str().to_owned())
});
const IS: PersonColumn = column("Is", |compared, change, _| {
    let after = change.after?;
    Some(after.lifecycle_on(compared.new.day).as_str().to_owned())
});
const ALSO: PersonColumn = column("Also changed", |_, change, _| {
    let shown = [Field::Status, Field::StateWord, Field::Lifecycle];
    Some(also(change, &shown))
});

const fn columns(class: Class) -> &'static [PersonColumn] {
    match class {
        Class::Vanished => &[ID, NAME, EMAIL, DEPARTMENT, TITLE, MANAGER, LAST_DAY, WAS],
        Class::Leaver => &[
            ID, EARLIER_ID, NAME, EMAIL, DEPARTMENT, TITLE, LAST_DAY, WAS, IS, ALSO,
        ],
        Class::Joiner | Class::FutureJoiner | Class::Appeared => {
            &[ID, NAME, EMAIL, DEPARTMENT, TITLE, MANAGER, FIRST_DAY, IS]
        }
        Class::Started => &[
            ID, NAME, EMAIL, DEPARTMENT, TITLE, MANAGER, FIRST_DAY, IS, ALSO,
        ],
        Class::Rehire => &[
            ID, EARLIER_ID, FOUND_BY, NAME, EMAIL, DEPARTMENT, TITLE, FIRST_DAY, IS, ALSO,
        ],
        Class::OnLeave | Class::Returned => &[ID, NAME, EMAIL, DEPARTMENT, TITLE, WAS, IS, ALSO],
        Class::ReKeyed => &[ID, EARLIER_ID, FOUND_BY, NAME, EMAIL, IS, ALSO],
        Class::Historical => &[ID, NAME, EMAIL, LAST_DAY, IS],
        Class::Removed => &[ID, NAME, EMAIL, LAST_DAY, WAS],
        // These have a row for each thing that differs.
        Class::Mover | Class::Changed => &[],
    }
}

const MOVER: &[&str] = &["Id", "Name", "What", "From", "To", "Also changed"];
const CHANGED: &[&str] = &["Id", "Name", "What", "From", "To"];
const UNCLEAR: &[&str] = &["Group", "Is in", "Id", "Name", "E-mail", "Number", "Shared"];

fn found_by(change: &Change<'_>) -> String {
    let words: Vec<_> = change
        .found_by
        .iter()
        .map(|by| words(by.as_str()))
        .collect();
    words.join(", ")
}

/// The facts that differ, without those that are shown already.
fn also(change: &Change<'_>, shown: &[Field]) -> String {
    let others = change.changes.iter().filter(|c| !shown.contains(&c.field));
    let names: Vec<_> = others.map(|c| words(c.field.as_str())).collect();
    names.join(", ")
}

fn words(key: &str) -> String {
    key.replace('_', " ")
}

/// The section of a class, at most `limit` people.
pub(super) fn section(compared: &Comparison<'_>, class: Class, limit: usize) -> Option<Section> {
    let people = compared.people.of(class).take(limit);
    let total = compared.people.count(class);
    let columns = columns(class);
    let row = |change: &Change<'_>| {
        let person = change.person();
        let cell = |column: &PersonColumn| (column.cell)(compared, change, person?);
        let cells = columns.iter().map(cell);
        cells.map(Option::unwrap_or_default).collect()
    };
    let titles: Vec<_>;
    let (titles, rows) = match class {
        Class::Mover => (MOVER, people.flat_map(moves).collect()),
        Class::Changed => (CHANGED, people.flat_map(changes).collect()),
        _ => {
            titles = columns.iter().map(|column| column.title).collect();
            (titles.as_slice(), people.map(row).collect())
        }
    };
    Section::of(class.title(), titles, rows, total.min(limit as u64), total)
}

fn moves(change: &Change<'_>) -> Vec<Vec<String>> {
    let mut shown = Vec::new();
    for moved in &change.moves {
        shown.extend_from_slice(match moved.aspect {
            Aspect::Manager => &[Field::ManagerId, Field::ManagerEmail, Field::ManagerName][..],
            Aspect::Department => &[Field::Department, Field::DepartmentId],
            Aspect::Title => &[Field::JobTitle],
            Aspect::Location => &[Field::Location],
        });
    }
    let rows = change.moves.iter().map(|moved| {
        let ends = [moved.from.clone(), moved.to.clone()];
        row(change, moved.aspect.as_str(), ends)
    });
    let also = std::iter::once(also(change, &shown)).chain(std::iter::repeat(String::new()));
    let with_also = rows.zip(also).map(|(mut row, also)| {
        row.push(also);
        row
    });
    with_also.collect()
}

fn changes(change: &Change<'_>) -> Vec<Vec<String>> {
    let rows = change.changes.iter().map(|changed| {
        let ends = [&changed.from, &changed.to].map(|end| end.as_ref().map(shown));
        row(change, &words(changed.field.as_str()), ends)
    });
    rows.collect()
}

fn row(change: &Change<'_>, what: &str, ends: [Option<String>; 2]) -> Vec<String> {
    let (id, name) = change
        .person()
        .map(|person| (person.key.to_string(), person.name.clone()))
        .unwrap_or_default();
    let [from, to] = ends.map(Option::unwrap_or_default);
    vec![id, name, what.to_owned(), from, to]
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::List(texts) => texts.join(", "),
    }
}

/// The section of people who could be one of several others, at most `limit` rows.
pub(super) fn unclear(compared: &Comparison<'_>, limit: usize) -> Option<Section> {
    let groups = compared.people.ambiguous.iter().zip(1..);
    let rows = groups.flat_map(|(group, number)| members(group, number));
    let (mut listed, mut total) = (Vec::new(), 0);
    for row in rows {
        total += 1;
        if listed.len() < limit {
            listed.push(row);
        }
    }
    let shown = listed.len() as u64;
    let section = Section::of("Ambiguous", UNCLEAR, listed, shown, total)?;
    Some(section.noting(
        "These share a number or an address, but the file does not show which belong together.",
    ))
}

fn members(group: &Group<'_>, number: u64) -> Vec<Vec<String>> {
    let sides = [
        ("OLD", &group.old),
        ("OLD and NEW", &group.former),
        ("NEW", &group.new),
    ];
    let people = sides
        .into_iter()
        .flat_map(|(side, people)| people.iter().map(move |&person| (side, person)));
    let shared = std::iter::once(shared(group)).chain(std::iter::repeat(String::new()));
    people
        .zip(shared)
        .map(|((side, person), shared)| member(number, side, person, shared))
        .collect()
}

fn member(number: u64, side: &str, person: &Identity, shared: String) -> Vec<String> {
    vec![
        number.to_string(),
        side.to_owned(),
        person.key.to_string(),
        person.name.clone(),
        person.emails.join(", "),
        person.employee_ids.join(", "),
        shared,
    ]
}

fn shared(group: &Group<'_>) -> String {
    let shown = |(by, value): &(By, String)| match by {
        By::EmployeeNumber => format!("number {value}"),
        By::Email => value.clone(),
    };
    let shared: Vec<_> = group.shared.iter().map(shown).collect();
    shared.join(", ")
}
