//! How the fake organization behaves where real ones differ or nothing is documented.

use std::collections::BTreeSet;

use connector_core::clock::{SharedClock, SystemClock};
use serde_json::Value;

use super::{OUTSIDER_TOKEN, PROJECT_TOKEN, TOKEN};

/// How far members and company agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatches {
    /// Every person in the company is a member with the work e-mail address, and there are no other members.
    None,
    /// What every organization has: leavers who are still members, employees who are not members, accounts without
    /// an e-mail address or with another one, pending invitations and accounts of machines.
    Typical,
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A personal token of the organization's first member.
    Member,
    /// A personal token of a person outside the organization.
    Outsider,
    /// A project's token, which none of these endpoints accepts.
    Project,
}

/// A token that the organization knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The token's text.
    pub text: String,
    /// What it may do.
    pub kind: TokenKind,
}

impl Token {
    /// A known token.
    pub fn new(text: &str, kind: TokenKind) -> Self {
        Self {
            text: text.to_owned(),
            kind,
        }
    }
}

/// Where the organization's people are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgType {
    /// In the organization itself.
    Standalone,
    /// At GitHub; there is no member list.
    GitHub,
    /// At Bitbucket; there is no member list.
    Bitbucket,
}

impl OrgType {
    /// The vendor's word for the kind of organization.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standalone => "circleci",
            Self::GitHub => "github",
            Self::Bitbucket => "bitbucket",
        }
    }
}

/// Whether the member list is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembersRoute {
    /// The member list is served.
    Served,
    /// The endpoint answers 404, as for any unknown path.
    NotFound,
    /// The endpoint answers 410.
    Gone,
    /// The endpoint answers 403.
    Forbidden,
    /// The endpoint answers 400, because it does not support this kind of organization.
    Unsupported,
}

/// Whether the web application's own endpoints are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateRoutes {
    /// All of these endpoints are served.
    Served,
    /// Only role grants are served; the "All members" group is hidden (403).
    WithoutGroups,
    /// Only role grants are served; the "All members" group answers 404.
    GroupsNotFound,
    /// Only the "All members" group is served; role grants answer 404.
    GrantsNotFound,
    /// Role grants have members, and the "All members" group is an empty list.
    EmptyGroup,
    /// The endpoints answer 404.
    NotFound,
    /// The endpoints answer 200 with the sign-in page.
    LoginPage,
}

/// The shape around a page of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `{"items": […], "next_page_token": …}`.
    Items,
    /// `{"users": […], "next_page_token": …}`.
    Users,
    /// `{"members": […], "next_page_token": …}`.
    Members,
    /// `{"data": [{"id": …, "attributes": {…}}], "page": {"next": …}}`, requested with `page[cursor]`.
    Data,
    /// A bare array of all members, without pages.
    Array,
}

/// How pages follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// As documented; no token after the last page.
    Plain,
    /// An empty token after the last page.
    EmptyTokenAtEnd,
    /// An empty page before every other.
    EmptyPages,
    /// Every page begins with the last member of the one before.
    Overlapping,
    /// The token is ignored and comes back: the first page for ever.
    SameToken,
    /// The token is ignored and a new one given: the first page for ever.
    FreshTokens,
}

/// Requests allowed per minute and token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests allowed per minute.
    pub per_minute: u64,
    /// Send `Retry-After`.
    pub retry_after: bool,
    /// The body is plain text instead of JSON.
    pub plain_text: bool,
}

/// The organization's behaviour. The default is what the vendor's documents and clients suggest, without limits.
#[derive(Debug, Clone)]
pub struct CircleCiOptions {
    /// How far members and company agree.
    pub mismatches: Mismatches,
    /// The tokens that are accepted. The first one is the standard token.
    pub tokens: Vec<Token>,
    /// Where the organization's people are kept.
    pub org_type: OrgType,
    /// Whether the member list is served.
    pub members_route: MembersRoute,
    /// Whether the web application's own endpoints are served.
    pub private_routes: PrivateRoutes,
    /// Members on one page.
    pub page_size: usize,
    /// How pages follow each other.
    pub paging: Paging,
    /// The shape around a page of members.
    pub envelope: Envelope,
    /// The member list writes `org-admin` instead of `admin`, and likewise for the other roles.
    pub org_role_words: bool,
    /// The member list names each login's version control system.
    pub tell_vcs: bool,
    /// Collaborations spell `vcs-type` as the published specification does.
    pub dashed_vcs_type: bool,
    /// A project's token is answered 403 instead of 401.
    pub forbid_project_tokens: bool,
    /// Accounts the single-user endpoint does not know.
    pub unknown_users: BTreeSet<String>,
    /// Limits; none by default.
    pub rate_limit: Option<RateLimit>,
    /// Every record about a person also carries the planted secrets: an organization that exposes too much.
    pub overshare: bool,
    /// Records added at the end of the member list as they are.
    pub extra_members: Vec<Value>,
    /// An edit of each record of the member list before it is sent.
    pub rewrite: Option<fn(&mut Value)>,
    /// Sent instead of every page of the member list, as it is.
    pub raw_members: Option<Value>,
    /// The clock of limits; read once, when the organization is made.
    pub clock: SharedClock,
}

impl Default for CircleCiOptions {
    fn default() -> Self {
        Self {
            mismatches: Mismatches::Typical,
            tokens: vec![
                Token::new(TOKEN, TokenKind::Member),
                Token::new(OUTSIDER_TOKEN, TokenKind::Outsider),
                Token::new(PROJECT_TOKEN, TokenKind::Project),
            ],
            org_type: OrgType::Standalone,
            members_route: MembersRoute::Served,
            private_routes: PrivateRoutes::Served,
            page_size: 50,
            paging: Paging::Plain,
            envelope: Envelope::Items,
            org_role_words: false,
            tell_vcs: false,
            dashed_vcs_type: false,
            forbid_project_tokens: false,
            unknown_users: BTreeSet::new(),
            rate_limit: None,
            overshare: false,
            extra_members: Vec::new(),
            rewrite: None,
            raw_members: None,
            clock: SystemClock::shared(),
        }
    }
}
