//! The people-and-access model that connectors fill and files store: resource types, resources, entitlements
//! and grants.
//!
//! The types hold what an identity team may keep and nothing else; what a file needs beyond that (annotations,
//! deprecated twins of a field, wire numbers) is the file format's business. Text that came from a vendor goes
//! through [`crate::text`] when a value is built, so no control character or over-long name reaches a file.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::id::{EntitlementId, ResourceId, ResourceTypeId};
use crate::profile::Profile;
use crate::text::{self, Text};

/// What a resource type stands for; decides which trait data each of its resources must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trait {
    /// People and service accounts.
    User,
    /// Sets of principals.
    Group,
    /// Sets of permissions.
    Role,
    /// Applications.
    App,
}

/// How the entitlements of a type are found.
#[derive(Debug, Clone, PartialEq)]
pub enum EntitlementListing {
    /// The type has no entitlements; nothing is listed.
    None,
    /// Every resource of the type has these; the engine writes them without a call to the connector.
    Templates(Vec<EntitlementTemplate>),
    /// One listing answers for all resources of the type.
    PerType,
    /// One listing per resource.
    PerResource,
}

/// How the grants of a type are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantListing {
    /// The type has no grants; nothing is listed.
    None,
    /// One listing answers for all resources of the type.
    PerType,
    /// One listing per resource.
    PerResource,
}

/// An entitlement that every resource of a type has.
///
/// ```
/// use connector_core::id::{ResourceId, ResourceTypeId};
/// use connector_core::model::{Entitlement, EntitlementTemplate, Purpose};
///
/// let member = EntitlementTemplate {
///     slug: "member",
///     purpose: Purpose::Assignment,
///     display_name: "{} member",
///     description: "Belongs to {}",
///     grantable_to: vec![ResourceTypeId::new("user")],
/// };
/// let team = ResourceId::new(ResourceTypeId::new("team"), "7");
/// let entitlement = Entitlement::from_template(&member, team, "Sales");
/// assert_eq!(entitlement.id.to_string(), "team:7:member");
/// assert_eq!(entitlement.display_name, "Sales member");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EntitlementTemplate {
    /// Short name, the last part of the entitlement's id.
    pub slug: &'static str,
    /// What holding it means.
    pub purpose: Purpose,
    /// Display name; `{}` stands for the resource's display name.
    pub display_name: &'static str,
    /// Description; `{}` stands for the resource's display name.
    pub description: &'static str,
    /// Types whose resources may hold it.
    pub grantable_to: Vec<ResourceTypeId>,
}

/// A kind of resource and how the engine finds its resources, entitlements and grants.
///
/// Built with [`ResourceType::new`] and the chained setters; by default a type is listed once for the whole
/// tenant and has no entitlements and no grants.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceType {
    /// The type's id.
    pub id: ResourceTypeId,
    /// Name for people.
    pub display_name: &'static str,
    /// What the type stands for, when it is one of the known kinds.
    pub kind: Option<Trait>,
    /// How its entitlements are found.
    pub entitlements: EntitlementListing,
    /// How its grants are found.
    pub grants: GrantListing,
    /// Set when the type is listed once per resource of this other type.
    pub child_of: Option<ResourceTypeId>,
    /// Set when its listing needs that of another type to be complete.
    pub listed_after: Option<ResourceTypeId>,
    /// Vendor permissions that reading the type needs, for the `capabilities` output.
    pub permissions: Vec<&'static str>,
}

impl ResourceType {
    /// A type listed once, without entitlements and grants.
    pub fn new(id: ResourceTypeId, display_name: &'static str, kind: Option<Trait>) -> Self {
        Self {
            id,
            display_name,
            kind,
            entitlements: EntitlementListing::None,
            grants: GrantListing::None,
            child_of: None,
            listed_after: None,
            permissions: Vec::new(),
        }
    }

    /// Sets how entitlements are found.
    #[must_use]
    pub fn entitlements(mut self, listing: EntitlementListing) -> Self {
        self.entitlements = listing;
        self
    }

    /// Sets how grants are found.
    #[must_use]
    pub fn grants(mut self, listing: GrantListing) -> Self {
        self.grants = listing;
        self
    }

    /// Lists the type once per resource of `parent`.
    #[must_use]
    pub fn child_of(mut self, parent: ResourceTypeId) -> Self {
        self.child_of = Some(parent);
        self
    }

    /// Lists the type only when `other` has been listed completely.
    #[must_use]
    pub fn listed_after(mut self, other: ResourceTypeId) -> Self {
        self.listed_after = Some(other);
        self
    }

    /// Names the vendor permissions that reading the type needs.
    #[must_use]
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = &'static str>) -> Self {
        self.permissions = permissions.into_iter().collect();
        self
    }

    /// Whether neither entitlements nor grants of this type are listed.
    pub fn skips_entitlements_and_grants(&self) -> bool {
        self.entitlements == EntitlementListing::None && self.grants == GrantListing::None
    }
}

/// Normalised state of a resource. There is no default: unknown is [`StatusKind::Unspecified`], never enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// Absent, unreadable or a word whose meaning is not known.
    Unspecified,
    /// May use what it has been given.
    Enabled,
    /// May not, for example a leaver.
    Disabled,
    /// No longer exists at the vendor.
    Deleted,
}

/// Normalised state beside the vendor's own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The normalised state.
    pub kind: StatusKind,
    /// The vendor's word, when it is more specific than the state.
    pub details: Option<Text>,
}

impl Status {
    /// A state without details.
    pub fn of(kind: StatusKind) -> Self {
        Self {
            kind,
            details: None,
        }
    }

    /// Adds the vendor's word; a blank one is left out.
    #[must_use]
    pub fn with_details(mut self, word: &str) -> Self {
        let word = text::cleaned(word, text::MAX_DETAILS_BYTES);
        self.details = (!word.is_empty()).then(|| word.into());
        self
    }
}

/// Whether an account belongs to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountType {
    /// A person's account.
    #[default]
    Human,
    /// A program's account.
    Service,
    /// An account of the system itself.
    System,
}

/// What is known of a user beyond the common fields of a resource.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserTrait {
    /// Work e-mail address, already checked to be one; stored as the primary address.
    pub email: Option<Text>,
    /// Login name.
    pub login: Option<Text>,
    /// The company's own employee numbers.
    pub employee_ids: Vec<Text>,
    /// Given name.
    pub given_name: Option<Text>,
    /// Family name.
    pub family_name: Option<Text>,
    /// Whose account it is.
    pub account_type: AccountType,
}

/// The trait data of a resource; must match its type's [`Trait`].
#[derive(Debug, Clone, PartialEq)]
pub enum TraitData {
    /// The type has no trait.
    None,
    /// A user.
    User(UserTrait),
    /// A group.
    Group,
    /// A role.
    Role,
    /// An application.
    App,
}

impl TraitData {
    /// The trait this data is for.
    pub fn kind(&self) -> Option<Trait> {
        match self {
            Self::None => None,
            Self::User(_) => Some(Trait::User),
            Self::Group => Some(Trait::Group),
            Self::Role => Some(Trait::Role),
            Self::App => Some(Trait::App),
        }
    }
}

/// A person, group or other thing read from a vendor.
///
/// ```
/// use connector_core::id::{ResourceId, ResourceTypeId};
/// use connector_core::model::{Resource, Status, StatusKind, TraitData, UserTrait};
///
/// let id = ResourceId::new(ResourceTypeId::new("user"), "42");
/// let user = UserTrait {
///     email: Some("ada@lake.test".into()),
///     ..UserTrait::default()
/// };
/// let mut ada = Resource::new(id, "Ada Lake", TraitData::User(user));
/// ada.status = Some(Status::of(StatusKind::Disabled).with_details("terminated"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its type and vendor id.
    pub id: ResourceId,
    /// The resource it hangs under.
    pub parent: Option<ResourceId>,
    /// Name for people, at most 1,024 bytes.
    pub display_name: Text,
    /// Free text, at most 2,048 bytes.
    pub description: Option<Text>,
    /// Facts by name.
    pub profile: Profile,
    /// Normalised state, when the type has one.
    pub status: Option<Status>,
    /// When the vendor created it.
    pub created_at: Option<Timestamp>,
    /// Trait data of its type.
    pub trait_data: TraitData,
}

impl Resource {
    /// A resource with a name and nothing else. A name that is blank after cleaning becomes `<type> <id>`.
    pub fn new(id: ResourceId, display_name: &str, trait_data: TraitData) -> Self {
        let mut name = Text::from(text::cleaned(display_name, text::MAX_NAME_BYTES));
        if name.is_empty() {
            let shown = format!("{} {}", id.resource_type, id.id);
            name = text::cleaned(&shown, text::MAX_NAME_BYTES).into();
        }
        Self {
            id,
            parent: None,
            display_name: name,
            description: None,
            profile: Profile::new(),
            status: None,
            created_at: None,
            trait_data,
        }
    }
}

/// What holding an entitlement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Being part of something.
    Assignment,
    /// Being allowed to do something.
    Permission,
    /// Owning something.
    Ownership,
}

/// Something that can be held on a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Entitlement {
    /// Its id: resource and slug.
    pub id: EntitlementId,
    /// Display name of the resource it exists on.
    pub resource_name: String,
    /// Name for people.
    pub display_name: String,
    /// Free text.
    pub description: String,
    /// What holding it means.
    pub purpose: Purpose,
    /// Types whose resources may hold it.
    pub grantable_to: Vec<ResourceTypeId>,
}

impl Entitlement {
    /// The entitlement that `template` gives `resource`.
    pub fn from_template(
        template: &EntitlementTemplate,
        resource: ResourceId,
        resource_name: &str,
    ) -> Self {
        let fill = |pattern: &str, max| text::clean(&pattern.replace("{}", resource_name), max);
        Self {
            id: EntitlementId {
                resource,
                slug: Cow::Borrowed(template.slug),
            },
            resource_name: resource_name.to_owned(),
            display_name: fill(template.display_name, text::MAX_NAME_BYTES),
            description: fill(template.description, text::MAX_DESCRIPTION_BYTES),
            purpose: template.purpose,
            grantable_to: template.grantable_to.clone(),
        }
    }
}

/// A principal holds an entitlement.
///
/// ```
/// use connector_core::id::{EntitlementId, ResourceId, ResourceTypeId};
/// use connector_core::model::Grant;
///
/// let team = ResourceId::new(ResourceTypeId::new("team"), "7");
/// let grant = Grant {
///     entitlement: EntitlementId::new(team, "member"),
///     principal: ResourceId::new(ResourceTypeId::new("user"), "42"),
/// };
/// assert_eq!(grant.entitlement.to_string(), "team:7:member");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What is held.
    pub entitlement: EntitlementId,
    /// Who holds it.
    pub principal: ResourceId,
}
