//! Makes an [`Identity`] of a row.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use connector_c1z::RowAt;
use connector_c1z::wire::{self, UserTrait};
use connector_core::text;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
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

/// The facts of a resource, looked up where they are; see [`facts`].
struct Facts<'r> {
    own: Option<&'r Struct>,
    older: Option<&'r Struct>,
    /// The marks of all names. A profile has a few facts, and is asked for many names that it does not have.
    marks: u64,
}

/// One bit of many that most names do not share.
fn mark(name: &str) -> u64 {
    let at = |place: usize| name.as_bytes().get(place).map_or(0, |b| u32::from(*b));
    let (first, last) = (at(0), at(name.len().saturating_sub(1)));
    1 << ((first * 5 + last * 3 + name.len() as u32) % u64::BITS)
}

impl<'r> Facts<'r> {
    fn new(own: Option<&'r Struct>, older: Option<&'r Struct>) -> Self {
        let names = [own, older].into_iter().flatten();
        let names = names.flat_map(|profile| profile.fields.keys());
        Self {
            own,
            older,
            marks: names.fold(0, |marks, name| marks | mark(name)),
        }
    }

    fn get(&self, name: &str) -> Option<&'r Value> {
        if self.marks & mark(name) == 0 {
            return None;
        }
        let profiles = [self.own, self.older].into_iter().flatten();
        profiles
            .into_iter()
            .find_map(|profile| profile.fields.get(name))
    }

    /// The first of these facts that says something.
    fn first(&self, names: Names) -> Option<Cow<'r, str>> {
        names.iter().find_map(|name| shown(self.get(name)?))
    }
}

/// The identity that the row at `row` holds; `None` when the row has no id.
pub fn read(row: RowAt, resource: &wire::Resource, shared: &mut Shared) -> Option<Identity> {
    let id = resource.id.as_ref()?;
    let (user, has_own_profile) = resource.user_trait_apart().unwrap_or_default();
    // Nearly always a user trait has the profile, and no other trait has to be decoded.
    let other = match has_own_profile || user.profile.is_some() {
        true => None,
        false => resource.trait_profile(),
    };
    let facts = Facts::new(
        resource.profile.as_ref(),
        user.profile.as_ref().or(other.as_ref()),
    );
    let fact = |names| facts.first(names);
    let text = |names| fact(names).map(Cow::into_owned);
    let day = |names| fact(names).as_deref().and_then(day);
    let moment = |names| fact(names).as_deref().and_then(moment);
    let yes_no = |names| fact(names).as_deref().and_then(yes_no);
    let state = resource.status.as_ref().or(user.status.as_ref());
    let status = Status::from_number(state.map(|s| s.status));
    let details = state.and_then(|state| given(&state.details));
    let mut share = |text: Option<Cow<'_, str>>| text.map(|text| shared.get(&text));
    let state_word = share(state_word(&facts).or(details));
    Some(Identity {
        row,
        key: Key {
            resource_type: share(Some(Cow::Borrowed(&id.resource_type)))?,
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
        emails: emails(&user, || text(keys::EMAIL)),
        logins: distinct([&user.login].into_iter().chain(&user.login_aliases)),
        employee_ids: {
            let own = fact(keys::EMPLOYEE_ID);
            let listed = user.employee_ids.iter().map(String::as_str);
            distinct(listed.chain(own.as_deref()))
        },
        job_title: share(fact(keys::JOB_TITLE)),
        department: share(fact(keys::DEPARTMENT)),
        department_id: share(fact(keys::DEPARTMENT_ID)),
        location: share(fact(keys::LOCATION)),
        employment_type: share(fact(keys::EMPLOYMENT_TYPE)),
        org_role: share(fact(keys::ORG_ROLE)),
        manager: ManagerRef {
            id: text(keys::MANAGER_ID),
            email: text(keys::MANAGER_EMAIL),
            name: text(keys::MANAGER_NAME),
        },
        start_date: day(keys::START_DATE),
        end_date: day(keys::END_DATE),
        last_login: user.last_login.and_then(time).or(moment(keys::LAST_LOGIN)),
        created_at: {
            let own = resource.created_at.or(user.created_at);
            own.and_then(time).or(moment(keys::CREATED_AT))
        },
        mfa: user
            .mfa_status
            .map(|it| it.mfa_enabled)
            .or(yes_no(keys::MFA)),
        sso: user
            .sso_status
            .map(|it| it.sso_enabled)
            .or(yes_no(keys::SSO)),
    })
}

/// The vendor's word for the state. Some vendors say in one fact that a person is employed and in another one that
/// they are away, so a word for leave wins over one for work.
fn state_word<'r>(facts: &Facts<'r>) -> Option<Cow<'r, str>> {
    let words = keys::LIFECYCLE_STATE.iter();
    let mut words = words.filter_map(|&name| shown(facts.get(name)?));
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
fn emails(user: &UserTrait, profile: impl FnOnce() -> Option<String>) -> Vec<String> {
    let of = |primary| {
        let emails = user.emails.iter().filter(move |e| e.is_primary == primary);
        emails.map(|email| &email.address)
    };
    let mut all = distinct(of(true).chain(of(false)));
    if all.is_empty() {
        all.extend(profile());
    }
    all
}

/// So many texts are compared one by one.
const FEW: usize = 16;

/// The texts without outer blanks, each once and none that is blank.
fn distinct<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // Those kept, once they are many; a person mostly has one.
    let mut many: HashSet<String> = HashSet::new();
    for text in texts {
        let text = text.as_ref().trim();
        if kept.len() == FEW && many.is_empty() {
            many.extend(kept.iter().cloned());
        }
        let is_new = match many.is_empty() {
            true => !kept.iter().any(|k| k == text),
            false => !text.is_empty() && many.insert(text.to_owned()),
        };
        if is_new && !text.is_empty() {
            kept.push(text.to_owned());
        }
    }
    kept
}

fn given(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

/// A value as text; `None` for null, blank and nested ones.
fn shown(value: &Value) -> Option<Cow<'_, str>> {
    match value.kind.as_ref()? {
        Kind::StringValue(text) => given(text),
        Kind::NumberValue(number) => Some(Cow::Owned(number.to_string())),
        Kind::BoolValue(yes) => Some(Cow::Borrowed(if *yes { "yes" } else { "no" })),
        Kind::ListValue(list) => {
            let items: Vec<_> = list.values.iter().filter_map(shown).collect();
            (!items.is_empty()).then(|| Cow::Owned(items.join(", ")))
        }
        Kind::NullValue(_) | Kind::StructValue(_) => None,
    }
}

fn day(text: &str) -> Option<Date> {
    text::date(text)?.parse().ok()
}

/// A time of the format; `None` when there is no such time.
pub(crate) fn time(time: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(time.seconds, time.nanos).ok()
}

/// A time of a profile; one that has only a day is that day's beginning in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let of_day = || Some(day(text)?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(of_day)
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "enabled" => Some(true),
        "no" | "false" | "disabled" => Some(false),
        _ => None,
    }
}
