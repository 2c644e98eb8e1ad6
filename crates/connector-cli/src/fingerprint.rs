//! What decides which data a run reads: unfinished work is gone on with only when it is equal.

use std::collections::BTreeSet;

use connector_core::engine::Selection;
use connector_core::spec::{ConnectorSpec, Settings, Value};
use connector_core::store::Phase;
use connector_core::text;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// The program with its version, a hash of its settings and of what of it the run covers, and one of its credentials,
/// as [`RunSpec::fingerprint`](connector_core::store::RunSpec::fingerprint) wants them.
pub(crate) fn fingerprint(
    spec: &ConnectorSpec,
    settings: &Settings,
    selection: &Selection,
) -> String {
    let (covered, credentials) = hashes(spec, settings, selection);
    format!("{}/{} {covered} {credentials}", spec.name, spec.version)
}

/// A hash of what decides which data a run reads, except its credential.
pub(crate) fn covered(spec: &ConnectorSpec, settings: &Settings, selection: &Selection) -> String {
    hashes(spec, settings, selection).0
}

/// The hashes of what is covered and of the credential.
fn hashes(spec: &ConnectorSpec, settings: &Settings, selection: &Selection) -> (String, String) {
    let mut covered = Parts::default();
    let mut add = |part: &[u8]| covered.add(part);
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
            // Those are hashed apart.
            Some(Value::Secret(_)) => {}
        }
    }
    let types: BTreeSet<_> = selection.resource_types.iter().collect();
    types.iter().for_each(|id| add(id.as_str().as_bytes()));
    add(b"targets");
    let targets: BTreeSet<_> = selection.targets.iter().collect();
    targets.iter().for_each(|id| add(id.to_string().as_bytes()));
    // A credential may be all that tells one tenant from another, so work done with another one must not be mixed in.
    // Four bytes of its hash say that and are too few to find the credential by.
    let credentials = credentials(spec, settings);
    let credentials = credentials.get(..4).unwrap_or_default();
    (text::hex(covered.0.finalize()), text::hex(credentials))
}

/// A hash of the secret settings of a connector.
pub(crate) fn credentials(spec: &ConnectorSpec, settings: &Settings) -> [u8; 32] {
    let mut credentials = Parts::default();
    for field in &spec.fields {
        if let Some(Value::Secret(secret)) = settings.value(field) {
            credentials.add(field.name().as_bytes());
            credentials.add(secret.expose_secret().as_bytes());
        }
    }
    credentials.0.finalize().into()
}

/// A hash over parts.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        // The length in front keeps neighbouring parts apart.
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }
}

#[cfg(test)]
mod tests;
