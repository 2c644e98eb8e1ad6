//! What the tests share: a served tenant and a client for it.

use baton_hibob_sandbox::{HiBob, HiBobOptions, SERVICE_USER_ID, SERVICE_USER_TOKEN};
use connector_sandbox::company::Company;
use connector_sandbox::server::{Running, Sandbox};
use connector_testkit::client;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// A tenant of this many people from seed 1.
pub(crate) const PEOPLE: usize = 120;

/// The path of the list of departments.
pub(crate) const LIST: &str = "/company/named-lists/department";

/// A served tenant.
pub(crate) struct Tenant {
    pub(crate) hibob: HiBob,
    pub(crate) running: Running,
    pub(crate) client: Client,
}

impl Tenant {
    pub(crate) fn with(options: HiBobOptions) -> Self {
        let hibob = HiBob::new(Company::generate(PEOPLE, 1), options);
        let running = Sandbox::new().start(&hibob).unwrap();
        Self {
            hibob,
            running,
            client: client::plain(),
        }
    }

    /// A request with the standard credential.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/v1{path}", self.running.base_url()))
            .basic_auth(SERVICE_USER_ID, Some(SERVICE_USER_TOKEN))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    /// The employees a search finds.
    pub(crate) async fn search(&self, body: Value) -> Vec<Value> {
        let response = self.post("/people/search", body).await;
        assert_eq!(response.status(), 200);
        let mut body: Value = response.json().await.unwrap();
        match body["employees"].take() {
            Value::Array(employees) => employees,
            other => panic!("employees is {other}"),
        }
    }
}

pub(crate) fn default_tenant() -> Tenant {
    Tenant::with(HiBobOptions::default())
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|v| v.to_str().unwrap())
}
