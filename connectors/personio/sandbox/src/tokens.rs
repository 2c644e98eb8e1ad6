//! Access tokens: one per credential, the same until its end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use connector_core::clock::SharedClock;
use serde_json::{Value, json};

use super::answer;
use super::options::Credential;
use super::tenant::Tenant;
use connector_sandbox::request::decode;

/// The life of a new token. Until its end the same one is handed out.
const LIFETIME: Duration = Duration::from_secs(86_400);

#[derive(Debug)]
pub(crate) struct Tokens {
    clock: SharedClock,
    /// By client id.
    live: Mutex<HashMap<String, Token>>,
    made: AtomicU64,
    handed_out: AtomicU64,
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    ends: Duration,
}

impl Tokens {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            live: Mutex::default(),
            made: AtomicU64::new(0),
            handed_out: AtomicU64::new(0),
        }
    }

    pub(crate) fn revoke(&self) {
        self.live().clear();
    }

    pub(crate) fn handed_out(&self) -> u64 {
        self.handed_out.load(Ordering::Relaxed)
    }

    fn live(&self) -> std::sync::MutexGuard<'_, HashMap<String, Token>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The position of the credential whose token a request carries.
    pub(crate) fn bearer(&self, headers: &HeaderMap, tenant: &Tenant) -> Option<usize> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let token = value.strip_prefix("Bearer ")?;
        if tenant.options.tokens.dead {
            return None;
        }
        let (now, live) = (self.clock.elapsed(), self.live());
        let valid = |c: &Credential| {
            let known = live.get(&c.client_id);
            known.is_some_and(|t| t.text == token && t.ends > now)
        };
        tenant.options.credentials.iter().position(valid)
    }

    /// The token of a credential and what is left of its life.
    fn hand_out(&self, client_id: &str) -> (String, Duration) {
        let now = self.clock.elapsed();
        let mut live = self.live();
        live.retain(|_, token| token.ends > now);
        let token = live.entry(client_id.to_owned()).or_insert_with(|| Token {
            text: format!(
                "papi-sandbox-token-{}",
                self.made.fetch_add(1, Ordering::Relaxed) + 1
            ),
            ends: now + LIFETIME,
        });
        self.handed_out.fetch_add(1, Ordering::Relaxed);
        (token.text.clone(), token.ends - now)
    }

    /// Answers `POST /v2/auth/token`.
    pub(crate) fn grant(&self, tenant: &Tenant, head: &Parts, body: &[u8]) -> Response {
        let invalid = |text: &str, meta| answer::token_problem(400, "invalid_request", text, meta);
        if head.uri.query().is_some() {
            return invalid(
                "credentials are not accepted in the query string",
                json!({}),
            );
        }
        let form = match form(&head.headers, body) {
            Some(form) => form,
            None => {
                let text = "Content-Type must be application/x-www-form-urlencoded";
                return invalid(text, json!({}));
            }
        };
        let missing: Vec<Value> = ["grant_type", "client_id", "client_secret"]
            .into_iter()
            .filter(|name| !form.contains_key(*name))
            .map(Value::from)
            .collect();
        if !missing.is_empty() {
            return invalid(
                "parameters are missing",
                json!({"missing_parameters": missing}),
            );
        }
        if form["grant_type"] != "client_credentials" {
            let text = "only client_credentials is supported";
            return answer::token_problem(400, "unsupported_grant_type", text, json!({}));
        }
        let options = &tenant.options;
        let known = options
            .credentials
            .iter()
            .find(|c| c.client_id == form["client_id"] && c.client_secret == form["client_secret"]);
        let Some(credential) = known else {
            let text = "client could not be authenticated";
            return answer::token_problem(
                options.tokens.refusal,
                "invalid_client",
                text,
                json!({}),
            );
        };
        if let Some(scope) = form.get("scope")
            && scope != "personio:persons:read"
        {
            return answer::token_problem(400, "invalid_scope", "unknown scope", json!({}));
        }
        let (token, left) = self.hand_out(&credential.client_id);
        let scope = match credential.persons {
            true => "employees:read personio:persons:read",
            false => "attendances:read",
        };
        let mut granted = json!({
            "access_token": token,
            "token_type": "Bearer",
            "scope": scope,
            "refresh_token": null,
        });
        if options.tokens.states_lifetime {
            granted["expires_in"] = left.as_secs().into();
        }
        answer::json(&granted)
    }
}

/// The fields of an encoded form; `None` when the content type is another.
fn form(headers: &HeaderMap, body: &[u8]) -> Option<HashMap<String, String>> {
    let stated = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = stated.split(';').next()?.trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let plain = |text: &str| decode(&text.replace('+', " "));
    Some(pairs.map(|(k, v)| (plain(k), plain(v))).collect())
}
