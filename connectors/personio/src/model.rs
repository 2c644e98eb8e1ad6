//! What may be kept of Personio's answers. Everything else is dropped while decoding.
//!
//! Personio requires no field of a person (persons-service-api-v2, 2026-09): it leaves out what the credential may not
//! read, and values come in other shapes than documented. A value of an unexpected shape is therefore an absent value.

use connector_core::lenient::{List, Object, ObjectOr, Word};
use connector_core::privacy::CustomAttribute;
use connector_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

/// What an answer of another shape than expected points to.
pub(crate) const CHECK_ANSWER: &str =
    "check BATON_PERSONIO_BASE_URL; a proxy may answer in Personio's place, or its API has changed";

/// A page of a listing.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object with `_data`")]
pub(crate) struct PageOf<T> {
    #[serde(rename = "_data", bound(deserialize = "T: Deserialize<'de> + Default"))]
    data: Vec<Object<T>>,
    #[serde(rename = "_meta", default)]
    meta: Object<Meta>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Meta {
    links: Object<Links>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Links {
    next: Option<ObjectOr<Link>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    href: Word,
}

impl<T> PageOf<T> {
    pub(crate) fn into_rows(self) -> impl ExactSizeIterator<Item = T> {
        self.data.into_iter().map(|row| row.0)
    }

    /// The cursor of the next page.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when a link to a next page has no cursor: the rows behind it would be missing.
    pub(crate) fn next(&self) -> Result<Option<String>> {
        let link = match &self.meta.0.links.0.next {
            None => None,
            Some(ObjectOr::Word(text)) => text.get(),
            Some(ObjectOr::Object(link)) => link.href.get(),
        };
        let Some(link) = link else { return Ok(None) };
        match cursor(link) {
            Some(cursor) => Ok(Some(cursor)),
            None => {
                let message = "Personio's link to the next page has no cursor";
                Err(Error::new(ErrorKind::Contract, message).hint(CHECK_ANSWER))
            }
        }
    }
}

/// The cursor in a link, wherever the link leads.
fn cursor(link: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    // Some cursors are base 64, and some links have its `+` unescaped, which would be read as a blank.
    let query = query.replace('+', "%2B");
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "cursor");
    found
        .map(|(_, cursor)| cursor.into_owned())
        .filter(|c| !c.is_empty())
}

/// One person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Person {
    pub(crate) id: Word,
    pub(crate) email: Word,
    pub(crate) first_name: Word,
    pub(crate) last_name: Word,
    pub(crate) preferred_name: Word,
    pub(crate) status: Word,
    pub(crate) created_at: Word,
    pub(crate) custom_attributes: List<CustomAttribute>,
}

/// One employment of a person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Employment {
    pub(crate) id: Word,
    pub(crate) status: Word,
    pub(crate) r#type: Word,
    pub(crate) employment_start_date: Word,
    pub(crate) employment_end_date: Word,
    pub(crate) created_at: Word,
    pub(crate) updated_at: Word,
    pub(crate) position: Object<Position>,
    pub(crate) supervisor: Object<Reference>,
    pub(crate) office: Object<Reference>,
    pub(crate) legal_entity: Object<Reference>,
    pub(crate) org_units: List<OrgUnit>,
    pub(crate) cost_centers: List<CostCenter>,
    pub(crate) termination: Object<Termination>,
}

/// The job a person is employed for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Position {
    pub(crate) title: Word,
}

/// Another record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    pub(crate) id: Word,
}

/// A team or department.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OrgUnit {
    pub(crate) r#type: Word,
    pub(crate) id: Word,
}

/// A cost centre that an employment is booked on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CostCenter {
    pub(crate) id: Word,
    weight: Value,
}

impl CostCenter {
    /// The share of the employment that is booked here, in percent; 0 when it is not told.
    pub(crate) fn weight(&self) -> f64 {
        self.weight.as_f64().unwrap_or_default()
    }
}

/// A department, team, office, legal entity or cost centre.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) id: Word,
    pub(crate) name: Word,
}

/// What is shown of a person who manages others.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Colleague {
    pub(crate) id: Word,
    pub(crate) email: Word,
    pub(crate) first_name: Word,
    pub(crate) last_name: Word,
}

/// A row that has an id.
pub(crate) trait Identified {
    fn id(&self) -> &Word;
}

impl Identified for Employment {
    fn id(&self) -> &Word {
        &self.id
    }
}

impl Identified for Named {
    fn id(&self) -> &Word {
        &self.id
    }
}

impl Identified for Colleague {
    fn id(&self) -> &Word {
        &self.id
    }
}

/// When a person leaves. The type and reason of a termination have no place here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Termination {
    last_working_day: Word,
    last_working_date: Word,
}

impl Termination {
    /// The last day at work: Personio's schema and its example spell the key differently (employment-contract-v2,
    /// 2026-09).
    pub(crate) fn last_day(&self) -> Option<&str> {
        self.last_working_day.or(&self.last_working_date)
    }
}

#[cfg(test)]
mod tests;
