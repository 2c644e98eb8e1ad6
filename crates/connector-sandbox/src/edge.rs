//! Records that no generator would invent and some tenant has, read from a JSON file of the vendor's fake.
//!
//! The file holds named templates of ordinary records and a list of cases. A case changes a template: its fields are
//! merged into the template's, object by object, and everything else replaces what was there. Text in braces is filled
//! in, so that a template can name the case: `{case}` is the case's name, `{n}` its position from 0, `{long}` a text of
//! 20,000 letters, and the vendor gives a meaning to further names. A text that is one placeholder and nothing else
//! becomes the value itself, whatever its type, and a field with the text `{absent}` is left out.
//!
//! ```
//! use connector_sandbox::edge::CaseFile;
//! use serde_json::json;
//!
//! let file = CaseFile::parse(
//!     r#"{
//!         "person": {"id": "edge-{n}", "email": "{case}@lakeside.example.com", "title": null},
//!         "cases": [
//!             {"case": "title", "person": {"title": {"name": "{title}"}}},
//!             {"case": "email-missing", "person": {"email": "{absent}"}}
//!         ]
//!     }"#,
//! );
//! let fill = |name: &str| (name == "title").then(|| json!("Controller"));
//! let records: Vec<_> = file
//!     .cases()
//!     .filter_map(|case| case.record("person", case.get("person"), fill))
//!     .collect();
//! assert_eq!(
//!     records,
//!     [
//!         json!({"id": "edge-0", "email": "title@lakeside.example.com", "title": {"name": "Controller"}}),
//!         json!({"id": "edge-1", "title": null}),
//!     ]
//! );
//! ```

use serde_json::{Map, Value};

/// The text of a field that is left out.
const ABSENT: &str = "{absent}";

/// A file of cases.
#[derive(Debug, Clone)]
pub struct CaseFile(Value);

/// One case of a file.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    file: &'a Value,
    value: &'a Value,
    /// Cases before it.
    pub position: usize,
}

impl CaseFile {
    /// Reads a file that was compiled in.
    ///
    /// # Panics
    /// When the text is not JSON.
    pub fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("a file of cases is JSON"))
    }

    /// The cases in the order of the file.
    pub fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        let cases = self.0["cases"].as_array().into_iter().flatten();
        cases.enumerate().map(|(position, value)| Case {
            file: &self.0,
            value,
            position,
        })
    }
}

impl<'a> Case<'a> {
    /// What is special, as a short slug.
    pub fn name(&self) -> &'a str {
        self.get("case").as_str().unwrap_or_default()
    }

    /// The value of the case under this key; null when the file has none.
    pub fn get(&self, key: &str) -> &'a Value {
        &self.value[key]
    }

    /// Whether the file has a value of the case under this key, null included.
    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// The template with these changes. `None` when `fill` has no value for a placeholder, for example because a small
    /// company has no person of that kind.
    pub fn record(
        &self,
        template: &str,
        changes: &Value,
        fill: impl Fn(&str) -> Option<Value>,
    ) -> Option<Value> {
        let mut record = self.file[template].clone();
        merge(&mut record, changes);
        let fill = |name: &str| match name {
            "case" => Some(self.name().into()),
            "n" => Some(self.position.into()),
            "long" => Some("Ā".repeat(20_000).into()),
            _ => fill(name),
        };
        filled(&record, &fill)
    }
}

/// Puts `changes` over `record`. No changes at all leave it as it is.
fn merge(record: &mut Value, changes: &Value) {
    match (record, changes) {
        (Value::Object(record), Value::Object(changes)) => {
            for (key, change) in changes {
                match record.get_mut(key) {
                    Some(Value::Object(_)) if change.is_object() => {
                        merge(&mut record[key], change);
                    }
                    _ => drop(record.insert(key.clone(), change.clone())),
                }
            }
        }
        (_, Value::Null) => {}
        (record, changes) => *record = changes.clone(),
    }
}

fn filled(value: &Value, fill: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    Some(match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, field)| *field != ABSENT);
            let fields = kept.map(|(key, field)| Some((key.clone(), filled(field, fill)?)));
            Value::Object(fields.collect::<Option<Map<_, _>>>()?)
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| filled(item, fill));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Value::String(text) => filled_text(text, fill)?,
        other => other.clone(),
    })
}

fn filled_text(text: &str, fill: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let whole = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    if let Some(name) = whole.filter(|name| !name.contains(['{', '}'])) {
        return fill(name);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        match fill(name)? {
            Value::String(text) => out.push_str(&text),
            other => out.push_str(&other.to_string()),
        }
        rest = after;
    }
    Some((out + rest).into())
}
