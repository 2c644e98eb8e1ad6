//! The token endpoint: checks a client assertion as a strict server would and hands out bearer tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::credential::Credential;

/// How the token endpoint answers one request.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `expires_in`; left out when `None`.
    pub expires_in: Option<i64>,
    /// `token_type`.
    pub token_type: String,
    /// Sends these bytes instead of the JSON object.
    pub body: Option<String>,
    /// The `Location` header, for an answer that sends the client elsewhere.
    pub location: Option<String>,
    /// Real time that passes before the answer.
    pub delay: Duration,
}

impl Default for TokenAnswer {
    fn default() -> Self {
        Self {
            status: 200,
            expires_in: Some(3600),
            token_type: "Bearer".to_owned(),
            body: None,
            location: None,
            delay: Duration::ZERO,
        }
    }
}

impl TokenAnswer {
    /// A failure with this status.
    pub fn failing(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Tokens that live this many seconds.
    pub fn living(seconds: i64) -> Self {
        Self {
            expires_in: Some(seconds),
            ..Self::default()
        }
    }
}

/// What a token request held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenRequest {
    /// The form.
    pub form: BTreeMap<String, String>,
    /// The assertion's protected header.
    pub header: Value,
    /// The assertion's claims.
    pub claims: Value,
    /// The user agent.
    pub user_agent: String,
    /// What is wrong with the request; empty when nothing is.
    pub problems: Vec<String>,
}

/// The form of a request, as far as its body is one.
pub(super) async fn form(body: Body) -> BTreeMap<String, String> {
    let bytes = body.collect().await.map(|c| c.to_bytes());
    let bytes = bytes.unwrap_or_default();
    url::form_urlencoded::parse(&bytes)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Reads a request and lists what is wrong with it.
pub(super) fn examine(
    method: &Method,
    headers: &HeaderMap,
    form: BTreeMap<String, String>,
    credential: &Credential,
    now: Timestamp,
) -> TokenRequest {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let mut request = TokenRequest {
        form,
        user_agent: header("user-agent"),
        ..TokenRequest::default()
    };
    let mut problems = Vec::new();
    if method != Method::POST {
        problems.push(format!("the method is {method}"));
    }
    if header("content-type") != "application/x-www-form-urlencoded" {
        problems.push(format!("the content type is {}", header("content-type")));
    }
    if headers.contains_key("authorization") {
        problems.push("there is an authorization header".to_owned());
    }
    let expected = [
        ("client_id", credential.client_id.as_str()),
        ("grant_type", "client_credentials"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
    ];
    for (name, wanted) in expected {
        let found = request.form.get(name).map(String::as_str);
        if found != Some(wanted) {
            problems.push(format!("{name} is {found:?}"));
        }
    }
    if request.form.len() != 4 {
        problems.push(format!("the form has {} fields", request.form.len()));
    }
    let assertion = request.form.get("client_assertion");
    match assertion.and_then(|text| open(text, credential)) {
        Some((header, claims)) => {
            check_header(&header, &mut problems);
            check_claims(&claims, credential, now.as_second(), &mut problems);
            (request.header, request.claims) = (header, claims);
        }
        None => problems.push("the assertion is not signed by the connector's key".to_owned()),
    }
    request.problems = problems;
    request
}

/// Header and claims of a correctly signed assertion.
fn open(assertion: &str, credential: &Credential) -> Option<(Value, Value)> {
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    if !credential.signed(signed.as_bytes(), &bytes(signature)?) {
        return None;
    }
    let json = |part: &str| serde_json::from_slice(&bytes(part)?).ok();
    Some((json(header)?, json(claims)?))
}

fn check_header(header: &Value, problems: &mut Vec<String>) {
    if header["alg"] != "EdDSA" {
        problems.push(format!("alg is {}", header["alg"]));
    }
    let nonce = header["nonce"].as_str().unwrap_or_default();
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if nonce.len() != 32 || !nonce.bytes().all(hex) {
        problems.push(format!("nonce is {}", header["nonce"]));
    }
    for odd in ["typ", "jwk"] {
        if header.get(odd).is_some() {
            problems.push(format!("the header has {odd}"));
        }
    }
}

fn check_claims(claims: &Value, credential: &Credential, now: i64, problems: &mut Vec<String>) {
    let expected = [
        ("iss", &credential.client_id),
        ("sub", &credential.client_id),
        ("aud", &credential.audience),
    ];
    for (name, wanted) in expected {
        if claims[name].as_str() != Some(wanted) {
            problems.push(format!("{name} is {}", claims[name]));
        }
    }
    let [Some(iat), Some(nbf), Some(exp)] = ["iat", "nbf", "exp"].map(|n| claims[n].as_i64())
    else {
        problems.push("a time is missing".to_owned());
        return;
    };
    if iat - nbf != 120 || exp - iat != 120 {
        problems.push(format!("the times are nbf {nbf}, iat {iat}, exp {exp}"));
    }
    if nbf > now || now >= exp {
        problems.push(format!("it is {now}, not between {nbf} and {exp}"));
    }
}

/// The answer that hands out `token`.
pub(super) fn respond(answer: &TokenAnswer, token: &str) -> Response<Body> {
    let body = answer.body.clone().unwrap_or_else(|| {
        if answer.status != 200 {
            return json!({"error": "scripted"}).to_string();
        }
        let mut body = json!({"access_token": token, "token_type": answer.token_type});
        if let Some(seconds) = answer.expires_in {
            body["expires_in"] = json!(seconds);
        }
        body.to_string()
    });
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let location = answer.location.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(location)) = location {
        response.headers_mut().insert("location", location);
    }
    response
}
