//! The client assertion: a short-lived statement, signed with the client's key, for which a token is issued.

use base64::Engine;
use connector_core::entropy::Entropy;
use connector_evidence::BASE64;
use url::form_urlencoded;

use crate::credential::Credential;

/// How far an assertion reaches into the past and into the future, in seconds.
const LEEWAY: i64 = 120;

/// Makes a fresh assertion at `now`, seconds since 1970.
pub(crate) fn assertion(credential: &Credential, now: i64, entropy: &dyn Entropy) -> String {
    let nonce = format!("{:016x}{:016x}", entropy.next_u64(), entropy.next_u64());
    with_nonce(credential, now, &nonce)
}

fn with_nonce(credential: &Credential, now: i64, nonce: &str) -> String {
    // Texts are quoted by the JSON writer, so that no client id can add a member.
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    let kid = credential
        .kid()
        .map_or(String::new(), |kid| format!(r#","kid":{}"#, quote(kid)));
    let header = format!(r#"{{"alg":"EdDSA","nonce":{}{kid}}}"#, quote(nonce));
    let id = quote(credential.id().as_str());
    let claims = format!(
        r#"{{"iss":{id},"sub":{id},"aud":{},"exp":{},"nbf":{},"iat":{now}}}"#,
        quote(credential.id().audience()),
        now + LEEWAY,
        now - LEEWAY,
    );
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let signature = BASE64.encode(credential.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The body of a token request: form fields, percent-encoded.
pub(crate) fn form(client_id: &str, assertion: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("client_assertion", assertion)
        .append_pair(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        )
        .append_pair("client_id", client_id)
        .append_pair("grant_type", "client_credentials")
        .finish()
}

#[cfg(test)]
mod tests;
