//! The requests the connector sends; all of them read.

use std::time::Duration;

use connector_core::spec::Runtime;
use connector_core::{Error, ErrorKind, Result};
use connector_http::{Auth, BaseUrl, Call, Client, ClientOptions, Pace, Response};
use secrecy::SecretString;

use crate::model::{Member, MemberPage, Next};
use crate::target::{MembersAt, Target};

/// CircleCI publishes no limits (developer guide, 2026-08); ten requests a second is a cautious pace.
const SPACING: Duration = Duration::from_millis(100);
const BURST: u32 = 10;

// What a request is for; failures of each mean something else.
const READING_USER: &str = "reading the token's user";
const READING_ORGANIZATION: &str = "reading the organization";
const LISTING: &str = "listing members";
const LISTING_GRANTS: &str = "listing role grants from CircleCI's private endpoints";
const LISTING_GROUP: &str = "listing the group of all members from CircleCI's private endpoints";

/// The CircleCI API with one person's token.
#[derive(Debug)]
pub(crate) struct CircleCiClient {
    api: Client,
    /// Set when the member list is on another server.
    members: Option<Client>,
    private: Option<Client>,
    target: Target,
}

/// A page of members.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) members: Vec<Member>,
    pub(crate) next: Option<Next>,
    /// Whether it comes from the private endpoints.
    pub(crate) private: bool,
}

impl CircleCiClient {
    pub(crate) fn new(target: Target, token: SecretString, runtime: &Runtime) -> Result<Self> {
        let client = |base: &BaseUrl| {
            let auth = Auth::Header {
                name: "Circle-Token",
                value: token.clone(),
            };
            let options = ClientOptions::new("CircleCI", base.clone(), auth, runtime);
            let options = options.pace(Pace::spaced(SPACING, BURST)).explain(explain);
            let options = options.readable(include_str!("readable.txt"));
            Client::new(options)
        };
        let members = match &target.members {
            MembersAt::Address(address) => Some(client(address)?),
            MembersAt::Usual(_) | MembersAt::Path(_) => None,
        };
        Ok(Self {
            api: client(&target.base)?,
            private: target.private.as_ref().map(client).transpose()?,
            members,
            target,
        })
    }

    pub(crate) fn requests(&self) -> u64 {
        let clients = [
            Some(&self.api),
            self.members.as_ref(),
            self.private.as_ref(),
        ];
        clients.into_iter().flatten().map(Client::requests).sum()
    }

    /// Whether the member list is looked for at its usual place.
    pub(crate) fn at_usual_place(&self) -> bool {
        matches!(self.target.members, MembersAt::Usual(_))
    }

    /// The token's user.
    pub(crate) async fn me(&self) -> Result<Member> {
        let call = Call::get("api/v2/me").during(READING_USER);
        self.api.json(call).await
    }

    /// The organization, of which only `vcs_type` matters: where its people are kept.
    pub(crate) async fn organization(&self) -> Result<Member> {
        let call = Call::get("api/v2/organization").segment(self.target.org.as_str());
        self.api.json(call.during(READING_ORGANIZATION)).await
    }

    /// An account; `None` when CircleCI does not show it.
    pub(crate) async fn account(&self, id: &str) -> Result<Option<Member>> {
        let call = Call::get("api/v2/user")
            .segment(id)
            .during("reading a member's account");
        let response = self.api.response(call).await?;
        match response.status() {
            400 | 403 | 404 | 410 => Ok(None),
            _ => response.ok()?.json().map(Some),
        }
    }

    /// The first page of the member list, or else all that the private endpoints list.
    pub(crate) async fn first_page(&self) -> Result<Listed> {
        let response = self.ask_members(None).await?;
        let missing = matches!(response.status(), 404 | 410);
        match (Self::member_page(response), &self.private) {
            (Err(_), Some(private)) if missing => self.private_members(private).await,
            (Err(error), None) if missing => Err(error.override_hint(NOT_SERVED)),
            (page, _) => page,
        }
    }

    /// A later page of the member list.
    pub(crate) async fn page(&self, next: &Next) -> Result<Listed> {
        Self::member_page(self.ask_members(Some(next)).await?)
    }

    async fn ask_members(&self, next: Option<&Next>) -> Result<Response> {
        let (client, path) = match &self.target.members {
            MembersAt::Usual(path) | MembersAt::Path(path) => (&self.api, path.as_str()),
            MembersAt::Address(_) => (self.members.as_ref().unwrap_or(&self.api), ""),
        };
        let call = Call::get(path).endpoint("members").during(LISTING);
        let call = match next {
            Some(Next::Token(token)) => call.query("page-token", token),
            Some(Next::Cursor(cursor)) => call.query("page[cursor]", cursor),
            Some(Next::Unknown) | None => call,
        };
        client.response(call).await
    }

    fn member_page(response: Response) -> Result<Listed> {
        let unsupported = response.status() == 400
            && response
                .message()
                .is_some_and(|m| m.contains("not supported for this organization"));
        if unsupported {
            return Err(kept_elsewhere("GitHub or Bitbucket").during(LISTING));
        }
        let page: MemberPage = response.ok()?.json()?;
        if page.next == Some(Next::Unknown) {
            let message = "CircleCI's answer names a next page in a way that cannot be read";
            return Err(contract(message, LISTING));
        }
        Ok(Listed {
            members: listed(page.members, LISTING)?,
            next: page.next,
            private: false,
        })
    }

    /// The members that the web application lists: those who have a role of their own, and the group of all members, whose
    /// id is that of the organization (seen in clients, 2026-06). One without the other leaves people out.
    async fn private_members(&self, client: &Client) -> Result<Listed> {
        let org = self.target.org.as_str();
        let group = format!("groups/{org}/users");
        let mut all = Vec::new();
        for (path, endpoint, operation) in [
            ("role-grants", "role-grants", LISTING_GRANTS),
            (group.as_str(), "groups/{id}/users", LISTING_GROUP),
        ] {
            let path = format!("private/ciam/orgs/{org}/{path}");
            let call = Call::get(&path).endpoint(endpoint).during(operation);
            let page: MemberPage = client.json(call).await?;
            if page.next.is_some() {
                // Clients never saw the private endpoints page (2026-08), so how to go on is not known.
                let message = "CircleCI's private listing has several pages, and only the first would be read";
                return Err(contract(message, operation));
            }
            let members = listed(page.members, operation)?;
            if members.is_empty() {
                return Err(no_member().during(operation));
            }
            all.extend(members);
        }
        Ok(Listed {
            members: all,
            next: None,
            private: true,
        })
    }
}

/// The members, when there is a list of them in the answer.
fn listed(members: Option<Vec<Member>>, operation: &'static str) -> Result<Vec<Member>> {
    let message =
        "CircleCI's answer has no list of members: none of items, users, members and data is in it";
    members.ok_or_else(|| contract(message, operation))
}

fn contract(message: &str, operation: &'static str) -> Error {
    explain(Error::new(ErrorKind::Contract, message).during(operation))
}

/// The error for a list of members that is empty.
pub(crate) fn no_member() -> Error {
    let message = "CircleCI lists no member at all, which is never right";
    Error::new(ErrorKind::Precondition, message).hint(
        "check BATON_CIRCLECI_ORG_ID and whose token it is; the token's own user at least must be listed",
    )
}

const CHECK_TOKEN: &str = "check BATON_CIRCLECI_API_TOKEN: it must be a personal API token (a project token does not work), \
                           complete and not expired; personal tokens live for a year at most";

const CHECK_BASE_URL: &str = "check BATON_CIRCLECI_BASE_URL: it is the address of CircleCI without /api/v2; a proxy may \
                              also answer in its place";

/// What to do when the member list is not served and nothing else may be read.
const NOT_SERVED: &str = "CircleCI serves no member list there: leave BATON_CIRCLECI_MEMBERS_PATH and \
     BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS unset to read the web application's own listing when the published one is \
     missing; a GitHub or Bitbucket organization has no member list at all";

/// Adds what a failure means. CircleCI answers 403 and 404 for several causes on purpose, so a hint names all of them.
fn explain(error: Error) -> Error {
    let hint = match (error.operation(), error.kind()) {
        (_, ErrorKind::Credential) | (Some(READING_USER), ErrorKind::Permission) => CHECK_TOKEN,
        (Some(READING_USER), ErrorKind::NotFound | ErrorKind::Contract) => CHECK_BASE_URL,
        (Some(READING_ORGANIZATION), ErrorKind::NotFound | ErrorKind::Permission) => {
            "check BATON_CIRCLECI_ORG_ID, that the token's user is a member of the organization, and the token's own scope: \
             CircleCI answers the same for all; GET /api/v2/me/collaborations shows the ids of the user's organizations"
        }
        (Some(LISTING), ErrorKind::Permission) => {
            "the token's user may not read the member list or is not in the organization, or the token's own scope (Read, \
             Write or Admin) does not reach it (CircleCI answers the same for all): use a token of a member who may view \
             the organization, and try one with a wider scope"
        }
        (Some(LISTING), ErrorKind::NotFound) => NOT_SERVED,
        (Some(LISTING), ErrorKind::Contract) => {
            "BATON_CIRCLECI_MEMBERS_PATH or BATON_CIRCLECI_BASE_URL leads to something else, a proxy answers in CircleCI's \
             place, or its API has changed"
        }
        (Some(LISTING_GRANTS | LISTING_GROUP), ErrorKind::Permission) => {
            "CircleCI's private endpoints are for organizations of type circleci, and both of their listings are needed; the \
             token's user must be a member who may view the organization, and the token's own scope (Read, Write or Admin) \
             may not reach them: try one with a wider scope"
        }
        (Some(LISTING_GRANTS | LISTING_GROUP), ErrorKind::NotFound | ErrorKind::Contract) => {
            "CircleCI's private endpoints are undocumented, exist for organizations of type circleci only and may have \
             changed, and both of their listings are needed; set BATON_CIRCLECI_MEMBERS_PATH if the member list is served \
             elsewhere"
        }
        _ => return error,
    };
    error.override_hint(hint)
}

/// The error for an organization whose people are kept at `vcs`.
pub(crate) fn kept_elsewhere(vcs: &str) -> Error {
    let message = format!(
        "CircleCI keeps no members for this organization: it is a {vcs} organization, and its members are kept there"
    );
    Error::new(ErrorKind::Precondition, message).hint(
        "read the members from there; this connector is for organizations of type circleci (a BATON_CIRCLECI_MEMBERS_PATH \
         of your own skips this check)",
    )
}
