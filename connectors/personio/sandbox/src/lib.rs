//! Personio's public API v2 as far as a read-only connector meets it, quirks included.
//!
//! [`Personio`] shows one [`Company`] through `/v2`: access tokens, persons and each person's employments. What a
//! real tenant may do differently, or what the documentation leaves open, is a field of [`PersonioOptions`].
//! Company and options can be edited while the fake is served ([`Personio::edit`]).
//!
//! A person's id is [`person_id`] of the employee number, so ids are those of the company's people and not of
//! their places in a list.

mod answer;
mod attributes;
mod buckets;
mod cursor;
pub mod edge;
mod employments;
mod names;
mod options;
mod persons;
mod route;
mod tenant;
mod tokens;
mod vendor;

use std::sync::{Arc, RwLockReadGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

pub use connector_sandbox::rewrite::Rewrite;
pub use edge::EdgePerson;
pub use options::{
    Credential, CursorStyle, Limit, NextLink, PersonioOptions, RateLimits, TokenOptions,
};
pub use tenant::{employment_id, person_id};
pub use vendor::VENDOR;

use connector_sandbox::company::Company;
use connector_sandbox::server::Fake;
use connector_sandbox::tenant::Shared;
use tenant::Tenant;

/// The client id of [`Credential::full`].
pub const CLIENT_ID: &str = "papi-sandbox-client-1001";

/// The client secret of [`Credential::full`]; it opens nothing but this fake.
pub const CLIENT_SECRET: &str = "sandbox-secret-personio-1001";

/// A Personio tenant. Clones share the tenant.
#[derive(Debug, Clone)]
pub struct Personio {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    tenant: Shared<Tenant>,
    tokens: tokens::Tokens,
    buckets: buckets::Buckets,
}

impl Personio {
    /// A tenant that holds `company`.
    pub fn new(company: Company, options: PersonioOptions) -> Self {
        let clock = Arc::clone(&options.clock);
        Self {
            inner: Arc::new(Inner {
                tokens: tokens::Tokens::new(Arc::clone(&clock)),
                buckets: buckets::Buckets::new(clock),
                tenant: Shared::new(Tenant::new(company, options)),
            }),
        }
    }

    /// Changes what the tenant holds or how it behaves; later requests see it.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut Company, &mut PersonioOptions) -> T) -> T {
        let tenant = &mut *self.inner.tenant.write();
        let out = edit(&mut tenant.company, &mut tenant.options);
        tenant.index();
        out
    }

    /// Reads what the tenant holds.
    pub fn read<T>(&self, read: impl FnOnce(&Company) -> T) -> T {
        read(&self.tenant().company)
    }

    /// Makes every token handed out so far invalid; the next token request gets a new one.
    pub fn revoke_tokens(&self) {
        self.inner.tokens.revoke();
    }

    /// Access tokens handed out so far, the same one twice counted twice.
    pub fn tokens_handed_out(&self) -> u64 {
        self.inner.tokens.handed_out()
    }

    fn tenant(&self) -> RwLockReadGuard<'_, Tenant> {
        self.inner.tenant.read()
    }
}

impl Fake for Personio {
    fn vendor(&self) -> &'static str {
        VENDOR.name
    }

    fn router(&self) -> Router {
        Router::new().fallback(serve).with_state(self.clone())
    }

    fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
        let tenant = self.tenant();
        let first = tenant.options.credentials.first();
        let (id, secret) = first.map_or(("", ""), |c| (&c.client_id, &c.client_secret));
        vec![
            ("BATON_PERSONIO_BASE_URL", origin.to_owned()),
            ("BATON_PERSONIO_CLIENT_ID", id.to_owned()),
            ("BATON_PERSONIO_CLIENT_SECRET", secret.to_owned()),
        ]
    }
}

/// Serves one request. Answers are small and quick to make, so they are made on the server's own thread.
async fn serve(State(personio): State<Personio>, request: Request) -> Response {
    /// Far more than a token request needs.
    const LARGEST_REQUEST: usize = 64 << 10;
    let (head, body) = request.into_parts();
    match axum::body::to_bytes(body, LARGEST_REQUEST).await {
        Ok(body) => route::respond(&personio, &head, &body),
        Err(_) => answer::problem(413, "Payload too large", "The request is too large"),
    }
}
