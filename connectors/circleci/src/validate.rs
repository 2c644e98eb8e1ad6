//! What is checked before a sync: token, organization, and where the member list is.

use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use crate::client::{CircleCiClient, kept_elsewhere, no_member};

/// Runs the probes: the token's user, the organization, the first page of members. Returns the user's id and
/// where members are read.
pub(crate) async fn validate(client: &CircleCiClient) -> Result<(String, Warning)> {
    let owner = client.me().await?;
    let owner = owner.id.ok_or_else(no_user)?;
    let organization = client.organization().await?;
    let vcs = organization.vcs_type.map(|vcs| vcs.to_lowercase());
    // An operator who set another place for the member list has found one that serves this organization.
    if client.at_usual_place() {
        match vcs.as_deref() {
            Some("github") => return Err(kept_at("GitHub")),
            Some("bitbucket") => return Err(kept_at("Bitbucket")),
            _ => {}
        }
    }
    let page = client.first_page().await?;
    if page.next.is_none() && page.members.is_empty() {
        return Err(no_member().during("checking the member list"));
    }
    let source = if page.private {
        let message = "the published member list is not served; members are read from CircleCI's private endpoints (role grants \
                       and the group of all members), which may change without notice";
        Warning::new("private-endpoints", message)
    } else {
        let place = match client.at_usual_place() {
            true => "the published member list",
            false => "the place that BATON_CIRCLECI_MEMBERS_PATH names",
        };
        Warning::note("member-list", format!("members are read from {place}"))
    };
    Ok((owner, source))
}

fn no_user() -> Error {
    Error::new(
        ErrorKind::Contract,
        "CircleCI does not say whose token it is",
    )
    .during("reading the token's user")
    .hint(
        "check BATON_CIRCLECI_BASE_URL, and that BATON_CIRCLECI_API_TOKEN is a personal API token",
    )
}

fn kept_at(vcs: &str) -> Error {
    kept_elsewhere(vcs).during("reading the organization")
}
