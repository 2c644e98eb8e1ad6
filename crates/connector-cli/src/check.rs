//! What must hold between and of the values, once they are known from all sources.

use connector_core::error::{Error, ErrorKind, Result};

use crate::defaults;
use crate::field::{Field, Rule, variable};
use crate::spec::{ConnectorSpec, Constraint};
use crate::values::{Value, Values};

/// The groups among the default flags.
///
/// # Errors
/// [`ErrorKind::Usage`] for the first group that is broken.
pub(crate) fn default_groups(values: &Values) -> Result<()> {
    for group in defaults::TOGETHER {
        let (set, mut missing) = split(values, group);
        missing.sort_unstable();
        if !set.is_empty() && !missing.is_empty() {
            return Err(usage(format!(
                "if any flags in the group [{}] are set they must all be set; missing [{}]",
                group.join(" "),
                missing.join(" ")
            ))
            .hint(set_them(&missing)));
        }
    }
    for group in defaults::EXCLUSIVE {
        let (mut set, _) = split(values, group);
        set.sort_unstable();
        if set.len() > 1 {
            return Err(usage(format!(
                "if any flags in the group [{}] are set none of the others can be; [{}] were all set",
                group.join(" "),
                set.join(" ")
            )));
        }
    }
    for (fields, on) in defaults::DEPENDENT {
        dependent(values, fields, &[on])?;
    }
    Ok(())
}

/// Required fields, then rules, then the connector's own constraints.
///
/// # Errors
/// [`ErrorKind::Usage`] for what is missing or does not go together, [`ErrorKind::Setting`] for a bad value.
pub(crate) fn settings(spec: &ConnectorSpec, values: &Values) -> Result<()> {
    required(spec, values)?;
    rules(&spec.all_fields(), values)?;
    spec.constraints.iter().try_for_each(|c| holds(c, values))
}

fn required(spec: &ConnectorSpec, values: &Values) -> Result<()> {
    let mut missing: Vec<_> = spec
        .fields
        .iter()
        .filter(|f| f.required && f.default.is_none() && !values.is_set(f.name))
        .map(|f| f.name)
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
    .hint(set_them(&missing)))
}

fn set_them(missing: &[&str]) -> String {
    let each = missing
        .iter()
        .map(|name| format!("--{name} or {}", variable(name)));
    format!("set {}", each.collect::<Vec<_>>().join(", "))
}

/// The rules of every field's value.
///
/// # Errors
/// [`ErrorKind::Setting`] for the first value that breaks a rule.
pub(crate) fn rules(fields: &[Field], values: &Values) -> Result<()> {
    for field in fields {
        for rule in &field.rules {
            let broken = match values.get(field.name) {
                Some(Value::Int(number)) => broken_by_number(*rule, *number),
                Some(Value::Text(text)) => broken_by_text(*rule, text),
                Some(Value::List(items)) => items.iter().find_map(|i| broken_by_text(*rule, i)),
                Some(Value::Secret(secret)) => {
                    use secrecy::ExposeSecret;
                    broken_by_text(*rule, secret.expose_secret())
                        // What was given stays secret.
                        .map(|text| match text.split_once(" but got ") {
                            Some((rule, _)) => rule.to_owned(),
                            None => text,
                        })
                }
                Some(Value::Bool(_)) | None => None,
            };
            if let Some(problem) = broken {
                let message = format!("field {}: {problem}", field.name);
                return Err(Error::new(ErrorKind::Setting, message).hint(format!(
                    "it is set by --{}, {} or the configuration file",
                    field.name,
                    field.variable()
                )));
            }
        }
    }
    Ok(())
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

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn holds(constraint: &Constraint, values: &Values) -> Result<()> {
    match constraint {
        Constraint::Together(fields) => {
            let (set, missing) = split(values, fields);
            if set.is_empty() || missing.is_empty() {
                return Ok(());
            }
            Err(usage(format!(
                "fields marked as needed together are missing: {}",
                listed(&missing)
            ))
            .hint(set_them(&missing)))
        }
        Constraint::AtLeastOne(fields) => {
            let (set, missing) = split(values, fields);
            if !set.is_empty() {
                return Ok(());
            }
            Err(usage(format!(
                "at least one field was expected, any of: {}",
                listed(&missing)
            )))
        }
        Constraint::Exclusive(fields) => {
            let (set, _) = split(values, fields);
            if set.len() < 2 {
                return Ok(());
            }
            Err(usage(format!(
                "fields marked as mutually exclusive were set: {}",
                listed(&set)
            )))
        }
        Constraint::Dependent { fields, on } => dependent(values, fields, on),
    }
}

fn dependent(values: &Values, fields: &[&'static str], on: &[&'static str]) -> Result<()> {
    let (set, _) = split(values, fields);
    let (_, missing) = split(values, on);
    if set.is_empty() || missing.is_empty() {
        return Ok(());
    }
    Err(usage(format!(
        "set fields {} are dependent on {} being set",
        listed(&set),
        listed(&missing)
    ))
    .hint(set_them(&missing)))
}

/// Which of `fields` are set and which are not.
fn split(values: &Values, fields: &[&'static str]) -> (Vec<&'static str>, Vec<&'static str>) {
    fields.iter().partition(|name| values.is_set(name))
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
