//! The address of a vendor's API, checked once when the settings are read.

use std::fmt;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{Kind, SettingValue, Value};
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
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        BaseUrl::parse(text)
            .map(|base| base.to_string())
            .map_err(|e| {
                assert_eq!(e.kind(), ErrorKind::Setting);
                e.to_string()
            })
    }

    #[test]
    fn accepted() {
        for (text, expected) in [
            ("https://api.example.com/v1", "https://api.example.com/v1"),
            (
                " https://api.example.com/v1// ",
                "https://api.example.com/v1",
            ),
            ("https://api.example.com", "https://api.example.com"),
            ("HTTPS://API.Example.com:443/", "https://api.example.com"),
            (
                "https://api.example.com:8443/a/b",
                "https://api.example.com:8443/a/b",
            ),
            ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:9/", "http://[::1]:9"),
            ("http://localhost:1", "http://localhost:1"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn refused() {
        for (text, reason) in [
            ("", "is empty"),
            (" / ", "is empty"),
            ("api.example.com/v1", "must start with https://"),
            ("ftp://api.example.com", "must start with https://"),
            ("mailto:a@example.com", "must start with https://"),
            (
                "http://api.example.com",
                "http is for loopback addresses only",
            ),
            (
                "http://localhost.example.com",
                "http is for loopback addresses only",
            ),
            ("http://10.0.0.1", "http is for loopback addresses only"),
            (
                "https://api.example.com/v1?x=1",
                "must not contain `?` or `#`",
            ),
            ("https://api.example.com/#x", "must not contain `?` or `#`"),
            (
                "https://user@api.example.com",
                "must not contain a user name or password",
            ),
            ("https://api.exa mple.com", "has a blank"),
            ("https://api.example.com\\v1", "a backslash"),
            ("https://", "is not a URL"),
        ] {
            let message = parsed(text).expect_err(text);
            assert!(message.starts_with("the address "), "{message}");
            assert!(message.contains(reason), "{text:?}: {message}");
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        let error = BaseUrl::parse("https://u:hunter2@example.com").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }

    #[test]
    fn segments_stay_in_their_place() {
        let base = BaseUrl::parse("https://example.com/v1").unwrap();
        let join = |segments: &[&str]| {
            base.join(segments.iter().copied())
                .map(|url| url.as_str().to_owned())
        };
        assert_eq!(
            join(&["people", "a/b?c#d%2e"]).as_deref(),
            Some("https://example.com/v1/people/a%2Fb%3Fc%23d%252e")
        );
        for odd in ["..", ".", "", "a\nb"] {
            assert_eq!(join(&["people", odd]), None, "{odd:?}");
        }
        let root = base.origin();
        assert_eq!(root.as_str(), "https://example.com");
        assert_eq!(
            root.join(["a"]).map(|url| url.to_string()).as_deref(),
            Some("https://example.com/a")
        );
    }
}
