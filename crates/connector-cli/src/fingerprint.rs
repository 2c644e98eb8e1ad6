//! What decides which data a run reads, as one hash: unfinished work is gone on with only when it is equal.

use std::collections::BTreeSet;

use connector_core::engine::Selection;
use connector_core::spec::{ConnectorSpec, Settings, Value};
use connector_core::store::Phase;
use connector_core::text;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// The hash over the connector, its settings and what of it the run covers.
pub(crate) fn fingerprint(
    spec: &ConnectorSpec,
    settings: &Settings,
    selection: &Selection,
) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        // The length in front keeps neighbouring parts apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    add(spec.name.as_bytes());
    add(selection.sync_type().as_str().as_bytes());
    add(selection.until.map_or("nothing", Phase::as_str).as_bytes());
    for field in &spec.fields {
        add(field.name().as_bytes());
        match settings.value(field) {
            None => add(b""),
            Some(Value::Text(text)) => add(text.as_bytes()),
            Some(Value::Bool(on)) => add(&[u8::from(on)]),
            Some(Value::Int(number)) => add(&number.to_be_bytes()),
            Some(Value::List(items)) => items.iter().for_each(|item| add(item.as_bytes())),
            // A credential may be all that tells one tenant from another, so work done with another one must not
            // be mixed in. Four bytes of its hash say that and are too few to find the credential by.
            Some(Value::Secret(secret)) => {
                let digest = Sha256::digest(secret.expose_secret().as_bytes());
                add(&digest[..4]);
            }
        }
    }
    let types: BTreeSet<_> = selection.resource_types.iter().collect();
    types.iter().for_each(|id| add(id.as_str().as_bytes()));
    add(b"targets");
    let targets: BTreeSet<_> = selection.targets.iter().collect();
    targets.iter().for_each(|id| add(id.to_string().as_bytes()));
    text::hex(hash.finalize())
}

#[cfg(test)]
mod tests;
