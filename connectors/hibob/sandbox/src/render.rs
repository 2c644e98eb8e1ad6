//! One person as the wire shows them: nested form, flat form and labels.

use serde_json::{Map, Value, json};

use super::Tenant;
use super::catalogue::{self, FIELDS};
use super::fields::{Field, Kind, List};
use super::lookup::Lookup;
use super::options::{ServiceUser, SlashKeys};
use super::search::{Mode, Search};
use connector_sandbox::company::Person;

/// With a capital first letter.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// What to render of each person, worked out once per answer.
pub(crate) struct Plan<'a> {
    tenant: &'a Tenant,
    lookup: Lookup<'a>,
    mode: Mode,
    slash_keys: bool,
    columns: Vec<Column>,
}

struct Column {
    field: &'static Field,
    /// Keys of the nested form.
    path: Vec<&'static str>,
    /// Key of the flat form.
    slash: String,
}

impl Column {
    fn new(field: &'static Field) -> Self {
        let nested = field.id.strip_prefix("root.").unwrap_or(field.id);
        Self {
            field,
            path: nested.split('.').collect(),
            slash: format!("/{}", field.id.replace('.', "/")),
        }
    }
}

impl<'a> Plan<'a> {
    /// The fields of `search` that exist and that `user` may view; the others are left out without notice.
    pub(crate) fn new(tenant: &'a Tenant, user: &ServiceUser, search: &Search) -> Self {
        let options = &tenant.options;
        let asked: Vec<&'static Field> = match &search.fields {
            Some(ids) => ids.iter().filter_map(|id| catalogue::find(id)).collect(),
            None => FIELDS.iter().filter(|f| f.standard).collect(),
        };
        let mut columns: Vec<Column> = asked
            .into_iter()
            .filter(|f| user.categories.contains(&f.category) && !user.hidden.contains(f.id))
            .map(Column::new)
            .collect();
        if options.overshare {
            columns.extend(catalogue::secrets().map(Column::new));
        }
        Self {
            tenant,
            lookup: Lookup::new(&tenant.company),
            mode: search.mode,
            slash_keys: match options.slash_keys {
                SlashKeys::WithFields => search.fields.is_some(),
                SlashKeys::Always => true,
                SlashKeys::Never => false,
            },
            columns,
        }
    }

    /// The record of one person.
    pub(crate) fn record(&self, person: &Person) -> Value {
        let options = &self.tenant.options;
        let mut record = Map::new();
        let mut labels = Map::new();
        if options.id_always {
            record.insert("id".to_owned(), person.id.as_str().into());
        }
        for column in &self.columns {
            let machine = (column.field.read)(&self.lookup, person);
            if self.mode == Mode::Append
                && let Some(label) = self.label(column.field.kind, &machine)
            {
                insert(&mut labels, &column.path, label.into());
            }
            let value = match self.mode {
                Mode::Replace => self.replaced(column.field.kind, machine),
                Mode::Machine | Mode::Append => machine,
            };
            if self.slash_keys && (options.null_slash_keys || !value.is_null()) {
                record.insert(column.slash.clone(), json!({ "value": &value }));
            }
            if options.nested {
                insert(&mut record, &column.path, value);
            }
        }
        if self.mode == Mode::Append {
            record.insert("humanReadable".to_owned(), labels.into());
        }
        let mut record = Value::Object(record);
        if let Some(rewrite) = &options.rewrite {
            rewrite.apply(&mut record);
        }
        record
    }

    /// The text people read instead of `value`; none for an empty field.
    fn label(&self, kind: Kind, value: &Value) -> Option<String> {
        let reference = |id: &str| {
            let person = self.lookup.person(id);
            person.map_or_else(|| id.to_owned(), |p| p.display_name.clone())
        };
        Some(match (kind, value) {
            (_, Value::Null) => return None,
            (Kind::List(list), Value::String(id)) => self.list_label(list, id),
            (Kind::Date, Value::String(date)) => local(date),
            (Kind::EmployeeId, Value::String(id)) => reference(id),
            (Kind::EmployeeReference, Value::Object(person)) => {
                reference(person.get("id").and_then(Value::as_str).unwrap_or_default())
            }
            (Kind::Duration, Value::Object(duration)) => {
                let words = duration.get("humanize").and_then(Value::as_str);
                words.unwrap_or_default().to_owned()
            }
            (Kind::Texts, Value::Array(texts)) => {
                let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
                texts.join(", ")
            }
            (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        })
    }

    /// The label of a list's item; an id no list knows is its own label.
    fn list_label(&self, list: List, id: &str) -> String {
        let known = match list {
            List::Department => self.lookup.departments.get(id),
            List::Title => self.lookup.titles.get(id),
            List::LifecycleStatus => return capitalised(id),
            List::Status | List::EmploymentType => None,
        };
        known.map_or(id, |name| name).to_owned()
    }

    fn replaced(&self, kind: Kind, value: Value) -> Value {
        if kind == Kind::Date && !self.tenant.options.locale_dates {
            return value;
        }
        self.label(kind, &value).into()
    }
}

/// `2025-12-31` as `31/12/2025`.
fn local(date: &str) -> String {
    let parts: Vec<&str> = date.splitn(3, '-').collect();
    match parts.as_slice() {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => date.to_owned(),
    }
}

/// Puts `value` at `path`, making the objects on the way.
fn insert(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [key] => {
            object.insert((*key).to_owned(), value);
        }
        [key, rest @ ..] => {
            let below = object
                .entry(*key)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(below) = below {
                insert(below, rest, value);
            }
        }
    }
}
