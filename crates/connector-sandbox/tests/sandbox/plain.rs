//! A fake without any vendor: three paths, one of them behind a credential.

use axum::Json;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use connector_sandbox::faults::{FaultSchedule, Rule};
use connector_sandbox::server::{Fake, Running, Sandbox};
use connector_testkit::client;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// The path whose answer is long enough to be cut, slowed and packed.
pub(crate) const LISTS: &str = "/v1/lists";

struct Plain;

impl Fake for Plain {
    fn vendor(&self) -> &'static str {
        "plain"
    }

    fn router(&self) -> Router {
        let lists: Vec<Value> = (0..200)
            .map(|n| json!({"id": n, "name": format!("List {n}"), "children": []}))
            .collect();
        Router::new()
            .route(LISTS, get(async || Json(lists)))
            .route("/v1/search", post(async || Json(json!({"found": []}))))
            .route("/v1/private", get(private))
    }

    fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
        vec![("BATON_PLAIN_BASE_URL", origin.to_owned())]
    }
}

async fn private(headers: HeaderMap) -> StatusCode {
    match headers.contains_key("authorization") {
        true => StatusCode::OK,
        false => StatusCode::UNAUTHORIZED,
    }
}

/// The fake being served, and a client for it.
pub(crate) struct Served {
    pub(crate) running: Running,
    pub(crate) client: Client,
}

impl Served {
    pub(crate) fn by(sandbox: &Sandbox) -> Self {
        Self {
            running: sandbox.start(&Plain).unwrap(),
            client: client::plain(),
        }
    }

    pub(crate) fn faulty(faults: &FaultSchedule) -> Self {
        Self::by(&Sandbox::new().faults(faults))
    }

    pub(crate) fn with_fault(rule: &str) -> Self {
        let faults: FaultSchedule = [rule.parse::<Rule>().unwrap()].into_iter().collect();
        Self::faulty(&faults)
    }

    /// A request with a credential.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.running.base_url()))
            .basic_auth("user", Some("secret-word"))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }
}
