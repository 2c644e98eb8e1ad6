//! Joins the client, the directory of current roles and the records into the connector the engine drives.

use std::sync::Arc;

use connector_core::Result;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::Resource;
use connector_core::spec::Runtime;
use connector_core::warning::Warning;
use tokio::sync::Mutex;

use crate::client::HumaansClient;
use crate::directory::Directory;
use crate::paging::{self, Pass, Place};
use crate::types::USER;
use crate::{job_titles, users, validate};

/// Humaans, as the engine sees it.
///
/// People and job roles come in pages, one per call. All current roles are read before the first page of people and
/// remembered for the run; a resumed run reads them again.
#[derive(Debug)]
pub struct HumaansConnector {
    client: HumaansClient,
    runtime: Runtime,
    directory: Mutex<Option<Arc<Directory>>>,
}

impl HumaansConnector {
    pub(crate) fn new(client: HumaansClient, runtime: Runtime) -> Self {
        Self {
            client,
            runtime,
            directory: Mutex::default(),
        }
    }

    /// The directory, read once per run. `afresh` starts a run: what an earlier one read does not count.
    async fn directory(&self, afresh: bool, page: &mut Page<Resource>) -> Result<Arc<Directory>> {
        let mut slot = self.directory.lock().await;
        if let Some(known) = slot.as_ref().filter(|_| !afresh) {
            return Ok(Arc::clone(known));
        }
        let (directory, warning) = Directory::load(&self.client, self.runtime.today()).await?;
        warning.into_iter().for_each(|warning| page.warn(warning));
        let directory = Arc::new(directory);
        *slot = Some(Arc::clone(&directory));
        Ok(directory)
    }

    async fn list_users(
        &self,
        cursor: Option<&Cursor>,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let (pass, place) = paging::people_at(cursor)?;
        let directory = self.directory(cursor.is_none(), page).await?;
        let people = self.client.people(pass, &place).await?;
        if pass == Pass::Active && place.skip == 0 && people.records.is_empty() {
            return Err(validate::no_active_people().during("listing people"));
        }
        for person in &people.records {
            match users::user(person, &directory) {
                Some(user) => page.push(user).await?,
                None => page.warn(without_id("person-without-id", "people")),
            }
        }
        paging::people_after(pass, people.next)
    }

    async fn list_job_titles(
        &self,
        cursor: Option<&Cursor>,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let place = cursor.map_or_else(|| Ok(Place::default()), Cursor::decode)?;
        let directory = self.directory(false, page).await?;
        let roles = self.client.job_roles(&place).await?;
        for role in &roles.records {
            match job_titles::job_title(role, &directory) {
                Some(title) => page.push(title).await?,
                None => page.warn(without_id("job-role-without-id", "job roles")),
            }
        }
        roles.next.as_ref().map(Cursor::encode).transpose()
    }
}

fn without_id(code: &str, what: &str) -> Warning {
    Warning::new(
        code,
        format!("Humaans sent {what} without an id; they were skipped"),
    )
}

impl ResourceLister for HumaansConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let cursor = request.cursor.as_ref();
        if *request.scope.resource_type() == USER {
            self.list_users(cursor, page).await
        } else {
            self.list_job_titles(cursor, page).await
        }
    }
}

impl EntitlementLister for HumaansConnector {}

impl GrantLister for HumaansConnector {}

impl Connector for HumaansConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        validate::validate(&self.client).await
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
