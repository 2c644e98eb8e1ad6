//! The requests the connector sends, all of them GET: the token's owner and scopes, people, job roles, locations.

use connector_core::paging::{Batch, Offset};
use connector_core::spec::Runtime;
use connector_core::{Error, ErrorKind, Result};
use connector_http::{Auth, BaseUrl, Call, Client, ClientOptions, Response};
use secrecy::SecretString;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::model::{JobRole, Listing, Location, Person};

/// The most records Humaans puts on a page (seen in clients, 2026).
const PAGE: u64 = 250;

const CHECKING: &str = "checking the token";

/// The Humaans API with one token.
#[derive(Debug)]
pub(crate) struct HumaansClient {
    http: Client,
}

impl HumaansClient {
    pub(crate) fn new(base: BaseUrl, token: SecretString, runtime: &Runtime) -> Result<Self> {
        // No rate limit of Humaans is known (2026-11), and clients read the wait from a 429, so there is no pace.
        let options =
            ClientOptions::new("Humaans", base, Auth::Bearer(token), runtime).explain(explain);
        let options = options.readable(include_str!("readable.txt"));
        Ok(Self {
            http: Client::new(options)?,
        })
    }

    pub(crate) fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// Whether the token is valid at all. Of its owner nothing is kept.
    pub(crate) async fn me(&self) -> Result<()> {
        let call = Call::get("me").during(CHECKING);
        self.http.json::<IgnoredAny>(call).await.map(drop)
    }

    /// The token's scopes, as an answer that need not be a success: the endpoint is known from one client only (2026).
    pub(crate) async fn token_info(&self) -> Result<Response> {
        let call = Call::get("token-info").during("reading the token's scopes");
        let response = self.http.response(call).await?;
        match response.status() {
            401 => response.ok(),
            _ => Ok(response),
        }
    }

    /// A page of the people with one status, or of those that are listed when none is stated.
    pub(crate) async fn people(&self, status: Option<&str>, at: Offset) -> Result<Batch<Person>> {
        let call = listing("people", PAGE, at, "listing people");
        self.page(match status {
            Some(status) => call.query("status", status),
            None => call,
        })
        .await
    }

    /// A page of all persons' job roles: past, current and planned.
    pub(crate) async fn job_roles(&self, at: Offset) -> Result<Batch<JobRole>> {
        let call = listing("job-roles", PAGE, at, "listing job roles");
        self.page(call).await
    }

    /// A page of the places of work.
    pub(crate) async fn locations(&self, at: Offset) -> Result<Batch<Location>> {
        let call = listing("locations", PAGE, at, "listing locations");
        self.page(call).await
    }

    /// Whether any person has this status, with the shortest page there is.
    pub(crate) async fn has_people(&self, status: &str) -> Result<bool> {
        let doing = "checking whether people may be read";
        let call = listing("people", 1, Offset::default(), doing).query("status", status);
        let page = self.page::<Person>(call).await?;
        Ok(!page.records.is_empty())
    }

    /// Fails when job roles may not be read.
    pub(crate) async fn check_job_roles(&self) -> Result<()> {
        let doing = "checking whether job roles may be read";
        let call = listing("job-roles", 1, Offset::default(), doing);
        self.page::<JobRole>(call).await.map(drop)
    }

    async fn page<T: DeserializeOwned + Default>(&self, call: Call) -> Result<Batch<T>> {
        let page = self.http.json::<Listing<T>>(call).await?;
        Ok(page.batch(PAGE))
    }
}

fn listing(path: &str, limit: u64, at: Offset, doing: &'static str) -> Call {
    Call::get(path)
        .query("$limit", limit.to_string())
        .query("$skip", at.first().to_string())
        .during(doing)
}

const CHECK_BASE_URL: &str =
    "check BATON_BASE_URL: usually https://app.humaans.io, with nothing behind the host name";

/// Adds what a failure means for a Humaans token.
fn explain(error: Error) -> Error {
    match error.kind() {
        // The first request of all: another server than Humaans answers it with something else.
        ErrorKind::Contract if error.operation() == Some(CHECKING) => {
            error.override_hint(CHECK_BASE_URL)
        }
        ErrorKind::Credential => error.override_hint(
            "check BATON_API_TOKEN; a token that was revoked, or whose creator left, is replaced by a new one",
        ),
        ErrorKind::Permission => error.override_hint(
            "make a new token with the scopes public:read and private:read; its creator must be allowed to see \
             every person's profile",
        ),
        ErrorKind::NotFound => error.override_hint(CHECK_BASE_URL),
        _ => error,
    }
}
