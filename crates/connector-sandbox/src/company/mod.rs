//! A company that does not exist: people, departments, titles and sites, invented from a seed.
//!
//! The same size, seed and day give the same company, down to the last byte, on every machine. Vendors' fakes
//! present it in their own shapes. Beside what a connector reads, every person has data that no connector may ever
//! keep ([`Private`]); [`Company::planted_secrets`] lists it, so that a test can search a file or a log for it.

mod departments;
mod names;
mod people;
mod private;

use jiff::civil::{Date, date};

pub use people::{EmploymentKind, Lifecycle, Person};
pub use private::Private;

/// The domain of every work e-mail address.
pub const MAIL_DOMAIN: &str = "lakeside.example.com";

/// The day on which the company is read unless a test sets another one.
pub const TODAY: Date = date(2026, 11, 1);

/// A synthetic company. The fields are open: a test edits what it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// What the company is called.
    pub name: String,
    /// The day it is seen on; dates of people lie around it.
    pub today: Date,
    /// Every department, parents before their children.
    pub departments: Vec<Department>,
    /// The places of work.
    pub sites: Vec<Site>,
    /// The job titles in use.
    pub titles: Vec<Title>,
    /// All people, leavers included.
    pub people: Vec<Person>,
}

/// One department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Mostly digits; a built-in one has its name as id, as some vendors do.
    pub id: String,
    /// The name; not unique.
    pub name: String,
    /// The id of the department above.
    pub parent: Option<String>,
    /// Whether it is no longer in use; it may still have members.
    pub archived: bool,
}

/// One place of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// A number.
    pub id: u32,
    /// The name.
    pub name: String,
}

/// One job title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Digits.
    pub id: String,
    /// The title's text.
    pub name: String,
}

impl Company {
    /// A company of `people` people, seen on [`TODAY`].
    pub fn generate(people: usize, seed: u64) -> Self {
        Self::generate_at(people, seed, TODAY)
    }

    /// A company of `people` people, seen on the day `today`.
    pub fn generate_at(people: usize, seed: u64, today: Date) -> Self {
        let departments = departments::generate(people, seed);
        let sites = names::SITES
            .iter()
            .zip(9001..)
            .map(|(name, id)| Site {
                id,
                name: (*name).to_owned(),
            })
            .collect::<Vec<_>>();
        let titles = names::TITLES
            .iter()
            .zip(800_001..)
            .map(|(name, id)| Title {
                id: id.to_string(),
                name: (*name).to_owned(),
            })
            .collect::<Vec<_>>();
        let people = people::generate(
            people,
            seed,
            &people::Setting {
                today,
                departments: &departments,
                sites: &sites,
                titles: &titles,
            },
        );
        Self {
            name: "Lakeside Works".to_owned(),
            today,
            departments,
            sites,
            titles,
            people,
        }
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }

    /// The person with this id, to be edited.
    pub fn person_mut(&mut self, id: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|p| p.id == id)
    }

    /// The department with this id.
    pub fn department(&self, id: &str) -> Option<&Department> {
        self.departments.iter().find(|d| d.id == id)
    }

    /// Gives a person a new name; e-mail address and ids stay. False when no person has this id.
    pub fn rename_person(&mut self, id: &str, first: &str, last: &str) -> bool {
        let Some(person) = self.person_mut(id) else {
            return false;
        };
        first.clone_into(&mut person.first_name);
        last.clone_into(&mut person.last_name);
        person.display_name = format!("{first} {last}");
        true
    }

    /// Gives a department a new name; its id stays. False when no department has this id.
    pub fn rename_department(&mut self, id: &str, name: &str) -> bool {
        let Some(department) = self.departments.iter_mut().find(|d| d.id == id) else {
            return false;
        };
        name.clone_into(&mut department.name);
        true
    }

    /// Removes the people for whom `remove` is true, as a vendor that deletes records would. Their reports keep
    /// the manager's id, which then refers to no person.
    pub fn remove_people(&mut self, mut remove: impl FnMut(&Person) -> bool) {
        self.people.retain(|p| !remove(p));
    }

    /// The people in a department itself, not in the ones below it.
    pub fn members<'a>(&'a self, department: &'a str) -> impl Iterator<Item = &'a Person> {
        self.people
            .iter()
            .filter(move |p| p.department.as_deref() == Some(department))
    }

    /// How many people are in this state.
    pub fn count(&self, lifecycle: &Lifecycle) -> usize {
        self.people
            .iter()
            .filter(|p| p.lifecycle == *lifecycle)
            .count()
    }

    /// Every planted value no connector may keep, log or write. Each is distinctive enough that finding it
    /// anywhere means it leaked.
    pub fn planted_secrets(&self) -> Vec<String> {
        self.people
            .iter()
            .flat_map(|p| p.private.values())
            .collect()
    }
}

#[cfg(test)]
mod tests;
