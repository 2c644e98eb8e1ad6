//! What decides which data a run reads, as one hash: unfinished work is gone on with only when it is equal.

use connector_core::id::ResourceTypeId;
use connector_core::store::SyncType;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::spec::ConnectorSpec;
use crate::values::{Value, Values};

/// The hash over the connector, its settings, the type filter and the kind of run.
pub(crate) fn fingerprint(
    spec: &ConnectorSpec,
    values: &Values,
    types: &[ResourceTypeId],
    sync_type: SyncType,
) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        // The length in front keeps neighbouring parts apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    add(spec.name.as_bytes());
    add(sync_type.as_str().as_bytes());
    for field in &spec.fields {
        add(field.name.as_bytes());
        match values.get(field.name) {
            None => add(b""),
            Some(Value::Text(text)) => add(text.as_bytes()),
            Some(Value::Bool(on)) => add(&[u8::from(*on)]),
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
    let mut types: Vec<_> = types.iter().map(ResourceTypeId::as_str).collect();
    types.sort_unstable();
    types.dedup();
    types.iter().for_each(|id| add(id.as_bytes()));
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
