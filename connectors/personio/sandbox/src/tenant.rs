//! The company, arranged for looking people up by the vendor's ids.

use std::collections::HashMap;

use super::edge::EdgePerson;
use super::options::PersonioOptions;
use connector_sandbox::company::{Company, Person};

/// What the tenant holds and how it behaves.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) company: Company,
    pub(crate) options: PersonioOptions,
    places: HashMap<String, usize>,
    /// This API's ids by the company's own ids, to name managers.
    ids: HashMap<String, String>,
}

/// A person in the list: an employee of the company or an added edge case.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entry<'a> {
    Employee(&'a Person),
    Edge(&'a EdgePerson),
}

/// The id a person has in this API: digits, the same as long as the employee number is.
pub fn person_id(person: &Person) -> String {
    (32_000_000 + u64::from(person.employee_number)).to_string()
}

/// The id of a person's `nth` employment, counted from the present one.
pub fn employment_id(person: &Person, nth: u32) -> String {
    let number = person.employee_number;
    format!("6a0d{nth:04x}-0000-4000-8000-{number:012x}")
}

impl Tenant {
    pub(crate) fn new(company: Company, options: PersonioOptions) -> Self {
        let mut tenant = Self {
            company,
            options,
            places: HashMap::new(),
            ids: HashMap::new(),
        };
        tenant.index();
        tenant
    }

    /// Brings the lookups up to date with company and options.
    pub(crate) fn index(&mut self) {
        let people = self.company.people.iter();
        self.ids = people.map(|p| (p.id.clone(), person_id(p))).collect();
        let extra = self.options.extra_people.iter().map(|p| p.id.clone());
        let all = self.company.people.iter().map(person_id).chain(extra);
        self.places = all.enumerate().map(|(at, id)| (id, at)).collect();
    }

    /// The people in the list from the `from`th on.
    pub(crate) fn people(&self, from: usize) -> impl Iterator<Item = Entry<'_>> {
        let company = self.company.people.iter().map(Entry::Employee);
        company
            .chain(self.options.extra_people.iter().map(Entry::Edge))
            .skip(from)
    }

    /// How many people are in the list.
    pub(crate) fn count(&self) -> usize {
        self.company.people.len() + self.options.extra_people.len()
    }

    pub(crate) fn find(&self, id: &str) -> Option<Entry<'_>> {
        let at = *self.places.get(id)?;
        let company = &self.company.people;
        match company.get(at) {
            Some(person) => Some(Entry::Employee(person)),
            None => {
                let extra = self.options.extra_people.get(at - company.len());
                extra.map(Entry::Edge)
            }
        }
    }

    /// The vendor's id of the person with one of the company's own ids.
    pub(crate) fn id_of(&self, company_id: &str) -> Option<&str> {
        self.ids.get(company_id).map(String::as_str)
    }

    pub(crate) fn title(&self, id: &str) -> Option<&str> {
        let title = self.company.titles.iter().find(|t| t.id == id)?;
        Some(&title.name)
    }
}
