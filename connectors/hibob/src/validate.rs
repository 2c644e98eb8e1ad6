//! What is checked before a sync: credential, base URL and, category by category, what the service user may read.
//!
//! HiBob answers 200 and silently leaves out what may not be read. A requested field is present, with a value or
//! `null`, in every employee when its category may be read, and in none when it may not (people read API contract,
//! 2026-06; seen live, 2026-10).

use std::collections::BTreeSet;

use connector_core::model::StatusKind;
use connector_core::text;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use connector_http::Item;
use serde::Deserialize;
use serde_json::Value;

use crate::client::HiBobClient;
use crate::model::{Employee, Field, FieldInfo, FieldList};
use crate::users;

/// The most people looked at.
const PEOPLE: usize = 2000;

/// Fields without which a sync is not what it must be; one is enough to know a category.
const NEEDED: &[(&str, &str)] = &[
    ("root.displayName", "Basic info"),
    ("root.email", "Basic info"),
    ("work.department", "Work"),
    ("work.startDate", "Work"),
];

/// The field that decides between enabled and disabled.
const LIFECYCLE: &str = "internal.lifecycleStatus";

/// Reads the metadata, then starts a people search and leaves it as soon as the outcome is clear.
pub(crate) async fn validate(client: &HiBobClient) -> Result<Vec<Warning>> {
    let metadata = client.fields().await?;
    let mut probe = Probe::new(&metadata);
    let fields: Vec<&str> = probe
        .fields
        .iter()
        .map(|f| f.id.as_str())
        .chain(["root.id", "internal.status"])
        .collect();
    let mut people = client.search::<Value>(&fields);
    while let Some(item) = people.next().await? {
        match item {
            Item::Row(person) => probe.look_at(&person),
            Item::Restarted => probe = Probe::new(&metadata),
        }
        if probe.settled() {
            break;
        }
    }
    probe.verdict()
}

struct ProbedField {
    id: String,
    category: String,
    optional: bool,
    seen: bool,
}

struct Probe {
    fields: Vec<ProbedField>,
    audience: Audience,
}

impl Probe {
    fn new(metadata: &FieldList) -> Self {
        let category_of = |id: &str, default: &str| {
            let known = metadata
                .iter()
                .find(|f| f.id.get() == Some(id))
                .and_then(|f| f.category.get());
            text::printable(known.unwrap_or(default), 100)
        };
        let field = |id: &str, default: &str, optional: bool| ProbedField {
            id: id.to_owned(),
            category: category_of(id, default),
            optional,
            seen: false,
        };
        let mut fields: Vec<_> = NEEDED
            .iter()
            .map(|(id, category)| field(id, category, false))
            .collect();
        // One field is enough to know whether the About or Employment category may be read. Tenants differ in which
        // fields exist, so the metadata decides.
        for (category, preferred) in [("about", "about.avatar"), ("employment", "employment.type")]
        {
            if let Some(id) = any_field_of(metadata, category, preferred) {
                fields.push(field(id, category, false));
            }
        }
        fields.push(field(LIFECYCLE, "Lifecycle", true));
        Self {
            fields,
            audience: Audience::default(),
        }
    }

    fn look_at(&mut self, person: &Value) {
        for field in self.fields.iter_mut().filter(|f| !f.seen) {
            field.seen = has(person, &field.id);
        }
        self.audience
            .saw(&Employee::deserialize(person).unwrap_or_default());
    }

    /// Whether looking at more people would not change the verdict.
    fn settled(&self) -> bool {
        self.audience.people >= PEOPLE
            || (self.audience.inactive && self.fields.iter().all(|f| f.seen))
    }

    fn verdict(self) -> Result<Vec<Warning>> {
        if self.audience.people == 0 {
            return Err(Error::new(ErrorKind::Precondition, "HiBob shows the service user no employee at all")
                .during("checking what the service user may read")
                .hint("in the service user's permission group, set \"Access data for\" to everybody, former employees included"));
        }
        let missing = |optional| {
            let unseen = self
                .fields
                .iter()
                .filter(move |f| !f.seen && f.optional == optional);
            unseen
                .map(|f| format!("{} ({})", f.category, f.id))
                .collect::<BTreeSet<_>>()
        };
        let needed = missing(false);
        if !needed.is_empty() {
            let list = needed.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Error::new(ErrorKind::Permission, format!("the service user may not read these categories: {list}"))
                .during("checking what the service user may read")
                .hint("in HiBob, give the service user's permission group View on these categories of People's data"));
        }
        let mut warnings = Vec::new();
        if !missing(true).is_empty() {
            warnings.push(Warning::new(
                "lifecycle-unreadable",
                "the service user may not read the Lifecycle category, so every status is left unspecified",
            ));
        }
        warnings.extend(self.audience.within_validation());
        Ok(warnings)
    }
}

/// The preferred field when the metadata lists it, else the first of the category.
fn any_field_of<'a>(
    metadata: &'a FieldList,
    category: &str,
    preferred: &'a str,
) -> Option<&'a str> {
    let in_category = |f: &&FieldInfo| {
        let prefix =
            f.id.get()
                .is_some_and(|id| id.split('.').rev().skip(1).any(|part| part == category));
        f.category_id.get().map_or(prefix, |c| c == category)
    };
    let known = |id: &str| metadata.iter().any(|f| f.id.get() == Some(id));
    if known(preferred) {
        return Some(preferred);
    }
    metadata.iter().filter(in_category).find_map(|f| f.id.get())
}

/// Whether an employee has a key for a field, in the nested or the slash form.
fn has(person: &Value, field: &str) -> bool {
    let slash = format!("/{}", field.replace('.', "/"));
    let nested = field.strip_prefix("root.").unwrap_or(field);
    let found = nested
        .split('.')
        .try_fold(person, |value, key| value.get(key));
    found.is_some() || person.get(slash).is_some()
}

/// Whether the people listed include a person who is no longer, or not yet, active.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    people: usize,
    inactive: bool,
}

impl Audience {
    pub(crate) fn saw(&mut self, employee: &Employee) {
        self.people += 1;
        let left = users::status(employee.get(Field::Lifecycle)).kind == StatusKind::Disabled;
        self.inactive |= left
            || employee
                .get(Field::Status)
                .is_some_and(|s| s.eq_ignore_ascii_case("inactive"));
    }

    /// The warning for a company small enough for validation to have seen all of it.
    fn within_validation(&self) -> Option<Warning> {
        (self.people < PEOPLE).then(|| self.verdict()).flatten()
    }

    /// The warning for a company that is too large for validation to have seen all of it.
    pub(crate) fn beyond_validation(&self) -> Option<Warning> {
        (self.people >= PEOPLE).then(|| self.verdict()).flatten()
    }

    fn verdict(&self) -> Option<Warning> {
        let message = "no inactive person is visible; unless nobody ever left, former employees are missing from the \
                       service user's audience";
        (!self.inactive).then(|| Warning::new("nobody-inactive", message))
    }
}

#[cfg(test)]
mod tests;
