//! What a connection that failed means: whose fault it is, and the message.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use connector_core::error::ErrorKind;
use connector_net::{Fault, Host, Proxy, Refused, causes, find, find_io, machine_fault, tls_fault};
use tokio::time::timeout;

use crate::failure::{CHECK_BASE_URL, Failure};
use crate::retry::Cause;

const CHECK_PROXY: &str = "check the address in the variable, and that the proxy is running";
/// Most time for finding out why a proxy refuses.
const REFUSAL: Duration = Duration::from_secs(10);

/// The way to one vendor.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) vendor: &'static str,
    pub(crate) host: Host,
    pub(crate) proxy: Option<Proxy>,
    /// What kept trusted certificates from being read.
    pub(crate) unread_roots: Vec<String>,
}

impl Connection {
    /// No answer, or only a part of one.
    ///
    /// Boxed: it is rarely needed, and in place it would nest the futures of every call too deep for the compiler.
    pub(crate) fn failure(
        &self,
        error: reqwest::Error,
    ) -> Pin<Box<dyn Future<Output = Failure> + Send + '_>> {
        // The URL may hold query values.
        Box::pin(self.explain(error.without_url()))
    }

    async fn explain(&self, error: reqwest::Error) -> Failure {
        let by_proxy = match &self.proxy {
            Some(proxy) => self.by_proxy(proxy, &error).await,
            None => None,
        };
        let failure = by_proxy.unwrap_or_else(|| self.by_vendor(&error));
        failure.caused_by(error)
    }

    /// The failure, when it is the proxy that cannot be reached or does not open a tunnel.
    async fn by_proxy(&self, proxy: &Proxy, error: &reqwest::Error) -> Option<Failure> {
        let causes = causes(error);
        if !error.is_connect() || machine_fault(error).is_some() {
            return None;
        }
        if error.is_timeout() {
            let message = format!(
                "{} did not answer in time through the proxy {proxy}",
                self.vendor
            );
            return Some(
                Failure::new(ErrorKind::Timeout, Cause::Unsent, message).hint(CHECK_PROXY),
            );
        }
        // Without a tunnel no name but the proxy's is looked up.
        if error.is_dns() {
            let subject = format!("the host of the proxy {proxy}");
            return Some(unresolved(&subject, CHECK_PROXY, &causes));
        }
        // The type of these errors is private to `hyper-util` 0.1.21, which `reqwest` connects through.
        let (_, tunnel) = causes.split_once("tunnel error: ")?;
        if tunnel.starts_with("unsuccessful") || tunnel.starts_with("proxy authorization") {
            return Some(self.refused(proxy).await);
        }
        if let Some(fault) = tls_fault(error) {
            let message = fault.untrusted(format_args!("the proxy {proxy}"));
            return Some(Failure::new(ErrorKind::Setting, Cause::Final, message).hint(fault.hint));
        }
        if tunnel.starts_with("failed to create") {
            let message = format!("cannot connect to the proxy {proxy}: {}", reason(error));
            return Some(
                Failure::new(ErrorKind::Setting, Cause::Unsent, message).hint(CHECK_PROXY),
            );
        }
        let message = format!("the connection to the proxy {proxy} broke off");
        Some(Failure::new(ErrorKind::Upstream, Cause::Unsent, message).hint(CHECK_PROXY))
    }

    /// The proxy has refused a tunnel. `reqwest` does not keep its status, so it is asked for once more.
    async fn refused(&self, proxy: &Proxy) -> Failure {
        let again = timeout(REFUSAL, proxy.connect(&self.host)).await;
        let again = again.ok().and_then(Result::err);
        let Some(refused) = again.as_ref().and_then(|e| find::<Refused>(e)) else {
            let message = format!("the proxy {proxy} refused to connect");
            return Failure::new(ErrorKind::Upstream, Cause::Unsent, message).hint(CHECK_PROXY);
        };
        let (kind, cause) = match refused.status {
            Some(500..) => (ErrorKind::Upstream, Cause::Unsent),
            _ => (ErrorKind::Setting, Cause::Final),
        };
        let message = format!("{refused} when asked for {}", self.host.authority());
        Failure::new(kind, cause, message).hint(refused.hint())
    }

    fn by_vendor(&self, error: &reqwest::Error) -> Failure {
        let (vendor, host) = (self.vendor, self.host.bare());
        if error.is_builder() {
            return Failure::new(ErrorKind::Bug, Cause::Final, "the request cannot be built");
        }
        if let Some(fault) = machine_fault(error) {
            let message = fault.unconnected(host);
            return Failure::new(ErrorKind::Precondition, Cause::Unsent, message).hint(fault.hint);
        }
        let unsent = match error.is_connect() {
            true => Cause::Unsent,
            false => Cause::Passing,
        };
        if error.is_timeout() {
            let message = format!("{vendor} did not answer in time");
            return Failure::new(ErrorKind::Timeout, unsent, message)
                .hint("try again later, or raise --http-timeout-seconds");
        }
        if error.is_dns() {
            return unresolved(&format!("the host {host}"), CHECK_BASE_URL, &causes(error));
        }
        if let Some(fault) = tls_fault(error) {
            return self.untrusted(fault);
        }
        if error.is_connect() {
            let message = format!("cannot connect to {host}: {}", reason(error));
            return Failure::new(ErrorKind::Upstream, unsent, message)
                .hint("check the network, the proxy settings and the base URL setting");
        }
        if let Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) = io_kind(error) {
            return Failure::contract(format!("the answer of {vendor} cannot be decompressed"));
        }
        let message = format!("the connection to {vendor} broke off: {}", reason(error));
        Failure::new(ErrorKind::Upstream, unsent, message).hint("try again later")
    }

    fn untrusted(&self, fault: Fault) -> Failure {
        let message = fault.untrusted(self.host.bare());
        let hint = fault.hint;
        let failure = Failure::new(ErrorKind::Upstream, Cause::Final, message);
        // An authority may be missing because its file was not read.
        match self.unread_roots.first() {
            Some(unread) => failure.hint(format!("{hint}; {unread}")),
            None => failure.hint(hint),
        }
    }
}

/// A name that does not exist is a wrong setting; a name service that fails may work next time.
fn unresolved(subject: &str, hint: &'static str, causes: &str) -> Failure {
    let causes = causes.to_ascii_lowercase();
    let passing = ["temporary failure", "try again", "non-recoverable"];
    if passing.iter().any(|text| causes.contains(text)) {
        let message = format!("the name service cannot find the address of {subject}");
        return Failure::new(ErrorKind::Upstream, Cause::Unsent, message)
            .hint("check the network and its name service");
    }
    let message = format!("{subject} does not exist");
    Failure::new(ErrorKind::Setting, Cause::Final, message).hint(hint)
}

fn io_kind(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    find_io(error).map(io::Error::kind)
}

fn reason(error: &reqwest::Error) -> &'static str {
    match io_kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused",
        Some(io::ErrorKind::ConnectionReset) => "connection reset",
        Some(io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted) => "connection closed",
        Some(io::ErrorKind::HostUnreachable) => "host unreachable",
        Some(io::ErrorKind::NetworkUnreachable) => "network unreachable",
        _ if error.is_connect() => "no connection",
        _ => "the answer is not complete",
    }
}

#[cfg(test)]
mod tests;
