//! How the fake tenant behaves where real ones differ or the documentation is silent.

use std::collections::BTreeSet;

use connector_core::clock::{SharedClock, SystemClock};
use serde_json::Value;

use connector_sandbox::rewrite::Rewrite;

use super::fields::Category;
use super::{SERVICE_USER_ID, SERVICE_USER_TOKEN};

/// A service user: its credential and what it may see.
#[derive(Debug, Clone)]
pub struct ServiceUser {
    /// The user name of the Basic credential.
    pub id: String,
    /// The password of the Basic credential.
    pub token: String,
    /// Categories the permission group may view. None at all: the people endpoints answer 403.
    pub categories: BTreeSet<Category>,
    /// Fields of those categories that the group does not grant, by id.
    pub hidden: BTreeSet<&'static str>,
    /// Whose data the permission group may view.
    pub audience: Audience,
}

impl ServiceUser {
    /// The standard user, who may read everything the connector needs about all employees.
    pub fn full() -> Self {
        Self {
            id: SERVICE_USER_ID.to_owned(),
            token: SERVICE_USER_TOKEN.to_owned(),
            categories: Category::NEEDED.into_iter().collect(),
            hidden: BTreeSet::new(),
            audience: Audience::All,
        }
    }

    /// Without one category.
    #[must_use]
    pub fn without(mut self, category: Category) -> Self {
        self.categories.remove(&category);
        self
    }

    /// Without these fields, by id.
    #[must_use]
    pub fn without_fields(mut self, ids: impl IntoIterator<Item = &'static str>) -> Self {
        self.hidden.extend(ids);
        self
    }

    /// With another audience.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// With every category, those with planted secrets included.
    #[must_use]
    pub fn with_everything(mut self) -> Self {
        self.categories = Category::ALL.into_iter().collect();
        self
    }
}

/// Whose data a permission group gives access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// All employees, leavers included.
    All,
    /// People whose status is Active: what a tenant sets by default.
    Employed,
    /// No employee: the group has no "access data for" setting.
    Nothing,
}

/// When the flat form of fields (`"/work/department": {"value": …}`) is sent beside the nested one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlashKeys {
    /// Send the flat form when the request names fields.
    WithFields,
    /// Send the flat form also when the request names no fields.
    Always,
    /// Never send the flat form.
    Never,
}

/// The shape of the answer with all named lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListsEnvelope {
    /// An object keyed by list name.
    Map,
    /// An array of lists.
    Array,
    /// An array under `lists`.
    Wrapped,
}

/// The key of a list's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemsKey {
    /// `items`.
    Items,
    /// `values`.
    Values,
    /// Both, with the same content.
    Both,
}

/// The shape of the field metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldsEnvelope {
    /// A bare array.
    Array,
    /// An array under `fields`.
    Object,
}

/// How named lists look.
#[derive(Debug, Clone)]
pub struct ListOptions {
    /// Shape of the answer with all lists.
    pub envelope: ListsEnvelope,
    /// Key of the items.
    pub items: ItemsKey,
    /// Ids that are all digits are sent as JSON numbers.
    pub numeric_ids: bool,
    /// `children` is null instead of an empty array.
    pub null_children: bool,
    /// Without `includeArchived`, what lies below an archived item is left out as well.
    pub archived_parent_hides_children: bool,
    /// The name of the department list, also in the metadata. Names are case-sensitive.
    pub department_list: String,
    /// Sent instead of the department list's items, as it is.
    pub raw_departments: Option<Value>,
}

impl Default for ListOptions {
    fn default() -> Self {
        Self {
            envelope: ListsEnvelope::Map,
            items: ItemsKey::Both,
            numeric_ids: false,
            null_children: false,
            archived_parent_hides_children: true,
            department_list: "department".to_owned(),
            raw_departments: None,
        }
    }
}

/// Requests allowed per endpoint, minute and service user. The vendor states no limit for some endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// `POST /people/search`.
    pub search: u64,
    /// `GET /company/people/fields`.
    pub fields: u64,
    /// `GET /profiles`.
    pub profiles: u64,
    /// `GET /company/named-lists` and one list.
    pub lists: Option<u64>,
    /// Everything else.
    pub other: Option<u64>,
    /// Send `Retry-After` with a 429 beside the reset time.
    pub retry_after: bool,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            search: 50,
            fields: 50,
            profiles: 40,
            lists: None,
            other: None,
            retry_after: false,
        }
    }
}

/// The tenant's behaviour. The default is what was most often observed on real tenants, without limits.
#[derive(Debug, Clone)]
pub struct HiBobOptions {
    /// The service users that may send requests.
    pub service_users: Vec<ServiceUser>,
    /// When the flat form is sent.
    pub slash_keys: SlashKeys,
    /// Send the flat form also for a field without a value.
    pub null_slash_keys: bool,
    /// Send the nested form.
    pub nested: bool,
    /// `id` is in every record, whether or not it was requested or permitted.
    pub id_always: bool,
    /// `REPLACE` turns dates into the service user's format (`31/12/2025`).
    pub locale_dates: bool,
    /// Named lists.
    pub lists: ListOptions,
    /// Shape of the field metadata.
    pub fields_envelope: FieldsEnvelope,
    /// The deprecated `GET /people` still answers; otherwise it is the web application's page.
    pub legacy_people: bool,
    /// Limits and their headers; none by default.
    pub rate_limits: Option<RateLimits>,
    /// Block callers with many 401 or 403 answers, as the vendor's firewall does.
    pub firewall: bool,
    /// Every record also carries the planted secrets, requested or not: a tenant that exposes too much.
    pub overshare: bool,
    /// Records added to every search result as they are.
    pub extra_people: Vec<Value>,
    /// An edit of each record before it is sent.
    pub rewrite: Option<Rewrite>,
    /// Sent instead of every search result, as it is.
    pub raw_search: Option<Value>,
    /// The clock of limits and blocks; read once, when the tenant is made.
    pub clock: SharedClock,
}

impl Default for HiBobOptions {
    fn default() -> Self {
        Self {
            service_users: vec![ServiceUser::full()],
            slash_keys: SlashKeys::WithFields,
            null_slash_keys: false,
            nested: true,
            id_always: true,
            locale_dates: false,
            lists: ListOptions::default(),
            fields_envelope: FieldsEnvelope::Array,
            legacy_people: false,
            rate_limits: None,
            firewall: true,
            overshare: false,
            extra_people: Vec::new(),
            rewrite: None,
            raw_search: None,
            clock: SystemClock::shared(),
        }
    }
}

impl HiBobOptions {
    /// With one service user only.
    #[must_use]
    pub fn user(mut self, user: ServiceUser) -> Self {
        self.service_users = vec![user];
        self
    }
}
