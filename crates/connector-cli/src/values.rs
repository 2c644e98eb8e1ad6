//! Where values come from: flag before environment before file before default, and the types they are read as.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use connector_core::error::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::config_file::ConfigFile;
use crate::field::{DefaultValue, Field, Kind};

/// A value of a setting. A secret's `Debug` shows nothing of it.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Secret(SecretString),
    Bool(bool),
    Int(i64),
    List(Vec<String>),
}

impl Value {
    /// Whether it says anything: an empty text or list and `false` do not.
    fn is_set(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Secret(secret) => !secret.expose_secret().is_empty(),
            Self::Bool(on) => *on,
            Self::Int(_) => true,
            Self::List(items) => !items.is_empty(),
        }
    }
}

/// Text as it was found, before it is read as a field's type.
#[derive(Clone)]
pub(crate) enum Raw {
    One(String),
    Many(Vec<String>),
}

/// The values of all fields that have one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    given: BTreeMap<&'static str, Value>,
    defaults: BTreeMap<&'static str, Value>,
}

impl Values {
    /// Reads each field's value from the first source that has one.
    pub(crate) fn gather(
        fields: &[Field],
        mut flags: BTreeMap<&'static str, Vec<String>>,
        env: &BTreeMap<String, OsString>,
        mut file: ConfigFile,
    ) -> Result<Self> {
        let mut values = Self::default();
        for field in fields {
            if let Some(default) = field.default {
                values.defaults.insert(field.name, default_value(default));
            }
            let from_flag = flags.remove(field.name);
            let from_env = variable_text(field, env)?;
            let from_file = file.take(field.name);
            let value = if let Some(mut raw) = from_flag {
                let raw = match field.kind {
                    Kind::List => Raw::Many(raw.iter().flat_map(|text| items(text)).collect()),
                    _ => Raw::One(raw.pop().unwrap_or_default()),
                };
                Some(read(field, raw).map_err(|problem| wrong_flag(field, &problem))?)
            } else if let Some(text) = from_env {
                Some(read(field, Raw::One(text)).map_err(|problem| {
                    let message = format!("{}: {}", field.variable(), problem.text);
                    wrong_type(field, message)
                })?)
            } else if let Some((raw, line)) = from_file {
                Some(read(field, raw).map_err(|problem| {
                    let at = format!("{}:{line}: {}: ", file.path(), field.name);
                    wrong_type(field, at + &problem.text)
                })?)
            } else {
                None
            };
            if let Some(value) = value {
                values.given.insert(field.name, value);
            }
        }
        Ok(values)
    }

    /// Whether somebody set it to something.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(Value::is_set)
    }

    /// The value that holds.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.given.get(name).or_else(|| self.defaults.get(name))
    }

    /// The text that holds; empty when there is none or it is a secret.
    pub(crate) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The secret that holds; empty when there is none.
    pub(crate) fn secret(&self, name: &str) -> SecretString {
        match self.get(name) {
            Some(Value::Secret(secret)) => secret.clone(),
            _ => SecretString::default(),
        }
    }

    /// All secrets that hold.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let all = self.given.values().filter_map(|value| match value {
            Value::Secret(secret) => Some(secret.clone()),
            _ => None,
        });
        all.collect()
    }

    /// The texts that hold.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// Whether it is on.
    pub(crate) fn bool(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    /// The number that holds; 0 when there is none.
    pub(crate) fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }
}

fn default_value(default: DefaultValue) -> Value {
    match default {
        DefaultValue::Text(text) => Value::Text(text.to_owned()),
        DefaultValue::Bool(on) => Value::Bool(on),
        DefaultValue::Int(number) => Value::Int(number),
        DefaultValue::List(items) => Value::List(items.iter().map(|&s| s.to_owned()).collect()),
    }
}

/// The text of a field's variable; an empty one counts as not set.
fn variable_text(field: &Field, env: &BTreeMap<String, OsString>) -> Result<Option<String>> {
    let variable = field.variable();
    match env.get(&variable).map(|text| text.to_str()) {
        None | Some(Some("")) => Ok(None),
        Some(Some(text)) => Ok(Some(text.to_owned())),
        Some(None) => Err(Error::new(
            ErrorKind::Setting,
            format!("{variable}: the value is not UTF-8 text"),
        )
        .during("reading the environment")),
    }
}

/// Why a text is not a value of a field's type.
struct Problem {
    /// The text, unless the field is secret.
    given: String,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read(field: &Field, raw: Raw) -> Result<Value, Problem> {
    let text = match (raw, field.kind) {
        (Raw::Many(items), Kind::List) => {
            return Ok(Value::List(
                items.into_iter().filter(|i| !i.is_empty()).collect(),
            ));
        }
        (Raw::Many(_), kind) => {
            return Err(Problem {
                given: String::new(),
                text: format!("a list was given where {} is expected", noun(kind)),
            });
        }
        (Raw::One(text), Kind::List) => return Ok(Value::List(items(&text))),
        (Raw::One(text), Kind::Text) if field.secret => return Ok(Value::Secret(text.into())),
        (Raw::One(text), Kind::Text) => return Ok(Value::Text(text)),
        (Raw::One(text), Kind::Bool | Kind::Int) => text,
    };
    let value = match field.kind {
        Kind::Int => text.trim().parse().ok().map(Value::Int),
        _ => read_bool(text.trim()).map(Value::Bool),
    };
    value.ok_or_else(|| Problem {
        text: format!("\"{text}\" is not {}", noun(field.kind)),
        given: text,
    })
}

/// The words for yes and no that the ecosystem accepts.
pub(crate) fn read_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn items(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim);
    items.filter(|i| !i.is_empty()).map(str::to_owned).collect()
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Bool => "true or false",
        Kind::Int => "a whole number",
        Kind::List => "a list",
    }
}

fn wrong_flag(field: &Field, problem: &Problem) -> Error {
    let message = format!(
        "invalid argument \"{}\" for \"--{}\" flag: {problem}",
        problem.given, field.name
    );
    Error::new(ErrorKind::Usage, message).hint(format!(
        "--{} takes {}",
        field.name,
        noun(field.kind)
    ))
}

fn wrong_type(field: &Field, message: String) -> Error {
    let hint = match field.kind {
        Kind::Bool => format!("set {} to true or false", field.name),
        kind => format!("{} takes {}", field.name, noun(kind)),
    };
    Error::new(ErrorKind::Setting, message).hint(hint)
}
