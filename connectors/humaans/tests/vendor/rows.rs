//! Tenants for one test each, and the rows a file ends up with.

use std::collections::BTreeMap;

use connector_sandbox::company::Company;
use connector_sandbox::humaans::{self, HumaansOptions};
use connector_testkit::run::Bench;

use crate::support::Subjected;

/// A tenant of `people` with these options.
pub(crate) fn tenant(people: usize, options: HumaansOptions) -> Bench<Subjected> {
    Bench::serving(humaans::Humaans::new(Company::generate(people, 7), options))
}

/// A resource of a file, as the text form of its rows shows it.
#[derive(Debug)]
pub(crate) struct Row {
    /// `<type>:<id>`.
    pub(crate) id: String,
    /// The row's own fields and those of its profile.
    fields: BTreeMap<String, String>,
}

impl Row {
    /// A field; `-` when it is absent.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.fields.get(key).map_or("-", String::as_str)
    }

    /// Some fields in one line.
    pub(crate) fn summary(&self, keys: &[&str]) -> String {
        let values: Vec<&str> = keys.iter().map(|key| self.get(key)).collect();
        values.join(" | ")
    }
}

/// The resources in the text form of a file.
pub(crate) fn rows(text: &str) -> Vec<Row> {
    let blocks = text.split("\nresource ").skip(1);
    let resources = blocks.filter(|b| !b.starts_with("type "));
    let row = |block: &str| {
        let mut lines = block.lines();
        let id = lines.next().unwrap_or_default().to_owned();
        let field = |line: &str| {
            let (key, value) = line.trim().split_once(": ")?;
            Some((key.to_owned(), value.trim_matches('"').to_owned()))
        };
        Row {
            id,
            fields: lines.filter_map(field).collect(),
        }
    };
    resources.map(row).collect()
}
