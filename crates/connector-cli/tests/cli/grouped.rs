//! The scripted connector with settings that depend on each other.

use connector_core::Result;
use connector_core::spec::{App, ConnectorSpec, Constraint, Field, Runtime, Settings};

use crate::app::{Lake, LakeConnector};

/// The program of the scripted connector with constraints between its settings.
#[derive(Debug)]
pub(crate) struct Grouped;

impl App for Grouped {
    type Connector = LakeConnector;

    fn spec() -> ConnectorSpec {
        let mut spec = Lake::spec();
        let names = ["user", "password", "key", "key-id", "scope"];
        let optional = |name| Field::<Option<String>>::new(name);
        spec.fields.extend(names.map(|name| optional(name).spec()));
        spec.fields.push(optional("inner").hidden().spec());
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
