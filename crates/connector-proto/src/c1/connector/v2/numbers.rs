//! The numbers of enumerations on the wire, and which of the model's values they stand for.

use connector_core::model;

/// `ResourceType.Trait`: what resources of a type are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Trait {
    /// Nothing in particular.
    Unspecified = 0,
    /// A user, person or account.
    User = 1,
    /// A group of principals.
    Group = 2,
    /// A role that can be assigned.
    Role = 3,
    /// An application.
    App = 4,
    /// A key, password or token.
    Secret = 5,
    /// A finding about security.
    SecurityInsight = 6,
    /// A role within a scope.
    ScopeBinding = 7,
    /// A company that sells something.
    Vendor = 8,
    /// A contract with a vendor.
    VendorAgreement = 9,
    /// What a licence allows.
    LicenseProfile = 10,
    /// A program that acts on its own.
    Agent = 11,
    /// A computer or telephone under management.
    ManagedDevice = 12,
}

impl Trait {
    /// The word for it; empty when unspecified.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::App => "app",
            Self::Secret => "secret",
            Self::SecurityInsight => "security insight",
            Self::ScopeBinding => "scope binding",
            Self::Vendor => "vendor",
            Self::VendorAgreement => "vendor agreement",
            Self::LicenseProfile => "license profile",
            Self::Agent => "agent",
            Self::ManagedDevice => "managed device",
        }
    }
}

impl From<model::Trait> for Trait {
    fn from(kind: model::Trait) -> Self {
        match kind {
            model::Trait::User => Self::User,
            model::Trait::Group => Self::Group,
            model::Trait::Role => Self::Role,
            model::Trait::App => Self::App,
        }
    }
}

/// The number in `Status.status` of a resource and of a user trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum StatusKind {
    /// Not known.
    Unspecified = 0,
    /// In use.
    Enabled = 1,
    /// Locked or left.
    Disabled = 2,
    /// Gone.
    Deleted = 3,
}

impl StatusKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

impl From<model::StatusKind> for StatusKind {
    fn from(kind: model::StatusKind) -> Self {
        match kind {
            model::StatusKind::Unspecified => Self::Unspecified,
            model::StatusKind::Enabled => Self::Enabled,
            model::StatusKind::Disabled => Self::Disabled,
            model::StatusKind::Deleted => Self::Deleted,
        }
    }
}

/// `UserTrait.AccountType`: whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum AccountType {
    /// Not known.
    Unspecified = 0,
    /// A person's.
    Human = 1,
    /// A program's.
    Service = 2,
    /// The system's own.
    System = 3,
}

impl AccountType {
    /// The word for it; empty when unspecified.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::Human => "human",
            Self::Service => "service",
            Self::System => "system",
        }
    }
}

impl From<model::AccountType> for AccountType {
    fn from(kind: model::AccountType) -> Self {
        match kind {
            model::AccountType::Human => Self::Human,
            model::AccountType::Service => Self::Service,
            model::AccountType::System => Self::System,
        }
    }
}

/// `Entitlement.PurposeValue`: what holding an entitlement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Purpose {
    /// Not known.
    Unspecified = 0,
    /// Belonging to something.
    Assignment = 1,
    /// Being allowed something.
    Permission = 2,
    /// Being responsible for something.
    Ownership = 3,
}

impl Purpose {
    /// The word for it; empty when unspecified.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::Assignment => "assignment",
            Self::Permission => "permission",
            Self::Ownership => "ownership",
        }
    }
}

impl From<model::Purpose> for Purpose {
    fn from(purpose: model::Purpose) -> Self {
        match purpose {
            model::Purpose::Assignment => Self::Assignment,
            model::Purpose::Permission => Self::Permission,
            model::Purpose::Ownership => Self::Ownership,
        }
    }
}
