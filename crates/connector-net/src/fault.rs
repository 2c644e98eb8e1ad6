//! Why a connection failed, where the reason is TLS or this machine, in words for the operator.

use std::error::Error;
use std::fmt;

use rustls::{AlertDescription, CertificateError, InvalidMessage};

use crate::causes::{causes, find, find_io};
use crate::route::RouteFault;

/// What is wrong with a connection, in words that follow a colon, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Such as `the certificate has expired`.
    pub what: &'static str,
    /// Such as `check the clock of this machine`.
    pub hint: &'static str,
}

impl Fault {
    /// The message for TLS with `peer`.
    pub fn untrusted(&self, peer: impl fmt::Display) -> String {
        format!("no trusted connection to {peer}: {}", self.what)
    }

    /// The message for a connection to `peer` that this machine cannot make.
    pub fn unconnected(&self, peer: impl fmt::Display) -> String {
        format!("cannot connect to {peer}: {}", self.what)
    }
}

/// Why a connection to `host` failed, and what to do about it, in one line for logs; all causes go to the log at debug
/// level. Where neither a proxy nor TLS nor this machine is the reason, the line holds the causes.
pub fn reason(host: &str, error: &(dyn Error + 'static)) -> String {
    if let Some(RouteFault { message, hint, .. }) = find(error) {
        return format!("{message}; {hint}");
    }
    let known = match (machine_fault(error), tls_fault(error)) {
        (Some(fault), _) => (fault.unconnected(host), fault.hint),
        (None, Some(fault)) => (fault.untrusted(host), fault.hint),
        (None, None) => return causes(error),
    };
    tracing::debug!(host, error = causes(error), "a connection failed");
    let (message, hint) = known;
    format!("{message}; {hint}")
}

/// What went wrong in a TLS handshake, when that is why `error` happened.
pub fn tls_fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    let (what, hint) = match find::<rustls::Error>(error)? {
        rustls::Error::InvalidCertificate(problem) => certificate(problem),
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion)
        | rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity,
        ) => (
            "the server has no TLS version or cipher that is safe (TLS 1.2 or later is needed)",
            "the server, or a proxy in between, must be brought up to date",
        ),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => (
            "what answers there does not speak TLS",
            "check host and port: this may be a port for plain HTTP, or a proxy may stand in between",
        ),
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            ("the server does not know this host name", CHECK_HOST)
        }
        rustls::Error::AlertReceived(_) => (
            "the server ends the TLS handshake",
            "the server, or a proxy in between, does not accept this client",
        ),
        _ => (
            "the TLS handshake fails",
            "a proxy in between may disturb it; run with --log-level debug to see the cause",
        ),
    };
    Some(Fault { what, hint })
}

const CHECK_HOST: &str = "check the host in the address, and that no proxy answers in its place";

fn certificate(problem: &CertificateError) -> (&'static str, &'static str) {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "the certificate has expired",
            "check the clock of this machine; if it is right, whoever runs the server, or a proxy in between, must renew the certificate",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "the certificate is not valid yet",
            "check the clock of this machine; it seems to be behind",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("the certificate is for another host", CHECK_HOST)
        }
        // An authority of the same name with another key ends in a bad signature.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => (
            "the certificate is from an authority that is not trusted",
            "a proxy or a private certificate authority may stand in between: add its certificate to the system's store or name it in SSL_CERT_FILE",
        ),
        CertificateError::Revoked => (
            "the certificate is revoked",
            "whoever runs the server, or a proxy in between, must replace it",
        ),
        _ => (
            "the certificate cannot be accepted",
            "run with --log-level debug to see why; whoever runs the server, or a proxy in between, must replace it",
        ),
    }
}

/// What keeps this machine from connecting or reading, when that is why `error` happened.
pub fn machine_fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    // EIO, ENFILE and EMFILE have these numbers on Linux and macOS.
    let (what, hint) = match find_io(error)?.raw_os_error()? {
        5 => (
            "this machine reports an input/output error (EIO)",
            "check this machine's network device and its system log",
        ),
        23 | 24 => (
            "this machine has no file descriptor left for it (too many open files)",
            "raise the limit (ulimit -n) or stop what holds so many files open",
        ),
        _ => return None,
    };
    Some(Fault { what, hint })
}

#[cfg(test)]
pub(crate) mod tests;
