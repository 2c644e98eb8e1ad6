//! The scripted connector with settings that depend on each other.

use connector_cli::{App, ConnectorSpec, Constraint, Field, Runtime, Settings};
use connector_core::Result;

use crate::app::{Lake, LakeConnector};

/// The program of the scripted connector with constraints between its settings.
#[derive(Debug)]
pub(crate) struct Grouped;

impl App for Grouped {
    type Connector = LakeConnector;

    fn spec() -> ConnectorSpec {
        let mut spec = Lake::spec();
        spec.fields
            .iter_mut()
            .for_each(|f| *f = Field::string(f.name()));
        let names = ["user", "password", "key", "key-id", "scope"];
        spec.fields.extend(names.map(Field::string));
        spec.fields.push(Field::string("inner").hidden());
        spec.constraints = vec![
            Constraint::AtLeastOne(vec!["user", "key"]),
            Constraint::Exclusive(vec!["user", "key"]),
            Constraint::Together(vec!["user", "password", "scope"]),
            Constraint::Dependent {
                fields: vec!["key-id"],
                on: vec!["key"],
            },
        ];
        spec
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<LakeConnector> {
        Lake::connect(settings, runtime)
    }
}
