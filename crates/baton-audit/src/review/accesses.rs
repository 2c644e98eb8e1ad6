//! The effective access in an app's file: what every account holds, given to it or following from groups in groups.
//!
//! An account and an entitlement make one access, however many ways lead there. An account that can be used and holds
//! nothing is an access of its own. Grants whose holder is not in the file belong to nobody and are kept, too. What
//! groups hold is counted alone: their members hold it where the file says so.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use connector_c1z::wire;
use connector_core::{Error, ErrorKind, Result};

use super::manifest::{Kind, MAX_ROWS, Ref};
use crate::check::{LoadedFile, is_usable, name_of_access};
use crate::expansion::Expansion;
use crate::identity::Key;
use crate::look::{GrantLine, Names};

/// One access.
#[derive(Debug)]
pub(super) struct Access {
    /// Who holds it.
    pub(super) account_id: Ref,
    /// Position of the account in the roster; `None` when the file does not have it.
    pub(super) at: Option<usize>,
    pub(super) kind: Kind,
    /// Id of the entitlement or the organisation role; empty for the account itself.
    pub(super) access_id: String,
    /// Name for people.
    pub(super) name: String,
    /// What the entitlement is on.
    pub(super) resource_id: Option<Ref>,
    /// Whether the account was given it.
    pub(super) direct: bool,
    /// Ids of the entitlements that it follows from.
    pub(super) via: BTreeSet<String>,
    /// The ways to it, for people.
    ways: BTreeSet<String>,
}

/// All access in an app.
#[derive(Debug, Default)]
pub(super) struct Accesses {
    /// By account and what is held.
    held: BTreeMap<(Ref, Kind, String), Access>,
    /// Grants that groups and other things hold.
    pub(super) of_groups: u64,
    /// How many there may be.
    most: usize,
}

impl Access {
    /// How it is held, for people.
    pub(super) fn way(&self) -> String {
        let given = self.direct && !matches!(self.kind, Kind::OrgRole | Kind::Account);
        let given = given.then_some("direct");
        let ways = given
            .into_iter()
            .chain(self.ways.iter().map(String::as_str));
        ways.collect::<Vec<_>>().join(" and ")
    }
}

impl From<&Key> for Ref {
    fn from(key: &Key) -> Self {
        Self {
            resource_type: key.resource_type.to_string(),
            id: key.id.clone(),
        }
    }
}

impl From<wire::ResourceId> for Ref {
    fn from(id: wire::ResourceId) -> Self {
        Self {
            resource_type: id.resource_type,
            id: id.resource,
        }
    }
}

impl Accesses {
    /// Reads all access of an app.
    ///
    /// # Errors
    /// When the file is damaged, or there are more than `most`.
    pub(super) fn load(app: &LoadedFile, most: usize) -> Result<Self> {
        let mut this = Self {
            most,
            ..Self::default()
        };
        let mut reading = Reading::new(app)?;
        for (at, account) in app.roster.iter().enumerate() {
            if let Some(role) = &account.org_role {
                this.add_own(at, Ref::from(&account.key), Kind::OrgRole, role);
            }
        }
        let mut expansion = Expansion::default();
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        reader.for_each_grant_row(sync, |row, grant| {
            expansion.edges_of(&row, &grant)?;
            let line = GrantLine::new(row, grant, &mut reading.names)?;
            this.add(line, " or ", &mut reading)
        })?;
        expansion.read_holders(&app.source)?;
        let granted = this.of_groups;
        expansion.for_each(|holder, derived| {
            let line = GrantLine::derived(holder, derived, &mut reading.names)?;
            this.add(line, " > ", &mut reading)
        })?;
        this.of_groups = granted;
        let holding: HashSet<usize> = this.held.values().filter_map(|it| it.at).collect();
        for (at, account) in app.roster.iter().enumerate() {
            if !holding.contains(&at) && is_usable(account) {
                this.add_own(at, Ref::from(&account.key), Kind::Account, "");
            }
        }
        Ok(this)
    }

    /// All of it, in order of accounts.
    pub(super) fn into_held(self) -> impl Iterator<Item = Access> {
        self.held.into_values()
    }

    /// What an account holds of this.
    pub(super) fn get(&self, account: &Ref, kind: Kind, access_id: &str) -> Option<&Access> {
        self.held
            .get(&(account.clone(), kind, access_id.to_owned()))
    }

    /// Whether an account holds something, besides being one.
    pub(super) fn has_any(&self) -> bool {
        self.held.keys().any(|(_, kind, _)| *kind != Kind::Account)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// Adds what the account's own row says.
    fn add_own(&mut self, at: usize, account_id: Ref, kind: Kind, access_id: &str) {
        let (name, way) = match kind {
            Kind::Account => ("the account", "holds nothing"),
            _ => (access_id, "organisation role"),
        };
        let access = Access {
            account_id: account_id.clone(),
            at: Some(at),
            kind,
            access_id: access_id.to_owned(),
            name: name.to_owned(),
            resource_id: None,
            direct: true,
            via: BTreeSet::new(),
            ways: BTreeSet::from([way.to_owned()]),
        };
        let key = (account_id, kind, access_id.to_owned());
        self.held.insert(key, access);
    }

    /// Adds a grant. `between` stands between the entitlements that it follows from.
    fn add(&mut self, line: GrantLine, between: &str, reading: &mut Reading<'_>) -> Result<()> {
        let roster = &reading.app.roster;
        let at = roster.of_type(&line.principal.resource_type, &line.principal.resource);
        if at.is_none() && reading.is_known(&line.principal)? {
            self.of_groups += 1;
            return Ok(());
        }
        let kind = reading.kind(&line.resource.resource_type);
        let account_id = Ref::from(line.principal);
        let key = (account_id.clone(), kind, line.entitlement_id.clone());
        let access = self.held.entry(key).or_insert_with(|| Access {
            account_id,
            at,
            kind,
            name: reading.shown(&line.entitlement_id, || {
                let (name, slug) = (&line.entitlement.name, &line.entitlement.slug);
                name_of_access(&line.entitlement_id, name, slug, &line.resource_name)
            }),
            access_id: line.entitlement_id,
            resource_id: Some(Ref::from(line.resource)),
            direct: false,
            via: BTreeSet::new(),
            ways: BTreeSet::new(),
        });
        access.direct |= matches!(line.how, "direct" | "both");
        if !line.via.is_empty() {
            let shown = line.via.iter().map(|id| reading.shown(id, || id.clone()));
            let shown: Vec<String> = shown.collect();
            access.ways.insert(format!("via {}", shown.join(between)));
        }
        access.via.extend(line.via);
        match self.held.len() > self.most {
            true => Err(too_many()),
            false => Ok(()),
        }
    }
}

/// There are more accesses than a review holds.
pub(super) fn too_many() -> Error {
    let message = format!("a review holds at most {MAX_ROWS} accesses, and there are more");
    Error::new(ErrorKind::Precondition, message).hint("start a review for each app")
}

/// What is known while an app is read.
struct Reading<'a> {
    app: &'a LoadedFile,
    names: Names<'a>,
    /// Names of entitlements for people, by id.
    shown: HashMap<String, String>,
    kinds: HashMap<String, Kind>,
    /// Whether the file has a principal that is no account.
    known: HashMap<wire::ResourceId, bool>,
}

impl<'a> Reading<'a> {
    fn new(app: &'a LoadedFile) -> Result<Self> {
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        let mut names = Names::new(&app.source);
        let mut shown = HashMap::new();
        reader.for_each_entitlement_row(sync, |_, it| {
            let on = it.resource.unwrap_or_default();
            let on = names.resource(&on)?;
            let slug = match it.slug.is_empty() {
                true => it.id.rsplit(':').next().unwrap_or_default(),
                false => &it.slug,
            };
            let name = name_of_access(&it.id, &it.display_name, slug, &on);
            shown.insert(it.id, name);
            Ok(())
        })?;
        let mut kinds = HashMap::new();
        reader.for_each_resource_type(sync, |kind| {
            let has = |it: wire::Trait| kind.traits.contains(&(it as i32));
            if has(wire::Trait::Role) {
                kinds.insert(kind.id, Kind::Role);
            } else if has(wire::Trait::Group) {
                kinds.insert(kind.id, Kind::Group);
            }
            Ok(())
        })?;
        Ok(Self {
            app,
            names,
            shown,
            kinds,
            known: HashMap::new(),
        })
    }

    fn kind(&self, resource_type: &str) -> Kind {
        let kind = self.kinds.get(resource_type).copied();
        kind.unwrap_or(Kind::Entitlement)
    }

    fn shown(&self, entitlement: &str, else_: impl FnOnce() -> String) -> String {
        let known = self.shown.get(entitlement).cloned();
        known.unwrap_or_else(else_)
    }

    fn is_known(&mut self, id: &wire::ResourceId) -> Result<bool> {
        if let Some(&known) = self.known.get(id) {
            return Ok(known);
        }
        let source = &self.app.source;
        let key = crate::identity::external_id_of(id);
        let known = source.reader.resource(&source.sync.sync_id, &key)?;
        self.known.insert(id.clone(), known.is_some());
        Ok(known.is_some())
    }
}
