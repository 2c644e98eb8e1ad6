//! What a single run covers, as the flags say.

use connector_core::engine::Selection;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::spec::{ConnectorSpec, Settings};
use connector_core::store::Phase;

use crate::defaults::flags::{
    SKIP_ENTITLEMENTS_AND_GRANTS, SKIP_GRANTS, SYNC_RESOURCE_TYPES, SYNC_RESOURCES,
};

/// The selection of a single run.
///
/// # Errors
/// [`ErrorKind::Setting`] when a resource is not named as it must be, or the connector cannot sync the types.
pub(crate) fn selection(spec: &ConnectorSpec, settings: &Settings) -> Result<Selection> {
    let targets = settings.get(&SYNC_RESOURCES)?;
    let selection = Selection {
        resource_types: resource_types(&settings.get(&SYNC_RESOURCE_TYPES)?),
        targets: targets
            .iter()
            .map(|bid| target(bid))
            .collect::<Result<_>>()?,
        until: Some(last_step(
            settings.get(&SKIP_ENTITLEMENTS_AND_GRANTS)?,
            settings.get(&SKIP_GRANTS)?,
        )),
    };
    // The engine checks this too, but knows no settings that its message could name.
    let types = selection.types(&spec.resource_types);
    types.map_err(|problem| SYNC_RESOURCE_TYPES.error(problem))?;
    Ok(selection)
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
        let message = format!("'{bid}' does not name a resource");
        SYNC_RESOURCES.error(Error::new(ErrorKind::Setting, message).hint(
            "name each one as bid:r:<type>/<id>, with a \\ before any :, / or \\ in the type and the id",
        ))
    })
}
