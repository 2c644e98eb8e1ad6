//! Joins the client, the department tree and the people into the connector the engine drives.

use std::sync::Arc;

use connector_core::Result;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::{Grant, Resource};
use connector_core::warning::Warning;
use connector_http::Item;
use tokio::sync::Mutex;

use crate::client::HiBobClient;
use crate::departments::{DepartmentIndex, Departments, Membership, Placement};
use crate::model::{EMPLOYEE_FIELDS, Employee, Field, MEMBERSHIP_FIELDS};
use crate::types::USER;
use crate::users;
use crate::validate::{self, Audience};

/// HiBob, as the engine sees it.
///
/// The people search has no pages (reference, 2026-06), so there are no cursors. Department memberships are collected
/// while the people are listed; a resumed sync that starts after them searches again, with two fields per person.
#[derive(Debug)]
pub struct HiBobConnector {
    client: HiBobClient,
    departments: Mutex<Option<Arc<Departments>>>,
    members: Mutex<Option<Arc<Membership>>>,
}

impl HiBobConnector {
    pub(crate) fn new(client: HiBobClient) -> Self {
        Self {
            client,
            departments: Mutex::default(),
            members: Mutex::default(),
        }
    }

    /// The department tree, read once per run.
    async fn departments(&self) -> Result<Arc<Departments>> {
        let mut slot = self.departments.lock().await;
        if let Some(tree) = &*slot {
            return Ok(tree.clone());
        }
        let tree = Arc::new(Departments::new(
            self.client.departments().await?.into_items(),
        ));
        *slot = Some(tree.clone());
        Ok(tree)
    }

    async fn list_users(&self, page: &mut Page<Resource>) -> Result<()> {
        let tree = self.departments().await?;
        let mut members = Membership::default();
        let mut audience = Audience::default();
        let mut people = self.client.search::<Employee>(EMPLOYEE_FIELDS);
        while let Some(item) = people.next().await? {
            let Item::Row(employee) = item else {
                (members, audience) = (Membership::default(), Audience::default());
                page.restart().await?;
                continue;
            };
            audience.saw(&employee);
            let department = place(&employee, &tree, |warning| page.warn(warning));
            match users::user(&employee, department, &tree) {
                Some(user) => {
                    if let Some(department) = department {
                        members.add(department, &user.id.id);
                    }
                    page.push(user).await?;
                }
                None => page.warn(Warning::new(
                    "employee-without-id",
                    "HiBob sent employees without an id; they were skipped",
                )),
            }
        }
        audience
            .beyond_validation()
            .into_iter()
            .for_each(|warning| page.warn(warning));
        *self.members.lock().await = Some(Arc::new(members));
        Ok(())
    }

    /// The department memberships, from the people just listed or else by a search of its own.
    async fn members(&self) -> Result<Arc<Membership>> {
        let mut slot = self.members.lock().await;
        if let Some(members) = &*slot {
            return Ok(members.clone());
        }
        let tree = self.departments().await?;
        let mut members = Membership::default();
        let mut people = self.client.search::<Employee>(MEMBERSHIP_FIELDS);
        while let Some(item) = people.next().await? {
            let Item::Row(employee) = item else {
                members = Membership::default();
                continue;
            };
            if let (Some(id), Some(department)) = (employee.id(), place(&employee, &tree, |_| {})) {
                members.add(department, id);
            }
        }
        let members = Arc::new(members);
        *slot = Some(members.clone());
        Ok(members)
    }
}

/// The department of an employee, if any. A value that matches no department is a warning.
fn place(
    employee: &Employee,
    tree: &Departments,
    warn: impl FnOnce(Warning),
) -> Option<DepartmentIndex> {
    let value = employee.get(Field::Department)?;
    let person = employee.id().unwrap_or("without id");
    match tree.place(value, employee.label(Field::Department)) {
        Placement::In(index) => Some(index),
        Placement::Ambiguous(paths) => {
            let message =
                "employees name a department that exists more than once; they got no membership";
            let example = format!("employee {person}: {}", paths.join(" or "));
            warn(Warning::new("ambiguous-department", message).example(example));
            None
        }
        Placement::Unknown => {
            let message =
                "employees name a department that is not in HiBob's list; they got no membership";
            warn(Warning::new("unknown-department", message).example(format!("employee {person}")));
            None
        }
    }
}

impl ResourceLister for HiBobConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        if *request.scope.resource_type() == USER {
            self.list_users(page).await?;
        } else {
            let tree = self.departments().await?;
            tree.push(&*self.members().await?, page).await?;
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
        let tree = self.departments().await?;
        tree.push_grants(&*self.members().await?, page).await?;
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
