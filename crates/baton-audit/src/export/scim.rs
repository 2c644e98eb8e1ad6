//! SCIM 2.0 bulk requests (RFC 7643, RFC 7644) that create people as enterprise users.
//!
//! The shape is the one that inbound provisioning of identity providers takes, Microsoft Entra's `bulkUpload` among
//! them: every operation is a `POST` to `/Users`, its `externalId` is the person's id at the vendor, and a manager
//! is named by the `externalId` of that person. Only facts that the file states are written and all others are left
//! out, except `active`: the operator decides it for people whose state the file leaves open. No `userName` is
//! written twice.

mod message;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use clap::ValueEnum;
use connector_c1z::wire;
use connector_core::text::counted_as;
use connector_core::{Error, ErrorKind, Result};
use prost_types::value::Kind;

use super::folder::Folder;
use crate::identity::{
    self, AccountType, Identity, Key, Lifecycle, Manager, Roster, Status, facts,
};
use crate::json;
use crate::look::PeopleFilter;
use crate::source::Source;
use message::{Email, Enterprise, ManagerId, Name, Operation, Request, User};

/// Operations of a request; Entra takes no more.
const OPERATIONS: usize = 50;
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Records that a note names.
const NAMED: usize = 20;

/// How the files are called: `users-0001.scim.json` and so on.
const BEFORE: &str = "users-";
const AFTER: &str = ".scim.json";

/// Whether a file has the name of a request.
pub(super) fn is_part(name: &str) -> bool {
    let number = name
        .strip_prefix(BEFORE)
        .and_then(|n| n.strip_suffix(AFTER));
    number.is_some_and(|n| n.len() >= 4 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What is written of people of whom the file does not say whether they are active. Nothing is never written: an
/// identity provider then disables the account, or does not, as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum UnknownState {
    /// Write them as active
    Active,
    /// Write them as not active
    Inactive,
    /// Leave them out
    Skip,
}

/// Writes the requests and returns what an operator should know about them.
///
/// # Errors
/// [`ErrorKind::Usage`] when two of the people have the same id, when it is not known whether some are active and
/// `unknown` does not decide, and when the file is damaged or cannot be written.
pub(super) fn write(
    source: &Source,
    filter: &PeopleFilter<'_>,
    unknown: Option<UnknownState>,
    folder: &mut Folder,
) -> Result<Vec<String>> {
    let roster = Roster::load(source)?;
    let chosen = Chosen::of(&roster, filter)?;
    if chosen.unknown > 0 && unknown.is_none() {
        let people = counted_as(chosen.unknown, "person", "people");
        let message = format!("the file does not say of {people} whether they are active");
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("decide for them with --unknown-state active, inactive or skip"));
    }
    let mut requests = Requests {
        folder,
        operations: Vec::with_capacity(OPERATIONS),
        parts: 0,
    };
    let mut managers = 0;
    identity::for_each(source, |identity, resource| {
        let name = chosen.names.get(&identity.key);
        let (Some(user_name), Some(active)) = (name, is_active(&identity, unknown)) else {
            return Ok(());
        };
        let manager = match roster.manager(&identity) {
            Manager::Is(manager) => Some(manager.key.id.clone()),
            Manager::Absent => None,
            Manager::Ambiguous(_) | Manager::Unknown(_) => {
                managers += 1;
                None
            }
        };
        requests.add(Operation {
            method: "POST",
            bulk_id: identity.key.id.clone(),
            path: "/Users",
            data: user(&identity, resource, user_name.clone(), active, manager),
        })
    })?;
    requests.finish()?;
    Ok(chosen.notes(unknown, managers))
}

/// Whether a person is active: as the connector has it when the word for the state is understood, else as the word has
/// it, else as the operator wants it. `None` leaves the person out.
fn is_active(identity: &Identity, unknown: Option<UnknownState>) -> Option<bool> {
    known_active(identity).or_else(|| match unknown? {
        UnknownState::Active => Some(true),
        UnknownState::Inactive => Some(false),
        UnknownState::Skip => None,
    })
}

fn known_active(identity: &Identity) -> Option<bool> {
    match identity.status {
        Status::Disabled | Status::Deleted => Some(false),
        Status::Enabled if identity.lifecycle != Lifecycle::Unknown => Some(true),
        Status::Unspecified if identity.lifecycle.has_left() => Some(false),
        Status::Unspecified if identity.lifecycle.is_employed() => Some(true),
        Status::Enabled | Status::Unspecified => None,
    }
}

/// The people that are written, with the `userName` of each, and what is left out.
#[derive(Debug, Default)]
struct Chosen {
    names: HashMap<Key, String>,
    unknown: usize,
    no_people: usize,
    unnamed: usize,
    /// Records whose `userName` another record has.
    twice: Vec<Key>,
}

impl Chosen {
    /// Of several records with one `userName`, however written, the first that has not left is chosen, else the first.
    fn of(roster: &Roster, filter: &PeopleFilter<'_>) -> Result<Self> {
        let mut chosen = Self::default();
        let mut ids = HashSet::new();
        let mut holders: HashMap<String, (&Identity, bool)> = HashMap::new();
        for identity in roster.iter() {
            let Some(line) = filter.line(identity.clone()) else {
                continue;
            };
            if identity.account_type != AccountType::Human {
                chosen.no_people += 1;
                continue;
            }
            let Some(name) = user_name(identity) else {
                chosen.unnamed += 1;
                continue;
            };
            if !ids.insert(&identity.key.id) {
                return Err(twice(identity));
            }
            let new = (identity, line.lifecycle.has_left());
            match holders.entry(name.to_lowercase()) {
                Entry::Vacant(free) => {
                    free.insert(new);
                }
                Entry::Occupied(mut holder) => {
                    let (_, holder_left) = *holder.get();
                    let loser = match holder_left && !new.1 {
                        true => holder.insert(new).0,
                        false => identity,
                    };
                    chosen.twice.push(loser.key.clone());
                }
            }
        }
        for (identity, _) in holders.into_values() {
            chosen.unknown += usize::from(known_active(identity).is_none());
            let name = user_name(identity).unwrap_or_default().to_owned();
            chosen.names.insert(identity.key.clone(), name);
        }
        Ok(chosen)
    }

    fn notes(&self, unknown: Option<UnknownState>, managers: usize) -> Vec<String> {
        let decided = match unknown {
            Some(UnknownState::Active) => "people of unknown state written as active",
            Some(UnknownState::Inactive) => "people of unknown state written as not active",
            Some(UnknownState::Skip) | None => "people of unknown state left out",
        };
        let all = [
            (self.no_people, "accounts of programs and systems left out"),
            (
                self.unnamed,
                "people left out who have neither a login nor an e-mail address",
            ),
            (self.unknown, decided),
            (
                managers,
                "managers left out who match no person of the file, or several",
            ),
        ];
        let some = all.into_iter().filter(|(count, _)| *count > 0);
        let mut notes: Vec<String> = some
            .map(|(count, what)| format!("{what}: {count}"))
            .collect();
        if !self.twice.is_empty() {
            let keys = self.twice.iter().take(NAMED).map(Key::to_string);
            let keys = keys.collect::<Vec<_>>().join(", ");
            let more = match self.twice.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let count = self.twice.len();
            notes.push(format!(
                "records left out whose userName another record has: {count} ({keys}{more})"
            ));
        }
        notes
    }
}

/// The main login, else the work e-mail address.
fn user_name(identity: &Identity) -> Option<&str> {
    let login = identity.logins.first().map(String::as_str);
    login.or_else(|| identity.email())
}

/// Requests being written, one file after the other.
struct Requests<'a> {
    folder: &'a mut Folder,
    operations: Vec<Operation>,
    parts: usize,
}

impl Requests<'_> {
    fn add(&mut self, operation: Operation) -> Result<()> {
        self.operations.push(operation);
        match self.operations.len() < OPERATIONS {
            true => Ok(()),
            false => self.end(),
        }
    }

    /// Writes what is still held.
    fn finish(mut self) -> Result<()> {
        match self.operations.is_empty() {
            true => Ok(()),
            false => self.end(),
        }
    }

    fn end(&mut self) -> Result<()> {
        self.parts += 1;
        let mut draft = self
            .folder
            .draft(format!("{BEFORE}{:04}{AFTER}", self.parts))?;
        let request = Request {
            schemas: [BULK],
            operations: &self.operations,
        };
        json::write(&mut draft, &request)?;
        self.folder
            .keep(draft, &[("users", self.operations.len() as u64)])?;
        self.operations.clear();
        Ok(())
    }
}

fn user(
    identity: &Identity,
    resource: &wire::Resource,
    user_name: String,
    active: bool,
    manager: Option<String>,
) -> User {
    let facts = facts(resource).fields;
    let fact = |names: &[&str]| names.iter().find_map(|&name| text(facts.get(name)?));
    let parts = resource.user_trait().and_then(|user| user.structured_name);
    let part = |of: fn(wire::StructuredName) -> String, names: &[&str]| {
        let own = parts.clone().map(of).filter(|text| !text.trim().is_empty());
        own.or_else(|| fact(names))
    };
    let given_name = part(
        |n| n.given_name,
        &["first_name", "firstName", "given_name", "givenName"],
    );
    let family_name = part(
        |n| n.family_name,
        &["last_name", "lastName", "family_name", "familyName"],
    );
    let emails = identity.emails.iter().enumerate();
    let shared = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
    User {
        schemas: [CORE, ENTERPRISE],
        external_id: identity.key.id.clone(),
        user_name,
        name: (given_name.is_some() || family_name.is_some()).then_some(Name {
            given_name,
            family_name,
        }),
        display_name: given(&resource.display_name),
        emails: emails
            .map(|(at, address)| Email {
                value: address.clone(),
                r#type: "work",
                primary: at == 0,
            })
            .collect(),
        title: shared(&identity.job_title),
        user_type: shared(&identity.employment_type),
        active,
        enterprise: Enterprise {
            employee_number: identity.employee_id().map(str::to_owned),
            department: shared(&identity.department),
            division: fact(&["division"]),
            cost_center: fact(&["cost_center", "costCenter"]),
            manager: manager.map(|value| ManagerId { value }),
        },
    }
}

/// A fact that is text or a number.
fn text(value: &prost_types::Value) -> Option<String> {
    match value.kind.as_ref()? {
        Kind::StringValue(text) => given(text),
        Kind::NumberValue(number) => Some(number.to_string()),
        _ => None,
    }
}

fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn twice(identity: &Identity) -> Error {
    let id = &identity.key.id;
    Error::new(
        ErrorKind::Usage,
        format!("two people of different types have the id {id}, and an identity provider would take them for one"),
    )
    .hint("choose one type with --type")
}
