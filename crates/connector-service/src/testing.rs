//! Fixtures that several tests share.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::{GRACE, LoopConfig, Program, ServiceConfig};
use crate::credential::Credential;

/// A client secret with the example key of RFC 8037.
pub(crate) const SECRET: &str = "secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IjExcVlBWUt4Q3JmVlNfN1R5V1FIT2c3aGN2UGFwaU1scndJYWFQY0hVUm8iLCJkIjoibldHeG5lXzlXbUM2aEVyMGt1d3N4RVJKeFdsN01ta1pjRHVzQXh5dWYyQSJ9";

/// The credential of a connector at `tenant.test`.
pub(crate) fn credential() -> Credential {
    Credential::parse("t@tenant.test/ccc", &SecretString::from(SECRET)).unwrap()
}

/// The settings of a service with that credential.
pub(crate) fn config() -> ServiceConfig {
    ServiceConfig {
        credential: credential(),
        api_host: None,
        extra_roots: Vec::new(),
        http_timeout: Duration::from_secs(1),
        service: LoopConfig {
            host_id: "host-1".to_owned(),
            batched: false,
            concurrency: 1,
            grace: GRACE,
            temp_dir: std::env::temp_dir(),
            program: Program {
                name: "baton-test".to_owned(),
                version: "1.2.3".to_owned(),
            },
            metadata: Default::default(),
        },
    }
}
