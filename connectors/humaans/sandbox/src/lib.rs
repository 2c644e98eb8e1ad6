//! Humaans' public API as far as a read-only connector meets it, quirks included.
//!
//! [`Humaans`] shows one [`Company`] through `/api`: the token and its owner, people, job roles, locations and
//! the company. What a real tenant may do differently, or what the documentation leaves open, is a field of
//! [`HumaansOptions`]. Company and options can be edited while the fake is served ([`Humaans::edit`]).

mod answer;
pub mod edge;
mod listing;
mod options;
mod people;
mod roles;
mod route;
mod vendor;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLockReadGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

pub use options::{
    ApiToken, Drift, ErrorCode, HumaansOptions, PeopleDefault, RateLimit, RetryAfter, Scope,
    StatusAll, TokenInfo, Total,
};
pub use vendor::VENDOR;

use connector_sandbox::company::Company;
use connector_sandbox::limits::Windows;
use connector_sandbox::server::Fake;
use connector_sandbox::tenant::Shared;

/// The token of [`ApiToken::full`]; it opens nothing but this fake.
pub const TOKEN: &str = "sandbox-token-humaans-1001";

/// A Humaans tenant. Clones share the tenant.
#[derive(Debug, Clone)]
pub struct Humaans {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    tenant: Shared<Tenant>,
    /// Rendered collections, until the tenant changes.
    rendered: Mutex<HashMap<Collection, Arc<Vec<Value>>>>,
    windows: Windows<usize>,
    /// Requests with a valid token so far.
    asked: AtomicU64,
    /// Changes to the people while they were listed.
    drifted: AtomicUsize,
}

/// What the tenant holds and how it behaves.
#[derive(Debug)]
struct Tenant {
    company: Company,
    options: HumaansOptions,
}

/// A listing of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Collection {
    People,
    JobRoles,
    Locations,
    Companies,
}

impl Humaans {
    /// A tenant that holds `company`.
    pub fn new(company: Company, options: HumaansOptions) -> Self {
        Self {
            inner: Arc::new(Inner {
                windows: Windows::new(Arc::clone(&options.clock)),
                rendered: Mutex::default(),
                asked: AtomicU64::new(0),
                drifted: AtomicUsize::new(0),
                tenant: Shared::new(Tenant { company, options }),
            }),
        }
    }

    /// Changes what the tenant holds or how it behaves; later requests see it.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut Company, &mut HumaansOptions) -> T) -> T {
        let tenant = &mut *self.inner.tenant.write();
        let out = edit(&mut tenant.company, &mut tenant.options);
        self.rendered().clear();
        self.inner.drifted.store(0, Ordering::Relaxed);
        out
    }

    /// Reads what the tenant holds.
    pub fn read<T>(&self, read: impl FnOnce(&Company) -> T) -> T {
        read(&self.tenant().company)
    }

    fn tenant(&self) -> RwLockReadGuard<'_, Tenant> {
        self.inner.tenant.read()
    }

    fn rendered(&self) -> std::sync::MutexGuard<'_, HashMap<Collection, Arc<Vec<Value>>>> {
        self.inner
            .rendered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A collection as a token with every scope sees it.
    ///
    /// Callers hold the tenant's read lock, so that no older tenant's records are kept.
    fn collection(&self, tenant: &Tenant, which: Collection) -> Arc<Vec<Value>> {
        let mut rendered = self.rendered();
        let records = rendered.entry(which).or_insert_with(|| {
            Arc::new(match which {
                Collection::People => people::records(tenant),
                Collection::JobRoles => roles::records(tenant),
                Collection::Locations => people::locations(&tenant.company),
                Collection::Companies => vec![people::company(&tenant.company)],
            })
        });
        Arc::clone(records)
    }

    /// How often the people have changed by now; `changes` when this request changes them once more.
    fn drift(&self, drift: Drift, changes: bool) -> usize {
        let drifted = self.inner.drifted.load(Ordering::Relaxed);
        let now = drift.times().min(drifted + usize::from(changes));
        self.inner.drifted.store(now, Ordering::Relaxed);
        now
    }

    /// Counts a request and returns its number, from 1.
    fn count(&self) -> u64 {
        self.inner.asked.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Fake for Humaans {
    fn vendor(&self) -> &'static str {
        VENDOR.name
    }

    fn router(&self) -> Router {
        Router::new().fallback(serve).with_state(self.clone())
    }

    fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
        let tenant = self.tenant();
        let token = tenant.options.tokens.first().map_or("", |t| &t.token);
        vec![
            ("BATON_BASE_URL", origin.to_owned()),
            ("BATON_API_TOKEN", token.to_owned()),
        ]
    }
}

/// One request; the work is done off the server's thread.
async fn serve(State(humaans): State<Humaans>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let work = move || route::respond(&humaans, &head);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => answer::error(ErrorCode::Number, 500, "The fake itself failed", None),
    }
}
