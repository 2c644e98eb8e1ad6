//! Goes through the grants of an app as they lie in its file: they need not be sorted for that.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::{ByNumber, GrantNumbers, GrantPlace, RowAt, wire};
use connector_core::Result;

use super::first::{Spot, in_order, keep_first};
use super::{Access, Held, LostGrant};
use crate::check::input::LoadedFile;
use crate::check::meaning::{Meaning, Meanings};
use crate::expansion::{is_expandable, sources_of};
use crate::identity::external_id_of;

/// Entitlements that the file does not list, by id.
type Unlisted = HashMap<String, FirstSeen>;

/// What the first grant of an entitlement to an account says of it.
struct FirstSeen {
    place: GrantPlace,
    display_name: Box<str>,
    slug: Box<str>,
    on: Option<wire::ResourceId>,
}

impl FirstSeen {
    fn of(entitlement: &wire::Entitlement, place: GrantPlace) -> Self {
        let on = entitlement.resource.as_ref();
        Self {
            place,
            display_name: entitlement.display_name.as_str().into(),
            slug: entitlement.slug.as_str().into(),
            on: on.and_then(|on| on.id.clone()),
        }
    }

    fn into_entitlement(self, id: &str) -> wire::Entitlement {
        wire::Entitlement {
            id: id.to_owned(),
            display_name: self.display_name.into(),
            slug: self.slug.into(),
            resource: Some(wire::Resource {
                id: self.on,
                ..wire::Resource::default()
            }),
            ..wire::Entitlement::default()
        }
    }
}

/// What the first walk over the grants leaves to a second one.
struct Left {
    /// Ids of the entitlements whose grants are left.
    ids: HashSet<String>,
    /// Both walks give the same numbers. What was kept is compared with those of the first, because the second may not
    /// have come to it yet.
    numbers: GrantNumbers,
}

/// The id of what a grant gives.
fn entitlement_id(grant: &wire::Grant) -> &str {
    grant.entitlement.as_ref().map_or("", |it| &it.id)
}

impl<'a> Access<'a> {
    /// Reads the grants of a file, those of the chosen accounts alone when only these are looked at; returns whether
    /// any grant is, or may be, to be expanded.
    pub(super) fn read(
        &mut self,
        app: &LoadedFile,
        meanings: &mut Meanings<'a>,
        leavers: &[bool],
    ) -> Result<bool> {
        if app.is_part {
            self.read_part(app, meanings, leavers)?;
            // What the chosen accounts hold through groups follows from the grants of others.
            return Ok(true);
        }
        let (mut unlisted, mut has_expandable) = (Unlisted::new(), false);
        let found = (&mut unlisted, &mut has_expandable);
        let numbers = self.walk(app, meanings, leavers, found, None)?;
        if unlisted.is_empty() {
            return Ok(has_expandable);
        }
        // What such an entitlement means is known only now that the first grant of it is.
        let mut ids = HashSet::new();
        for (id, first) in unlisted.drain() {
            meanings.entitlement(&first.into_entitlement(&id));
            ids.insert(id);
        }
        let left = Left { ids, numbers };
        let found = (&mut unlisted, &mut has_expandable);
        self.walk(app, meanings, leavers, found, Some(&left))?;
        Ok(has_expandable)
    }

    /// Takes in the grants to what is no account, and those to accounts of entitlements that the file lists; notes the
    /// entitlements that it does not list. With `left`, takes in what the first walk left.
    fn walk(
        &mut self,
        app: &LoadedFile,
        meanings: &Meanings<'a>,
        leavers: &[bool],
        (unlisted, has_expandable): (&mut Unlisted, &mut bool),
        left: Option<&Left>,
    ) -> Result<GrantNumbers> {
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        let (mut holders, mut known) = (ByNumber::default(), ByNumber::default());
        let numbers = reader.for_each_grant_unordered(sync, |it, place, numbers| {
            let spot = (place, left.map_or(numbers, |left| &left.numbers));
            let holder = holders.get(it.principal, || Ok(Holder::of(it.message, app, meanings)))?;
            let Holder::Account(account) = *holder else {
                if left.is_none() {
                    *has_expandable |= is_expandable(it.at, it.message)?;
                    self.take_other((it.at, it.message), Some(spot), *holder);
                }
                return Ok(());
            };
            let meaning = || Ok(meanings.listed(it.message));
            let Some(meaning) = known.get(it.entitlement, meaning)? else {
                note_unlisted(unlisted, it.message, spot);
                return Ok(());
            };
            if left.is_none_or(|left| left.ids.contains(entitlement_id(it.message))) {
                *has_expandable |= is_expandable(it.at, it.message)?;
                let taker = (account, Some(spot));
                self.take((it.at, it.message), taker, Rc::clone(meaning), leavers);
            }
            Ok(())
        })?;
        for held in self.held.values_mut() {
            in_order(held, |held| held.place, &numbers);
        }
        in_order(&mut self.unknown.examples, |lost| lost.place, &numbers);
        Ok(numbers)
    }

    fn read_part(
        &mut self,
        app: &LoadedFile,
        meanings: &mut Meanings<'a>,
        leavers: &[bool],
    ) -> Result<()> {
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        app.roster.iter().try_for_each(|account| {
            reader.for_each_grant_of(sync, &account.key.to_wire(), |at, grant| {
                match Holder::of(&grant, app, meanings) {
                    Holder::Account(account) => {
                        let meaning = meanings.of_grant(&grant);
                        self.take((&at, &grant), (account, None), meaning, leavers);
                    }
                    other => self.take_other((&at, &grant), None, other),
                }
                Ok(())
            })
        })
    }

    /// Takes in a grant to the account at a position.
    fn take(
        &mut self,
        (at, grant): (&RowAt, &wire::Grant),
        (account, spot): (usize, Spot<'_>),
        meaning: Rc<Meaning>,
        leavers: &[bool],
    ) {
        self.grants += 1;
        self.keep((account, spot), leavers, meaning, |meaning| Held {
            meaning,
            grant: Some((at.clone(), grant.id.as_str().into())),
            via: match sources_of(grant) {
                Some(via) => via.collect::<Vec<_>>().join(" or ").into(),
                None => Box::default(),
            },
            place: spot.map(|(place, _)| place),
        });
    }

    /// Takes in a grant to something that is no account.
    fn take_other(&mut self, (at, grant): (&RowAt, &wire::Grant), spot: Spot<'_>, holder: Holder) {
        self.grants += 1;
        if holder == Holder::Unknown {
            self.unknown.count += 1;
            let examples = &mut self.unknown.examples;
            keep_first(
                examples,
                |_| true,
                |lost| lost.place,
                spot,
                || LostGrant {
                    row: at.clone(),
                    external_id: grant.id.as_str().into(),
                    place: spot.map(|(place, _)| place),
                },
            );
        }
    }
}

/// Notes the entitlement of a grant unless a grant of it that comes before this one is noted.
fn note_unlisted(
    unlisted: &mut Unlisted,
    grant: &wire::Grant,
    (place, numbers): (GrantPlace, &GrantNumbers),
) {
    // The reader refuses a grant without an entitlement.
    let Some(entitlement) = &grant.entitlement else {
        return;
    };
    match unlisted.get_mut(&entitlement.id) {
        Some(first) if numbers.order(first.place, place).is_le() => {}
        Some(later) => *later = FirstSeen::of(entitlement, place),
        None => {
            let id = entitlement.id.clone();
            unlisted.insert(id, FirstSeen::of(entitlement, place));
        }
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
