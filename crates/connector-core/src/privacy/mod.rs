//! Which of a tenant's custom attributes may be kept.
//!
//! An HR system puts whatever a tenant invents, and often personal data of its own, among a person's custom
//! attributes. So nothing is kept unless both its name and its value are harmless:
//!
//! * **Name.** It must be readable: a global id or a label in Latin letters. No name, id or label may hold an entry of
//!   the deny list (`denied_names.txt`, seven languages). An attribute that has an opaque id alone is kept only when
//!   the operator lists the id; listing it lifts no other rule.
//! * **Value.** It must not have the shape of something that identifies a person or states their pay (`values`):
//!   accounts, telephone numbers, dates, amounts, e-mail and street addresses, links, four digits or more of any kind.
//!
//! An attribute whose name speaks of a cost centre is the exception: its value is usually a number, and it is kept as
//! [`COST_CENTER`].
//!
//! What is left out is counted by reason.

mod names;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use crate::lenient::Word;
use crate::profile::ProfileValue;
use crate::warning::Warning;
use names::Name;
use values::Verdict;

pub use values::{Judgement, judge};

/// The profile key of the cost centre that a person is booked on.
pub const COST_CENTER: &str = "cost_center";

/// The most attributes kept of one person.
const MOST: usize = 50;
/// The most verdicts on names that are remembered.
const MOST_JUDGED: usize = 10_000;
/// The longest names whose verdict is remembered, and the longest id that a warning shows, in bytes.
const LONGEST_JUDGED: usize = 1_000;
/// The most ids that warnings show.
const MOST_SHOWN: usize = 100;

/// A custom attribute before it has passed the filter. It is not shown by `Debug`, because its value may be anything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CustomAttribute {
    /// The vendor's id, often opaque, such as `dynamic_305`.
    pub id: Word,
    /// A name that is the same in every tenant or was chosen by an administrator, such as `badge_color`.
    pub global_id: Word,
    /// The name that people see, such as `Badge color`.
    pub label: Word,
    /// A text, number, truth value or list; anything else is left out.
    pub value: Value,
}

impl fmt::Debug for CustomAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomAttribute").finish_non_exhaustive()
    }
}

/// Why an attribute is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// A name speaks of something personal.
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
    /// The warning that `count` attributes were left out; `setting` is where an operator lists harmless ids.
    fn warning(self, setting: &str, count: u64, ids: Vec<String>) -> Warning {
        let unnamed = format!(
            "custom attributes without a readable name were left out; list harmless ones in {setting}"
        );
        let (code, message) = match self {
            Self::NameDenied => (
                "custom-attribute-name-denied",
                "custom attributes were left out because of what their name speaks of",
            ),
            Self::NameUnreadable => ("custom-attribute-unnamed", unnamed.as_str()),
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

/// The attributes of one person that passed the filter.
#[derive(Debug, Default)]
pub struct Kept {
    /// Profile keys, each with the prefix `custom_` but for [`COST_CENTER`], and values.
    pub facts: Vec<(String, ProfileValue)>,
    /// What was left out, one warning per reason. No warning holds a value.
    pub warnings: Vec<Warning>,
}

/// Decides which custom attributes are kept. One filter serves a whole run.
///
/// ```
/// use connector_core::privacy::{AttributeFilter, CustomAttribute};
/// use connector_core::profile::ProfileValue;
///
/// let filter = AttributeFilter::new(&[], "BATON_EXAMPLE_CUSTOM_ATTRIBUTES");
/// let attribute = |label: &str, value: &str| CustomAttribute {
///     label: label.into(),
///     value: value.into(),
///     ..CustomAttribute::default()
/// };
/// let kept = filter.filter(vec![attribute("Badge color", "green"), attribute("Salary", "high")]);
/// let green = ProfileValue::Text("green".into());
/// assert_eq!(kept.facts, [("custom_badge_color".to_owned(), green)]);
/// assert_eq!(kept.warnings[0].code, "custom-attribute-name-denied");
/// ```
#[derive(Debug)]
pub struct AttributeFilter {
    /// Ids whose attributes need no readable name.
    listed: BTreeSet<String>,
    setting: &'static str,
    /// Verdicts on names: most persons of a tenant have the same attributes.
    judged: Mutex<HashMap<Names, Name>>,
    /// Ids named in warnings, by reason.
    shown: Mutex<BTreeSet<(Reason, String)>>,
}

/// Id, global id and label.
type Names = [Option<String>; 3];

impl AttributeFilter {
    /// A filter for which the ids in `listed` need no readable name. `setting` is the variable that lists them, for
    /// the warning about attributes without one.
    pub fn new(listed: &[String], setting: &'static str) -> Self {
        Self {
            listed: listed.iter().map(|id| id.trim().to_owned()).collect(),
            setting,
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
        // A tenant whose names differ from person to person must not fill the memory.
        let length: usize = names.iter().flatten().map(String::len).sum();
        if judged.len() < MOST_JUDGED && length < LONGEST_JUDGED {
            judged.insert(names, name.clone());
        }
        name
    }

    /// Keeps what may be kept of one person's attributes.
    pub fn filter(&self, attributes: Vec<CustomAttribute>) -> Kept {
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
                .map(|(reason, (count, ids))| reason.warning(self.setting, count, ids))
                .collect(),
        }
    }

    /// Whether a warning shows this id: once, and only when it is opaque. An id that a person wrote may itself be
    /// personal.
    fn shows(&self, reason: Reason, id: &str) -> bool {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let room = shown.len() < MOST_SHOWN && names::is_opaque(id) && id.len() < LONGEST_JUDGED;
        room && !id.is_empty() && shown.insert((reason, id.to_owned()))
    }

    /// The key and value of one attribute; `None` when it has no value.
    fn judge(&self, attribute: CustomAttribute) -> Result<Option<(String, ProfileValue)>, Reason> {
        let id = attribute.id.get().unwrap_or_default().to_owned();
        let names = [attribute.id, attribute.global_id, attribute.label].map(Word::into_string);
        let name = self.name(names);
        let verdict = match name {
            Name::CostCenter => values::code(attribute.value),
            _ => values::read(attribute.value),
        };
        if verdict == Verdict::Nothing {
            return Ok(None);
        }
        let key = match name {
            Name::Denied => return Err(Reason::NameDenied),
            Name::CostCenter => COST_CENTER.to_owned(),
            Name::Readable(key) => format!("custom_{key}"),
            Name::Unreadable if self.listed.contains(&id) => format!("custom_{}", names::key(&id)),
            Name::Unreadable => return Err(Reason::NameUnreadable),
        };
        match verdict {
            Verdict::Nothing => Ok(None),
            Verdict::Harmless(value) => Ok(Some((key, value))),
            Verdict::Personal => Err(Reason::ValuePersonal),
            Verdict::Unusable => Err(Reason::ValueUnusable),
        }
    }
}

#[cfg(test)]
mod tests;
