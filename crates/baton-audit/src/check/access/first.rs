//! The first of many, in the canonical order, though they come in the order that is quickest to read.

use connector_c1z::{GrantNumbers, GrantPlace};

use crate::check::finding::EXAMPLES;

/// Where a grant stands that comes as it lies; `None` for what comes in order, behind what has come before.
pub(super) type Spot<'n> = Option<(GrantPlace, &'n GrantNumbers)>;

/// Adds an item unless the first ones of those alike are there; one that comes before one of these replaces it.
pub(super) fn keep_first<T>(
    items: &mut Vec<T>,
    alike: impl Fn(&T) -> bool,
    place_of: impl Fn(&T) -> Option<GrantPlace>,
    spot: Spot<'_>,
    item: impl FnOnce() -> T,
) {
    if items.iter().filter(|it| alike(it)).count() < EXAMPLES {
        items.push(item());
        return;
    }
    let Some((place, numbers)) = spot else {
        return;
    };
    let alike = items.iter_mut().filter(|it| alike(it));
    let placed = alike.filter_map(|it| Some((place_of(it)?, it)));
    let last = placed.max_by(|(a, _), (b, _)| numbers.order(*a, *b));
    if let Some((_, last)) = last.filter(|(last, _)| numbers.order(place, *last).is_lt()) {
        *last = item();
    }
}

/// Brings items into the canonical order, behind those without a place.
pub(super) fn in_order<T>(
    items: &mut [T],
    place_of: impl Fn(&T) -> Option<GrantPlace>,
    numbers: &GrantNumbers,
) {
    items.sort_by(|a, b| match (place_of(a), place_of(b)) {
        (Some(a), Some(b)) => numbers.order(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
}
