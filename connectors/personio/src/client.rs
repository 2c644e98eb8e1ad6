//! The requests the connector sends: an access token, pages of persons, and the employments of one person.

use std::collections::HashSet;

use connector_core::fan_out::Listed;
use connector_core::spec::Runtime;
use connector_core::{Context, Error, ErrorKind, Result};
use connector_http::{Auth, BaseUrl, Call, Client, ClientCredentials, ClientOptions, Pace};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::directory::Names;
use crate::model::{CHECK_ANSWER, Colleague, Employment, Identified, Named, PageOf, Person};

/// The most rows Personio puts on a page; more is answered 400 (persons-service-api-v2, 2026-09).
const PAGE: usize = 50;
/// Requests a second to begin with: Personio documents no limit for persons and employments, but most answers state it
/// in `x-ratelimit-*` headers (seen in clients, 2026-07).
const FIRST_RATE: u32 = 10;
/// The most requests under way at once.
const IN_FLIGHT: usize = 16;
/// The most pages one after the other that bring nothing new; more mean that the list does not end.
const MOST_STALE: usize = 3;
/// Personio asks its customers to name their integration in a header (reference on headers, 2026).
const APP_ID: &str = "BATON_CONNECTOR";

const MINTING: &str = "getting an access token";

/// The Personio API with one credential.
#[derive(Debug)]
pub(crate) struct PersonioClient {
    http: Client,
}

impl PersonioClient {
    pub(crate) fn new(
        base: BaseUrl,
        id: String,
        secret: SecretString,
        runtime: &Runtime,
    ) -> Result<Self> {
        let grant = ClientCredentials::new("v2/auth/token", id, secret);
        let options = ClientOptions::new("Personio", base, Auth::ClientCredentials(grant), runtime)
            .pace(Pace::adaptive(FIRST_RATE, IN_FLIGHT))
            .header("X-Personio-App-ID", APP_ID)
            .readable(include_str!("readable.txt"))
            .explain(explain);
        Ok(Self {
            http: Client::new(options)?,
        })
    }

    pub(crate) fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// One page of persons, former ones included.
    pub(crate) async fn persons(&self, cursor: Option<&str>) -> Result<Listed<Person>> {
        let call = page_of(Call::get("v2/persons"), cursor).during("listing persons");
        let response = self.http.response(call).await?;
        let refused = response.status() == 400 && cursor.is_some();
        let page: PageOf<Person> = match response.ok().and_then(|r| r.json()) {
            Err(error) if refused => return Ok(Listed::CursorRefused(error)),
            page => page?,
        };
        let next = page.next().during("listing persons")?;
        let records = page.into_rows().collect();
        Ok(Listed::Page { records, next })
    }

    /// All employments of a person, in no particular order.
    pub(crate) async fn employments(&self, person: &str) -> Result<Vec<Employment>> {
        let call = || {
            Call::get("v2/persons")
                .segment(person)
                .segment("employments")
                .endpoint("v2/persons/{id}/employments")
        };
        self.all(call, "reading employments").await
    }

    /// A listing of names.
    pub(crate) async fn names(&self, names: Names) -> Result<Vec<Named>> {
        let (path, unit) = names.endpoint();
        let call = || match unit {
            Some(unit) => Call::get(path).query("type", unit),
            None => Call::get(path),
        };
        self.all(call, names.listing()).await
    }

    /// The name and address of every person, former ones included.
    pub(crate) async fn colleagues(&self) -> Result<Vec<Colleague>> {
        self.all(
            || Call::get("v2/persons"),
            "listing persons for their managers' names",
        )
        .await
    }

    /// All rows of a list that is needed whole.
    async fn all<T>(&self, call: impl Fn() -> Call, during: &'static str) -> Result<Vec<T>>
    where
        T: Identified + DeserializeOwned + Default,
    {
        let (mut rows, mut cursor) = (Vec::new(), None);
        let (mut ids, mut stale) = (HashSet::new(), 0);
        loop {
            let call = page_of(call(), cursor.as_deref()).during(during);
            let page: PageOf<T> = self.http.json(call).await?;
            cursor = page.next().during(during)?;
            let known = ids.len();
            for row in page.into_rows() {
                ids.extend(row.id().get().map(str::to_owned));
                rows.push(row);
            }
            stale = if ids.len() > known { 0 } else { stale + 1 };
            if cursor.is_none() {
                return Ok(rows);
            }
            if stale > MOST_STALE {
                let message = "Personio's list does not end: its pages bring nothing new";
                let error = Error::new(ErrorKind::Contract, message);
                return Err(explain(error.during(during)));
            }
        }
    }
}

/// Only the cursor of a link is ever used, at our own address: links lead to paths that do not exist and could
/// lead to other hosts.
fn page_of(call: Call, cursor: Option<&str>) -> Call {
    let call = call.query("limit", PAGE.to_string());
    match cursor {
        Some(cursor) => call.query("cursor", cursor),
        None => call,
    }
}

/// Adds what a failure means for a Personio credential.
fn explain(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Credential if error.operation() == Some(MINTING) => error.override_hint(
            "check BATON_PERSONIO_CLIENT_ID and BATON_PERSONIO_CLIENT_SECRET: the credential may have been deleted or \
             its secret replaced",
        ),
        ErrorKind::Credential => error.override_hint(
            "401 means one of two things at Personio: the credential has no right to read employees (in Personio, give \
             it Employees: Read), or its access token was revoked (check BATON_PERSONIO_CLIENT_ID and \
             BATON_PERSONIO_CLIENT_SECRET)",
        ),
        ErrorKind::Permission => error.override_hint(
            "in Personio, give the credential the right Employees: Read (scope personio:persons:read)",
        ),
        ErrorKind::NotFound => error.override_hint(
            "check BATON_PERSONIO_BASE_URL: it has no /v1 or /v2 at its end, usually https://api.personio.de",
        ),
        ErrorKind::Contract => error.hint(CHECK_ANSWER),
        _ => error,
    }
}
