//! Headers that hold a credential: sent, but never shown.

use connector_core::error::{Error, ErrorKind, Result};
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// A header that authorises a request.
pub(crate) type AuthHeader = (HeaderName, HeaderValue);

/// `secret` after its scheme, such as `Bearer `.
pub(crate) fn prefixed(scheme: &str, secret: &SecretString) -> SecretString {
    format!("{scheme}{}", secret.expose_secret()).into()
}

/// `text` as the value of a header that no log shows.
///
/// # Errors
/// [`ErrorKind::Setting`] when a header cannot hold it.
pub(crate) fn sensitive(text: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(text.expose_secret()).map_err(|_| {
        Error::new(
            ErrorKind::Setting,
            "the credential holds a character that cannot be sent, such as a line break",
        )
        .hint("copy the credential again, without blanks and line breaks around it")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
