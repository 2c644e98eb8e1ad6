//! The sections about people.

use super::section::Section;
use crate::diff::comparison::Comparison;
use crate::diff::facts::{Field, Value};
use crate::diff::link::{By, Group};
use crate::diff::moves::{Aspect, manager_name};
use crate::diff::people::{Change, Class};
use crate::identity::Identity;

/// What a column says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Col {
    Id,
    EarlierId,
    FoundBy,
    Name,
    Email,
    Department,
    Title,
    Manager,
    FirstDay,
    LastDay,
    Was,
    Is,
    Also,
}

use Col::{
    Also, Department, EarlierId, Email, FirstDay, FoundBy, Id, Is, LastDay, Manager, Name, Title,
    Was,
};

const fn columns(class: Class) -> &'static [Col] {
    match class {
        Class::Vanished => &[Id, Name, Email, Department, Title, Manager, LastDay, Was],
        Class::Leaver => &[
            Id, EarlierId, Name, Email, Department, Title, LastDay, Was, Is, Also,
        ],
        Class::Joiner | Class::FutureJoiner | Class::Appeared => {
            &[Id, Name, Email, Department, Title, Manager, FirstDay, Is]
        }
        Class::Started => &[
            Id, Name, Email, Department, Title, Manager, FirstDay, Is, Also,
        ],
        Class::Rehire => &[
            Id, EarlierId, FoundBy, Name, Email, Department, Title, FirstDay, Is, Also,
        ],
        Class::OnLeave | Class::Returned => &[Id, Name, Email, Department, Title, Was, Is, Also],
        Class::ReKeyed => &[Id, EarlierId, FoundBy, Name, Email, Is, Also],
        Class::Historical => &[Id, Name, Email, LastDay, Is],
        Class::Removed => &[Id, Name, Email, LastDay, Was],
        // These have a row for each thing that differs.
        Class::Mover | Class::Changed => &[],
    }
}

const MOVER: &[&str] = &["Id", "Name", "What", "From", "To", "Also changed"];
const CHANGED: &[&str] = &["Id", "Name", "What", "From", "To"];
const UNCLEAR: &[&str] = &["Group", "Is in", "Id", "Name", "E-mail", "Number", "Shared"];

impl Col {
    const fn title(self) -> &'static str {
        match self {
            Id => "Id",
            EarlierId => "Earlier id",
            FoundBy => "Found by",
            Name => "Name",
            Email => "E-mail",
            Department => "Department",
            Title => "Title",
            Manager => "Manager",
            FirstDay => "First day",
            LastDay => "Last day",
            Was => "Was",
            Is => "Is",
            Also => "Also changed",
        }
    }

    fn cell(self, compared: &Comparison<'_>, change: &Change<'_>) -> Option<String> {
        let person = change.person()?;
        let text = |text: &str| Some(text.to_owned());
        match self {
            Id => Some(person.key.to_string()),
            EarlierId => change.other_key().map(ToString::to_string),
            FoundBy => Some(found_by(change)),
            Name => text(&person.name),
            Email => text(person.email()?),
            Department => text(
                person
                    .department
                    .as_deref()
                    .or(person.department_id.as_deref())?,
            ),
            Title => text(person.job_title.as_deref()?),
            Manager => {
                let side = if change.after.is_some() {
                    compared.new
                } else {
                    compared.old
                };
                manager_name(side.roster.manager(person), person)
            }
            FirstDay => person.start_date.map(|day| day.to_string()),
            LastDay => person.end_date.map(|day| day.to_string()),
            Was => {
                let before = change.former.or(change.before)?;
                text(before.lifecycle_on(compared.old.day).as_str())
            }
            Is => text(change.after?.lifecycle_on(compared.new.day).as_str()),
            Also => Some(also(
                change,
                &[Field::Status, Field::StateWord, Field::Lifecycle],
            )),
        }
    }
}

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
    let listed = total.min(limit as u64);
    let title = class.title();
    match class {
        Class::Mover => Section::of(
            title,
            MOVER,
            people.flat_map(moves).collect(),
            listed,
            total,
        ),
        Class::Changed => Section::of(
            title,
            CHANGED,
            people.flat_map(changes).collect(),
            listed,
            total,
        ),
        _ => {
            let cols = columns(class);
            let row = |change: &Change<'_>| {
                let cells = cols.iter().map(|col| col.cell(compared, change));
                cells.map(Option::unwrap_or_default).collect()
            };
            let titles: Vec<_> = cols.iter().map(|col| col.title()).collect();
            Section::of(title, &titles, people.map(row).collect(), listed, total)
        }
    }
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

/// The section of those who could be several people, at most `limit` rows.
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
    Some(
        section.noting(
            "These share a number or an address, but not so that one can be told for another.",
        ),
    )
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
    let one = |(by, value): &(By, String)| match by {
        By::EmployeeNumber => format!("number {value}"),
        By::Email => value.clone(),
    };
    let shared: Vec<_> = group.shared.iter().map(one).collect();
    shared.join(", ")
}
