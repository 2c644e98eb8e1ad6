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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config_file::ConfigFile;
    use crate::field::Field;

    fn of(flags: &[(&'static str, &str)], types: &[&'static str], sync_type: SyncType) -> String {
        let spec = ConnectorSpec {
            name: "baton-lake",
            fields: vec![
                Field::string("url"),
                Field::string("token").secret(),
                Field::list("boats"),
            ],
            ..ConnectorSpec::default()
        };
        let flags = flags
            .iter()
            .map(|(name, text)| (*name, vec![(*text).to_owned()]))
            .collect();
        let fields = spec.all_fields();
        let values = Values::gather(&fields, flags, &BTreeMap::new(), ConfigFile::default());
        let types: Vec<_> = types.iter().map(|id| ResourceTypeId::new(id)).collect();
        fingerprint(&spec, &values.unwrap(), &types, sync_type)
    }

    #[test]
    fn everything_that_decides_what_is_read_changes_it() {
        let settings = [("url", "https://lake.test"), ("token", "one")];
        let all = [
            of(&settings, &[], SyncType::Full),
            of(&settings, &[], SyncType::ResourcesOnly),
            of(&settings, &["user"], SyncType::Full),
            of(
                &[("url", "https://sea.test"), ("token", "one")],
                &[],
                SyncType::Full,
            ),
            of(
                &[("url", "https://lake.test"), ("token", "two")],
                &[],
                SyncType::Full,
            ),
            of(
                &[settings[0], settings[1], ("boats", "a")],
                &[],
                SyncType::Full,
            ),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(all.iter().all(|hash| hash.len() == 64));
    }

    #[test]
    fn nothing_else_does() {
        let settings = [("url", "https://lake.test"), ("token", "one")];
        let with_file = [
            settings[0],
            settings[1],
            ("file", "x.c1z"),
            ("workers", "4"),
        ];
        assert_eq!(
            of(&settings, &["user", "group"], SyncType::Full),
            of(&with_file, &["group", "user", "user"], SyncType::Full)
        );
    }
}
