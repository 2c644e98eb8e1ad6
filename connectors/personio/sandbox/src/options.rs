//! How the fake tenant behaves where real ones differ or the documentation is silent.

use std::collections::BTreeSet;

use connector_core::clock::{SharedClock, SystemClock};
use serde_json::Value;

use connector_sandbox::rewrite::Rewrite;

use super::edge::EdgePerson;
use super::{CLIENT_ID, CLIENT_SECRET};

/// An API credential and what was ticked on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Whether it may read persons. Without the right persons answer 401 and employments 403.
    pub persons: bool,
    /// Whether it may read employments; without the right they answer 403.
    pub employments: bool,
    /// Attributes that are not readable: names of a person's fields (`email`), of an employment's fields after a
    /// dot (`employment.position`), and `custom_attributes`. They are left out without notice. A listing of names
    /// (`org-units`, `workplaces`, `legal-entities`, `cost-centers`) that stands here answers 403.
    pub hidden: BTreeSet<String>,
    /// No attribute at all is readable; ids are left.
    pub ids_only: bool,
}

impl Credential {
    /// The standard credential: everything the connector needs.
    pub fn full() -> Self {
        Self {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            persons: true,
            employments: true,
            hidden: BTreeSet::new(),
            ids_only: false,
        }
    }

    /// Without one readable attribute.
    #[must_use]
    pub fn without(mut self, attribute: &str) -> Self {
        self.hidden.insert(attribute.to_owned());
        self
    }

    pub(crate) fn reads(&self, attribute: &str) -> bool {
        !self.ids_only && !self.hidden.contains(attribute)
    }
}

/// How access tokens behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenOptions {
    /// Whether answers say how much of it is left.
    pub states_lifetime: bool,
    /// Every token is refused, and asking again gives the same one.
    pub dead: bool,
    /// Status of a token request with a wrong client: documented as 400, also seen as 401.
    pub refusal: u16,
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self {
            states_lifetime: true,
            dead: false,
            refusal: 400,
        }
    }
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests added per second.
    pub rate: u32,
    /// Most requests it holds.
    pub burst: u32,
}

/// Request limits, one bucket per endpoint and credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// `GET /v2/persons` and one person.
    pub persons: Limit,
    /// A person's employments.
    pub employments: Limit,
    /// Whether answers carry `x-ratelimit-replenish-rate` and its companions.
    pub headers: bool,
    /// Seconds stated as `Retry-After` with 429; the vendor states none.
    pub retry_after: Option<u64>,
}

impl RateLimits {
    /// The same bucket for persons and for employments.
    pub fn of(rate: u32, burst: u32) -> Self {
        let limit = Limit { rate, burst };
        Self {
            persons: limit,
            employments: limit,
            ..Self::default()
        }
    }

    /// Limits so high that no client reaches them, with their headers: a generous tenant.
    pub fn generous() -> Self {
        Self::of(10_000, 10_000)
    }

    /// The same limits, without the headers that state them.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.headers = false;
        self
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            persons: Limit {
                rate: 30,
                burst: 100,
            },
            employments: Limit {
                rate: 10,
                burst: 100,
            },
            headers: true,
            retry_after: None,
        }
    }
}

/// The shape of the link to the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextLink {
    /// An object with `href`; absent on the last page.
    Object,
    /// Bare text; absent on the last page.
    Text,
    /// An object with `href`; null on the last page.
    NullAtEnd,
    /// An object with `href`; an empty object on the last page.
    EmptyAtEnd,
    /// A path without scheme and host.
    Relative,
    /// An address on a host that does not belong to the vendor.
    Foreign,
    /// An object whose address has no cursor.
    WithoutCursor,
}

/// How a cursor stands in the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorStyle {
    /// With `+`, `/` and `=` escaped.
    Escaped,
    /// With `+`, `/` and `=` as they are.
    Bare,
}

/// The tenant's behaviour. The default is what was most often observed on real tenants, without limits.
#[derive(Debug, Clone)]
pub struct PersonioOptions {
    /// The credentials that are accepted.
    pub credentials: Vec<Credential>,
    /// How access tokens behave.
    pub tokens: TokenOptions,
    /// Limits and their headers; none by default.
    pub rate_limits: Option<RateLimits>,
    /// Shape of the link to the next page.
    pub next_link: NextLink,
    /// How a cursor stands in the link.
    pub cursors: CursorStyle,
    /// The link of the second page of persons leads to the second page.
    pub looping: bool,
    /// Each page of persons begins with the last row of the page before.
    pub repeat_rows: bool,
    /// An empty page comes after this many pages of persons.
    pub empty_page_after: Option<usize>,
    /// Custom attributes have a label; in most tenants they do not.
    pub labels: bool,
    /// Types of custom attributes are in upper case, as documented; live answers have lower case.
    pub upper_case_types: bool,
    /// Every record also carries the planted secrets: a credential on which everything was ticked.
    pub overshare: bool,
    /// People added to the list as they are.
    pub extra_people: Vec<EdgePerson>,
    /// An edit of each person before it is sent.
    pub rewrite_person: Option<Rewrite>,
    /// Sent instead of every page of persons, as it is.
    pub raw_persons: Option<Value>,
    /// Sent instead of every page of employments, as it is.
    pub raw_employments: Option<Value>,
    /// The clock of tokens and limits; read once, when the tenant is made.
    pub clock: SharedClock,
}

impl Default for PersonioOptions {
    fn default() -> Self {
        Self {
            credentials: vec![Credential::full()],
            tokens: TokenOptions::default(),
            rate_limits: None,
            next_link: NextLink::Object,
            cursors: CursorStyle::Escaped,
            looping: false,
            repeat_rows: false,
            empty_page_after: None,
            labels: false,
            upper_case_types: false,
            overshare: false,
            extra_people: Vec::new(),
            rewrite_person: None,
            raw_persons: None,
            raw_employments: None,
            clock: SystemClock::shared(),
        }
    }
}

impl PersonioOptions {
    /// With one credential only.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credentials = vec![credential];
        self
    }

    /// With these limits.
    #[must_use]
    pub fn limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = Some(limits);
        self
    }
}
