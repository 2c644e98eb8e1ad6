//! The values of a program's settings.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;

use super::error::setting_error;
use super::field::{Field, FieldSpec};
use super::value::{SettingValue, Value};
use crate::error::{Error, ErrorKind, Result};

/// The values that were given. In a running program required ones are there and the declared rules hold.
#[derive(Clone, Default)]
pub struct Settings {
    given: BTreeMap<&'static str, Value>,
}

impl Settings {
    /// Gives a setting a value.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.given.insert(name, value);
    }

    /// The value of a setting, as its type: the one that was given, else its default.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the value cannot be read as the type, naming flag and variable, and
    /// [`ErrorKind::Usage`] when there is none though it is required.
    pub fn get<T: SettingValue>(&self, field: &Field<T>) -> Result<T> {
        let spec = field.spec();
        let value = match self.value(&spec) {
            Some(value) => T::read(&value),
            None => T::absent().ok_or_else(|| Error::new(ErrorKind::Usage, "it is not set")),
        };
        value.map_err(|problem| setting_error(spec.name(), problem))
    }

    /// The value of a setting before it is read as its type: the one that was given, else its default.
    pub fn value(&self, field: &FieldSpec) -> Option<Value> {
        let given = self.given.get(field.name());
        let default = || Some(Value::of_default(field.default_value()?, field.kind()));
        given.cloned().or_else(default)
    }

    /// Whether a setting was given a value other than an empty one or `false`.
    pub fn is_set(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(Value::is_set)
    }

    /// All secrets that were given, for keeping them out of what is printed.
    pub fn secrets(&self) -> Vec<SecretString> {
        let all = self.given.values().filter_map(|value| match value {
            Value::Secret(secret) => Some(secret.clone()),
            _ => None,
        });
        all.collect()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Even a setting that is no secret may hold one by mistake.
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
