//! Settings and static facts of the connector.

use connector_cli::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};

use crate::client::CircleCiClient;
use crate::connector::CircleCiConnector;
use crate::target::{DEFAULT_BASE_URL, DEFAULT_MEMBERS_PATH, Target};

/// Members of the organization.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");

const API_TOKEN: &str = "circleci-api-token";
pub(crate) const ORG_ID: &str = "circleci-org-id";
pub(crate) const BASE_URL: &str = "circleci-base-url";
pub(crate) const MEMBERS_PATH: &str = "circleci-members-path";
const ALLOW_PRIVATE: &str = "circleci-allow-private-endpoints";

/// The CircleCI connector as a program.
#[derive(Debug)]
pub struct CircleCi;

impl App for CircleCi {
    type Connector = CircleCiConnector;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-circleci",
            display_name: "CircleCI",
            version: env!("CARGO_PKG_VERSION"),
            about: "Reads the members of a CircleCI organization into a .c1z file",
            fields: vec![
                Field::string(API_TOKEN)
                    .display_name("API token")
                    .description("Personal API token of a member of the organization")
                    .required()
                    .secret(),
                Field::string(ORG_ID)
                    .display_name("Organization ID")
                    .description("UUID of the organization, not its name or slug")
                    .placeholder("3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21")
                    .required(),
                Field::string(BASE_URL)
                    .display_name("Base URL")
                    .description("Address of CircleCI, without /api/v2")
                    .default(DEFAULT_BASE_URL),
                Field::string(MEMBERS_PATH)
                    .display_name("Members path")
                    .description("Where the member list is served: a path, or an address on CircleCI's domain, with {org_id} in it")
                    .default(DEFAULT_MEMBERS_PATH),
                Field::bool(ALLOW_PRIVATE)
                    .display_name("Allow private endpoints")
                    .description("Read CircleCI's undocumented endpoints when the member list is not served")
                    .default(false),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<CircleCiConnector> {
        let target = Target::new(
            settings.text(BASE_URL),
            settings.text(ORG_ID),
            settings.text(MEMBERS_PATH),
            settings.bool(ALLOW_PRIVATE),
        )?;
        let client = CircleCiClient::new(target, settings.secret(API_TOKEN), &runtime.http)?;
        Ok(CircleCiConnector::new(client))
    }
}

/// The one type. Roles are facts about a member, not entitlements: CircleCI's API shows the organization's role
/// only, not what is granted per project or through groups.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User)).permissions([
            "Personal API token of a member of the organization",
            "Organization: View org access",
        ]),
    ]
}
