//! Joins the client, the department tree and the people into the connector the engine drives.

use connector_core::Result;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::{Grant, Resource};
use connector_core::warning::Warning;
use connector_http::Item;
use tokio::sync::{Mutex, OnceCell};

use crate::client::HiBobClient;
use crate::departments::{DepartmentIndex, Departments, Membership};
use crate::model::{EMPLOYEE_FIELDS, Employee, Field, MEMBERSHIP_FIELDS};
use crate::types::USER;
use crate::users;
use crate::validate;

/// HiBob, as the engine sees it.
///
/// The people search has no pages (reference, 2026-06), so there are no cursors. Department memberships are collected
/// while the people are listed; a resumed sync that starts after them searches again, with two fields per person.
#[derive(Debug)]
pub struct HiBobConnector {
    client: HiBobClient,
    departments: OnceCell<Departments>,
    members: Mutex<Option<Membership>>,
}

impl HiBobConnector {
    pub(crate) fn new(client: HiBobClient) -> Self {
        Self {
            client,
            departments: OnceCell::new(),
            members: Mutex::default(),
        }
    }

    /// The department tree, read once per run.
    async fn departments(&self) -> Result<&Departments> {
        let read = || self.client.departments();
        self.departments.get_or_try_init(read).await
    }

    /// Takes the department memberships of the people listed before, or else searches for them. What still needs them
    /// puts them back; the grants, which come last, use them up, because for many people they take memory.
    async fn take_members(&self) -> Result<Membership> {
        match self.members.lock().await.take() {
            Some(members) => Ok(members),
            None => self.search(MEMBERSHIP_FIELDS, None).await,
        }
    }

    /// Reads the people, pushes them to the page if there is one, and returns who belongs where.
    async fn search(
        &self,
        fields: &[&str],
        mut page: Option<&mut Page<Resource>>,
    ) -> Result<Membership> {
        let tree = self.departments().await?;
        let mut members = Membership::default();
        let mut people = self.client.search::<Employee>(fields);
        while let Some(item) = people.next().await? {
            let Item::Row(employee) = item else {
                members = Membership::default();
                if let Some(page) = &mut page {
                    page.restart().await?;
                }
                continue;
            };
            let placed = place(&employee, tree);
            if let (Some(id), Ok(Some(department))) = (employee.id(), &placed) {
                members.add(*department, id);
            }
            let Some(page) = &mut page else { continue };
            let department = placed.unwrap_or_else(|warning| {
                page.warn(warning);
                None
            });
            match users::user(&employee, department.map(|d| tree.get(d))) {
                Some(user) => page.push(user).await?,
                None => page.warn(Warning::left_out(
                    "employee-without-id",
                    "HiBob sent employees without an id; they were skipped",
                )),
            }
        }
        Ok(members)
    }
}

/// The department of an employee, if any; a warning when the value matches none.
fn place(employee: &Employee, tree: &Departments) -> Result<Option<DepartmentIndex>, Warning> {
    let Some(value) = employee.get(Field::Department) else {
        return Ok(None);
    };
    let found = tree.place(value, employee.label(Field::Department));
    found.map(Some).map_err(|paths| {
        let person = employee.id().unwrap_or("without id");
        if paths.is_empty() {
            let message =
                "employees name a department that is not in HiBob's list; they got no membership";
            return Warning::left_out("unknown-department", message)
                .example(format!("employee {person}"));
        }
        let message =
            "employees name a department that exists more than once; they got no membership";
        let example = format!("employee {person}: {}", paths.join(" or "));
        Warning::left_out("ambiguous-department", message).example(example)
    })
}

impl ResourceLister for HiBobConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        if *request.scope.resource_type() == USER {
            let members = self.search(EMPLOYEE_FIELDS, Some(page)).await?;
            *self.members.lock().await = Some(members);
        } else {
            let (tree, members) = (self.departments().await?, self.take_members().await?);
            tree.push(&members, page).await?;
            *self.members.lock().await = Some(members);
        }
        Ok(None)
    }
}

impl EntitlementLister for HiBobConnector {}

impl GrantLister for HiBobConnector {
    async fn list_grants(
        &self,
        _request: &PageRequest,
        page: &mut Page<Grant>,
    ) -> Result<Option<Cursor>> {
        let (tree, members) = (self.departments().await?, self.take_members().await?);
        tree.push_grants(members, page).await?;
        Ok(None)
    }
}

impl Connector for HiBobConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        let warnings = validate::validate(&self.client).await?;
        self.departments().await?;
        Ok(warnings)
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
