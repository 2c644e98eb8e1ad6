//! Members and organizations as the API writes them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::options::CircleCiOptions;
use super::roster::{Kind, Member, Role};
use super::{GITHUB_ORG_ID, ORG_ID, Tenant};
use connector_sandbox::company::{Company, Person};

/// Writes records about members.
pub(crate) struct Renderer<'a> {
    options: &'a CircleCiOptions,
    /// The people whose planted secrets are sent; empty unless the organization exposes them.
    people: HashMap<&'a str, &'a Person>,
}

impl<'a> Renderer<'a> {
    pub(crate) fn new(tenant: &'a Tenant) -> Self {
        let people = if tenant.options.overshare {
            let people = tenant.company.people.iter();
            people.map(|p| (p.id.as_str(), p)).collect()
        } else {
            HashMap::new()
        };
        Self {
            options: &tenant.options,
            people,
        }
    }

    /// A record of the member list.
    pub(crate) fn listed(&self, member: &Member) -> Value {
        let mut record = json!({
            "id": member.id,
            "login": member.login,
            "name": member.name,
            "role": if self.options.org_role_words { org_role(member.role) } else { role(member.role) },
            "avatar_url": avatar(member),
        });
        if member.email.is_some() {
            record["email"] = json!(member.email);
        }
        if member.kind == Kind::Invited {
            record["state"] = json!("pending");
        }
        if self.options.tell_vcs && member.login.is_some() {
            record["vcs_type"] = json!(member.vcs);
        }
        self.overshare(&mut record, member);
        if let Some(rewrite) = self.options.rewrite {
            rewrite(&mut record);
        }
        record
    }

    /// `GET /me` and `GET /user/{id}`.
    pub(crate) fn account(&self, member: &Member) -> Value {
        let mut record = json!({
            "id": member.id,
            "login": member.login,
            "name": member.name,
            "avatar_url": avatar(member),
        });
        self.overshare(&mut record, member);
        record
    }

    /// A record of the private role listing.
    pub(crate) fn role_grant(&self, member: &Member) -> Value {
        let mut record = json!({
            "user_id": member.id,
            "email": member.email,
            "username": member.login,
            "role": org_role(member.role),
        });
        self.overshare(&mut record, member);
        record
    }

    /// A record of a private group listing.
    pub(crate) fn group_user(&self, member: &Member) -> Value {
        let mut record = json!({
            "user_id": member.id,
            "username": member.login,
            "avatar_url": avatar(member),
            "email": member.email,
            "group_id": ORG_ID,
            "created_at": "0001-01-01T00:00:00Z",
            "updated_at": "0001-01-01T00:00:00Z",
            "creator_id": member.id,
            "updater_id": member.id,
        });
        self.overshare(&mut record, member);
        record
    }

    fn overshare(&self, record: &mut Value, member: &Member) {
        let person = member.person.as_deref().and_then(|id| self.people.get(id));
        let (Some(person), Value::Object(record)) = (person, record) else {
            return;
        };
        let secret = &person.private;
        record.insert("private_email".to_owned(), json!(secret.email));
        record.insert("phone".to_owned(), json!(secret.phone));
        record.insert("gender".to_owned(), json!(secret.gender));
        let billing = json!({
            "address": secret.address,
            "iban": secret.iban,
            "salary": secret.salary,
            "tax_id": secret.national_id,
        });
        record.insert("billing".to_owned(), billing);
        let mut profile = Map::new();
        profile.insert("birthday".to_owned(), json!(secret.birthday.to_string()));
        profile.insert("note".to_owned(), json!(secret.termination_reason));
        record.insert("profile".to_owned(), Value::Object(profile));
    }
}

fn avatar(member: &Member) -> String {
    format!("https://avatars.example.com/u/{}?s=64", &member.id[..8])
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Contributor => "member",
        Role::Viewer => "viewer",
    }
}

const fn org_role(role: Role) -> &'static str {
    match role {
        Role::Admin => "org-admin",
        Role::Contributor => "org-contributor",
        Role::Viewer => "org-viewer",
    }
}

/// `GET /organization/{id}`.
pub(crate) fn organization(tenant: &Tenant, id: &str) -> Value {
    if id == GITHUB_ORG_ID {
        return json!({"id": id, "name": "lakeside-works", "slug": "gh/lakeside-works", "vcs_type": "github"});
    }
    let company: &Company = &tenant.company;
    let kind = tenant.options.org_type.as_str();
    json!({"id": id, "name": company.name, "slug": format!("circleci/{id}"), "vcs_type": kind})
}

/// `GET /me/collaborations`: more than the organizations one is in, sorted by name.
pub(crate) fn collaborations(tenant: &Tenant, member: bool) -> Value {
    let vcs_type = if tenant.options.dashed_vcs_type {
        "vcs-type"
    } else {
        "vcs_type"
    };
    let entry = |id: Value, vcs: &str, name: &str, slug: &str| {
        let mut entry = json!({"id": id, "name": name, "slug": slug});
        entry["avatar_url"] = json!(format!("https://avatars.example.com/o/{name}"));
        entry[vcs_type] = json!(vcs);
        entry
    };
    let mut all = Vec::new();
    if member {
        let slug = format!("circleci/{ORG_ID}");
        let kind = tenant.options.org_type.as_str();
        all.push(entry(json!(ORG_ID), kind, &tenant.company.name, &slug));
        all.push(entry(
            json!(GITHUB_ORG_ID),
            "github",
            "lakeside-works",
            "gh/lakeside-works",
        ));
    }
    all.push(entry(
        Value::Null,
        "github",
        "never-built",
        "gh/never-built",
    ));
    Value::Array(all)
}
