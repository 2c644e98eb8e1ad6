//! What entitlements and organisation roles mean for checks: whether they are powerful, and which rules of the policy speak
//! of them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::wire;
use connector_core::Result;

use super::input::LoadedFile;
use super::policy::{Conflict, Pattern, Policy, RoleRule};
use super::strong::is_strong;
use crate::identity::{external_id_of, fold_text, user_types};
use crate::source::Source;

/// The trait number of roles on the wire.
pub(crate) const TRAIT_ROLE: i32 = wire::Trait::Role as i32;

/// What an entitlement or an organisation role means here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// Name for people.
    pub(crate) name: String,
    /// Whether it is powerful.
    pub(crate) admin: bool,
    /// Positions of the role rules that speak of it.
    pub(crate) rules: Vec<usize>,
    /// Positions of the conflicts that speak of it, with the side: 0 or 1.
    pub(crate) conflicts: Vec<(usize, usize)>,
    /// The same number for all meanings of an app in which only the names differ.
    pub(super) kind: u32,
}

impl Meaning {
    pub(super) fn matters(&self) -> bool {
        self.admin || !self.rules.is_empty() || !self.conflicts.is_empty()
    }
}

/// Decides what is powerful and which rules speak of what, for one app.
pub(super) struct Meanings<'a> {
    admin: Option<&'a [Pattern]>,
    rules: Vec<(usize, &'a RoleRule)>,
    conflicts: &'a [Conflict],
    /// Patterns that have fitted so far.
    pub(super) fitting: HashSet<&'a Pattern>,
    /// Ids of the resource types that are roles.
    role_types: HashSet<String>,
    /// Names of what entitlements are on, by `<type>:<id>`.
    pub(super) resources: HashMap<String, String>,
    /// What entitlements mean, by id.
    entitlements: HashMap<String, Rc<Meaning>>,
    /// The numbers of what meanings have beside their names.
    kinds: HashMap<Kind, u32>,
}

/// Whether something is powerful, and the rules and conflicts that speak of it.
type Kind = (bool, Vec<usize>, Vec<(usize, usize)>);

impl<'a> Meanings<'a> {
    pub(super) fn load(policy: &'a Policy, app: &LoadedFile) -> Result<Self> {
        let mut this = Self {
            admin: policy.admin.as_deref(),
            rules: Vec::new(),
            conflicts: &policy.conflicts,
            fitting: HashSet::new(),
            role_types: HashSet::new(),
            resources: HashMap::new(),
            entitlements: HashMap::new(),
            kinds: HashMap::new(),
        };
        for (position, rule) in policy.roles.iter().enumerate() {
            let fits = |p: &&Pattern| app.is_called(|name| p.fits(name));
            let named: Vec<&Pattern> = rule.apps.iter().filter(fits).collect();
            if rule.apps.is_empty() || !named.is_empty() {
                this.rules.push((position, rule));
            }
            this.fitting.extend(named);
        }
        this.read(&app.source)?;
        Ok(this)
    }

    /// Reads the resources that are neither people nor accounts, and the entitlements on them.
    fn read(&mut self, source: &Source) -> Result<()> {
        let sync = &source.sync.sync_id;
        let users = user_types(source)?;
        let mut types = Vec::new();
        source.reader.for_each_resource_type(sync, |kind| {
            if kind.traits.contains(&TRAIT_ROLE) {
                self.role_types.insert(kind.id.clone());
            }
            types.push(kind.id);
            Ok(())
        })?;
        for kind in types.iter().filter(|kind| !users.contains(*kind)) {
            source.reader.for_each_resource_of(sync, kind, |_, it| {
                self.resources.insert(it.external_id(), it.display_name);
                Ok(())
            })?;
        }
        source.reader.for_each_entitlement_row(sync, |_, it| {
            self.entitlement(&it);
            Ok(())
        })
    }

    /// What a role in the whole organisation means.
    pub(super) fn org_role(&mut self, role: &str) -> Meaning {
        let names = [fold_text(role)];
        self.meaning(role.to_owned(), &names, &names)
    }

    /// What a grant gives.
    pub(super) fn of_grant(&mut self, grant: &wire::Grant) -> Rc<Meaning> {
        match &grant.entitlement {
            Some(it) => self.entitlement(it),
            // The reader refuses such a grant.
            None => self.entitlement(&wire::Entitlement::default()),
        }
    }

    /// What a grant gives whose entitlement the file lists, or was asked for before.
    pub(super) fn listed(&self, grant: &wire::Grant) -> Option<Rc<Meaning>> {
        let id = grant.entitlement.as_ref().map_or("", |it| &it.id);
        self.entitlements.get(id).map(Rc::clone)
    }

    /// What the entitlement means; one that the file does not list is judged by the grant's copy of it.
    pub(super) fn entitlement(&mut self, it: &wire::Entitlement) -> Rc<Meaning> {
        if let Some(known) = self.entitlements.get(&it.id) {
            return Rc::clone(known);
        }
        let on = it
            .resource
            .as_ref()
            .and_then(|resource| resource.id.as_ref());
        let is_role = on.is_some_and(|id| self.role_types.contains(&id.resource_type));
        let key = on.map(external_id_of);
        let resource = key.and_then(|key| self.resources.get(&key)).cloned();
        let resource = resource.unwrap_or_default();
        let slug = match it.slug.is_empty() {
            true => it.id.rsplit(':').next().unwrap_or_default(),
            false => &it.slug,
        };
        let mut strong = vec![fold_text(slug)];
        if is_role {
            strong.push(fold_text(&resource));
        }
        let names = [&it.id, &it.display_name, slug, &resource].map(fold_text);
        let shown = name_of_access(&it.id, &it.display_name, slug, &resource);
        let meaning = Rc::new(self.meaning(shown, &names, &strong));
        self.entitlements.insert(it.id.clone(), Rc::clone(&meaning));
        meaning
    }

    /// What an access means by its folded names. `strong` are those that the built-in words are looked for in.
    fn meaning(&mut self, name: String, names: &[String], strong: &[String]) -> Meaning {
        let admin = match self.admin {
            Some(patterns) => self.fit(patterns, names),
            None => strong.iter().any(|name| is_strong(name)),
        };
        let mut rules = Vec::new();
        for (position, rule) in self.rules.clone() {
            if self.fit(&rule.access, names) {
                rules.push(position);
            }
        }
        let mut conflicts = Vec::new();
        for (position, conflict) in self.conflicts.iter().enumerate() {
            for (side, patterns) in [&conflict.one, &conflict.other].into_iter().enumerate() {
                if self.fit(patterns, names) {
                    conflicts.push((position, side));
                }
            }
        }
        let next = self.kinds.len() as u32;
        let kind = (admin, rules.clone(), conflicts.clone());
        Meaning {
            name,
            admin,
            rules,
            conflicts,
            kind: *self.kinds.entry(kind).or_insert(next),
        }
    }

    /// Whether a pattern fits one of the names; remembers all that do.
    fn fit(&mut self, patterns: &'a [Pattern], names: &[String]) -> bool {
        let fits = |p: &&Pattern| names.iter().any(|name| p.fits_folded(name));
        let fitting: Vec<&Pattern> = patterns.iter().filter(fits).collect();
        let any = !fitting.is_empty();
        self.fitting.extend(fitting);
        any
    }
}

/// What an entitlement is called for people: its own name or its short one, and what it is on where that is not said.
pub(crate) fn name_of_access(id: &str, name: &str, slug: &str, resource: &str) -> String {
    // The own name of an entitlement may be as short as its slug, which does not name the resource that it is on.
    let (own, on) = (name.trim(), resource.trim());
    let names_resource = fold_text(own).contains(&fold_text(on));
    match (own.is_empty(), on.is_empty()) {
        (false, false) if !names_resource => format!("{own} of {resource}"),
        (true, false) => format!("{slug} of {resource}"),
        (false, _) => own.to_owned(),
        (true, true) => id.to_owned(),
    }
}
