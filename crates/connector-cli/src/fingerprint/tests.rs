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
        version: "1.2.3",
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
    assert!(all.iter().all(|it| it.starts_with("baton-lake/1.2.3 ")));
    // Only a credential changes the last word, and nothing else does.
    let last = |it: &str| it.rsplit(' ').next().unwrap().to_owned();
    let others: Vec<_> = all.iter().filter(|it| last(it) != last(&all[0])).collect();
    assert_eq!(others, [&all[8]]);
    assert_eq!(last(&all[0]).len(), 8);
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
