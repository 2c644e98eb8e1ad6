//! A grant as listings show it: with the names of what it refers to, and the way it came.

use std::rc::Rc;

use connector_c1z::{NumberedGrant, RowAt, wire};
use connector_core::Result;

use super::names::{EntitlementNames, HeldNames, Names, NumberedNames};
use crate::expansion::{Derived, Expansion};
use crate::identity::{external_id_of, fold_text};
use crate::source::Source;

/// A grant with the names of what it refers to.
#[derive(Debug, Default)]
pub(crate) struct GrantLine {
    /// Where the grant is; absent for access that no grant records, which is an organisation role.
    pub(crate) row: Option<RowAt>,
    /// The grant's own id.
    pub(crate) id: String,
    /// The holder.
    pub(crate) principal: wire::ResourceId,
    /// The holder's name; empty when the file has none.
    pub(crate) principal_name: Rc<str>,
    /// What is held.
    pub(crate) entitlement_id: String,
    /// Its name.
    pub(crate) entitlement: Rc<EntitlementNames>,
    /// What it is held on.
    pub(crate) resource: wire::ResourceId,
    /// The name of that; empty when the file has none.
    pub(crate) resource_name: Rc<str>,
    /// `direct` when the principal was given it, `derived` when it follows from something else, `both`, or
    /// `org_role` for a role in the organisation that the principal's profile names.
    pub(crate) how: &'static str,
    /// Other entitlements it follows from, by id; the way to it when the file has no grant of it.
    pub(crate) via: Vec<String>,
}

impl GrantLine {
    /// A role in the whole organisation, which the row of its holder names instead of a grant.
    pub(crate) fn of_org_role(principal: wire::ResourceId, name: &str, role: &str) -> Self {
        Self {
            principal,
            principal_name: Rc::from(name),
            entitlement: Rc::new(EntitlementNames {
                slug: role.into(),
                ..EntitlementNames::default()
            }),
            resource_name: Rc::from("(organisation)"),
            how: "org_role",
            ..Self::default()
        }
    }

    /// Looks up the names of a grant.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn new(row: RowAt, grant: wire::Grant, names: &mut Names<'_>) -> Result<Self> {
        let name = match &grant.principal {
            Some(principal) => names.resource(principal)?,
            None => names.resource(&wire::Resource::default())?,
        };
        Self::held_by(name, row, grant, names)
    }

    /// The same for a holder whose name is known.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn held_by(
        principal_name: Rc<str>,
        row: RowAt,
        grant: wire::Grant,
        names: &mut Names<'_>,
    ) -> Result<Self> {
        let held = match &grant.entitlement {
            Some(it) => names.held(it)?,
            None => names.held(&wire::Entitlement::default())?,
        };
        Ok(Self::named(principal_name, held, row, &grant))
    }

    /// The same for a grant of which only a walk over all has numbers.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn numbered(
        it: NumberedGrant<'_>,
        names: &mut NumberedNames<'_, '_>,
    ) -> Result<Self> {
        let grant = it.message;
        let (Some(principal), Some(entitlement)) = (&grant.principal, &grant.entitlement) else {
            // The reader refuses such a grant.
            return Ok(Self::default());
        };
        let principal_name = names.principal(it.principal, principal)?;
        let held = names.held(it.entitlement, entitlement)?;
        Ok(Self::named(principal_name, held, it.at.clone(), grant))
    }

    /// A grant with these names.
    fn named(
        principal_name: Rc<str>,
        (entitlement_names, resource_name): HeldNames,
        row: RowAt,
        grant: &wire::Grant,
    ) -> Self {
        let id_of = |resource: Option<&wire::Resource>| {
            let id = resource.and_then(|resource| resource.id.clone());
            id.unwrap_or_default()
        };
        let entitlement = grant.entitlement.as_ref();
        let entitlement_id = entitlement.map_or("", |it| &it.id);
        let sources = grant.sources.iter().flat_map(|it| it.sources.keys());
        // The entitlement is among its own sources when the principal also holds it directly. Without any source, the
        // principal holds it only directly.
        let direct =
            sources.clone().next().is_none() || sources.clone().any(|it| it == entitlement_id);
        let via: Vec<String> = sources
            .filter(|source| *source != entitlement_id)
            .cloned()
            .collect();
        Self {
            row: Some(row),
            id: grant.id.clone(),
            principal_name,
            principal: id_of(grant.principal.as_ref()),
            entitlement: entitlement_names,
            entitlement_id: entitlement_id.to_owned(),
            resource_name,
            resource: id_of(entitlement.and_then(|it| it.resource.as_ref())),
            how: match (direct, via.is_empty()) {
                (true, true) => "direct",
                (true, false) => "both",
                (false, _) => "derived",
            },
            via,
        }
    }

    /// Calls `each` with everything that a principal holds: the role in the organisation that its profile names, its
    /// grants, and what follows from groups in groups.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    pub(crate) fn for_each_of(
        source: &Source,
        principal: &wire::ResourceId,
        (name, org_role): (&str, Option<&str>),
        mut each: impl FnMut(Self) -> Result<()>,
    ) -> Result<()> {
        if let Some(role) = org_role {
            each(Self::of_org_role(principal.clone(), name, role))?;
        }
        let mut names = Names::new(source);
        let sync_id = &source.sync.sync_id;
        source
            .reader
            .for_each_grant_of(sync_id, principal, |row, grant| {
                each(Self::new(row, grant, &mut names)?)
            })?;
        Self::for_each_derived(source, principal, &mut names, each)
    }

    /// Calls `each` with what a principal holds through groups in groups and the file has no grant for. Its row and id
    /// are those of the grant that is to be expanded, its way begins at what the principal holds.
    ///
    /// # Errors
    /// When the file is damaged, or what `each` returns.
    fn for_each_derived(
        source: &Source,
        principal: &wire::ResourceId,
        names: &mut Names<'_>,
        mut each: impl FnMut(Self) -> Result<()>,
    ) -> Result<()> {
        let mut expansion = Expansion::load(source)?;
        expansion.read_holder(source, principal)?;
        for derived in expansion.of(principal)? {
            each(Self::derived(principal, derived, names)?)?;
        }
        Ok(())
    }

    /// What a principal holds through groups in groups, as [`GrantLine::for_each_derived`] has it.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn derived(
        principal: &wire::ResourceId,
        derived: Derived<'_>,
        names: &mut Names<'_>,
    ) -> Result<Self> {
        let name = names.resource(&known_by(principal))?;
        Self::derived_by(name, principal, derived, names)
    }

    /// The same for a holder whose name is known.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn derived_by(
        principal_name: Rc<str>,
        principal: &wire::ResourceId,
        derived: Derived<'_>,
        names: &mut Names<'_>,
    ) -> Result<Self> {
        let grant = wire::Grant {
            id: derived.grant_id.to_owned(),
            entitlement: Some(derived.entitlement.clone()),
            principal: Some(known_by(principal)),
            ..wire::Grant::default()
        };
        Ok(Self {
            how: "derived",
            via: derived.via.into_iter().map(str::to_owned).collect(),
            ..Self::held_by(principal_name, derived.row.clone(), grant, names)?
        })
    }

    /// What is held in the shortest form the file has: short name, name or id.
    pub(crate) fn held(&self) -> &str {
        let texts = [&*self.entitlement.slug, &*self.entitlement.name];
        let first = texts.into_iter().find(|text| !text.is_empty());
        first.unwrap_or(&self.entitlement_id)
    }

    /// Whether a name or an id holds this folded text.
    pub(super) fn has_text(&self, folded: &str) -> bool {
        let texts = [
            &*self.principal_name,
            &self.principal.resource,
            &self.entitlement_id,
            &self.entitlement.name,
            &self.resource_name,
        ];
        let mut texts = texts.into_iter();
        texts.any(|text| fold_text(text).contains(folded))
    }
}

/// A resource of which only the id is known.
fn known_by(id: &wire::ResourceId) -> wire::Resource {
    wire::Resource {
        id: Some(id.clone()),
        ..wire::Resource::default()
    }
}

/// `<type>:<id>`, as other rows refer to a resource; empty for none.
pub(crate) fn external_id(id: &wire::ResourceId) -> String {
    match id.resource.is_empty() {
        true => String::new(),
        false => external_id_of(id),
    }
}

/// The purpose of an entitlement with this number on the wire; nothing when there is none.
pub(crate) const fn purpose(number: i32) -> Option<&'static str> {
    match number {
        1 => Some("assignment"),
        2 => Some("permission"),
        3 => Some("ownership"),
        _ => None,
    }
}
