//! A tenant that is served, and a client that knows its tokens and pages.

use std::sync::Arc;

use baton_personio_sandbox::{CLIENT_ID, CLIENT_SECRET, Personio, PersonioOptions};
use connector_core::clock::TestClock;
use connector_sandbox::company::Company;
use connector_sandbox::server::{Running, Sandbox};
use connector_testkit::client;
use jiff::Timestamp;
use reqwest::Response;
use serde_json::Value;

/// People in a tenant, from seed 1.
pub(crate) const PEOPLE: usize = 120;

pub(crate) struct Tenant {
    pub(crate) personio: Personio,
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
    pub(crate) clock: Arc<TestClock>,
}

impl Tenant {
    pub(crate) fn with(options: PersonioOptions) -> Self {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let options = PersonioOptions {
            clock: clock.clone(),
            ..options
        };
        let personio = Personio::new(Company::generate(PEOPLE, 1), options);
        Self {
            running: Sandbox::new().start(&personio).unwrap(),
            personio,
            client: client::plain(),
            clock,
        }
    }

    pub(crate) async fn mint(&self, form: &str) -> (u16, Value) {
        let url = format!("{}/v2/auth/token", self.running.base_url());
        let request = self.client.post(url).body(form.to_owned());
        let response = request
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn token(&self) -> Value {
        let form = format!(
            "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
        );
        let (status, answer) = self.mint(&form).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn get_with(&self, path: &str, token: &str) -> Response {
        let url = format!("{}{path}", self.running.base_url());
        let request = self.client.get(url).bearer_auth(token);
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let token = self.token().await;
        let token = token["access_token"].as_str().unwrap();
        let response = self.get_with(path, token).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The ids on each page, by following links to their end.
    pub(crate) async fn walk(&self, path: &str, limit: usize) -> Vec<Vec<String>> {
        let (mut pages, mut at) = (Vec::new(), format!("{path}?limit={limit}"));
        loop {
            let page = self.json(&at).await;
            pages.push(ids(&page));
            assert!(pages.len() < 200, "the listing does not end");
            match cursor(&page) {
                Some(cursor) => at = format!("{path}?limit={limit}&cursor={cursor}"),
                None => return pages,
            }
        }
    }
}

pub(crate) fn tenant() -> Tenant {
    Tenant::with(PersonioOptions::default())
}

pub(crate) fn ids(page: &Value) -> Vec<String> {
    let data = page["_data"].as_array().unwrap();
    data.iter()
        .map(|p| p["id"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The cursor as it stands in the link.
pub(crate) fn cursor(page: &Value) -> Option<String> {
    let next = &page["_meta"]["links"]["next"];
    let href = next.as_str().or_else(|| next["href"].as_str())?;
    let from = href.find("cursor=")? + "cursor=".len();
    href[from..].split('&').next().map(str::to_owned)
}
