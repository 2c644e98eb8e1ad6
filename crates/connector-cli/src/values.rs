//! Where values come from: flag before environment before file, and the kinds they are read as.

use std::collections::BTreeMap;
use std::ffi::OsString;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{FieldSpec, Kind, Settings, Value, label, setting_error};

use crate::config_file::ConfigFile;

/// Text as it was found, before it is read as a field's kind.
#[derive(Clone)]
pub(crate) enum Raw {
    One(String),
    Many(Vec<String>),
}

/// Reads each field's value from the first source that has one.
///
/// # Errors
/// [`ErrorKind::Usage`] for a flag's text that is not of the field's kind, [`ErrorKind::Setting`] for one from
/// elsewhere.
pub(crate) fn gather(
    fields: &[FieldSpec],
    mut flags: BTreeMap<&'static str, Vec<String>>,
    env: &BTreeMap<String, OsString>,
    mut file: ConfigFile,
) -> Result<Settings> {
    let mut settings = Settings::default();
    for field in fields {
        let from_flag = flags.remove(field.name());
        let from_env = variable_text(field, env)?;
        let from_file = file.take(field.name());
        let value = if let Some(mut raw) = from_flag {
            let raw = match field.kind() {
                Kind::List => Raw::Many(raw.iter().flat_map(|text| items(text)).collect()),
                _ => Raw::One(raw.pop().unwrap_or_default()),
            };
            read(field, raw).map_err(|problem| wrong_flag(field, problem))?
        } else if let Some(text) = from_env {
            read(field, Raw::One(text))
                .map_err(|problem| wrong_value(field, problem).during("reading the environment"))?
        } else if let Some((raw, line)) = from_file {
            let place = || format!("reading {}:{line}", file.path());
            read(field, raw).map_err(|problem| wrong_value(field, problem).during(place()))?
        } else {
            continue;
        };
        settings.set(field.name(), value);
    }
    Ok(settings)
}

/// The text of a field's variable; an empty one counts as not set.
fn variable_text(field: &FieldSpec, env: &BTreeMap<String, OsString>) -> Result<Option<String>> {
    match env.get(&field.variable()).map(|text| text.to_str()) {
        None | Some(Some("")) => Ok(None),
        Some(Some(text)) => Ok(Some(text.to_owned())),
        Some(None) => {
            let problem = Error::new(ErrorKind::Setting, "the value is not UTF-8 text");
            Err(setting_error(field.name(), problem).during("reading the environment"))
        }
    }
}

/// Why a text is not a value of a field.
enum Problem {
    /// It is not of the field's kind.
    Kind {
        /// The text that was given, for a flag's message.
        given: String,
        text: String,
    },
    /// It cannot be used; the error names the setting.
    Text(Error),
}

fn read(field: &FieldSpec, raw: Raw) -> Result<Value, Problem> {
    let kind = field.kind();
    let cut = |text: &str| field.cut(text).map(str::to_owned).map_err(Problem::Text);
    let list = |texts: Vec<String>| {
        let texts = texts.iter().filter(|i| !i.is_empty()).map(|i| cut(i));
        texts.collect::<Result<_, _>>().map(Value::List)
    };
    let text = match raw {
        Raw::One(text) => text,
        Raw::Many(texts) if kind == Kind::List => return list(texts),
        Raw::Many(_) => {
            return Err(Problem::Kind {
                given: String::new(),
                text: format!("a list was given where {} is expected", noun(kind)),
            });
        }
    };
    let value = match kind {
        Kind::List => return list(items(&text)),
        Kind::Secret => return Ok(Value::Secret(cut(&text)?.into())),
        Kind::Text => return Ok(Value::Text(cut(&text)?)),
        Kind::Int => text.trim().parse().ok().map(Value::Int),
        Kind::Bool => read_bool(text.trim()).map(Value::Bool),
    };
    value.ok_or_else(|| Problem::Kind {
        text: format!("\"{text}\" is not {}", noun(kind)),
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
        Kind::Text | Kind::Secret => "a text",
        Kind::Bool => "true or false",
        Kind::Int => "a whole number",
        Kind::List => "a list",
    }
}

/// A flag's error begins in the words of the ecosystem, which scripts look for.
fn wrong_flag(field: &FieldSpec, problem: Problem) -> Error {
    let (given, text) = match problem {
        Problem::Kind { given, text } => (given, text),
        Problem::Text(error) => return error,
    };
    let message = format!(
        "invalid argument \"{given}\" for \"--{}\" flag: {text}",
        field.name(),
    );
    Error::new(ErrorKind::Usage, message).hint(format!(
        "{} takes {}",
        label(field.name()),
        noun(field.kind())
    ))
}

fn wrong_value(field: &FieldSpec, problem: Problem) -> Error {
    match problem {
        Problem::Kind { text, .. } => {
            let problem = Error::new(ErrorKind::Setting, text)
                .hint(format!("it takes {}", noun(field.kind())));
            setting_error(field.name(), problem)
        }
        Problem::Text(error) => error,
    }
}
