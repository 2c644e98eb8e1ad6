//! What the accounts of an app hold, as far as checks need it: grants are counted for each account, and kept where
//! the entitlement is powerful, a role rule speaks of it, or the account is a leaver's. What follows from groups in
//! groups and the file has no grant for counts like a grant.
//!
//! Grants stream; a file with a million of them costs a number per account and what is kept.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::{ByNumber, RowAt, wire};
use connector_core::Result;

use super::context::NumberedFile;
use super::finding::Evidence;
use super::input::LoadedFile;
use super::meaning::{Meaning, Meanings};
use super::policy::{Pattern, Policy};
use crate::expansion::{Derived, Expansion, sources_of};
use crate::identity::external_id_of;

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
    fn add(&mut self, row: &RowAt, external_id: &str) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push((row.clone(), external_id.into()));
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
    /// Reads what the accounts of `app` hold. Of `leavers`, by position in the roster, all kinds of grants are kept.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn load(
        app: NumberedFile<'_>,
        policy: &'a Policy,
        leavers: &[bool],
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
        access.read(app.loaded, &mut meanings, leavers)?;
        access.expand(app.loaded, &mut meanings, leavers)?;
        access.fitting = meanings.fitting;
        Ok(access)
    }

    /// Adds what the accounts hold through groups in groups.
    fn expand(
        &mut self,
        app: &LoadedFile,
        meanings: &mut Meanings<'a>,
        leavers: &[bool],
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
                let meaning = meanings.entitlement(entitlement);
                self.keep(at, leavers, meaning, |meaning| Held {
                    meaning,
                    grant: Some((row.clone(), Box::from(grant_id))),
                    via: via.join(" > ").into(),
                });
            }
        }
        self.expansion = expansion;
        Ok(())
    }

    /// Goes through the grants of a file, those of the chosen accounts alone when only these are looked at.
    fn read(
        &mut self,
        app: &LoadedFile,
        meanings: &mut Meanings<'a>,
        leavers: &[bool],
    ) -> Result<()> {
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        if app.is_part {
            return app.roster.iter().try_for_each(|account| {
                reader.for_each_grant_of(
                    sync,
                    &account.key.to_wire(),
                    |at, grant| match Holder::of(&grant, app, meanings) {
                        Holder::Account(account) => {
                            let meaning = meanings.of_grant(&grant);
                            self.take(&at, &grant, account, meaning, leavers)
                        }
                        other => self.take_other(&at, &grant, other),
                    },
                )
            });
        }
        let (mut holders, mut known) = (ByNumber::default(), ByNumber::default());
        reader.for_each_numbered_grant(sync, |it| {
            let holder = holders.get(it.principal, || Ok(Holder::of(it.message, app, meanings)))?;
            match *holder {
                Holder::Account(account) => {
                    let meaning = || Ok(meanings.of_grant(it.message));
                    let meaning = Rc::clone(known.get(it.entitlement, meaning)?);
                    self.take(it.at, it.message, account, meaning, leavers)
                }
                other => self.take_other(it.at, it.message, other),
            }
        })
    }

    /// Takes in a grant to the account at a position.
    fn take(
        &mut self,
        at: &RowAt,
        grant: &wire::Grant,
        account: usize,
        meaning: Rc<Meaning>,
        leavers: &[bool],
    ) -> Result<()> {
        self.grants += 1;
        self.expansion.edges_of(at, grant)?;
        self.keep(account, leavers, meaning, |meaning| Held {
            meaning,
            grant: Some((at.clone(), grant.id.as_str().into())),
            via: match sources_of(grant) {
                Some(via) => via.collect::<Vec<_>>().join(" or ").into(),
                None => Box::default(),
            },
        });
        Ok(())
    }

    /// Takes in a grant to something that is no account.
    fn take_other(&mut self, at: &RowAt, grant: &wire::Grant, holder: Holder) -> Result<()> {
        self.grants += 1;
        self.expansion.edges_of(at, grant)?;
        if holder == Holder::Unknown {
            self.unknown.add(at, &grant.id);
        }
        Ok(())
    }

    /// Counts something that the account at a position holds, and keeps it where that is needed.
    fn keep(
        &mut self,
        at: usize,
        leavers: &[bool],
        meaning: Rc<Meaning>,
        it: impl FnOnce(Rc<Meaning>) -> Held,
    ) {
        self.counts[at] += 1;
        if !meaning.matters() && !leavers[at] {
            return;
        }
        let held = self.held.entry(at).or_default();
        let alike = |h: &&Held| {
            let other = &h.meaning;
            Rc::ptr_eq(other, &meaning)
                || (other.admin == meaning.admin
                    && other.rules == meaning.rules
                    && other.conflicts == meaning.conflicts)
        };
        if held.iter().filter(alike).count() < EXAMPLES {
            held.push(it(meaning));
        }
    }

    /// What an account holds that was kept.
    pub(crate) fn of(&self, at: usize) -> &[Held] {
        self.held.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// Who holds a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// The account at this position in the roster.
    Account(usize),
    /// A group or something else of the file; what it holds is no account's own.
    Other,
    /// Nothing in the file.
    Unknown,
}

impl Holder {
    fn of(grant: &wire::Grant, app: &LoadedFile, meanings: &Meanings<'_>) -> Self {
        // The reader refuses a grant without a principal.
        let Some(who) = grant.principal.as_ref().and_then(|it| it.id.as_ref()) else {
            return Self::Other;
        };
        match app.roster.of_type(&who.resource_type, &who.resource) {
            Some(at) => Self::Account(at),
            None if meanings.resources.contains_key(&external_id_of(who)) => Self::Other,
            None => Self::Unknown,
        }
    }
}
