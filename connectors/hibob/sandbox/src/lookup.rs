//! The company, arranged for looking things up.

use std::collections::HashMap;

use connector_sandbox::company::{Company, Lifecycle, Person};

/// The company, arranged for looking things up.
pub(crate) struct Lookup<'a> {
    pub(crate) company: &'a Company,
    pub(crate) departments: HashMap<&'a str, &'a str>,
    pub(crate) titles: HashMap<&'a str, &'a str>,
    people: HashMap<&'a str, &'a Person>,
    direct_reports: HashMap<&'a str, u32>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(company: &'a Company) -> Self {
        let mut direct_reports = HashMap::new();
        for manager in company.people.iter().filter_map(|p| p.manager.as_deref()) {
            *direct_reports.entry(manager).or_default() += 1;
        }
        let departments = company.departments.iter();
        Self {
            company,
            departments: departments
                .map(|d| (d.id.as_str(), d.name.as_str()))
                .collect(),
            titles: company
                .titles
                .iter()
                .map(|t| (t.id.as_str(), t.name.as_str()))
                .collect(),
            people: company.people.iter().map(|p| (p.id.as_str(), p)).collect(),
            direct_reports,
        }
    }

    pub(crate) fn person(&self, id: &str) -> Option<&'a Person> {
        self.people.get(id).copied()
    }

    pub(crate) fn direct_reports(&self, id: &str) -> u32 {
        self.direct_reports.get(id).copied().unwrap_or(0)
    }

    pub(crate) fn site(&self, id: u32) -> Option<&'a str> {
        let site = self.company.sites.iter().find(|s| s.id == id)?;
        Some(&site.name)
    }
}

/// Whether the person can use Bob, which is not the same as being employed: people on leave cannot.
pub(crate) fn is_active(person: &Person) -> bool {
    match person.lifecycle {
        Lifecycle::Hired | Lifecycle::Terminated | Lifecycle::Leave | Lifecycle::ParentalLeave => {
            false
        }
        Lifecycle::Employed | Lifecycle::GardenLeave | Lifecycle::Custom(_) => true,
    }
}
