//! Rows in which people are replaced. Types, opaque ids, entitlements, grants and states stay, so that the file has the
//! same shape.

use std::collections::{BTreeMap, HashSet};

use connector_c1z::wire::{
    AppTrait, CapabilityPermissions, Entitlement, GrantExpandable, GroupTrait, Resource,
    ResourceId, ResourceType, RoleTrait, SkipEntitlements, SkipEntitlementsAndGrants, Status,
    Trait, UserTrait,
};
use connector_c1z::{AssetRecord, GrantRow, Rewrite, SyncRunRecord};
use connector_core::entropy::SyncId;
use connector_core::text;
use connector_redact::{Keep, Tokens};
use prost::{Message, Name};
use prost_types::{Any, Timestamp};

use super::profile;

/// Replaces people by tokens.
pub(super) struct Sanitizer {
    tokens: Tokens,
    /// Types of people.
    people: HashSet<String>,
    /// Types of roles, whose names say what they are.
    roles: HashSet<String>,
    /// Ids that were replaced; other rows' ids are made of them.
    replaced: HashSet<String>,
    /// Annotations that are not understood, by name.
    dropped: BTreeMap<String, u64>,
    assets: u64,
}

impl Sanitizer {
    pub(super) fn new(tokens: Tokens) -> Self {
        Self {
            tokens,
            people: HashSet::new(),
            roles: HashSet::new(),
            replaced: HashSet::new(),
            dropped: BTreeMap::new(),
            assets: 0,
        }
    }

    /// What was left out.
    pub(super) fn notes(&self) -> Vec<String> {
        let annotations = self.dropped.iter().map(|(name, count)| {
            let count = text::counted(*count, "annotation");
            format!("{count} of the type {name} left out, because what is in it is not known")
        });
        let assets = (self.assets > 0).then(|| {
            let count = text::counted(self.assets, "asset");
            format!("{count} left out, such as pictures of people")
        });
        annotations.chain(assets).collect()
    }

    /// The id of a resource. One of a person stays when it says nothing; one of anything else unless it holds an address.
    fn id(&mut self, id: &mut ResourceId) {
        let is_person = self.people.contains(&id.resource_type);
        if is_person || id.resource.contains('@') {
            let token = self.tokens.id(&id.resource);
            if token != id.resource {
                self.replaced
                    .insert(std::mem::replace(&mut id.resource, token));
            }
        }
    }

    /// An id that is made of other ids, such as that of an entitlement: `type:id:slug`.
    fn reference(&self, id: &str) -> String {
        if self.replaced.contains(id) {
            return self.tokens.id(id);
        }
        let part = |part: &str| match self.replaced.contains(part) || part.contains('@') {
            true => self.tokens.id(part),
            false => part.to_owned(),
        };
        let parts: Vec<_> = id.split(':').map(part).collect();
        parts.join(":")
    }

    /// A name of something of this type.
    fn name(&self, resource_type: &str, name: &str) -> String {
        match self.roles.contains(resource_type) {
            true => self.tokens.kept(Keep::Label, name),
            false => self.tokens.text(name),
        }
    }

    fn status(&self, status: &mut Option<Status>) {
        if let Some(status) = status {
            status.details = self.tokens.kept(Keep::Word, &status.details);
        }
    }

    fn moment(&self, at: &mut Option<Timestamp>) {
        *at = at.map(|at| moved(&self.tokens, at));
    }

    fn user(&self, user: &mut UserTrait) {
        let tokens = &self.tokens;
        for email in &mut user.emails {
            email.address = tokens.kept(Keep::Email, &email.address);
        }
        self.status(&mut user.status);
        user.login = tokens.text(&user.login);
        let texts = user.login_aliases.iter_mut();
        texts.for_each(|text| *text = tokens.text(text));
        let ids = user.employee_ids.iter_mut();
        ids.for_each(|id| *id = tokens.id(id));
        if let Some(name) = &mut user.structured_name {
            name.given_name = tokens.text(&name.given_name);
            name.family_name = tokens.text(&name.family_name);
        }
        if let Some(profile) = &mut user.profile {
            profile::sanitize(profile, tokens);
        }
        self.moment(&mut user.created_at);
        self.moment(&mut user.last_login);
    }

    /// Keeps the annotations that are understood, without people in them.
    fn annotations(&mut self, annotations: &mut Vec<Any>) {
        let all = std::mem::take(annotations);
        for any in all {
            match self.annotation(&any) {
                Some(kept) => annotations.push(kept),
                None => {
                    let name = any.type_url.rsplit('/').next().unwrap_or_default();
                    let name = text::printable(name, 100);
                    *self.dropped.entry(name).or_default() += 1;
                }
            }
        }
    }

    fn annotation(&self, any: &Any) -> Option<Any> {
        let tokens = &self.tokens;
        let of_profile = |profile: &mut Option<prost_types::Struct>| {
            if let Some(profile) = profile {
                profile::sanitize(profile, tokens);
            }
        };
        changed::<UserTrait>(any, |user| self.user(user))
            .or_else(|| changed::<GroupTrait>(any, |group| of_profile(&mut group.profile)))
            .or_else(|| changed::<RoleTrait>(any, |role| of_profile(&mut role.profile)))
            .or_else(|| changed::<AppTrait>(any, |app| of_profile(&mut app.profile)))
            .or_else(|| changed::<GrantExpandable>(any, |expansion| self.expansion(expansion)))
            .or_else(|| changed::<SkipEntitlements>(any, |_| {}))
            .or_else(|| changed::<SkipEntitlementsAndGrants>(any, |_| {}))
            .or_else(|| changed::<CapabilityPermissions>(any, |_| {}))
    }

    fn expansion(&self, expansion: &mut GrantExpandable) {
        let ids = expansion.entitlement_ids.iter_mut();
        ids.for_each(|id| *id = self.reference(id));
    }
}

/// The message in `any` with a change, when it is one of this type that can be read. What the type does not know of it is
/// not in the result.
fn changed<M: Message + Name + Default>(any: &Any, change: impl FnOnce(&mut M)) -> Option<Any> {
    if any.type_url.rsplit('/').next() != Some(M::full_name().as_str()) {
        return None;
    }
    let mut message = M::decode(any.value.as_slice()).ok()?;
    change(&mut message);
    Some(Any {
        type_url: any.type_url.clone(),
        value: message.encode_to_vec(),
    })
}

fn moved(tokens: &Tokens, at: Timestamp) -> Timestamp {
    let moment = jiff::Timestamp::new(at.seconds, at.nanos).unwrap_or_default();
    let moment = tokens.moment(moment);
    Timestamp {
        seconds: moment.as_second(),
        nanos: moment.subsec_nanosecond(),
    }
}

impl Rewrite for Sanitizer {
    fn run(&mut self, run: &mut SyncRunRecord) {
        self.moment(&mut run.started_at);
        self.moment(&mut run.ended_at);
        // An id of a sync tells when it was made.
        let seconds = run.started_at.map_or(0, |at| at.seconds);
        let at = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        let id = SyncId::from_parts(at, self.tokens.bytes("sync", &run.sync_id));
        run.sync_id = id.as_str().to_owned();
        run.parent_sync_id.clear();
        run.linked_sync_id.clear();
        run.sync_token.clear();
    }

    fn found_at(&mut self, at: Timestamp) -> Timestamp {
        moved(&self.tokens, at)
    }

    fn resource_type(&mut self, row: &mut ResourceType) {
        if row.traits.contains(&i32::from(Trait::User)) {
            self.people.insert(row.id.clone());
        }
        if row.traits.contains(&i32::from(Trait::Role)) {
            self.roles.insert(row.id.clone());
        }
        row.display_name = self.tokens.kept(Keep::Label, &row.display_name);
        row.description = self.tokens.kept(Keep::Label, &row.description);
        self.annotations(&mut row.annotations);
    }

    fn resource(&mut self, row: &mut Resource) {
        let of = row.id.clone().unwrap_or_default().resource_type;
        if row.user_trait().is_some() {
            self.people.insert(of.clone());
        }
        let ids = row.id.iter_mut().chain(&mut row.parent_resource_id);
        ids.for_each(|id| self.id(id));
        row.display_name = self.name(&of, &row.display_name);
        row.description = self.tokens.text(&row.description);
        row.icon = None;
        self.annotations(&mut row.annotations);
        if let Some(profile) = &mut row.profile {
            profile::sanitize(profile, &self.tokens);
        }
        self.status(&mut row.status);
        self.moment(&mut row.created_at);
    }

    fn entitlement(&mut self, row: &mut Entitlement) {
        let on = row.resource.as_ref().and_then(|on| on.id.clone());
        let of = on.unwrap_or_default().resource_type;
        if let Some(on) = &mut row.resource {
            self.resource(on);
        }
        row.id = self.reference(&row.id);
        row.display_name = self.name(&of, &row.display_name);
        row.description = self.tokens.text(&row.description);
        row.slug = self.tokens.kept(Keep::Label, &row.slug);
        self.annotations(&mut row.annotations);
        let mut types = std::mem::take(&mut row.grantable_to);
        types.iter_mut().for_each(|kind| self.resource_type(kind));
        row.grantable_to = types;
    }

    fn grant(&mut self, row: &mut GrantRow) {
        let grant = &mut row.grant;
        if let Some(held) = &mut grant.entitlement {
            self.entitlement(held);
        }
        if let Some(holder) = &mut grant.principal {
            self.resource(holder);
        }
        grant.id = self.reference(&grant.id);
        self.annotations(&mut grant.annotations);
        if let Some(sources) = &mut grant.sources {
            let all = std::mem::take(&mut sources.sources).into_iter();
            sources.sources = all
                .map(|(id, source)| (self.reference(&id), source))
                .collect();
        }
        if let Some(expansion) = &mut row.expansion {
            self.expansion(expansion);
        }
    }

    fn asset(&mut self, _: &mut AssetRecord) -> bool {
        self.assets += 1;
        false
    }
}
