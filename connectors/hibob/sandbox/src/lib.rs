//! HiBob's public API as far as a read-only connector meets it, quirks included.
//!
//! [`HiBob`] shows one [`Company`] through `/v1`: people search, single people, the deprecated listing, public
//! profiles, field metadata, named lists and history tables. What a real tenant may do differently is a field of
//! [`HiBobOptions`]. Company and options can be edited while the fake is served ([`HiBob::edit`]).
//!
//! Search answers are rendered once per distinct question and then served from memory, so that a benchmark
//! measures the client.

mod answer;
mod auth;
mod cache;
mod catalogue;
pub mod edge;
mod fields;
mod history;
mod lists;
mod lookup;
mod options;
mod people;
mod render;
mod route;
mod search;
mod vendor;

use std::sync::{Arc, RwLockReadGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

pub use connector_sandbox::rewrite::Rewrite;
pub use fields::Category;
pub use options::{
    Audience, FieldsEnvelope, HiBobOptions, ItemsKey, ListOptions, ListsEnvelope, RateLimits,
    ServiceUser, SlashKeys,
};
pub use vendor::VENDOR;

use connector_sandbox::company::Company;
use connector_sandbox::limits::Windows;
use connector_sandbox::server::Fake;
use connector_sandbox::tenant::Shared;

/// The service user of [`ServiceUser::full`].
pub const SERVICE_USER_ID: &str = "SERVICE-1001";

/// The token of [`ServiceUser::full`]; it opens nothing but this fake.
pub const SERVICE_USER_TOKEN: &str = "sandbox-token-hibob-1001";

/// A HiBob tenant. Clones share the tenant.
#[derive(Debug, Clone)]
pub struct HiBob {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    tenant: Shared<Tenant>,
    cache: cache::Cache,
    windows: Windows<(route::Endpoint, Option<usize>)>,
    waf: auth::Waf,
}

/// What the tenant holds and how it behaves.
#[derive(Debug)]
struct Tenant {
    company: Company,
    options: HiBobOptions,
}

impl HiBob {
    /// A tenant that holds `company`.
    pub fn new(company: Company, options: HiBobOptions) -> Self {
        let clock = Arc::clone(&options.clock);
        Self {
            inner: Arc::new(Inner {
                cache: cache::Cache::default(),
                windows: Windows::new(Arc::clone(&clock)),
                waf: auth::Waf::new(clock),
                tenant: Shared::new(Tenant { company, options }),
            }),
        }
    }

    /// Changes what the tenant holds or how it behaves; later requests see it.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut Company, &mut HiBobOptions) -> T) -> T {
        let tenant = &mut *self.inner.tenant.write();
        let out = edit(&mut tenant.company, &mut tenant.options);
        self.inner.cache.clear();
        out
    }

    /// Reads what the tenant holds.
    pub fn read<T>(&self, read: impl FnOnce(&Company) -> T) -> T {
        read(&self.tenant().company)
    }

    fn tenant(&self) -> RwLockReadGuard<'_, Tenant> {
        self.inner.tenant.read()
    }
}

impl Fake for HiBob {
    fn vendor(&self) -> &'static str {
        VENDOR.name
    }

    fn router(&self) -> Router {
        Router::new().fallback(serve).with_state(self.clone())
    }

    fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
        let tenant = self.tenant();
        let user = tenant.options.service_users.first();
        let (id, token) = user.map_or(("", ""), |u| (&u.id, &u.token));
        vec![
            ("BATON_HIBOB_BASE_URL", format!("{origin}/v1")),
            ("BATON_HIBOB_SERVICE_USER_ID", id.to_owned()),
            ("BATON_HIBOB_SERVICE_USER_TOKEN", token.to_owned()),
        ]
    }
}

/// One request: its parts are read here, everything else is plain functions off the server's thread.
async fn serve(State(hibob): State<HiBob>, request: Request) -> Response {
    /// Far more than a search for 400 fields needs.
    const LARGEST_REQUEST: usize = 4 << 20;
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_REQUEST).await else {
        return answer::error(413, "request", "The request is too large");
    };
    let work = move || route::respond(&hibob, &head, &body);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => answer::error(500, "sandbox", "The fake itself failed"),
    }
}
