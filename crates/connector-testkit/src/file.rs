//! Sync files for tests: a test declares who is in a file and what they hold, without a vendor.
//!
//! A [`SyncFile`] is written through the same store as a connector's sync, so readers see what they would see of
//! a real one. Rows are written in the order they were given.

use std::path::Path;

use connector_c1z::{C1zStore, StoreOptions};
use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::id::{EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    Entitlement, EntitlementListing, EntitlementTemplate, Grant, GrantListing, Purpose, Resource,
    ResourceType, Status, StatusKind, Trait, TraitData, UserTrait,
};
use connector_core::store::{Checkpoint, Phase, Position, Rows, RunSpec, Store, SyncType, Tally};
use jiff::{Timestamp, ToSpan};

/// The type of people and accounts.
pub const USER: ResourceTypeId = ResourceTypeId::new("user");
/// The type of accounts in apps that do not call them users.
pub const ACCOUNT: ResourceTypeId = ResourceTypeId::new("account");
/// The type of groups; each has the entitlement `member`.
pub const GROUP: ResourceTypeId = ResourceTypeId::new("group");
/// The type of departments, groups too; each has the entitlement `member`.
pub const DEPARTMENT: ResourceTypeId = ResourceTypeId::new("department");
/// The type of roles; each has the entitlement `assigned`.
pub const ROLE: ResourceTypeId = ResourceTypeId::new("role");

/// Rows put into the store at once.
const PAGE: usize = 1000;

/// A person or an account to be written.
#[derive(Debug, Clone)]
pub struct User(Resource);

/// Starts a user with an id and a name; it is enabled unless another state is set.
pub fn user(id: &str, name: &str) -> User {
    of_type(USER, id, name)
}

/// Starts an account, which is a user of another type.
pub fn account(id: &str, name: &str) -> User {
    of_type(ACCOUNT, id, name)
}

fn of_type(resource_type: ResourceTypeId, id: &str, name: &str) -> User {
    let data = TraitData::User(UserTrait::default());
    let mut resource = Resource::new(ResourceId::new(resource_type, id), name, data);
    resource.status = Some(Status::of(StatusKind::Enabled));
    User(resource)
}

impl User {
    /// Sets the work e-mail address.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        self.with_trait(|user| user.email = Some(address.into()));
        self.fact("email", address)
    }

    /// Sets the login name.
    #[must_use]
    pub fn login(mut self, login: &str) -> Self {
        self.with_trait(|user| user.login = Some(login.into()));
        self
    }

    /// Sets the employee number.
    #[must_use]
    pub fn employee_id(mut self, number: &str) -> Self {
        self.with_trait(|user| user.employee_ids = vec![number.into()]);
        self.fact("employee_id", number)
    }

    /// Sets a fact of the profile (`job_title`, `manager_id`, `start_date` …).
    #[must_use]
    pub fn fact(mut self, key: &'static str, value: &str) -> Self {
        self.0.profile.text(key, Some(value));
        self
    }

    /// Sets the state and the vendor's word for it.
    #[must_use]
    pub fn state(mut self, kind: StatusKind, word: &str) -> Self {
        self.0.status = Some(Status::of(kind).with_details(word));
        self.fact("lifecycle_state", word)
    }

    /// Whose account it is.
    #[must_use]
    pub fn account_type(mut self, account_type: connector_core::model::AccountType) -> Self {
        self.with_trait(|user| user.account_type = account_type);
        self
    }

    fn with_trait(&mut self, set: impl FnOnce(&mut UserTrait)) {
        if let TraitData::User(user) = &mut self.0.trait_data {
            set(user);
        }
    }
}

/// What one sync of a file holds.
#[derive(Debug, Clone)]
pub struct SyncFile {
    ended_at: Timestamp,
    sync_type: SyncType,
    types: Vec<ResourceType>,
    resources: Vec<Resource>,
    entitlements: Vec<Entitlement>,
    grants: Vec<Grant>,
}

impl SyncFile {
    /// An empty sync that ended at this time. Its id follows from the time.
    pub fn ended_at(ended_at: Timestamp) -> Self {
        let held = |slug, purpose, display_name| {
            EntitlementListing::Templates(vec![template(slug, purpose, display_name)])
        };
        let types = vec![
            ResourceType::new(USER, "User", Some(Trait::User)),
            ResourceType::new(GROUP, "Group", Some(Trait::Group))
                .entitlements(held("member", Purpose::Assignment, "{} member"))
                .grants(GrantListing::PerType),
            ResourceType::new(DEPARTMENT, "Department", Some(Trait::Group))
                .entitlements(held("member", Purpose::Assignment, "{} member"))
                .grants(GrantListing::PerType),
            ResourceType::new(ROLE, "Role", Some(Trait::Role))
                .entitlements(held("assigned", Purpose::Permission, "{} role"))
                .grants(GrantListing::PerType),
        ];
        Self {
            ended_at,
            sync_type: SyncType::Full,
            types,
            resources: Vec::new(),
            entitlements: Vec::new(),
            grants: Vec::new(),
        }
    }

    /// Makes it a sync of another type than a full one.
    #[must_use]
    pub fn sync_type(mut self, sync_type: SyncType) -> Self {
        self.sync_type = sync_type;
        self
    }

    /// Adds a person or an account.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.push(user);
        self
    }

    /// Adds many people or accounts.
    #[must_use]
    pub fn users(mut self, users: impl IntoIterator<Item = User>) -> Self {
        users.into_iter().for_each(|user| self.push(user));
        self
    }

    /// Adds a group with its entitlement `member`.
    #[must_use]
    pub fn group(self, id: &str, name: &str) -> Self {
        let template = template("member", Purpose::Assignment, "{} member");
        self.held(
            ResourceId::new(GROUP, id),
            name,
            TraitData::Group,
            &template,
        )
    }

    /// Adds a department with its entitlement `member`.
    #[must_use]
    pub fn department(self, id: &str, name: &str) -> Self {
        let template = template("member", Purpose::Assignment, "{} member");
        let id = ResourceId::new(DEPARTMENT, id);
        self.held(id, name, TraitData::Group, &template)
    }

    /// Adds a role with its entitlement `assigned`.
    #[must_use]
    pub fn role(self, id: &str, name: &str) -> Self {
        let template = template("assigned", Purpose::Permission, "{} role");
        self.held(ResourceId::new(ROLE, id), name, TraitData::Role, &template)
    }

    /// Makes a user a member of a group.
    #[must_use]
    pub fn member(mut self, group: &str, user: &str) -> Self {
        self.grant(ResourceId::new(GROUP, group), "member", user);
        self
    }

    /// Makes a user a member of a department.
    #[must_use]
    pub fn works_in(mut self, department: &str, user: &str) -> Self {
        self.grant(ResourceId::new(DEPARTMENT, department), "member", user);
        self
    }

    /// Assigns a role to a user.
    #[must_use]
    pub fn assigned(mut self, role: &str, user: &str) -> Self {
        self.grant(ResourceId::new(ROLE, role), "assigned", user);
        self
    }

    /// Makes a group a member of another one.
    #[must_use]
    pub fn nested(mut self, group: &str, inner: &str) -> Self {
        self.grant_to_group(ResourceId::new(GROUP, group), "member", inner);
        self
    }

    /// Assigns a role to a group.
    #[must_use]
    pub fn assigned_to_group(mut self, role: &str, group: &str) -> Self {
        self.grant_to_group(ResourceId::new(ROLE, role), "assigned", group);
        self
    }

    /// Adds a person or an account in place.
    pub fn push(&mut self, user: User) {
        let is_account = user.0.id.resource_type == ACCOUNT;
        if is_account && !self.types.iter().any(|kind| kind.id == ACCOUNT) {
            let kind = ResourceType::new(ACCOUNT, "Account", Some(Trait::User));
            self.types.push(kind);
        }
        self.resources.push(user.0);
    }

    /// Lets a user hold an entitlement, in place.
    pub fn grant(&mut self, resource: ResourceId, slug: &'static str, user: &str) {
        self.grants.push(Grant {
            entitlement: EntitlementId::new(resource, slug),
            principal: ResourceId::new(USER, user),
        });
    }

    fn grant_to_group(&mut self, resource: ResourceId, slug: &'static str, group: &str) {
        self.grants.push(Grant {
            entitlement: EntitlementId::new(resource, slug),
            principal: ResourceId::new(GROUP, group),
        });
    }

    /// Writes the sync into the file at `path`, beside an earlier sync that is there already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut store = C1zStore::open(path, StoreOptions::default())?;
        let started_at = self.ended_at - 1.minute();
        store.begin(&RunSpec {
            sync_id: SyncId::from_parts(started_at, [7; 16]),
            sync_type: self.sync_type,
            started_at,
            fingerprint: "made to order".to_owned(),
            resource_types: self.types.clone(),
            targets: None,
        })?;
        let resources = self.resources.chunks(PAGE).map(|c| Rows::from(c.to_vec()));
        let entitlements = self.entitlements.chunks(PAGE);
        let entitlements = entitlements.map(|c| Rows::from(c.to_vec()));
        let grants = self.grants.chunks(PAGE).map(|c| Rows::from(c.to_vec()));
        for rows in resources.chain(entitlements).chain(grants) {
            store.put(&rows, started_at)?;
            store.commit(&Checkpoint {
                position: Position {
                    phase: Phase::Resources,
                    resource_type: USER,
                    place: None,
                    next: None,
                },
                tally: Tally::default(),
                listing: Tally::default(),
            })?;
        }
        store.seal(&mut Tally::default())?;
        store.finish(self.ended_at)?;
        Ok(())
    }

    fn held(
        mut self,
        id: ResourceId,
        name: &str,
        data: TraitData,
        template: &EntitlementTemplate,
    ) -> Self {
        let entitlement = Entitlement::from_template(template, id.clone(), name);
        self.entitlements.push(entitlement);
        self.resources.push(Resource::new(id, name, data));
        self
    }
}

fn template(
    slug: &'static str,
    purpose: Purpose,
    display_name: &'static str,
) -> EntitlementTemplate {
    EntitlementTemplate {
        slug,
        purpose,
        display_name,
        description: "",
        grantable_to: vec![USER],
    }
}
