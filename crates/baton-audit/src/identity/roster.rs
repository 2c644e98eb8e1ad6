//! The people or accounts of one sync, in memory: what checks, diffs and the org chart work on.

use std::collections::{BTreeMap, HashSet};

use connector_c1z::{RowAt, wire};
use connector_core::{Error, ErrorKind, Result};

use super::index::Index;
use super::read::{Shared, is_identity, read};
use super::search::Search;
use super::{Identity, Key, Lifecycle, ManagerRef, fold_email, fold_state};
use crate::source::Source;

/// The trait number of users on the wire.
const TRAIT_USER: i32 = wire::Trait::User as i32;

/// The manager that a file names for a person, looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager<'a> {
    /// The file names no manager.
    Absent,
    /// Exactly this person.
    Is(&'a Identity),
    /// Several people have the address that is named.
    Ambiguous(&'a str),
    /// No person of the file is named so; the text names them as the file does.
    Unknown(&'a str),
}

/// The people or accounts of one sync, in order of keys.
#[derive(Debug, Default)]
pub struct Roster {
    identities: Vec<Identity>,
    by_id: Index<usize>,
    by_email: Index<usize>,
}

impl Roster {
    /// Reads the identities of the source's sync.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn load(source: &Source) -> Result<Self> {
        let mut identities = Vec::new();
        for_each_unordered(source, |identity| {
            identities.push(identity);
            Ok(())
        })?;
        identities.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self::new(identities))
    }

    /// A roster of these identities.
    pub fn new(identities: Vec<Identity>) -> Self {
        let all = || identities.iter().enumerate();
        let ids = all().map(|(at, identity)| (&identity.key.id, at));
        let emails = all().flat_map(|(at, identity)| {
            let emails = identity.emails.iter().filter_map(|e| fold_email(e));
            emails.map(move |email| (email, at))
        });
        Self {
            by_id: Index::new(ids),
            by_email: Index::new(emails),
            identities,
        }
    }

    /// Gives words for states, folded by [`fold_state`], the meaning that a policy has for them.
    pub(crate) fn read_states(&mut self, states: &BTreeMap<String, Lifecycle>) {
        for identity in &mut self.identities {
            let word = identity.state_word.as_deref().map(fold_state);
            if let Some(&meaning) = word.and_then(|word| states.get(&word)) {
                identity.lifecycle = Lifecycle::of(Some(meaning), identity.status);
                identity.by_policy = true;
            }
        }
    }

    /// All, in order of keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Identity> {
        self.identities.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.identities.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// The identity at a position of [`Roster::iter`].
    pub fn at(&self, position: usize) -> Option<&Identity> {
        self.identities.get(position)
    }

    /// The position of an identity of this roster.
    pub fn position(&self, key: &Key) -> Option<usize> {
        self.of_type(&key.resource_type, &key.id)
    }

    /// The position of the identity of a type with a vendor id.
    pub fn of_type(&self, resource_type: &str, id: &str) -> Option<usize> {
        let is_of_type = |&&at: &&usize| *self.identities[at].key.resource_type == *resource_type;
        self.with_id(id).iter().rfind(is_of_type).copied()
    }

    /// The position of the identity with this `<type>:<id>`.
    pub fn find(&self, external_id: &str) -> Option<usize> {
        // Types and ids may hold colons themselves.
        let mut colons = external_id.match_indices(':');
        colons.find_map(|(at, _)| self.of_type(&external_id[..at], &external_id[at + 1..]))
    }

    /// The positions of those with this vendor id, of any type.
    pub fn with_id(&self, id: &str) -> &[usize] {
        self.by_id.get(id)
    }

    /// The identity with this key.
    pub fn get(&self, key: &Key) -> Option<&Identity> {
        self.at(self.position(key)?)
    }

    /// Those with this e-mail address, however it is written.
    pub fn with_email(&self, address: &str) -> Vec<&Identity> {
        let found = self.having_email(address).iter();
        found.filter_map(|&at| self.at(at)).collect()
    }

    /// The positions of those with this e-mail address, however it is written.
    pub fn having_email(&self, address: &str) -> &[usize] {
        let folded = fold_email(address);
        folded.map_or(&[], |email| self.having_folded(&email))
    }

    /// The positions of those with this address, which [`fold_email`] has folded.
    pub(crate) fn having_folded(&self, address: &str) -> &[usize] {
        self.by_email.get(address)
    }

    /// The one person whom `who` names; see [`Search`].
    ///
    /// # Errors
    /// [`connector_core::ErrorKind::Usage`] when it names no person or several people.
    pub fn one_named(&self, who: &str) -> Result<usize> {
        let mut search = Search::new(who);
        self.iter().for_each(|person| search.see(person));
        let found = search.found()?;
        self.position(&found.key).ok_or_else(|| {
            let message = format!("{} is not where it was found", found.key);
            Error::new(ErrorKind::Bug, message)
        })
    }

    /// Looks a person's manager up: by id among people of the same type, else by e-mail address. A name alone is
    /// never enough.
    pub fn manager<'a>(&'a self, identity: &'a Identity) -> Manager<'a> {
        let ManagerRef { id, email, .. } = &identity.manager;
        if let Some(id) = id {
            let same_type =
                |&&at: &&usize| self.identities[at].key.resource_type == identity.key.resource_type;
            let mut known = self.by_id.get(id).iter();
            if let Some(manager) = known.find(same_type).and_then(|&at| self.at(at)) {
                return Manager::Is(manager);
            }
        }
        if let Some(email) = email {
            match self.having_email(email) {
                [at] => {
                    if let Some(manager) = self.at(*at) {
                        return Manager::Is(manager);
                    }
                }
                [] => {}
                _ => return Manager::Ambiguous(email),
            }
        }
        match identity.manager.shown() {
            Some(shown) => Manager::Unknown(id.as_deref().or(email.as_deref()).unwrap_or(shown)),
            None => Manager::Absent,
        }
    }
}

/// Calls `each` with each identity of the source's sync and the row's resource, in order of keys, and keeps none.
///
/// # Errors
/// When the file is damaged, or what `each` returns.
pub fn for_each(
    source: &Source,
    mut each: impl FnMut(Identity, &wire::Resource) -> Result<()>,
) -> Result<()> {
    let types = user_types(source)?;
    let mut shared = Shared::default();
    let sync_id = &source.sync.sync_id;
    source.reader.for_each_resource_row(sync_id, |row, it| {
        let identity = identity(row, &it, &types, &mut shared);
        identity.map_or(Ok(()), |identity| each(identity, &it))
    })
}

/// Calls `each` with each identity of the source's sync, in the order that is quickest to read, and keeps none.
///
/// # Errors
/// When the file is damaged, or what `each` returns.
pub fn for_each_unordered(
    source: &Source,
    mut each: impl FnMut(Identity) -> Result<()>,
) -> Result<()> {
    let types = user_types(source)?;
    let mut shared = Shared::default();
    let sync_id = &source.sync.sync_id;
    source
        .reader
        .for_each_resource_unordered(sync_id, |row, it| {
            let identity = identity(row, &it, &types, &mut shared);
            identity.map_or(Ok(()), &mut each)
        })
}

/// The identity that a row holds, if it holds one.
fn identity(
    row: RowAt,
    resource: &wire::Resource,
    types: &HashSet<String>,
    shared: &mut Shared,
) -> Option<Identity> {
    match is_identity(resource, types) {
        true => read(row, resource, shared),
        false => None,
    }
}

/// The types of a sync whose resources are people or accounts.
///
/// # Errors
/// When the file is damaged.
pub fn user_types(source: &Source) -> Result<HashSet<String>> {
    let mut types = HashSet::new();
    source
        .reader
        .for_each_resource_type(&source.sync.sync_id, |kind| {
            if kind.traits.contains(&TRAIT_USER) {
                types.insert(kind.id);
            }
            Ok(())
        })?;
    Ok(types)
}
