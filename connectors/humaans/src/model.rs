//! What may be kept of Humaans' answers. Everything else is dropped while decoding.
//!
//! Where Humaans documents a text, a tenant may send `null` or nothing; a value of an unexpected shape is an
//! absent value.

use connector_core::lenient::{Object, ObjectOr, Word};
use connector_core::paging::Batch;
use serde::{Deserialize, Deserializer};

/// A record with an id.
pub(crate) trait HasId {
    /// The id; a record without one cannot be stored.
    fn id(&self) -> Option<&str>;
}

/// One page of a listing.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de> + Default"))]
pub(crate) struct Listing<T> {
    #[serde(default)]
    total: Word,
    #[serde(default)]
    limit: Word,
    data: Vec<Object<T>>,
}

impl<T> Listing<T> {
    /// The page as the engine takes it; `requested` records were asked for. A `$limit` that is too large may be lowered
    /// without an error, which only the echoed `limit` shows (not documented, 2026-11).
    pub(crate) fn batch(self, requested: u64) -> Batch<T> {
        let number = |word: Word| word.get()?.parse::<u64>().ok();
        let limit = number(self.limit).filter(|limit| *limit > 0);
        Batch {
            records: self.data.into_iter().map(|record| record.0).collect(),
            total: number(self.total),
            limit: limit.unwrap_or(requested),
        }
    }
}

/// The statuses that people can be listed by, in the vendor's words.
pub(crate) const NEW_HIRE: &str = "newHire";
/// The same in another public client, so that some tenant may know only this word.
pub(crate) const NEW_HIRE_TOO: &str = "new_hire";
pub(crate) const ACTIVE: &str = "active";
pub(crate) const OFFBOARDED: &str = "offboarded";

/// A person. `personalEmail`, `birthday`, `address` and their like have no place here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Person {
    id: Word,
    pub(crate) first_name: Word,
    pub(crate) last_name: Word,
    pub(crate) preferred_name: Word,
    pub(crate) email: Word,
    pub(crate) employee_id: Word,
    pub(crate) status: Word,
    pub(crate) employment_start_date: Word,
    pub(crate) employment_end_date: Word,
    pub(crate) contract_type: Word,
    /// Id of a location, or the word `remote`.
    pub(crate) location_id: Word,
    /// A person of the vendor's sample data.
    demo: Flag,
    pub(crate) created_at: Word,
}

impl Person {
    pub(crate) fn is_demo(&self) -> bool {
        self.demo.0
    }

    /// Whether the person is found by one of the statuses that people are listed by.
    pub(crate) fn has_listed_status(&self) -> bool {
        let word = self.status.get();
        word.is_some_and(|word| [NEW_HIRE, ACTIVE, OFFBOARDED].contains(&word))
    }
}

impl HasId for Person {
    fn id(&self) -> Option<&str> {
        self.id.get()
    }
}

/// The role of a person from one day to another. `note` has no place here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct JobRole {
    pub(crate) id: Word,
    pub(crate) person_id: Word,
    pub(crate) job_title: Word,
    pub(crate) department: Named,
    /// The manager's person id.
    pub(crate) reporting_to: Word,
    pub(crate) effective_date: Word,
    pub(crate) end_date: Word,
    pub(crate) created_at: Word,
    pub(crate) updated_at: Word,
}

impl HasId for JobRole {
    fn id(&self) -> Option<&str> {
        self.id.get()
    }
}

/// A place of work.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Location {
    id: Word,
    label: Word,
    name: Word,
}

impl Location {
    pub(crate) fn label(&self) -> Option<&str> {
        self.label.or(&self.name)
    }
}

impl HasId for Location {
    fn id(&self) -> Option<&str> {
        self.id.get()
    }
}

/// A text, or an object that has it as its `name`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named(Word);

impl Named {
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.get()
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct WithName {
            name: Word,
        }
        Ok(match ObjectOr::<WithName>::deserialize(deserializer)? {
            ObjectOr::Word(word) => Self(word),
            ObjectOr::Object(object) => Self(object.name),
        })
    }
}

/// `true`, or anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Any {
            Bool(bool),
            Other(serde::de::IgnoredAny),
        }
        Ok(match Any::deserialize(deserializer)? {
            Any::Bool(flag) => Self(flag),
            Any::Other(_) => Self(false),
        })
    }
}

/// What the token may do.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenInfo {
    pub(crate) scopes: Vec<String>,
}

#[cfg(test)]
mod tests;
