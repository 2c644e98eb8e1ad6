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

use crate::client::PersonioClient;
use crate::model::{Employment, Person};
use crate::{employment, users, validate};

/// Personio, as the engine sees it.
///
/// Personio has no endpoint that lists employments, so each person costs one more request (reference, 2026-09).
#[derive(Debug)]
pub struct PersonioConnector {
    client: Arc<PersonioClient>,
    filter: AttributeFilter,
    persons: FanOut<PersonioClient>,
}

/// Persons, and the employment that counts for each; a person may have none.
impl Source for PersonioClient {
    type Record = Person;
    type Detail = Option<Employment>;

    const VENDOR: &'static str = "Personio";
    const RECORDS: &'static str = "persons";
    const DETAILS: &'static str = "employments";

    async fn page(&self, cursor: Option<&str>) -> Result<Listed<Person>> {
        self.persons(cursor).await
    }

    async fn detail(&self, person: &Person) -> Result<Option<Option<Employment>>> {
        match person.id.get() {
            Some(id) => self
                .employments(id)
                .await
                .map(employment::primary)
                .map(Some),
            None => Ok(None),
        }
    }

    fn hint(kind: ErrorKind) -> &'static str {
        match kind {
            ErrorKind::Permission => {
                "in Personio, give the credential the right Employees: Read for everybody; the old file was left as it is"
            }
            _ => {
                "try again later; the old file was left as it is, so that nobody loses title and manager"
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
        }
    }

    /// Pushes the user of a person.
    async fn push(
        &self,
        row: Row<Person, Option<Employment>>,
        page: &mut Page<Resource>,
    ) -> Result<()> {
        let Row { mut record, detail } = row;
        let attributes = std::mem::take(&mut record.custom_attributes.0);
        let Some(id) = record.id.get() else {
            let message = "Personio sent persons without an id; they were skipped";
            page.warn(Warning::new("person-without-id", message));
            return Ok(());
        };
        let employment = detail.unwrap_or_else(|error| {
            let message =
                "employments could not be read; these persons have no title, manager and dates";
            let example = format!("person {id}: {}", error.message());
            page.warn(Warning::new("employment-unreadable", message).example(example));
            None
        });
        let kept = self.filter.filter(attributes);
        for warning in kept.warnings {
            page.warn(warning);
        }
        match users::user(&record, employment.flatten().as_ref(), kept.facts) {
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
        let mut rows = self.persons.page(request.cursor.as_ref()).await?;
        while let Some(row) = rows.next().await? {
            self.push(row, page).await?;
        }
        rows.finish()
    }
}

impl EntitlementLister for PersonioConnector {}

impl GrantLister for PersonioConnector {}

impl Connector for PersonioConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        validate::validate(&self.client).await
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
