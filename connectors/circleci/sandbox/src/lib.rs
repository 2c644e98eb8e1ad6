//! CircleCI's API as far as a connector for an organization's members meets it, quirks included.
//!
//! [`CircleCi`] shows one [`Company`] as the members of one organization: `/api/v2/me`, `/user/{id}`,
//! `/organization/{id}`, the member list `/organizations/{id}/users`, groups, and the two private listings of the
//! web application. What is undocumented or differs is a field of [`CircleCiOptions`].
//!
//! Members and people do not simply agree ([`Mismatches::Typical`]); [`CircleCi::planted`] and its shorthands tell
//! which account is which, so that an audit can be checked against the truth.

mod answer;
pub mod edge;
mod options;
mod pages;
mod render;
mod roster;
mod route;
mod vendor;

use std::sync::{Arc, OnceLock, RwLockReadGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

pub use options::{
    CircleCiOptions, Envelope, MembersRoute, Mismatches, OrgType, Paging, PrivateRoutes, RateLimit,
    Token, TokenKind,
};
pub use roster::{Kind, Member, Role, member_id};
pub use vendor::VENDOR;

use connector_sandbox::company::Company;
use connector_sandbox::limits::Windows;
use connector_sandbox::server::{Account, Fake};
use connector_sandbox::tenant::Shared;

/// The organization.
pub const ORG_ID: &str = "3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21";

/// A second organization of the same people, kept at GitHub and therefore without a member list.
pub const GITHUB_ORG_ID: &str = "8c0d4f5a-2f0b-4f43-8b3e-6b1f2d9c7e10";

/// The standard personal token; it opens nothing but this fake.
pub const TOKEN: &str = "sandbox-token-circleci-1001";

/// A personal token of a person outside the organization.
pub const OUTSIDER_TOKEN: &str = "sandbox-token-circleci-2001";

/// A project's token.
pub const PROJECT_TOKEN: &str = "sandbox-token-circleci-3001";

/// The account behind [`OUTSIDER_TOKEN`].
const OUTSIDER_ID: &str = "5e1d0c9b-8a7f-4e6d-9c5b-4a3f2e1d0c9b";

/// A CircleCI organization. Clones share it.
#[derive(Debug, Clone)]
pub struct CircleCi {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    tenant: Shared<Tenant>,
    windows: Windows<String>,
}

/// What the organization holds and how it behaves.
#[derive(Debug)]
struct Tenant {
    company: Company,
    options: CircleCiOptions,
    /// The members, derived once per company.
    members: OnceLock<Arc<[Member]>>,
}

impl Tenant {
    fn members(&self) -> Arc<[Member]> {
        let work_out = || roster::members(&self.company, self.options.mismatches).into();
        Arc::clone(self.members.get_or_init(work_out))
    }
}

impl CircleCi {
    /// An organization whose members are the people of `company`, more or less.
    pub fn new(company: Company, options: CircleCiOptions) -> Self {
        Self {
            inner: Arc::new(Inner {
                windows: Windows::new(Arc::clone(&options.clock)),
                tenant: Shared::new(Tenant {
                    company,
                    options,
                    members: OnceLock::new(),
                }),
            }),
        }
    }

    /// Changes what the organization holds or how it behaves; later requests see it.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut Company, &mut CircleCiOptions) -> T) -> T {
        let tenant = &mut *self.inner.tenant.write();
        tenant.members = OnceLock::new();
        edit(&mut tenant.company, &mut tenant.options)
    }

    /// Reads the company behind the organization.
    pub fn read<T>(&self, read: impl FnOnce(&Company) -> T) -> T {
        read(&self.tenant().company)
    }

    /// All members, in the order in which they are listed.
    pub fn members(&self) -> Vec<Member> {
        self.tenant().members().to_vec()
    }

    /// The members of one kind.
    pub fn planted(&self, kind: Kind) -> Vec<Member> {
        let mut members = self.members();
        members.retain(|m| m.kind == kind);
        members
    }

    /// Members whose person has left the company.
    pub fn planted_leavers(&self) -> Vec<Member> {
        self.planted(Kind::Leaver)
    }

    /// Members with a VCS login and no e-mail address.
    pub fn planted_login_only(&self) -> Vec<Member> {
        self.planted(Kind::LoginOnly)
    }

    /// Members with another e-mail address than the company knows.
    pub fn planted_other_email(&self) -> Vec<Member> {
        self.planted(Kind::OtherEmail)
    }

    /// People who were invited and have not accepted.
    pub fn planted_invited(&self) -> Vec<Member> {
        self.planted(Kind::Invited)
    }

    /// Accounts of machines, which belong to no person.
    pub fn planted_bots(&self) -> Vec<Member> {
        self.planted(Kind::Bot)
    }

    /// Ids of people in the company who are no members, leavers included.
    pub fn planted_missing(&self) -> Vec<String> {
        let tenant = self.tenant();
        let members = tenant.members();
        let people: std::collections::HashSet<_> =
            members.iter().filter_map(|m| m.person.as_deref()).collect();
        let company = tenant.company.people.iter();
        let missing = company.filter(|p| !people.contains(p.id.as_str()));
        missing.map(|p| p.id.clone()).collect()
    }

    fn tenant(&self) -> RwLockReadGuard<'_, Tenant> {
        self.inner.tenant.read()
    }
}

impl Fake for CircleCi {
    fn vendor(&self) -> &'static str {
        VENDOR.name
    }

    fn router(&self) -> Router {
        Router::new().fallback(serve).with_state(self.clone())
    }

    fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
        let tenant = self.tenant();
        let token = tenant.options.tokens.first();
        let token = token.map_or_else(String::new, |t| t.text.clone());
        vec![
            ("BATON_CIRCLECI_API_TOKEN", token),
            ("BATON_CIRCLECI_ORG_ID", ORG_ID.to_owned()),
            ("BATON_CIRCLECI_BASE_URL", origin.to_owned()),
        ]
    }

    fn accounts(&self) -> Vec<Account> {
        let account = |member: Member| Account {
            id: member.id,
            name: member.name.or(member.login),
            email: member.email,
            person: member.person,
        };
        self.members().into_iter().map(account).collect()
    }
}

/// One request; the work is done off the server's thread.
async fn serve(State(circleci): State<CircleCi>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let work = move || route::respond(&circleci, &head);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => answer::error(500, "The fake itself failed."),
    }
}
