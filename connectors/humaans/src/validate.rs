//! What is checked before a sync: base URL and token, the token's scopes, and whether people and job roles are
//! there.
//!
//! A token without `private:read` is answered 200 with current people only (integration guides, 2026), so new hires and
//! leavers would silently be missing. That is why the scopes are read. A token never sees more than its creator does
//! (reference, 2026), which is why a company without former employees is worth a warning.

use connector_core::text;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use crate::client::HumaansClient;
use crate::model::{ACTIVE, OFFBOARDED, TokenInfo};

/// What the token must have, and all it should have.
const SCOPES: [&str; 2] = ["public:read", "private:read"];

/// Runs the probes: five requests.
pub(crate) async fn validate(client: &HumaansClient) -> Result<Vec<Warning>> {
    client.me().await?;
    let mut warnings = scopes(client).await?;
    if !client.has_people(ACTIVE).await? {
        return Err(no_active_people().during("checking whether people may be read"));
    }
    if !client.has_people(OFFBOARDED).await? {
        warnings.push(Warning::new(
            "no-former-employees",
            "no former employee is visible; unless no employee ever left, the token's creator may not see them",
        ));
    }
    client.check_job_roles().await?;
    Ok(warnings)
}

async fn scopes(client: &HumaansClient) -> Result<Vec<Warning>> {
    let response = client.token_info().await?;
    let info = response.is_success().then(|| response.json::<TokenInfo>());
    let Some(Ok(info)) = info else {
        let message = "Humaans does not say which scopes the token has; it needs public:read and private:read";
        return Ok(vec![Warning::new("scopes-unknown", message)]);
    };
    let has = |scope: &str| info.scopes.iter().any(|s| s == scope);
    let lacking: Vec<&str> = SCOPES.into_iter().filter(|s| !has(s)).collect();
    if !lacking.is_empty() {
        let (word, list) = (
            if lacking.len() == 1 {
                "scope"
            } else {
                "scopes"
            },
            lacking.join(" and "),
        );
        return Err(Error::new(ErrorKind::Permission, format!("the token lacks the {word} {list}"))
            .during("reading the token's scopes")
            .hint(
                "make a new token with public:read and private:read; without private:read, new hires and former \
                 employees would silently be missing",
            ));
    }
    let more = info.scopes.iter().filter(|s| !SCOPES.contains(&s.as_str()));
    let more: Vec<String> = more.map(|s| text::printable(s, 40)).collect();
    let warning = (!more.is_empty()).then(|| {
        let message =
            "the token has scopes the connector does not need; a token with fewer is safer";
        Warning::new("scopes-beyond-need", message).example(more.join(", "))
    });
    Ok(warning.into_iter().collect())
}

/// The error for a company without active people. At least the token's creator works there, and a file without people
/// would remove every account.
pub(crate) fn no_active_people() -> Error {
    Error::new(ErrorKind::Precondition, "Humaans lists no active person")
        .hint("check that the token was made in the right company and that its creator may see every person's profile")
}
