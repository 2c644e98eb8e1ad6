//! The program's commands, one module each.

pub(crate) mod capabilities;
pub(crate) mod completion;
pub(crate) mod config;
pub(crate) mod health_check;
pub(crate) mod serve;
pub(crate) mod sync;
pub(crate) mod validate;

use connector_core::spec::ConnectorSpec;

use crate::parse::Action;

/// What a command prints that needs no settings; `None` for the others.
pub(crate) fn printed(spec: &ConnectorSpec, action: &Action) -> Option<Vec<u8>> {
    match action {
        Action::Capabilities => Some(capabilities::capabilities_json(spec).into_bytes()),
        Action::Config => Some(config::config_json(spec).into_bytes()),
        Action::Completion(shell) => Some(completion::script(spec, *shell)),
        Action::Sync | Action::Validate | Action::HealthCheck { .. } => None,
    }
}
