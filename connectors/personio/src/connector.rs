//! Joins pages, employments and the attribute filter into the connector the engine drives.

use std::sync::Arc;

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::fan_out::{FanOut, Listed, Row, Source};
use connector_core::id::Cursor;
use connector_core::model::Resource;
use connector_core::privacy::AttributeFilter;
use connector_core::warning::Warning;
use connector_core::{ErrorKind, Result};
use tokio::sync::OnceCell;

use crate::client::PersonioClient;
use crate::directory::{Colleagues, Directory};
use crate::employment::Employments;
use crate::model::Person;
use crate::users::{self, Lookups};
use crate::validate;

/// Personio, as the engine sees it.
///
/// Personio has no endpoint that lists employments, so each person costs one more request (reference, 2026-09).
#[derive(Debug)]
pub struct PersonioConnector {
    client: Arc<PersonioClient>,
    filter: AttributeFilter,
    persons: FanOut<PersonioClient>,
    directory: OnceCell<Directory>,
    colleagues: OnceCell<Colleagues>,
}

/// Persons, and what counts of each one's employments.
impl Source for PersonioClient {
    type Record = Person;
    type Detail = Employments;

    const VENDOR: &'static str = "Personio";
    const RECORDS: &'static str = "persons";
    const DETAILS: &'static str = "employments";

    async fn page(&self, cursor: Option<&str>) -> Result<Listed<Person>> {
        self.persons(cursor).await
    }

    async fn detail(&self, person: &Person) -> Result<Option<Employments>> {
        match person.id.get() {
            Some(id) => Ok(Some(self.employments(id).await?.into())),
            None => Ok(None),
        }
    }

    fn hint(kind: ErrorKind) -> &'static str {
        match kind {
            ErrorKind::Permission => {
                "in Personio, give the credential the right Employees: Read for all persons; the old file was left as it is"
            }
            _ => {
                "try again later; the old file was left as it is, so that no person loses title and manager"
            }
        }
    }
}

impl PersonioConnector {
    pub(crate) fn new(client: PersonioClient, filter: AttributeFilter) -> Self {
        let client = Arc::new(client);
        Self {
            filter,
            persons: FanOut::new(Arc::clone(&client)),
            client,
            directory: OnceCell::new(),
            colleagues: OnceCell::new(),
        }
    }

    /// Names by id. Validation has read them before; what could not be read was its warning.
    async fn directory(&self) -> Result<&Directory> {
        let read = async || Directory::read(&self.client).await.map(|(names, _)| names);
        self.directory.get_or_try_init(read).await
    }

    /// What rows need beside their own records. The persons are listed once before their employments are read, because
    /// a manager may stand on any page.
    async fn lookups(&self) -> Result<Lookups<'_>> {
        let colleagues = async || Colleagues::read(&self.client).await;
        Ok(Lookups {
            directory: self.directory().await?,
            colleagues: self.colleagues.get_or_try_init(colleagues).await?,
        })
    }

    /// Pushes the user of a person.
    async fn push(
        &self,
        row: Row<Person, Employments>,
        lookups: Lookups<'_>,
        page: &mut Page<Resource>,
    ) -> Result<()> {
        let Row { mut record, detail } = row;
        let attributes = std::mem::take(&mut record.custom_attributes.0);
        let Some(id) = record.id.get() else {
            let message = "Personio sent persons without an id; they were skipped";
            page.warn(Warning::left_out("person-without-id", message));
            return Ok(());
        };
        let employments = detail.unwrap_or_else(|error| {
            let message =
                "employments could not be read; these persons have no title, manager and dates";
            let example = format!("person {id}: {}", error.message());
            page.warn(Warning::unread("employment-unreadable", message).example(example));
            None
        });
        let kept = self.filter.filter(attributes);
        for warning in kept.warnings {
            page.warn(warning);
        }
        let employments = employments.unwrap_or_default();
        match users::user(&record, &employments, lookups, kept.facts) {
            Some(user) => page.push(user).await,
            None => Ok(()),
        }
    }
}

impl ResourceLister for PersonioConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let lookups = self.lookups().await?;
        let mut rows = self.persons.page(request.cursor.as_ref(), page).await?;
        while let Some(row) = rows.next().await? {
            self.push(row, lookups, page).await?;
        }
        rows.finish()
    }
}

impl EntitlementLister for PersonioConnector {}

impl GrantLister for PersonioConnector {}

impl Connector for PersonioConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        let mut warnings = validate::validate(&self.client).await?;
        let (directory, unreadable) = Directory::read(&self.client).await?;
        warnings.extend(unreadable);
        // A second validation of the same connector finds the cell filled, with the same names.
        let _ = self.directory.set(directory);
        Ok(warnings)
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
