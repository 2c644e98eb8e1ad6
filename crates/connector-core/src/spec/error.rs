//! How messages name a setting.

use crate::error::Error;

/// The environment variable of a setting: `BATON_` and its name in capitals.
pub fn variable(name: &str) -> String {
    format!("BATON_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// A setting as every message names it, so that operators find it whether they use flags or variables:
/// `--lake-token (BATON_LAKE_TOKEN)`.
pub fn label(name: &str) -> String {
    format!("--{name} ({})", variable(name))
}

/// The error about a setting's value: kind, operation and hint of `problem`, with flag and variable before its message.
///
/// ```
/// use connector_core::spec::setting_error;
/// use connector_core::{Error, ErrorKind};
///
/// let problem = Error::new(ErrorKind::Setting, "the address is empty");
/// let error = setting_error("lake-url", problem);
/// assert_eq!(error.to_string(), "--lake-url (BATON_LAKE_URL): the address is empty");
/// ```
#[must_use]
pub fn setting_error(name: &str, problem: Error) -> Error {
    problem.about(&label(name))
}
