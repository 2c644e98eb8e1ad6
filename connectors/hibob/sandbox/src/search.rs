//! The body of `POST /people/search` and what the vendor refuses in it.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// The most fields one request may name.
const MOST_FIELDS: usize = 400;

/// How values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Ids and ISO dates.
    Machine,
    /// The same, with labels in an object of their own.
    Append,
    /// Labels instead of ids.
    Replace,
}

/// The one filter a search may carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Match work e-mail addresses instead of ids.
    pub(crate) by_email: bool,
    /// The values to match.
    pub(crate) values: HashSet<String>,
}

/// A search as the caller requested it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// The requested fields; `None` for the standard set.
    pub(crate) fields: Option<Vec<String>>,
    pub(crate) filter: Option<Filter>,
    pub(crate) show_inactive: bool,
    pub(crate) mode: Mode,
}

impl Search {
    /// The search in a request body, or what is wrong with it.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        let object = object(body)?;
        Ok(Self {
            fields: fields(&object)?,
            filter: filter(&object)?,
            show_inactive: match object.get("showInactive") {
                None | Some(Value::Null) => false,
                Some(Value::Bool(show)) => *show,
                Some(_) => return Err("showInactive must be a boolean".to_owned()),
            },
            mode: mode(&object)?,
        })
    }

    /// The part of a search that applies to one person; that body may be empty.
    pub(crate) fn parse_for_person(body: &[u8]) -> Result<Self, String> {
        let object = if body.is_empty() {
            Map::new()
        } else {
            object(body)?
        };
        Ok(Self {
            fields: fields(&object)?,
            filter: None,
            show_inactive: true,
            mode: mode(&object)?,
        })
    }

    /// The search that asks for nothing in particular.
    pub(crate) fn standard() -> Self {
        Self {
            fields: None,
            filter: None,
            show_inactive: false,
            mode: Mode::Machine,
        }
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("The request body must be an object".to_owned()),
        Err(_) => Err("The request body is not valid JSON".to_owned()),
    }
}

fn fields(object: &Map<String, Value>) -> Result<Option<Vec<String>>, String> {
    let list = match object.get("fields") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("fields must be an array".to_owned()),
    };
    if list.len() > MOST_FIELDS {
        return Err(format!(
            "fields must not contain more than {MOST_FIELDS} items"
        ));
    }
    let ids = list.iter().map(|id| id.as_str().map(str::to_owned));
    let ids: Option<Vec<String>> = ids.collect();
    let ids = ids.ok_or("fields must contain strings")?;
    Ok((!ids.is_empty()).then_some(ids))
}

fn filter(object: &Map<String, Value>) -> Result<Option<Filter>, String> {
    let filters = match object.get("filters") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(filters)) => filters,
        Some(_) => return Err("filters must be an array".to_owned()),
    };
    let [filter] = filters.as_slice() else {
        return Err("filters must contain exactly one filter".to_owned());
    };
    let by_email = match filter.get("fieldPath").and_then(Value::as_str) {
        Some("root.id") => false,
        Some("root.email") => true,
        Some(_) => return Err("Filtering by this field is not supported".to_owned()),
        None => return Err("Missing required field: fieldPath".to_owned()),
    };
    match filter.get("operator").and_then(Value::as_str) {
        Some("equals") => {}
        Some(_) => return Err("Operator is not supported".to_owned()),
        None => return Err("Missing required field: operator".to_owned()),
    }
    let values = filter.get("values").and_then(Value::as_array);
    let values: Option<HashSet<String>> = values
        .ok_or("Missing required field: values")?
        .iter()
        .map(|v| v.as_str().map(str::to_owned))
        .collect();
    match values {
        Some(values) if !values.is_empty() => Ok(Some(Filter { by_email, values })),
        _ => Err("values must contain at least one string".to_owned()),
    }
}

fn mode(object: &Map<String, Value>) -> Result<Mode, String> {
    match object.get("humanReadable") {
        None | Some(Value::Null) => Ok(Mode::Machine),
        Some(Value::String(mode)) => match mode.as_str() {
            "" => Ok(Mode::Machine),
            "APPEND" => Ok(Mode::Append),
            "REPLACE" => Ok(Mode::Replace),
            _ => Err("humanReadable must be APPEND or REPLACE".to_owned()),
        },
        Some(_) => Err("humanReadable must be a string".to_owned()),
    }
}
