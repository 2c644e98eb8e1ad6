//! A member as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::profile::Profile;
use connector_core::text::{self, Text};

use crate::model::{Member, MemberStatus, Role};
use crate::roster::Known;
use crate::types::USER;

/// The user of a member.
pub(crate) fn user(known: &Known) -> Resource {
    let member = &known.member;
    let email = member.email.as_deref().and_then(text::email);
    let profile = profile(member, email);
    let names = ["display_name", "vcs_login", "email"];
    let name = names.into_iter().find_map(|key| profile.get_text(key));
    let login = profile.get_text("vcs_login").or(email).map(Text::from);

    let id = ResourceId::new(USER, known.id.as_str());
    let mut user = Resource::new(id, name.unwrap_or_default(), TraitData::None);
    user.status = Some(status(&member.state));
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(Text::from),
        login,
        // CircleCI has no kind of account for machine users (docs on user types, 2026-08).
        account_type: AccountType::Human,
        ..UserTrait::default()
    });
    user.profile = profile;
    user
}

fn profile(member: &Member, email: Option<&str>) -> Profile {
    let mut p = Profile::new();
    p.text("display_name", member.name.as_deref());
    p.text("email", email);
    p.text("org_role", member.role.as_ref().map(Role::word).as_deref());
    p.text("org_role_raw", member.role.as_ref().map(Role::raw));
    p.text("vcs_login", member.login.as_deref());
    p.text("vcs_type", member.vcs_type.as_deref());
    if let MemberStatus::Word(word) = &member.state {
        p.text("lifecycle_state", Some(word));
    }
    p
}

fn status(state: &MemberStatus) -> Status {
    let status = Status::of(state.kind());
    match (state, state.kind()) {
        (_, StatusKind::Disabled) => status.with_details("pending"),
        (MemberStatus::Word(word), StatusKind::Unspecified) => status.with_details(word),
        _ => status,
    }
}
