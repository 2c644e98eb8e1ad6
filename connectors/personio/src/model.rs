//! What may be kept of Personio's answers. Everything else is dropped while decoding.
//!
//! Personio requires no field of a person (persons-service-api-v2, 2026-09): it leaves out what the credential may not
//! read, and values come in other shapes than documented. A value of an unexpected shape is therefore an absent value.

use connector_core::lenient::{List, Object, ObjectOr, Word};
use connector_core::privacy::CustomAttribute;
use connector_core::{Error, ErrorKind, Result};
use serde::Deserialize;
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
    pub(crate) org_units: List<OrgUnit>,
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
mod tests {
    use super::*;

    fn page(json: &str) -> PageOf<Person> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_cursor_of_every_kind_of_link() {
        let next = |link: &str| {
            let json = format!(r#"{{"_data":[],"_meta":{{"links":{{"next":{link}}}}}}}"#);
            page(&json).next()
        };
        for (link, cursor) in [
            (
                r#"{"href":"https://api.personio.de/v2/persons?cursor=cur_9fK2&limit=50"}"#,
                "cur_9fK2",
            ),
            (
                r#"{"href":"https://api.personio.de/v2/persons?limit=50&cursor=x"}"#,
                "x",
            ),
            (r#""https://api.personio.de/v2/persons?cursor=x""#, "x"),
            (r#"{"href":"/v2/employments?cursor=x#top"}"#, "x"),
            (r#"{"href":"https://elsewhere.test/?cursor=x"}"#, "x"),
            (r#"{"href":"?cursor=%2B%2F%2F%2BAA%3D%3D"}"#, "+//+AA=="),
            (r#"{"href":"?cursor=+//+AA=="}"#, "+//+AA=="),
        ] {
            assert_eq!(next(link).unwrap().as_deref(), Some(cursor), "{link}");
        }
        for end in ["null", "{}", r#"{"href":null}"#, r#""""#, "[]", "7.5"] {
            assert_eq!(next(end).unwrap(), None, "{end}");
        }
        assert_eq!(page(r#"{"_data":[]}"#).next().unwrap(), None);
        for lost in [
            r#"{"href":"https://api.personio.de/v2/persons?limit=50"}"#,
            r#""?cursor=""#,
            "7",
        ] {
            let error = next(lost).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Contract);
            assert_eq!(
                error.message(),
                "Personio's link to the next page has no cursor"
            );
            assert!(error.hint_text().is_some());
        }
    }

    #[test]
    fn a_page_must_have_its_list() {
        for wrong in [r#"{"_data":null}"#, "{}", "[]", r#"{"_data":{}}"#] {
            assert!(
                serde_json::from_str::<PageOf<Person>>(wrong).is_err(),
                "{wrong}"
            );
        }
        let odd = page(r#"{"_data":[null,7,{"id":12}],"_meta":null}"#);
        let ids: Vec<_> = odd.data.iter().map(|p| p.0.id.get()).collect();
        assert_eq!(ids, [None, None, Some("12")]);
    }

    #[test]
    fn unexpected_shapes_are_absent_values() {
        for list in ["null", "\"x\"", "7", "-7", "1.5", "true", r#"{"a":[{}]}"#] {
            let json = format!(
                r#"{{"id":"1","email":["x"],"first_name":{{}},"custom_attributes":{list},"gender":"FEMALE"}}"#
            );
            let person: Person = serde_json::from_str(&json).unwrap();
            assert_eq!((person.email.get(), person.first_name.get()), (None, None));
            assert!(person.custom_attributes.0.is_empty(), "{list}");
        }
        let employment: Employment = serde_json::from_str(
            r#"{"position":"x","supervisor":7,"org_units":[null,"x",{"type":"team","id":71}],
                "termination":{"last_working_date":"2026-12-31","reason":"DEATH"}}"#,
        )
        .unwrap();
        assert_eq!(employment.position.0.title.get(), None);
        assert_eq!(employment.org_units.0.len(), 3);
        assert_eq!(employment.org_units.0[2].id.get(), Some("71"));
        assert_eq!(employment.termination.0.last_day(), Some("2026-12-31"));
    }
}
