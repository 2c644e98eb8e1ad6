//! A tenant that is served, and a client that reads its answers.

use baton_humaans_sandbox::{ApiToken, Humaans, HumaansOptions, TOKEN};
use connector_sandbox::company::Company;
use connector_sandbox::server::{Running, Sandbox};
use connector_testkit::client;
use reqwest::Response;
use serde_json::Value;

/// People in a tenant, from seed 1.
pub(crate) const PEOPLE: usize = 120;

pub(crate) struct Tenant {
    pub(crate) humaans: Humaans,
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
}

impl Tenant {
    pub(crate) fn with(options: HumaansOptions) -> Self {
        let humaans = Humaans::new(Company::generate(PEOPLE, 1), options);
        let running = Sandbox::new().start(&humaans).unwrap();
        Self {
            humaans,
            running,
            client: client::plain(),
        }
    }

    pub(crate) fn token(token: ApiToken) -> Self {
        Self::with(HumaansOptions::default().token(token))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.running.base_url());
        let request = self.client.get(url).bearer_auth(TOKEN);
        request.send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn status(&self, path: &str) -> (u16, Value) {
        let response = self.get(path).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// `(total, limit, skip, number of records)` of a page.
    pub(crate) async fn page(&self, path: &str) -> (u64, u64, u64, usize) {
        let page = self.json(path).await;
        let number = |key: &str| page[key].as_u64().unwrap();
        let records = page["data"].as_array().unwrap().len();
        (number("total"), number("limit"), number("skip"), records)
    }

    pub(crate) async fn total(&self, path: &str) -> usize {
        self.page(path).await.0 as usize
    }
}
