//! How the fake tenant behaves where real ones differ or the documentation is silent.

use std::collections::BTreeSet;
use std::time::Duration;

use connector_core::clock::{SharedClock, SystemClock};
use serde_json::Value;

use super::TOKEN;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// May read what the whole company may see of current people.
    PublicRead,
    /// May read new hires, leavers and private fields as well.
    PrivateRead,
    /// May change data.
    PrivateWrite,
    /// May read salaries.
    CompensationsRead,
    /// May read documents.
    DocumentsRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::PublicRead,
        Self::PrivateRead,
        Self::PrivateWrite,
        Self::CompensationsRead,
        Self::DocumentsRead,
    ];

    /// The scopes a connector needs.
    pub const NEEDED: [Self; 2] = [Self::PublicRead, Self::PrivateRead];

    /// The vendor's name for the scope.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PublicRead => "public:read",
            Self::PrivateRead => "private:read",
            Self::PrivateWrite => "private:write",
            Self::CompensationsRead => "compensations:read",
            Self::DocumentsRead => "documents:read",
        }
    }

    /// The scope of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// An API token and what it may see.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// The bearer token.
    pub token: String,
    /// Its scopes. Without any reading scope the collections answer 403.
    pub scopes: BTreeSet<Scope>,
    /// Whether its creator may see private data; a token never sees more than its creator.
    creator_is_admin: bool,
}

impl ApiToken {
    /// The standard token: both reading scopes, made by an administrator.
    pub fn full() -> Self {
        Self {
            token: TOKEN.to_owned(),
            scopes: Scope::NEEDED.into_iter().collect(),
            creator_is_admin: true,
        }
    }

    /// Without one scope.
    #[must_use]
    pub fn without(mut self, scope: Scope) -> Self {
        self.scopes.remove(&scope);
        self
    }

    /// With one more scope.
    #[must_use]
    pub fn with(mut self, scope: Scope) -> Self {
        self.scopes.insert(scope);
        self
    }

    /// The same token, created by a person without access to private data. Such a token sees no private data, whatever
    /// its scopes.
    #[must_use]
    pub fn by_non_admin(mut self) -> Self {
        self.creator_is_admin = false;
        self
    }

    pub(crate) fn sees_private(&self) -> bool {
        self.creator_is_admin && self.scopes.contains(&Scope::PrivateRead)
    }

    pub(crate) fn reads(&self) -> bool {
        Scope::NEEDED.iter().any(|s| self.scopes.contains(s))
    }
}

/// Whom `/people` lists when the request states no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleDefault {
    /// Active people only.
    Active,
    /// People of every status.
    All,
}

/// What `status=all` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusAll {
    /// People of every status.
    Special,
    /// People whose status is the word `all`, which no person has, so the list is empty.
    Literal,
}

/// What `/token-info` answers.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenInfo {
    /// The token's scopes.
    Scopes,
    /// The answer is 404: the tenant does not have this endpoint.
    Missing,
    /// This value, sent as it is.
    Raw(Value),
}

/// What a page states as the number of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// The true number.
    True,
    /// The number is missing, and so are `limit` and `skip`.
    Absent,
    /// The stated number is higher than the true one by this many.
    TooHigh(usize),
    /// The number of records up to the end of this page, as if it were the last one.
    UpToHere,
}

/// How the active people change while people are listed: before the answer to each request for a page behind the first
/// one, as often as the number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// The people do not change.
    None,
    /// The first one is removed, so that later pages would start one record too far and miss one.
    Removed(usize),
    /// The first one is offboarded, which moves the others in the same way.
    Offboarded(usize),
    /// Another one is added at the front, so that later pages would repeat a record.
    Added(usize),
}

impl Drift {
    /// How often something changes.
    pub(crate) const fn times(self) -> usize {
        match self {
            Self::None => 0,
            Self::Removed(times) | Self::Offboarded(times) | Self::Added(times) => times,
        }
    }
}

/// Whether `code` in an error is the status or a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// The status.
    Number,
    /// A word such as `ValidationError`.
    Word,
}

/// What a 429 answer states about when to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// `Retry-After` holds a number of seconds.
    Seconds,
    /// There is no `Retry-After` header.
    Absent,
    /// `Retry-After` holds text that is neither a number nor a date.
    Garbage,
}

/// Requests allowed per token and time; the vendor states no numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests allowed in the window.
    pub requests: u64,
    /// The length of the window.
    pub window: Duration,
    /// What the answer to a refused request states about when to retry.
    pub retry_after: RetryAfter,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            requests: 100,
            window: Duration::from_secs(60),
            retry_after: RetryAfter::Seconds,
        }
    }
}

/// The tenant's behaviour. The default is what was most often observed on real tenants, without limits.
#[derive(Debug, Clone)]
pub struct HumaansOptions {
    /// The tokens that are accepted.
    pub tokens: Vec<ApiToken>,
    /// Most records per page; a larger `$limit` is lowered to it, which only the echoed `limit` shows.
    pub max_limit: usize,
    /// Whom `/people` lists by default.
    pub people_default: PeopleDefault,
    /// What `status=all` means.
    pub status_all: StatusAll,
    /// The `status` filter has no effect: all people are listed, also those whose status is an unknown word.
    pub ignore_status: bool,
    /// The word for new hires, in records and in the `status` filter.
    pub new_hire_word: &'static str,
    /// A word in the `status` filter that is no status is refused instead of finding no person.
    pub refuses_unknown_statuses: bool,
    /// What `/token-info` answers.
    pub token_info: TokenInfo,
    /// What pages state as the number of records.
    pub total: Total,
    /// How people change while they are listed.
    pub drift: Drift,
    /// Pages of the people with this status hold nothing from this record on, although the total counts them.
    pub empty_from: Option<(&'static str, usize)>,
    /// `$skip` has no effect: every page is the first one.
    pub ignore_skip: bool,
    /// The shape of `code` in errors.
    pub error_code: ErrorCode,
    /// Limits; none by default.
    pub rate_limit: Option<RateLimit>,
    /// After this many requests every token has `public:read` only.
    pub downgrade_after: Option<u64>,
    /// `/locations` answers 403.
    pub locations_forbidden: bool,
    /// Records also carry planted secrets the vendor keeps elsewhere: a tenant that exposes too much.
    pub overshare: bool,
    /// People added to the listing as they are.
    pub extra_people: Vec<Value>,
    /// Job roles added to the listing as they are.
    pub extra_roles: Vec<Value>,
    /// Sent instead of every page of people, as it is.
    pub raw_people: Option<Value>,
    /// The clock of limits; read once, when the tenant is made.
    pub clock: SharedClock,
}

impl Default for HumaansOptions {
    fn default() -> Self {
        Self {
            tokens: vec![ApiToken::full()],
            max_limit: 250,
            people_default: PeopleDefault::Active,
            status_all: StatusAll::Literal,
            ignore_status: false,
            new_hire_word: "newHire",
            refuses_unknown_statuses: false,
            token_info: TokenInfo::Scopes,
            total: Total::True,
            drift: Drift::None,
            empty_from: None,
            ignore_skip: false,
            error_code: ErrorCode::Number,
            rate_limit: None,
            downgrade_after: None,
            locations_forbidden: false,
            overshare: false,
            extra_people: Vec::new(),
            extra_roles: Vec::new(),
            raw_people: None,
            clock: SystemClock::shared(),
        }
    }
}

impl HumaansOptions {
    /// With one token only.
    #[must_use]
    pub fn token(mut self, token: ApiToken) -> Self {
        self.tokens = vec![token];
        self
    }
}
