//! What a single run covers, as the flags say.

use connector_core::engine::Selection;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::store::Phase;

use crate::values::Values;

/// The selection of a single run.
///
/// # Errors
/// [`ErrorKind::Setting`] when a resource is not named as it must be.
pub(crate) fn selection(values: &Values) -> Result<Selection> {
    let targets = values.list("sync-resources").iter();
    Ok(Selection {
        resource_types: resource_types(values.list("sync-resource-types")),
        targets: targets.map(|bid| target(bid)).collect::<Result<_>>()?,
        until: Some(last_step(
            values.bool("skip-entitlements-and-grants"),
            values.bool("skip-grants"),
        )),
    })
}

/// Names as types.
pub(crate) fn resource_types(names: &[String]) -> Vec<ResourceTypeId> {
    let names = names.iter().cloned();
    names.map(ResourceTypeId::from_string).collect()
}

/// The last step of a run that leaves something out.
pub(crate) const fn last_step(skip_entitlements_and_grants: bool, skip_grants: bool) -> Phase {
    match (skip_entitlements_and_grants, skip_grants) {
        (true, _) => Phase::Resources,
        (false, true) => Phase::Entitlements,
        (false, false) => Phase::Grants,
    }
}

fn target(bid: &str) -> Result<ResourceId> {
    ResourceId::from_bid(bid).ok_or_else(|| {
        let message = format!("field sync-resources: '{bid}' does not name a resource");
        Error::new(ErrorKind::Setting, message).hint(
            "name each one as bid:r:<type>/<id>, with a \\ before any :, / or \\ in the type and the id",
        )
    })
}
