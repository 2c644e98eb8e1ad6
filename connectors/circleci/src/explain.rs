//! What each kind of failure means for CircleCI, as a hint for the operator.
//!
//! The vendor answers 403 and 404 for several different causes on purpose; a hint therefore names all of them.

use connector_core::{Error, ErrorKind};

/// For any request: the token.
const TOKEN: &str = "check BATON_CIRCLECI_API_TOKEN: it must be a personal API token (a project token does not work), \
                     complete and not expired; personal tokens live for a year at most";

/// For `/me`: is this CircleCI, and is this a person's token?
pub(crate) fn me(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Permission => error.override_hint(TOKEN),
        ErrorKind::NotFound | ErrorKind::Contract => error.override_hint(
            "check BATON_CIRCLECI_BASE_URL: it is the address of CircleCI without /api/v2; a proxy may also answer in its place",
        ),
        _ => any(error),
    }
}

/// For the organization.
pub(crate) fn organization(error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::Permission => error.override_hint(
            "check BATON_CIRCLECI_ORG_ID, and that the token's user is a member of the organization: CircleCI answers the \
             same for both; GET /api/v2/me/collaborations shows the ids of the user's organizations",
        ),
        _ => any(error),
    }
}

/// For the member list.
pub(crate) fn members(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Permission => error.override_hint(
            "the token's user may not read the member list or is not in the organization (CircleCI answers the same for \
             both): use a token of a member who may view the organization",
        ),
        ErrorKind::NotFound => error.override_hint(NOT_SERVED),
        ErrorKind::Contract => error.override_hint(
            "BATON_CIRCLECI_MEMBERS_PATH or BATON_CIRCLECI_BASE_URL leads to something else, a proxy answers in CircleCI's \
             place, or its API has changed",
        ),
        _ => any(error),
    }
}

/// What to do when the member list is not served.
pub(crate) const NOT_SERVED: &str = "CircleCI does not serve its member list here: set BATON_CIRCLECI_MEMBERS_PATH if it is \
     served elsewhere, or BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS=true to read the web application's own listing; a GitHub \
     or Bitbucket organization has no member list at all";

/// For a private endpoint.
pub(crate) fn private(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Contract => error.override_hint(
            "CircleCI's private endpoints are undocumented, exist for organizations of type circleci only and may have \
             changed; set BATON_CIRCLECI_MEMBERS_PATH if the member list is served elsewhere",
        ),
        _ => any(error),
    }
}

/// For an organization whose people are kept at `vcs`.
pub(crate) fn kept_elsewhere(vcs: &str) -> Error {
    let message = format!(
        "CircleCI keeps no members for this organization: it is a {vcs} organization, and its members are kept there"
    );
    Error::new(ErrorKind::Precondition, message).hint(
        "read the members from there; this connector is for organizations of type circleci (a BATON_CIRCLECI_MEMBERS_PATH \
         of your own skips this check)",
    )
}

/// For any other request.
pub(crate) fn any(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Credential => error.override_hint(TOKEN),
        _ => error,
    }
}
