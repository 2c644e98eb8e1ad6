//! The connectors that there are, each with the fake of its vendor. A new connector is one line here and one in the
//! manifest; the programs and tests that need "every connector" or "a connector that …" take them from here.

use std::future::Future;
use std::pin::Pin;

use connector_cli::Invocation;
use connector_core::spec::{App, ConnectorSpec};
use connector_sandbox::vendor::{Role, Vendor};

/// Every connector, in the order in which the demo shows them.
pub fn connectors() -> Vec<Connector> {
    vec![
        connector::<baton_humaans::Humaans>(),
        connector::<baton_hibob::HiBob>(),
        connector::<baton_personio::Personio>(),
        connector::<baton_circleci::CircleCi>(),
    ]
}

/// The program of a connector: it ends with an exit code.
pub type Program = fn(Invocation) -> Pin<Box<dyn Future<Output = u8>>>;

/// A connector and the fake of its vendor.
#[derive(Debug, Clone)]
pub struct Connector {
    /// What the connector declares about itself.
    pub spec: ConnectorSpec,
    /// The connector's program.
    pub program: Program,
    /// The fake.
    pub vendor: &'static Vendor,
}

impl Connector {
    /// Whether it lists resources of this type.
    pub fn lists(&self, resource_type: &str) -> bool {
        let types = &self.spec.resource_types;
        types.iter().any(|t| t.id.as_str() == resource_type)
    }
}

/// The first HR connector that lists departments: its file has memberships beside people.
///
/// # Panics
/// When there is none.
pub fn hr_with_departments() -> Connector {
    connectors()
        .into_iter()
        .find(|c| c.vendor.role == Role::Hr && c.lists("department"))
        .expect("an HR connector lists departments")
}

/// A connector is called `baton-` and the name of its vendor.
fn connector<A: App>() -> Connector {
    let spec = A::spec();
    let name = spec.name.trim_start_matches("baton-");
    Connector {
        program: |invocation| Box::pin(connector_cli::run::<A>(invocation)),
        vendor: baton_sandbox::vendor(name).expect("every connector has a fake"),
        spec,
    }
}
