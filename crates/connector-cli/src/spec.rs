//! What a connector says about itself before it is configured: names, settings, constraints, resource types.

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::model::ResourceType;

use crate::defaults;
use crate::field::Field;

/// The static facts of a connector. Written as a literal that ends in `..ConnectorSpec::default()`.
#[derive(Debug, Clone, Default)]
pub struct ConnectorSpec {
    /// The program's name, such as `baton-hibob`.
    pub name: &'static str,
    /// The vendor's name for people.
    pub display_name: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// What the program does, one sentence without a final period.
    pub about: &'static str,
    /// Where its documentation is.
    pub help_url: Option<&'static str>,
    /// Its settings, in the order in which they are shown.
    pub fields: Vec<Field>,
    /// What must hold between settings.
    pub constraints: Vec<Constraint>,
    /// The resource types it lists.
    pub resource_types: Vec<ResourceType>,
}

impl ConnectorSpec {
    /// All flags the program takes: those every connector has, then the connector's own.
    pub fn all_fields(&self) -> Vec<Field> {
        let defaults = defaults::table().into_iter().map(|flag| flag.field);
        defaults.chain(self.fields.iter().cloned()).collect()
    }

    /// Refuses a spec that declares a name twice.
    pub(crate) fn check(&self) -> Result<()> {
        let mut seen = std::collections::BTreeSet::from(["help", "version"]);
        for field in self.all_fields() {
            if !seen.insert(field.name) {
                return Err(Error::new(
                    ErrorKind::Bug,
                    format!("multiple fields with the same name: {}", field.name),
                ));
            }
        }
        Ok(())
    }
}

/// What must hold between settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// All of them or none.
    Together(Vec<&'static str>),
    /// At least one of them.
    AtLeastOne(Vec<&'static str>),
    /// At most one of them.
    Exclusive(Vec<&'static str>),
    /// The first ones only together with all of the second ones.
    Dependent {
        /// Settings that need others.
        fields: Vec<&'static str>,
        /// The settings they need.
        on: Vec<&'static str>,
    },
}
