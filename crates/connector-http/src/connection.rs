//! What a connection that failed means: whose fault it is, and the message.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;

use connector_core::error::ErrorKind;
use connector_net::{
    Fault, Route, RouteFault, causes, find_io, io_reason, machine_fault, tls_fault,
};

use crate::failure::{CHECK_BASE_URL, Failure};
use crate::retry::Cause;

/// The way to one vendor.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) vendor: &'static str,
    pub(crate) route: Route,
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
        let by_proxy = self.route.proxy_fault(self.vendor, &error).await;
        let failure = by_proxy.map_or_else(|| self.by_vendor(&error), Failure::from);
        failure.caused_by(error)
    }

    fn by_vendor(&self, error: &reqwest::Error) -> Failure {
        let (vendor, host) = (self.vendor, self.route.host().bare());
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
            let subject = format!("the host {host}");
            return RouteFault::unresolved(&subject, CHECK_BASE_URL, &causes(error)).into();
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
        let message = fault.untrusted(self.route.host().bare());
        let hint = fault.hint;
        let failure = Failure::new(ErrorKind::Upstream, Cause::Final, message);
        // An authority may be missing because its file was not read.
        match self.unread_roots.first() {
            Some(unread) => failure.hint(format!("{hint}; {unread}")),
            None => failure.hint(hint),
        }
    }
}

impl From<RouteFault> for Failure {
    fn from(fault: RouteFault) -> Self {
        let cause = match fault.may_pass {
            true => Cause::Unsent,
            false => Cause::Final,
        };
        Self::new(fault.kind, cause, fault.message).hint(fault.hint)
    }
}

fn io_kind(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    find_io(error).map(io::Error::kind)
}

fn reason(error: &reqwest::Error) -> &'static str {
    io_reason(error).unwrap_or(match error.is_connect() {
        true => "no connection",
        false => "the answer is not complete",
    })
}

#[cfg(test)]
mod tests;
