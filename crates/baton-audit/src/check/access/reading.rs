//! Goes through the grants of an app as they lie in its file, which takes half the time of reading them in order.

use std::collections::HashMap;
use std::rc::Rc;

use connector_c1z::{ByNumber, GrantNumbers, GrantPlace, NumberedGrant, RowAt, wire};
use connector_core::Result;

use super::first::{Spot, in_order, keep_first};
use super::{Access, Held, LostGrant};
use crate::check::input::LoadedFile;
use crate::check::meaning::{Meaning, Meanings};
use crate::expansion::{is_expandable, sources_of};
use crate::identity::external_id_of;

/// Entitlements that the file does not list, by id, each as the first grant of it to an account has it.
type Unlisted = HashMap<String, (GrantPlace, wire::Entitlement)>;

/// What a walk over the grants finds beside what accounts hold.
#[derive(Default)]
struct Walk {
    unlisted: Unlisted,
    /// Whether a grant is to be expanded.
    has_expandable: bool,
    /// The numbers of the first walk, in the second one.
    numbers: Option<GrantNumbers>,
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
        let mut walk = Walk::default();
        let numbers = self.walk(app, meanings, leavers, &mut walk)?;
        if !walk.unlisted.is_empty() {
            // What such an entitlement means is known only now that the first grant of it is.
            for (_, entitlement) in walk.unlisted.values() {
                meanings.entitlement(entitlement);
            }
            walk.numbers = Some(numbers);
            self.walk(app, meanings, leavers, &mut walk)?;
        }
        Ok(walk.has_expandable)
    }

    /// Takes in the grants of entitlements that the file lists, and notes those that it does not list but accounts hold.
    /// The second time, takes in the grants that are left.
    fn walk(
        &mut self,
        app: &LoadedFile,
        meanings: &Meanings<'a>,
        leavers: &[bool],
        walk: &mut Walk,
    ) -> Result<GrantNumbers> {
        let (reader, sync) = (&app.source.reader, &app.source.sync.sync_id);
        let (mut holders, mut known) = (ByNumber::default(), ByNumber::default());
        let Walk {
            unlisted,
            has_expandable,
            numbers: first,
        } = walk;
        let numbers = reader.for_each_grant_unordered(sync, |it, place, numbers| {
            // The second walk gives the same numbers, but what is there already may have later ones.
            let spot = Some((place, first.as_ref().unwrap_or(numbers)));
            let holder = holders.get(it.principal, || Ok(Holder::of(it.message, app, meanings)))?;
            let Holder::Account(account) = *holder else {
                if first.is_none() {
                    *has_expandable |= is_expandable(it.at, it.message)?;
                    self.take_other((it.at, it.message), spot, *holder);
                }
                return Ok(());
            };
            let meaning = || Ok(meanings.listed(it.message));
            let Some(meaning) = known.get(it.entitlement, meaning)? else {
                note_unlisted(unlisted, it, spot);
                return Ok(());
            };
            if first.is_none() || unlisted.contains_key(entitlement_id(it.message)) {
                *has_expandable |= is_expandable(it.at, it.message)?;
                let taker = (account, spot);
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

/// Notes the entitlement of a grant if no grant of it comes before this one.
fn note_unlisted(unlisted: &mut Unlisted, it: NumberedGrant<'_>, spot: Spot<'_>) {
    let (Some(entitlement), Some((place, numbers))) = (&it.message.entitlement, spot) else {
        return;
    };
    match unlisted.get_mut(&entitlement.id) {
        Some((first, _)) if numbers.order(*first, place).is_le() => {}
        Some(later) => *later = (place, entitlement.clone()),
        None => {
            unlisted.insert(entitlement.id.clone(), (place, entitlement.clone()));
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
