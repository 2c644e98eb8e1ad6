//! Which custom attributes may be kept.
//!
//! Personio puts whatever a tenant invents, and much of its own personal data, among a person's custom attributes.
//! So nothing is kept unless both its name and its value are harmless:
//!
//! * **Name.** It must be readable: a `global_id` or a label in Latin letters. No name, id or label may hold a word
//!   of the deny list (`names`). An attribute with an opaque id alone is kept only when the operator lists the id;
//!   listing it lifts no other rule.
//! * **Value.** No shape that identifies somebody or tells what somebody earns (`values`): accounts, telephone
//!   numbers, dates, amounts, e-mail and street addresses, links, four digits or more of any kind.
//!
//! What is left out is counted by reason.

mod names;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use connector_core::lenient::Word;
use connector_core::profile::ProfileValue;
use connector_core::warning::Warning;

use crate::model::CustomAttribute;
use names::Name;
use values::Verdict;

/// The most attributes kept of one person.
const MOST: usize = 50;
/// The most names remembered.
const MOST_JUDGED: usize = 10_000;
/// The most ids named in warnings.
const MOST_SHOWN: usize = 100;
/// The longest of them, in bytes.
const LONGEST_JUDGED: usize = 1_000;

/// Why an attribute is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// The name speaks of something personal.
    NameDenied,
    /// There is no name that can be checked.
    NameUnreadable,
    /// The value has the shape of something personal.
    ValuePersonal,
    /// The value is no text, number, truth value or list of texts, or too long.
    ValueUnusable,
    /// Another attribute has the name already, or there are too many.
    Surplus,
}

impl Reason {
    fn warning(self, count: u64, ids: Vec<String>) -> Warning {
        let (code, message) = match self {
            Self::NameDenied => (
                "custom-attribute-name-denied",
                "custom attributes were left out because of what their name speaks of",
            ),
            Self::NameUnreadable => (
                "custom-attribute-unnamed",
                "custom attributes without a readable name were left out; list harmless ones in \
                 BATON_PERSONIO_CUSTOM_ATTRIBUTES",
            ),
            Self::ValuePersonal => (
                "custom-attribute-value-denied",
                "custom attributes were left out because their value looks personal",
            ),
            Self::ValueUnusable => (
                "custom-attribute-value-unusable",
                "custom attributes were left out because their value is too long or not a plain value",
            ),
            Self::Surplus => (
                "custom-attribute-surplus",
                "custom attributes were left out because the person has another one of the name, or too many",
            ),
        };
        let warning = Warning::new(code, message).times(count);
        ids.iter().fold(warning, Warning::example)
    }
}

/// What the filter made of a person's attributes.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Profile keys and values.
    pub(crate) facts: Vec<(String, ProfileValue)>,
    /// What was left out, one warning per reason.
    pub(crate) warnings: Vec<Warning>,
}

/// The filter.
#[derive(Debug, Default)]
pub(crate) struct AttributeFilter {
    /// Ids whose attributes need no readable name.
    listed: BTreeSet<String>,
    /// Names judged before: everybody has the same attributes.
    judged: Mutex<HashMap<Names, Name>>,
    /// Ids named in warnings, by reason.
    shown: Mutex<BTreeSet<(Reason, String)>>,
}

/// Id, global id and label.
type Names = [Option<String>; 3];

impl AttributeFilter {
    /// A filter for which these ids need no readable name.
    pub(crate) fn new(listed: &[String]) -> Self {
        Self {
            listed: listed.iter().map(|id| id.trim().to_owned()).collect(),
            judged: Mutex::default(),
            shown: Mutex::default(),
        }
    }

    fn name(&self, names: Names) -> Name {
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = judged.get(&names) {
            return name.clone();
        }
        let [id, global_id, label] = names.each_ref().map(Option::as_deref);
        let name = Name::of(id, global_id, label);
        // Names that are never the same again must not fill the memory.
        let length: usize = names.iter().flatten().map(String::len).sum();
        if judged.len() < MOST_JUDGED && length < LONGEST_JUDGED {
            judged.insert(names, name.clone());
        }
        name
    }

    /// What may be kept of these.
    pub(crate) fn filter(&self, attributes: Vec<CustomAttribute>) -> Kept {
        let mut facts: BTreeMap<String, ProfileValue> = BTreeMap::new();
        let mut dropped: BTreeMap<Reason, (u64, Vec<String>)> = BTreeMap::new();
        for attribute in attributes {
            let id = attribute.id.get().unwrap_or_default().to_owned();
            let reason = match self.judge(attribute) {
                Ok(None) => continue,
                Ok(Some((key, _))) if facts.len() >= MOST || facts.contains_key(&key) => {
                    Reason::Surplus
                }
                Ok(Some((key, value))) => {
                    facts.insert(key, value);
                    continue;
                }
                Err(reason) => reason,
            };
            let (count, ids) = dropped.entry(reason).or_default();
            *count += 1;
            if self.shows(reason, &id) {
                ids.push(id);
            }
        }
        let warnings = dropped.into_iter();
        Kept {
            facts: facts.into_iter().collect(),
            warnings: warnings
                .map(|(reason, (count, ids))| reason.warning(count, ids))
                .collect(),
        }
    }

    /// Whether a warning names this id: once, and only one that nobody has written.
    fn shows(&self, reason: Reason, id: &str) -> bool {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let room = shown.len() < MOST_SHOWN && names::is_opaque(id) && id.len() < LONGEST_JUDGED;
        room && !id.is_empty() && shown.insert((reason, id.to_owned()))
    }

    /// The key and value of one attribute; `None` when it has no value.
    fn judge(&self, attribute: CustomAttribute) -> Result<Option<(String, ProfileValue)>, Reason> {
        let value = match values::read(attribute.value) {
            Verdict::Nothing => return Ok(None),
            verdict => verdict,
        };
        let id = attribute.id.get().unwrap_or_default().to_owned();
        let names = [attribute.id, attribute.global_id, attribute.label].map(Word::into_string);
        let key = match self.name(names) {
            Name::Denied => return Err(Reason::NameDenied),
            Name::Readable(key) => key,
            Name::Unreadable if self.listed.contains(&id) => names::key(&id),
            Name::Unreadable => return Err(Reason::NameUnreadable),
        };
        match value {
            Verdict::Nothing => Ok(None),
            Verdict::Harmless(value) => Ok(Some((format!("custom_{key}"), value))),
            Verdict::Personal => Err(Reason::ValuePersonal),
            Verdict::Unusable => Err(Reason::ValueUnusable),
        }
    }
}

#[cfg(test)]
mod tests;
