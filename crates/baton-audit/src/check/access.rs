//! What the accounts of an app hold, as far as checks need it: grants are counted for each account, and kept where
//! the entitlement is powerful, a role rule speaks of it, or the account is a leaver's. What follows from groups in
//! groups and the file has no grant for counts like a grant.
//!
//! Grants stream; a file with a million of them costs a number per account and what is kept.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::{RowAt, wire};
use connector_core::Result;

use super::context::NumberedFile;
use super::finding::Evidence;
use super::input::LoadedFile;
use super::policy::{Conflict, Pattern, Policy, RoleRule};
use super::strong::is_strong;
use crate::expansion::{Derived, Expansion, sources_of};
use crate::identity::{external_id_of, fold_text, user_types};
use crate::source::Source;

/// The trait number of roles on the wire.
pub(crate) const TRAIT_ROLE: i32 = wire::Trait::Role as i32;
/// Grants of one account that are kept, of those that mean the same.
const EXAMPLES: usize = 20;
/// What the accounts of an app hold.
#[derive(Debug, Default)]
pub(crate) struct Access<'a> {
    /// Grants of each account and what it holds through groups in groups, by position in the roster.
    pub(crate) counts: Vec<usize>,
    /// What is powerful or spoken of by a rule, and what leavers hold, by the account's position.
    pub(crate) held: HashMap<usize, Vec<Held>>,
    /// Patterns of the policy that fit an entitlement or role of the app.
    pub(crate) fitting: HashSet<&'a Pattern>,
    /// All grants of the file.
    pub(crate) grants: usize,
    /// Grants whose principal is not in the file.
    pub(crate) unknown: LostGrants,
    /// What groups in groups give.
    pub(crate) expansion: Expansion,
}

/// Grants that belong to nothing in the file.
#[derive(Debug, Default)]
pub(crate) struct LostGrants {
    pub(crate) count: usize,
    /// Place and id of the first of them.
    pub(crate) examples: Vec<(RowAt, Box<str>)>,
}

impl LostGrants {
    fn add(&mut self, row: RowAt, external_id: String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push((row, external_id.into_boxed_str()));
        }
    }
}

/// Something that an account holds. Many accounts hold the same, so what it means is shared.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) meaning: Rc<Meaning>,
    /// Place and id of the grant; `None` for an organisation role, which the account's own row has.
    grant: Option<(RowAt, Box<str>)>,
    /// What it follows from: ids of entitlements, ` > ` between one and what is held through it, ` or ` between ways
    /// there. Empty for what the account was given.
    via: Box<str>,
}

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
}

impl Meaning {
    fn matters(&self) -> bool {
        self.admin || !self.rules.is_empty() || !self.conflicts.is_empty()
    }
}

impl Held {
    /// The name for people and what it follows from: `Deploy of Production via group:ops:member`.
    pub(crate) fn shown(&self) -> String {
        let name = &self.meaning.name;
        match self.via.is_empty() {
            true => name.clone(),
            false => format!("{name} via {}", self.via),
        }
    }

    /// The grant that shows it; `None` when the account's own row does.
    pub(crate) fn grant(&self, file: usize) -> Option<Evidence> {
        let (row, external_id) = self.grant.as_ref()?;
        Some(Evidence {
            file,
            at: row.clone(),
            external_id: external_id.to_string(),
            says: format!("holds {}", self.shown()),
        })
    }
}

impl<'a> Access<'a> {
    /// Reads what the accounts of `app` hold. Of `leavers`, positions in the roster, all kinds of grants are kept.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn load(
        app: NumberedFile<'_>,
        policy: &'a Policy,
        leavers: &BTreeSet<usize>,
    ) -> Result<Self> {
        let mut meanings = Meanings::load(policy, app.loaded)?;
        let mut access = Access::default();
        access.counts.resize(app.loaded.roster.len(), 0);
        for (at, account) in app.loaded.roster.iter().enumerate() {
            let meaning = account
                .org_role
                .as_deref()
                .map(|role| meanings.org_role(role));
            if let Some(meaning) = meaning.filter(Meaning::matters) {
                access.held.entry(at).or_default().push(Held {
                    meaning: Rc::new(meaning),
                    grant: None,
                    via: Box::default(),
                });
            }
        }
        let take = |row: RowAt, grant: wire::Grant| {
            access.grants += 1;
            access.expansion.edges_of(&row, &grant)?;
            let via: Box<str> = match sources_of(&grant) {
                Some(via) => via.collect::<Vec<_>>().join(" or ").into(),
                None => Box::default(),
            };
            let external_id = grant.id;
            let who = grant.principal.and_then(|principal| principal.id);
            // The reader refuses a grant without one of them.
            let (Some(entitlement), Some(who)) = (grant.entitlement, who) else {
                return Ok(());
            };
            let at = app.loaded.roster.of_type(&who.resource_type, &who.resource);
            let Some(at) = at else {
                // What groups hold is no account's own, but such a grant is not lost.
                if !meanings.resources.contains_key(&external_id_of(&who)) {
                    access.unknown.add(row, external_id);
                }
                return Ok(());
            };
            let meaning = meanings.entitlement(entitlement);
            let grant = Some((row, external_id.into_boxed_str()));
            access.keep(
                at,
                leavers,
                Held {
                    meaning,
                    grant,
                    via,
                },
            );
            Ok(())
        };
        for_each_grant(app.loaded, take)?;
        access.expand(app.loaded, &mut meanings, leavers)?;
        access.fitting = meanings.fitting;
        Ok(access)
    }

    /// Adds what the accounts hold through groups in groups.
    fn expand(
        &mut self,
        app: &LoadedFile,
        meanings: &mut Meanings<'a>,
        leavers: &BTreeSet<usize>,
    ) -> Result<()> {
        let mut expansion = std::mem::take(&mut self.expansion);
        if app.is_part {
            expansion = Expansion::load(&app.source)?;
            for account in app.roster.iter() {
                expansion.read_holder(&app.source, &account.key.to_wire())?;
            }
        } else {
            expansion.read_holders(&app.source)?;
        }
        for (at, account) in app.roster.iter().enumerate() {
            for Derived {
                entitlement,
                via,
                row,
                grant_id,
            } in expansion.of(&account.key.to_wire())?
            {
                let held = Held {
                    meaning: meanings.entitlement(entitlement.clone()),
                    grant: Some((row.clone(), Box::from(grant_id))),
                    via: via.join(" > ").into(),
                };
                self.keep(at, leavers, held);
            }
        }
        self.expansion = expansion;
        Ok(())
    }

    /// Counts something that the account at a position holds, and keeps it where that is needed.
    fn keep(&mut self, at: usize, leavers: &BTreeSet<usize>, it: Held) {
        self.counts[at] += 1;
        let meaning = &it.meaning;
        if !meaning.matters() && !leavers.contains(&at) {
            return;
        }
        let held = self.held.entry(at).or_default();
        let alike = |h: &&Held| {
            let other = &h.meaning;
            other.admin == meaning.admin
                && other.rules == meaning.rules
                && other.conflicts == meaning.conflicts
        };
        if held.iter().filter(alike).count() < EXAMPLES {
            held.push(it);
        }
    }

    /// What an account holds that was kept.
    pub(crate) fn of(&self, at: usize) -> &[Held] {
        self.held.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// Calls `each` with the grants of a file, those of the chosen accounts alone when only these are looked at.
fn for_each_grant(
    app: &LoadedFile,
    mut each: impl FnMut(RowAt, wire::Grant) -> Result<()>,
) -> Result<()> {
    let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
    if !app.is_part {
        return reader.for_each_grant_row(sync, each);
    }
    let mut accounts = app.roster.iter();
    accounts
        .try_for_each(|account| reader.for_each_grant_of(sync, &account.key.to_wire(), &mut each))
}

/// Decides what is powerful and which rules speak of what, for one app.
struct Meanings<'a> {
    admin: Option<&'a [Pattern]>,
    rules: Vec<(usize, &'a RoleRule)>,
    conflicts: &'a [Conflict],
    /// Patterns that have fitted so far.
    fitting: HashSet<&'a Pattern>,
    /// Ids of the resource types that are roles.
    role_types: HashSet<String>,
    /// Names of what entitlements are on, by `<type>:<id>`.
    resources: HashMap<String, String>,
    /// What entitlements mean, by id.
    entitlements: HashMap<String, Rc<Meaning>>,
}

impl<'a> Meanings<'a> {
    fn load(policy: &'a Policy, app: &LoadedFile) -> Result<Self> {
        let mut this = Self {
            admin: policy.admin.as_deref(),
            rules: Vec::new(),
            conflicts: &policy.conflicts,
            fitting: HashSet::new(),
            role_types: HashSet::new(),
            resources: HashMap::new(),
            entitlements: HashMap::new(),
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
            self.entitlement(it);
            Ok(())
        })
    }

    /// What a role in the whole organisation means.
    fn org_role(&mut self, role: &str) -> Meaning {
        let names = [fold_text(role)];
        self.meaning(role.to_owned(), &names, &names)
    }

    /// What the entitlement means; one that the file does not list is judged by the grant's copy of it.
    fn entitlement(&mut self, it: wire::Entitlement) -> Rc<Meaning> {
        if let Some(known) = self.entitlements.get(&it.id) {
            return Rc::clone(known);
        }
        let on = it.resource.and_then(|resource| resource.id);
        let is_role = on
            .as_ref()
            .is_some_and(|id| self.role_types.contains(&id.resource_type));
        let key = on.as_ref().map(external_id_of);
        let resource = key.and_then(|key| self.resources.get(&key)).cloned();
        let resource = resource.unwrap_or_default();
        let slug = match it.slug.is_empty() {
            true => it.id.rsplit(':').next().unwrap_or_default().to_owned(),
            false => it.slug,
        };
        let mut strong = vec![fold_text(&slug)];
        if is_role {
            strong.push(fold_text(&resource));
        }
        let names = [&it.id, &it.display_name, &slug, &resource].map(|name| fold_text(name));
        let shown = name_of_access(&it.id, &it.display_name, &slug, &resource);
        let meaning = Rc::new(self.meaning(shown, &names, &strong));
        self.entitlements.insert(it.id, Rc::clone(&meaning));
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
        Meaning {
            name,
            admin,
            rules,
            conflicts,
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
