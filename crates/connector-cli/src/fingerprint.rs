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
mod tests {
    use std::collections::BTreeMap;

    use connector_core::id::{ResourceId, ResourceTypeId};
    use connector_core::spec::Field;
    use secrecy::SecretString;

    use super::*;
    use crate::config_file::ConfigFile;
    use crate::{defaults, values};

    const URL: Field<String> = Field::new("url");
    const TOKEN: Field<SecretString> = Field::new("token");
    const BOATS: Field<Vec<String>> = Field::new("boats");

    fn of(flags: &[(&'static str, &str)], selection: &Selection) -> String {
        let spec = ConnectorSpec {
            name: "baton-lake",
            fields: vec![URL.spec(), TOKEN.spec(), BOATS.spec()],
            ..ConnectorSpec::default()
        };
        let flags = flags
            .iter()
            .map(|(name, text)| (*name, vec![(*text).to_owned()]))
            .collect();
        let fields = defaults::all_fields(&spec);
        let settings = values::gather(&fields, flags, &BTreeMap::new(), ConfigFile::default());
        fingerprint(&spec, &settings.unwrap(), selection)
    }

    fn types(ids: &[&'static str]) -> Selection {
        Selection {
            resource_types: ids.iter().map(|id| ResourceTypeId::new(id)).collect(),
            ..Selection::default()
        }
    }

    fn targets(ids: &[&str]) -> Selection {
        let user = ResourceTypeId::new("user");
        let ids = ids.iter().map(|id| ResourceId::new(user.clone(), *id));
        Selection {
            targets: ids.collect(),
            ..Selection::default()
        }
    }

    fn until(until: Option<Phase>) -> Selection {
        Selection {
            until,
            ..Selection::default()
        }
    }

    #[test]
    fn everything_that_decides_what_is_read_changes_it() {
        let settings = [("url", "https://lake.test"), ("token", "one")];
        let all = [
            of(&settings, &Selection::default()),
            of(&settings, &until(None)),
            of(&settings, &until(Some(Phase::Resources))),
            of(&settings, &until(Some(Phase::Entitlements))),
            of(&settings, &types(&["user"])),
            of(&settings, &targets(&["1"])),
            of(&settings, &targets(&["1", "2"])),
            of(
                &[("url", "https://sea.test"), ("token", "one")],
                &Selection::default(),
            ),
            of(
                &[("url", "https://lake.test"), ("token", "two")],
                &Selection::default(),
            ),
            of(
                &[settings[0], settings[1], ("boats", "a")],
                &Selection::default(),
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
            of(&settings, &types(&["user", "group"])),
            of(&with_file, &types(&["group", "user", "user"]))
        );
        assert_eq!(
            of(&settings, &targets(&["1", "2"])),
            of(&with_file, &targets(&["2", "1", "2"]))
        );
    }
}
