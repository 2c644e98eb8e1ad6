//! What the accounts of an app hold, as far as checks need it: grants are counted for each account, and kept where
//! the entitlement is powerful, a role rule speaks of it, or the account is a leaver's. What follows from groups in
//! groups and the file has no grant for counts like a grant.
//!
//! Grants stream; a file with a million of them costs a number per account and what is kept.

mod first;
mod reading;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::{GrantPlace, RowAt};
use connector_core::Result;

use super::context::NumberedFile;
use super::finding::Evidence;
use super::input::LoadedFile;
use super::meaning::{Meaning, Meanings};
use super::policy::{Pattern, Policy};
use crate::expansion::{Derived, Expansion};

use first::{Spot, keep_first};

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
    /// The first of them.
    pub(crate) examples: Vec<LostGrant>,
}

/// A grant that belongs to nothing in the file.
#[derive(Debug)]
pub(crate) struct LostGrant {
    pub(crate) row: RowAt,
    pub(crate) external_id: Box<str>,
    place: Option<GrantPlace>,
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
    /// Where it stands among what is read as it lies.
    place: Option<GrantPlace>,
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
                    place: None,
                });
            }
        }
        let has_expandable = access.read(app.loaded, &mut meanings, leavers)?;
        if has_expandable {
            access.expand(app.loaded, &mut meanings, leavers)?;
        }
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
        let mut expansion = Expansion::load(&app.source)?;
        if app.is_part {
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
                self.keep((at, None), leavers, meaning, |meaning| Held {
                    meaning,
                    grant: Some((row.clone(), Box::from(grant_id))),
                    via: via.join(" > ").into(),
                    place: None,
                });
            }
        }
        self.expansion = expansion;
        Ok(())
    }

    /// Counts something that the account at a position holds, and keeps it where that is needed.
    fn keep(
        &mut self,
        (at, spot): (usize, Spot<'_>),
        leavers: &[bool],
        meaning: Rc<Meaning>,
        it: impl FnOnce(Rc<Meaning>) -> Held,
    ) {
        self.counts[at] += 1;
        if !meaning.matters() && !leavers[at] {
            return;
        }
        let held = self.held.entry(at).or_default();
        let kind = meaning.kind;
        let alike = |held: &Held| held.meaning.kind == kind;
        keep_first(held, alike, |held| held.place, spot, || it(meaning));
    }

    /// What an account holds that was kept.
    pub(crate) fn of(&self, at: usize) -> &[Held] {
        self.held.get(&at).map_or(&[], Vec::as_slice)
    }
}
