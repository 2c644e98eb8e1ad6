//! What must hold between and of the values, once they are known from all sources.

use std::collections::BTreeSet;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{
    ConnectorSpec, Constraint, FieldSpec, Rule, Settings, Value, is_uuid, label, setting_error,
    variable,
};
use secrecy::ExposeSecret;

use crate::defaults;

/// The groups among the default flags.
///
/// # Errors
/// [`ErrorKind::Usage`] for the first group that is broken.
pub(crate) fn default_groups(settings: &Settings) -> Result<()> {
    for group in defaults::TOGETHER {
        let (set, mut missing) = split(settings, group);
        missing.sort_unstable();
        if !set.is_empty() && !missing.is_empty() {
            return Err(usage(format!(
                "if any flags in the group [{}] are set they must all be set; missing [{}]",
                group.join(" "),
                missing.join(" ")
            ))
            .hint(format!("set {}", labels(&missing))));
        }
    }
    for group in defaults::EXCLUSIVE {
        let (mut set, _) = split(settings, group);
        set.sort_unstable();
        if set.len() > 1 {
            return Err(usage(format!(
                "if any flags in the group [{}] are set none of the others can be; [{}] were all set",
                group.join(" "),
                set.join(" ")
            ))
            .hint(format!("set at most one of {}", labels(&set))));
        }
    }
    for (fields, on) in defaults::DEPENDENT {
        dependent(settings, fields, &[on])?;
    }
    Ok(())
}

/// Required fields, then rules, then the connector's own constraints.
///
/// # Errors
/// [`ErrorKind::Usage`] for what is missing or does not go together, [`ErrorKind::Setting`] for a bad value.
pub(crate) fn all(spec: &ConnectorSpec, settings: &Settings) -> Result<()> {
    required(spec, settings)?;
    rules(&defaults::all_fields(spec), settings)?;
    spec.constraints.iter().try_for_each(|c| holds(c, settings))
}

/// Refuses a spec that declares a name twice.
///
/// # Errors
/// [`ErrorKind::Bug`].
pub(crate) fn names(spec: &ConnectorSpec) -> Result<()> {
    let mut seen = BTreeSet::from(["help", "version"]);
    let mut fields = defaults::all_fields(spec).into_iter();
    match fields.find(|field| !seen.insert(field.name())) {
        None => Ok(()),
        Some(field) => Err(Error::new(
            ErrorKind::Bug,
            format!("multiple fields with the same name: {}", field.name()),
        )),
    }
}

fn required(spec: &ConnectorSpec, settings: &Settings) -> Result<()> {
    let mut missing: Vec<_> = spec
        .fields
        .iter()
        .filter(|f| f.is_required() && !settings.is_set(f.name()))
        .map(FieldSpec::name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort_unstable();
    let quoted: Vec<_> = missing.iter().map(|name| format!("\"{name}\"")).collect();
    let variables: Vec<_> = missing.iter().map(|name| variable(name)).collect();
    Err(usage(format!(
        "required flag(s) {} not set ({})",
        quoted.join(", "),
        variables.join(", ")
    ))
    .hint(format!("set {}", labels(&missing))))
}

/// Settings as messages name them, one after the other.
pub(crate) fn labels(names: &[&str]) -> String {
    let labels: Vec<_> = names.iter().map(|name| label(name)).collect();
    labels.join(", ")
}

/// The rules of every field's value.
///
/// # Errors
/// [`ErrorKind::Setting`] for the first value that breaks a rule.
pub(crate) fn rules(fields: &[FieldSpec], settings: &Settings) -> Result<()> {
    for field in fields {
        let Some(value) = settings.value(field) else {
            continue;
        };
        if let Some(problem) = field.rules().iter().find_map(|rule| broken(*rule, &value)) {
            let problem = Error::new(ErrorKind::Setting, problem);
            return Err(setting_error(field.name(), problem));
        }
    }
    Ok(())
}

fn broken(rule: Rule, value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => broken_by_number(rule, *number),
        Value::Text(text) => broken_by_text(rule, text),
        Value::List(items) => items.iter().find_map(|item| broken_by_text(rule, item)),
        Value::Secret(secret) => {
            let problem = broken_by_text(rule, secret.expose_secret())?;
            // What was given stays secret.
            let rule = problem.split(" but got ").next();
            rule.map(str::to_owned)
        }
        Value::Bool(_) => None,
    }
}

fn broken_by_number(rule: Rule, number: i64) -> Option<String> {
    let bound = match rule {
        Rule::AtLeast(least) if number < least => format!("greater than or equal to {least}"),
        Rule::AtMost(most) if number > most => format!("less than or equal to {most}"),
        _ => return None,
    };
    Some(format!("value must be {bound} but got {number}"))
}

fn broken_by_text(rule: Rule, text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let length = text.len() as u64;
    match rule {
        Rule::OneOf(words) if !words.contains(&text) => Some(format!(
            "value must be one of [{}] but got '{text}'",
            words.join(" ")
        )),
        Rule::MinLen(least) if length < least => Some(format!(
            "value must be at least {least} bytes long but got {length}"
        )),
        Rule::MaxLen(most) if length > most => Some(format!(
            "value must be at most {most} bytes long but got {length}"
        )),
        Rule::Prefix(prefix) if !text.starts_with(prefix) => {
            Some(format!("value must start with '{prefix}' but got '{text}'"))
        }
        Rule::Uri if !is_uri(text) => {
            Some(format!("value must be an absolute URL but got '{text}'"))
        }
        Rule::Uuid if !is_uuid(text) => Some(format!("value must be a UUID but got '{text}'")),
        Rule::File if text == "-" => {
            Some("value must be the path of a file but got '-'".to_owned())
        }
        _ => None,
    }
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(letter)
        && !rest.is_empty()
        && !rest.starts_with('/')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn holds(constraint: &Constraint, settings: &Settings) -> Result<()> {
    match constraint {
        Constraint::Together(fields) => {
            let (set, missing) = split(settings, fields);
            if set.is_empty() || missing.is_empty() {
                return Ok(());
            }
            Err(usage(format!(
                "fields marked as needed together are missing: {}",
                listed(&missing)
            ))
            .hint(format!("set {}", labels(&missing))))
        }
        Constraint::AtLeastOne(fields) => {
            let (set, missing) = split(settings, fields);
            if !set.is_empty() {
                return Ok(());
            }
            Err(usage(format!(
                "at least one field was expected, any of: {}",
                listed(&missing)
            ))
            .hint(format!("set one of {}", labels(&missing))))
        }
        Constraint::Exclusive(fields) => {
            let (set, _) = split(settings, fields);
            if set.len() < 2 {
                return Ok(());
            }
            Err(usage(format!(
                "fields marked as mutually exclusive were set: {}",
                listed(&set)
            ))
            .hint(format!("set at most one of {}", labels(&set))))
        }
        Constraint::Dependent { fields, on } => dependent(settings, fields, on),
    }
}

fn dependent(settings: &Settings, fields: &[&'static str], on: &[&'static str]) -> Result<()> {
    let (set, _) = split(settings, fields);
    let (_, missing) = split(settings, on);
    if set.is_empty() || missing.is_empty() {
        return Ok(());
    }
    Err(usage(format!(
        "set fields {} are dependent on {} being set",
        listed(&set),
        listed(&missing)
    ))
    .hint(format!("set {}", labels(&missing))))
}

/// Which of `fields` are set and which are not.
fn split(settings: &Settings, fields: &[&'static str]) -> (Vec<&'static str>, Vec<&'static str>) {
    fields.iter().partition(|name| settings.is_set(name))
}

/// `('a', 'b', and 'c')`
fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.as_slice() {
        [first, second] => format!("({first} and {second})"),
        [init @ .., last] if !init.is_empty() => format!("({}, and {last})", init.join(", ")),
        _ => format!("({})", quoted.join("")),
    }
}

fn usage(message: String) -> Error {
    Error::new(ErrorKind::Usage, message)
}
