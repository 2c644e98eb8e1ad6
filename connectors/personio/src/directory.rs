//! The names behind the ids in an employment: managers, departments and teams, offices, legal entities, cost centres.
//!
//! Personio tells an employment's manager, units and office by id alone (reference, 2026-09). Names come from listings
//! of their own, each with a right of its own; a listing that the credential may not read costs its names only.

use std::collections::HashMap;

use connector_core::fan_out::concerns_one_record;
use connector_core::text;
use connector_core::warning::Warning;
use connector_core::{Error, Result};

use crate::client::PersonioClient;
use crate::model::{Colleague, Named};

/// A listing of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Departments, which are org units.
    Departments,
    /// Teams, which are org units.
    Teams,
    /// Offices, which Personio calls workplaces.
    Offices,
    /// Legal entities.
    LegalEntities,
    /// Cost centres.
    CostCenters,
}

impl Names {
    const ALL: [Self; 5] = [
        Self::Departments,
        Self::Teams,
        Self::Offices,
        Self::LegalEntities,
        Self::CostCenters,
    ];

    /// The path, and the type of org unit, which Personio requires (reference on org units, 2026).
    pub(crate) const fn endpoint(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Departments => ("v2/org-units", Some("department")),
            Self::Teams => ("v2/org-units", Some("team")),
            Self::Offices => ("v2/workplaces", None),
            Self::LegalEntities => ("v2/legal-entities", None),
            Self::CostCenters => ("v2/cost-centers", None),
        }
    }

    /// What is listed, for messages.
    pub(crate) const fn listing(self) -> &'static str {
        match self {
            Self::Departments => "listing departments",
            Self::Teams => "listing teams",
            Self::Offices => "listing workplaces",
            Self::LegalEntities => "listing legal entities",
            Self::CostCenters => "listing cost centers",
        }
    }
}

/// Names by id.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    names: [HashMap<String, String>; Names::ALL.len()],
}

impl Directory {
    /// Reads all listings. The warning names those that could not be read.
    ///
    /// # Errors
    /// What concerns more than names: a refused credential, a limit that does not end, an interruption.
    pub(crate) async fn read(client: &PersonioClient) -> Result<(Self, Option<Warning>)> {
        let (mut directory, mut unread) = (Self::default(), Vec::new());
        for names in Names::ALL {
            match client.names(names).await {
                Ok(rows) => directory.names[names as usize] = by_id(rows),
                Err(error) if concerns_one_record(error.kind()) => unread.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok((directory, unreadable(&unread)))
    }

    /// The name of an id.
    pub(crate) fn name(&self, names: Names, id: Option<&str>) -> Option<&str> {
        let known = &self.names[names as usize];
        id.and_then(|id| known.get(id)).map(String::as_str)
    }
}

fn by_id(rows: Vec<Named>) -> HashMap<String, String> {
    let pair = |row: Named| Some((row.id.into_string()?, row.name.into_string()?));
    rows.into_iter().filter_map(pair).collect()
}

fn unreadable(errors: &[Error]) -> Option<Warning> {
    let message = "names of units, offices, legal entities or cost centers are not readable and stay empty; give the \
                   credential the rights to read them, or ignore this when nothing needs the names";
    let warning = Warning::unread("lookups-unreadable", message).times(errors.len() as u64);
    let example = |warning: Warning, error: &Error| {
        let listing = error.operation().unwrap_or_default();
        warning.example(format!("{listing}: {}", error.message()))
    };
    (!errors.is_empty()).then(|| errors.iter().fold(warning, example))
}

/// Name and e-mail address of every person, to be shown as managers.
#[derive(Debug, Default)]
pub(crate) struct Colleagues(HashMap<String, Contact>);

/// How a manager is shown.
#[derive(Debug)]
pub(crate) struct Contact {
    /// First and last name.
    pub(crate) name: Option<String>,
    /// The work e-mail address.
    pub(crate) email: Option<String>,
}

impl Colleagues {
    /// Reads the list of persons, for their names alone.
    ///
    /// # Errors
    /// Whatever kept the list from being read.
    pub(crate) async fn read(client: &PersonioClient) -> Result<Self> {
        let rows = client.colleagues().await?.into_iter();
        let contact = |row: Colleague| {
            let names = [row.first_name.get(), row.last_name.get()];
            let name: Vec<&str> = names.into_iter().flatten().collect();
            let email = row.email.get().and_then(text::email);
            let contact = Contact {
                name: (!name.is_empty()).then(|| name.join(" ")),
                email: email.map(str::to_owned),
            };
            Some((row.id.into_string()?, contact))
        };
        Ok(Self(rows.filter_map(contact).collect()))
    }

    /// The person with an id.
    pub(crate) fn find(&self, id: Option<&str>) -> Option<&Contact> {
        self.0.get(id?)
    }
}
