//! Joins the client, the directory and the records into the connector the engine drives.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::Resource;
use connector_core::paging::Offset;
use connector_core::spec::Runtime;
use connector_core::warning::Warning;
use connector_core::{ErrorKind, Result};
use jiff::civil::Date;
use tokio::sync::Mutex;

use crate::client::HumaansClient;
use crate::directory::Directory;
use crate::model::{ACTIVE, HasId, NEW_HIRE_TOO};
use crate::parts::{FIRST_PEOPLE, PARTS, Part};
use crate::types::USER;
use crate::{job_titles, users, validate};

/// Humaans, as the engine sees it.
///
/// The listing of users begins with all job roles and places, which are remembered for the run and for the job titles. A
/// resumed run reads them again, as a listing that is paged by offset starts from its beginning.
#[derive(Debug)]
pub struct HumaansConnector {
    client: HumaansClient,
    known: Mutex<Known>,
    today: Date,
}

/// What one run remembers.
#[derive(Debug)]
struct Known {
    directory: Directory,
    /// Whether the engine has accepted all job roles and places.
    complete: bool,
    hasher: RandomState,
    /// Hashes of the ids of the people found so far.
    found: HashSet<u64>,
    /// People without an id.
    nameless: u64,
}

impl HumaansConnector {
    pub(crate) fn new(client: HumaansClient, runtime: &Runtime) -> Self {
        let today = runtime.today();
        Self {
            client,
            today,
            known: Mutex::new(Known {
                directory: Directory::new(today),
                complete: false,
                hasher: RandomState::new(),
                found: HashSet::new(),
                nameless: 0,
            }),
        }
    }

    async fn list_users(&self, at: Offset, page: &mut Page<Resource>) -> Result<Option<Offset>> {
        let known = &mut *self.known.lock().await;
        let at = match (at == Offset::default(), known.complete) {
            (true, true) => Offset::part(FIRST_PEOPLE),
            _ => at,
        };
        if at.part >= FIRST_PEOPLE {
            known.complete = true;
        }
        if at == Offset::part(FIRST_PEOPLE) {
            known.found.clear();
            known.nameless = 0;
        }
        let part = PARTS.get(at.part as usize).unwrap_or(&Part::AnyStatus);
        let next = match part {
            Part::JobRoles => self.job_roles(at, known, page).await?,
            Part::Locations => self.locations(at, known, page).await?,
            Part::With(status) => self.people(at, Some(*status), known, page).await?,
            Part::AnyStatus => self.people(at, None, known, page).await?,
        };
        let following = (*part != Part::AnyStatus).then(|| Offset::part(at.part + 1));
        Ok(next.or(following))
    }

    /// Reads a page of people into users.
    async fn people(
        &self,
        at: Offset,
        status: Option<&str>,
        known: &mut Known,
        page: &mut Page<Resource>,
    ) -> Result<Option<Offset>> {
        let is_first = at.skip == 0;
        let found = known.found.len() as u64 + known.nameless;
        let other_word = is_first && status == Some(NEW_HIRE_TOO);
        if other_word && found > 0 {
            return Ok(None);
        }
        let batch = match self.client.people(status, at).await {
            // A word that the vendor does not know finds no person.
            Err(e) if other_word && e.kind() == ErrorKind::Contract => return Ok(None),
            batch => batch?,
        };
        if is_first && status.is_none() && batch.total.is_some_and(|total| total <= found) {
            return Ok(None);
        }
        let is_empty = batch.records.is_empty() && batch.total.unwrap_or(0) == 0;
        if is_first && status == Some(ACTIVE) && is_empty {
            return Err(validate::no_active_people().during("listing people"));
        }
        let (people, next) = page.by_offset(at, batch, HasId::id)?;
        if status.is_none() {
            page.counts_pushed();
        }
        for person in &people {
            let Some(user) = users::user(person, &known.directory) else {
                known.nameless += u64::from(status.is_some());
                page.warn(without_id("person-without-id", "people"));
                continue;
            };
            let is_new = known.found.insert(known.hasher.hash_one(&user.id.id));
            let was_asked_for = status.is_some() && person.status.get() == status;
            if is_new && !was_asked_for && !person.has_listed_status() {
                let message = "people have another status than newHire, active or offboarded; they are listed, with \
                     an unspecified status where the word is not known";
                let word = person.status.get().unwrap_or("no status");
                page.warn(Warning::new("other-status", message).example(word));
            }
            // Whoever was found by status is not read from the last part once more.
            if is_new || status.is_some() {
                page.push(user).await?;
            }
        }
        Ok(next)
    }

    /// Reads a page of job roles into the directory.
    async fn job_roles(
        &self,
        at: Offset,
        known: &mut Known,
        page: &mut Page<Resource>,
    ) -> Result<Option<Offset>> {
        if at.skip == 0 {
            known.directory = Directory::new(self.today);
        }
        let batch = self.client.job_roles(at).await?;
        let (roles, next) = page.by_offset(at, batch, HasId::id)?;
        page.counts_pushed();
        for role in roles {
            match role.id() {
                Some(_) => known.directory.add(role),
                None => page.warn(without_id("job-role-without-id", "job roles")),
            }
        }
        Ok(next)
    }

    /// Reads a page of places into the directory. Names of places are worth a warning, not a failed sync. A failure that
    /// may pass is still an error: it must not remove every person's location.
    async fn locations(
        &self,
        at: Offset,
        known: &mut Known,
        page: &mut Page<Resource>,
    ) -> Result<Option<Offset>> {
        use ErrorKind::{Contract, NotFound, Permission};
        let batch = match self.client.locations(at).await {
            Ok(batch) => batch,
            Err(e) if matches!(e.kind(), Permission | NotFound | Contract) => {
                let message = "locations may not be read; people are listed without one";
                page.warn(Warning::unread("locations-unreadable", message).example(e.message()));
                return Ok(None);
            }
            Err(e) => return Err(e),
        };
        let (locations, next) = page.by_offset(at, batch, HasId::id)?;
        page.counts_pushed();
        locations
            .iter()
            .for_each(|l| known.directory.add_location(l));
        Ok(next)
    }

    /// The job titles of all job roles at once: which role is current is known when the last one has been read. They are
    /// read here only when no users were listed before, in this process.
    async fn list_job_titles(
        &self,
        at: Offset,
        page: &mut Page<Resource>,
    ) -> Result<Option<Offset>> {
        let known = &mut *self.known.lock().await;
        if !known.complete {
            let next = self.job_roles(at, known, page).await?;
            if next.is_some() {
                return Ok(next);
            }
        }
        for role in known.directory.roles() {
            page.push(job_titles::job_title(role, &known.directory))
                .await?;
        }
        Ok(None)
    }
}

fn without_id(code: &str, what: &str) -> Warning {
    Warning::left_out(
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
        let at = request.offset()?;
        let next = if *request.scope.resource_type() == USER {
            self.list_users(at, page).await?
        } else {
            self.list_job_titles(at, page).await?
        };
        next.as_ref().map(Cursor::encode).transpose()
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
