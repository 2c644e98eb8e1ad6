//! Makes an [`Identity`] of a row.

use std::collections::HashSet;
use std::sync::Arc;

use connector_c1z::RowAt;
use connector_c1z::wire::{self, UserTrait};
use connector_core::text;
use jiff::civil::Date;
use prost_types::value::Kind;
use prost_types::{Struct, Value};

use super::keys::{self, Names};
use super::{AccountType, Identity, Key, Lifecycle, ManagerRef, Status};

/// Texts that many people share, kept once.
#[derive(Debug, Default)]
pub struct Shared(HashSet<Arc<str>>);

impl Shared {
    /// The one copy of `text`.
    pub fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// Whether a resource is a person or an account: it has the user trait, or `user_types` names its type.
pub fn is_identity(resource: &wire::Resource, user_types: &HashSet<String>) -> bool {
    let named = |id: &wire::ResourceId| user_types.contains(&id.resource_type);
    resource.id.as_ref().is_some_and(named) || resource.user_trait().is_some()
}

/// The facts of a resource: its own profile over that of its trait, both when they name different facts.
pub fn facts(resource: &wire::Resource) -> Struct {
    let mut facts = resource.trait_profile().unwrap_or_default();
    if let Some(own) = &resource.profile {
        facts.fields.extend(own.fields.clone());
    }
    facts
}

/// The identity that the row at `row` holds; `None` when the row has no id.
pub fn read(row: RowAt, resource: &wire::Resource, shared: &mut Shared) -> Option<Identity> {
    let id = resource.id.as_ref()?;
    let user = resource.user_trait().unwrap_or_default();
    let facts = facts(resource);
    let fact = |names| lookup(&facts, names);
    let state = resource.status.as_ref().or(user.status.as_ref());
    let status = Status::from_number(state.map(|s| s.status));
    let details = state.map(|s| s.details.as_str());
    let word = state_word(&facts).or_else(|| given(details));
    let mut share = |text: Option<String>| text.map(|text| shared.get(&text));
    let state_word = share(word);
    Some(Identity {
        row,
        key: Key {
            resource_type: share(Some(id.resource_type.clone()))?,
            id: id.resource.clone(),
        },
        name: name(resource, &user),
        status,
        lifecycle: Lifecycle::from_words(state_word.as_deref(), status),
        state_word,
        by_policy: false,
        account_type: match user.account_type {
            2 => AccountType::Service,
            3 => AccountType::System,
            _ => AccountType::Human,
        },
        emails: emails(&user, fact(keys::EMAIL)),
        logins: distinct([user.login].into_iter().chain(user.login_aliases)),
        employee_ids: distinct(user.employee_ids.into_iter().chain(fact(keys::EMPLOYEE_ID))),
        job_title: share(fact(keys::JOB_TITLE)),
        department: share(fact(keys::DEPARTMENT)),
        department_id: share(fact(keys::DEPARTMENT_ID)),
        location: share(fact(keys::LOCATION)),
        employment_type: share(fact(keys::EMPLOYMENT_TYPE)),
        org_role: share(fact(keys::ORG_ROLE)),
        manager: ManagerRef {
            id: fact(keys::MANAGER_ID),
            email: fact(keys::MANAGER_EMAIL),
            name: fact(keys::MANAGER_NAME),
        },
        start_date: fact(keys::START_DATE).as_deref().and_then(day),
        end_date: fact(keys::END_DATE).as_deref().and_then(day),
    })
}

/// The vendor's word for the state. Some vendors say in one fact that a person is employed and in another one that
/// they are away, so a word for leave wins over one for work.
fn state_word(facts: &Struct) -> Option<String> {
    let words = keys::LIFECYCLE_STATE.iter();
    let mut words = words.filter_map(|&name| shown(facts.fields.get(name)?));
    let first = words.next()?;
    let is = |word: &str, lifecycle| Lifecycle::from_word(word) == Some(lifecycle);
    let away = match is(&first, Lifecycle::Active) {
        true => words.find(|word| is(word, Lifecycle::Leave)),
        false => None,
    };
    Some(away.unwrap_or(first))
}

/// Name of a resource for people: its display name, else a login, else its id.
pub fn display_name(resource: &wire::Resource) -> String {
    match resource.display_name.trim().is_empty() {
        true => name(resource, &resource.user_trait().unwrap_or_default()),
        false => resource.display_name.clone(),
    }
}

fn name(resource: &wire::Resource, user: &UserTrait) -> String {
    let given = [resource.display_name.as_str(), user.login.as_str()];
    let first = given.into_iter().find(|name| !name.trim().is_empty());
    first.map_or_else(|| resource.external_id(), str::to_owned)
}

/// Primary addresses first; the profile's address counts when the trait has none.
fn emails(user: &UserTrait, profile: Option<String>) -> Vec<String> {
    let (primary, other): (Vec<_>, Vec<_>) = user.emails.iter().partition(|e| e.is_primary);
    let listed = primary.into_iter().chain(other).map(|e| e.address.clone());
    let mut all = distinct(listed);
    if all.is_empty() {
        all.extend(profile);
    }
    all
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        let text = text.trim();
        if !text.is_empty() && !kept.iter().any(|k| k == text) {
            kept.push(text.to_owned());
        }
    }
    kept
}

fn lookup(facts: &Struct, names: Names) -> Option<String> {
    let mut names = names.iter();
    names.find_map(|&name| shown(facts.fields.get(name)?))
}

fn given(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A value as text; `None` for null, blank and nested ones.
fn shown(value: &Value) -> Option<String> {
    match value.kind.as_ref()? {
        Kind::StringValue(text) => given(Some(text)),
        Kind::NumberValue(number) => Some(number.to_string()),
        Kind::BoolValue(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Kind::ListValue(list) => {
            let items: Vec<_> = list.values.iter().filter_map(shown).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        Kind::NullValue(_) | Kind::StructValue(_) => None,
    }
}

fn day(text: &str) -> Option<Date> {
    text::date(text)?.parse().ok()
}
