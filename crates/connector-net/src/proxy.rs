//! The proxy that `HTTPS_PROXY` or `ALL_PROXY` names for a host.

use std::ffi::OsString;
use std::fmt;

use connector_core::error::{Error, ErrorKind, Result};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tonic::codegen::http::{HeaderValue, Uri};

use crate::host::{Host, split_port};

/// The variables that name a proxy for `https`, the first that is set counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy, as the environment names it.
///
/// Displayed, it is its address without user and password and the variable: `http://proxy.example.com:3128
/// (HTTPS_PROXY)`.
#[derive(Clone)]
pub struct Proxy {
    variable: &'static str,
    intercept: Intercept,
}

impl Proxy {
    /// The proxy for TLS connections to `host`, of which `variable` gives the variables of the environment. Hosts in
    /// `NO_PROXY` and this machine itself are reached directly.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the value is not the address of a proxy; the message names the variable and does not
    /// show the value, which may hold a password. Such a value never means that the host is reached directly.
    pub fn of(host: &Host, variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Self>> {
        let first = |names: &[&'static str]| {
            let values = names.iter().map(|name| Some((*name, variable(name)?)));
            values.flatten().find(|(_, value)| !value.is_empty())
        };
        let Some((name, value)) = first(&VARIABLES).filter(|_| !host.is_loopback()) else {
            return Ok(None);
        };
        let no = first(&EXCEPTIONS).map(|(_, hosts)| hosts.to_string_lossy().into_owned());
        let no = no.unwrap_or_default();
        let matching = |proxy: &str| {
            let matcher = Matcher::builder().https(proxy).no(no.as_str()).build();
            destination(host).and_then(|uri| matcher.intercept(&uri))
        };
        if matching("http://proxy.invalid").is_none() {
            return Ok(None);
        }
        let value = value.to_str().filter(|value| is_address(value));
        let intercept = value.and_then(matching).ok_or_else(|| {
            Error::new(ErrorKind::Setting, format!("{name} is not the address of a proxy"))
                .hint("it looks like http://proxy.example.com:3128, with user:password@ before the host where they are needed, and without blanks, quotes and line ends")
        })?;
        Ok(Some(Self {
            variable: name,
            intercept,
        }))
    }

    /// The same proxy for `reqwest`.
    pub(crate) fn for_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.address())?;
        Ok(match self.intercept.basic_auth() {
            Some(auth) => proxy.custom_http_auth(auth.clone()),
            None => proxy,
        })
    }

    fn address(&self) -> String {
        let uri = self.intercept.uri();
        let (scheme, authority) = (uri.scheme_str(), uri.authority());
        let authority = authority.map(|a| a.as_str()).unwrap_or_default();
        format!("{}://{authority}", scheme.unwrap_or("http"))
    }

    /// The host part of the proxy's address.
    pub fn host(&self) -> &str {
        self.intercept.uri().host().unwrap_or_default()
    }

    /// The port of the proxy's address.
    pub(crate) fn port(&self) -> u16 {
        let usual = if self.is_encrypted() { 443 } else { 80 };
        self.intercept.uri().port_u16().unwrap_or(usual)
    }

    /// Whether the proxy itself is reached by TLS.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.intercept.uri().scheme_str() == Some("https")
    }

    /// The header with the user and password of the address.
    pub(crate) fn basic_auth(&self) -> Option<&HeaderValue> {
        self.intercept.basic_auth()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.address(), self.variable)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// Whether a text can be a proxy's address, before it is taken apart. A scheme that is not supported, such as SOCKS, is
/// not one, for the host would be reached directly.
fn is_address(text: &str) -> bool {
    let odd = |c: char| !c.is_ascii_graphic() || "\"'`<>\\".contains(c);
    let rest = match text.split_once("://") {
        Some(("http" | "https", rest)) => rest,
        Some(_) => return false,
        None => text,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let (host, port) = split_port(address);
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    !text.contains(odd) && !host.is_empty() && port
}

fn destination(host: &Host) -> Option<Uri> {
    format!("https://{}", host.authority()).parse().ok()
}

#[cfg(test)]
mod tests;
