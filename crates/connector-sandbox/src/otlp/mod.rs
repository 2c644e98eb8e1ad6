//! A collector of OpenTelemetry data: takes spans and log records by OTLP over gRPC, keeps every byte, and can be away,
//! silent or unwilling.
//!
//! ```
//! use connector_sandbox::otlp::Collector;
//!
//! let collector = Collector::start()?;
//! // Hand `collector.environment()` to a connector, run it, and look at `collector.tree(&[])`.
//! assert!(collector.spans().is_empty());
//! # Ok::<(), connector_core::Error>(())
//! ```

mod listener;
mod received;

use std::net::SocketAddr;
use std::sync::Arc;

use connector_core::{Error, ErrorKind, Result};
use connector_proto::opentelemetry::{LogRecord, Span};

use crate::certificate::Identity;
use listener::Listener;
use received::Shared;

pub use crate::grpc::Refusal;
pub use received::attribute;

/// How a collector misbehaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It never answers.
    Hang,
    /// It answers with this status.
    Refuse(Refusal),
    /// It accepts the call but reports that it dropped this many items.
    Drop(i64),
}

/// A collector being served. Dropping it ends it.
#[derive(Debug)]
pub struct Collector {
    shared: Arc<Shared>,
    listener: Listener,
    authority: Option<String>,
}

impl Collector {
    /// Listens on a free loopback port, without TLS.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start() -> Result<Self> {
        let shared = Arc::new(Shared::default());
        Ok(Self {
            listener: Listener::start(None, shared.clone()).map_err(cannot_listen)?,
            shared,
            authority: None,
        })
    }

    /// The same, with TLS and a certificate for `localhost`; see [`Collector::authority_pem`].
    ///
    /// # Errors
    /// When there is no port, or no certificate can be made.
    pub fn start_with_tls() -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let identity = Identity::generate(&["localhost".to_owned()])?;
        let tls = identity.server(&[b"h2".to_vec()])?;
        Ok(Self {
            listener: Listener::start(Some(tls), shared.clone()).map_err(cannot_listen)?,
            shared,
            authority: Some(identity.authority_pem()),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// `localhost:<port>`.
    pub fn endpoint(&self) -> String {
        format!("localhost:{}", self.address().port())
    }

    /// The certificate of its authority; empty without TLS.
    pub fn authority_pem(&self) -> &str {
        self.authority.as_deref().unwrap_or_default()
    }

    /// The variables that point a connector here.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let trust = match &self.authority {
            Some(pem) => ("BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT", pem.clone()),
            None => (
                "BATON_OTEL_COLLECTOR_ENDPOINT_TLS_INSECURE",
                "true".to_owned(),
            ),
        };
        vec![("BATON_OTEL_COLLECTOR_ENDPOINT", self.endpoint()), trust]
    }

    /// Misbehaves from now on, or no longer.
    pub fn misbehave(&self, fault: Option<Fault>) {
        self.shared.state().fault = fault;
    }

    /// Every span taken, in the order of their arrival.
    pub fn spans(&self) -> Vec<Span> {
        self.shared.state().spans.clone()
    }

    /// Every log record taken, in the order of their arrival.
    pub fn logs(&self) -> Vec<LogRecord> {
        self.shared.state().logs.clone()
    }

    /// The texts among the attributes of the programs that sent something, as `key=value`.
    pub fn resources(&self) -> Vec<String> {
        self.shared.state().resources.iter().cloned().collect()
    }

    /// Everything that arrived, headers and messages, taken or not.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.state().bytes.clone()
    }

    /// Calls that arrived, answered or not.
    pub fn calls(&self) -> usize {
        self.shared.state().calls
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// The spans as an indented tree, each as its name and these of its attributes. Siblings are in the order of their
    /// beginning, those that began together in the order of their end.
    pub fn tree(&self, attributes: &[&str]) -> String {
        received::tree(&self.spans(), attributes)
    }
}

fn cannot_listen(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Precondition, error.to_string()).during("starting the collector")
}
