//! Host names with ports, and which of them are this machine.

use std::net::IpAddr;

use rustls::pki_types::ServerName;

/// The server at the other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    name: String,
    port: u16,
}

impl Host {
    /// Reads `host[:port]`, such as `tenant.example.com`, `localhost:8443` or `[::1]:8443`. Without a port it is 443.
    /// `None` when the name is not one that a certificate can be checked against, or the port is not a port.
    pub fn parse(authority: &str) -> Option<Self> {
        let (name, port) = split_port(authority);
        let port = port.map_or(Ok(443), str::parse).ok()?;
        ServerName::try_from(without_brackets(name)).ok()?;
        Some(Self {
            name: name.to_owned(),
            port,
        })
    }

    /// `host:port`; the port is always there.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.name, self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name, without the brackets of an IPv6 address.
    pub fn bare(&self) -> &str {
        without_brackets(&self.name)
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.name)
    }
}

/// Whether a host name or address, without a port, is this machine. No proxy could reach it.
pub fn is_loopback(host: &str) -> bool {
    let bare = without_brackets(host);
    let named = bare.trim_end_matches('.').eq_ignore_ascii_case("localhost");
    named || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Host and port of `host[:port]`; an IPv6 host keeps its brackets.
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn without_brackets(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

#[cfg(test)]
mod tests;
