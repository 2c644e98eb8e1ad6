//! A control plane to try service mode against without a tenant: a token endpoint and the connector service on one
//! TLS port, with tasks, leases, uploads and a log of everything that happened.
//!
//! It is strict where a real one is, and stricter where that finds mistakes: every declared rule is checked, and what
//! breaks one is refused and remembered ([`Running::problems`]). [`Fault`]s make it misbehave on purpose.
//!
//! ```
//! use connector_sandbox::c1::ControlPlane;
//!
//! let plane = ControlPlane::new().start()?;
//! let task = plane.sync(Default::default());
//! // Hand `plane.environment()` to a connector, wait, and look at `plane.task(&task)`.
//! assert!(plane.events().is_empty());
//! # Ok::<(), connector_core::Error>(())
//! ```

mod checks;
mod credential;
mod knobs;
mod listener;
mod log;
mod running;
mod service;
mod shared;
mod tasks;
mod token;
mod upload;

use std::net::SocketAddr;
use std::sync::Arc;

use connector_core::clock::{SharedClock, SystemClock};
use connector_core::entropy::{SharedEntropy, SystemEntropy};
use connector_core::{Error, ErrorKind, Result};

use crate::certificate::Identity;
use credential::Credential;
use shared::Shared;

pub use crate::grpc::Refusal;
pub use knobs::{Fault, Pace, seconds};
pub use log::{Event, Method, Upload, What};
pub use running::Running;
pub use tasks::{Record, Stage};
pub use token::{TokenAnswer, TokenRequest};

/// How a control plane is served.
#[derive(Debug, Clone)]
pub struct ControlPlane {
    listen: SocketAddr,
    allow_remote: bool,
    client_id: String,
    names: Vec<String>,
    alpn: Vec<Vec<u8>>,
    clock: SharedClock,
    /// `None` for that of the machine.
    entropy: Option<SharedEntropy>,
}

impl Default for ControlPlane {
    fn default() -> Self {
        Self::new()
    }
}

impl ControlPlane {
    /// A free loopback port, the connector `t@tenant.test/ccc`, the machine's clock.
    pub fn new() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            client_id: "t@tenant.test/ccc".to_owned(),
            names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            clock: SystemClock::shared(),
            entropy: None,
        }
    }

    /// The address to listen on; other than loopback only after [`ControlPlane::allow_remote`].
    #[must_use]
    pub fn listen(mut self, listen: SocketAddr) -> Self {
        self.listen = listen;
        self
    }

    /// Whether other machines may reach it.
    #[must_use]
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// The connector's client id.
    #[must_use]
    pub fn client_id(mut self, client_id: &str) -> Self {
        client_id.clone_into(&mut self.client_id);
        self
    }

    /// The host names and addresses in the certificate.
    #[must_use]
    pub fn names(mut self, names: &[&str]) -> Self {
        self.names = names.iter().map(|&n| n.to_owned()).collect();
        self
    }

    /// The protocols offered in the TLS handshake; none at all when empty.
    #[must_use]
    pub fn alpn(mut self, protocols: &[&str]) -> Self {
        self.alpn = protocols.iter().map(|p| p.as_bytes().to_vec()).collect();
        self
    }

    /// The clock behind leases and the lifetimes of tokens and assertions.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// What tokens and the ids of tasks are drawn from.
    #[must_use]
    pub fn entropy(mut self, entropy: SharedEntropy) -> Self {
        self.entropy = Some(entropy);
        self
    }

    /// Serves until the returned handle is dropped.
    ///
    /// # Errors
    /// When the address cannot be listened on, or is not a loopback address and that was not allowed.
    pub fn start(&self) -> Result<Running> {
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            return Err(Error::new(
                ErrorKind::Setting,
                format!("{} is not a loopback address", self.listen),
            )
            .during("starting the control plane")
            .hint("listen on 127.0.0.1, or allow remote access on purpose with --allow-remote"));
        }
        let identity = Identity::generate(&self.names)?;
        let credential = Credential::issue(&self.client_id)?;
        let entropy = match &self.entropy {
            Some(entropy) => entropy.clone(),
            None => Arc::new(SystemEntropy::new()?),
        };
        let shared = Shared::new(credential, self.clock.clone(), entropy);
        let tls = identity.server(&self.alpn)?;
        Running::start(self.listen, tls, Arc::new(shared), identity.authority_pem())
    }
}
