//! The address of a vendor's API, checked once when the settings are read.

use std::fmt;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{Kind, SettingValue, Value};
use percent_encoding::percent_decode_str;
use url::Url;

/// The part of a vendor's address that all requests share, such as `https://api.example.com/v1`.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Reads the address in `text`.
    ///
    /// Blanks around it and slashes at its end are dropped. Plain `http` is accepted for loopback addresses
    /// only, and an address that carries a user name, a query or a fragment is refused.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`], in words that never repeat the address, which may hold a password.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str| {
            Error::new(ErrorKind::Setting, format!("the address {what}"))
                .hint("an address looks like https://api.example.com/v1")
        };
        let text = text.trim().trim_end_matches('/');
        if text.is_empty() {
            return Err(bad("is empty"));
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(bad("has a blank, a backslash or a control character in it"));
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                return Err(bad("must start with https://"));
            }
            Err(e) => return Err(bad(&format!("is not a URL ({e})"))),
        };
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(bad("must start with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("must not contain a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("must not contain `?` or `#`"));
        }
        let base = Self(url);
        if base.0.scheme() == "http" && !base.is_loopback() {
            return Err(bad(
                "must start with https:// (http is for loopback addresses only)",
            ));
        }
        Ok(base)
    }

    /// The address as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The address's host name, without port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Host, and port unless it is the usual one.
    pub(crate) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// The same server without the path.
    #[must_use]
    pub fn origin(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path("");
        Self(url)
    }

    /// True when the address names this machine.
    pub fn is_loopback(&self) -> bool {
        connector_net::is_loopback(self.host())
    }

    /// The address of `segments` below this one; each is escaped, so none can leave its place.
    pub(crate) fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Option<Url> {
        let mut url = self.0.clone();
        url.path_segments_mut().ok()?.pop_if_empty();
        for segment in segments {
            // `Url` would silently leave these out, and the request would be for something else.
            if matches!(segment, "" | "." | "..") || segment.contains(char::is_control) {
                return None;
            }
            url.path_segments_mut().ok()?.push(segment);
        }
        Some(url)
    }

    /// The segments of an address, without those of this one when they come first.
    pub(crate) fn below(&self, url: &Url) -> Vec<String> {
        let own = self.0.path().trim_end_matches('/');
        let rest = url.path().strip_prefix(own).unwrap_or(url.path());
        let segments = rest.split('/').filter(|segment| !segment.is_empty());
        let decoded = |s| percent_decode_str(s).decode_utf8_lossy().into_owned();
        segments.map(decoded).collect()
    }

    /// True when `other` has the same scheme, host and port.
    pub(crate) fn same_origin(&self, other: &Url) -> bool {
        self.0.origin() == other.origin()
    }
}

impl SettingValue for BaseUrl {
    type Default = &'static str;
    const KIND: Kind = Kind::Text;

    fn read(value: &Value) -> Result<Self> {
        Self::parse(value.text()?)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

#[cfg(test)]
mod tests;
