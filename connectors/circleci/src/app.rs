//! Settings of the connector, and how it is made from them.

use connector_core::Result;
use connector_core::spec::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_http::BaseUrl;
use secrecy::SecretString;

use crate::client::CircleCiClient;
use crate::connector::CircleCiConnector;
use crate::target::{DEFAULT_BASE_URL, DEFAULT_MEMBERS_PATH, OrgId, Target};
use crate::types::resource_types;

const API_TOKEN: Field<SecretString> = Field::new("circleci-api-token")
    .display_name("API token")
    .description("Personal API token of a member of the organization");

const ORG_ID: Field<OrgId> = Field::new("circleci-org-id")
    .display_name("Organization ID")
    .description("UUID of the organization, not its name or slug")
    .placeholder("3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21")
    .recorded();

const BASE_URL: Field<BaseUrl> = Field::new("circleci-base-url")
    .display_name("Base URL")
    .description("Address of CircleCI, without /api/v2")
    .default(DEFAULT_BASE_URL);

const MEMBERS_PATH: Field<String> = Field::new("circleci-members-path")
    .display_name("Members path")
    .description("Where the member list is served: a path, or an address on CircleCI's domain, with {org_id} in it")
    .default(DEFAULT_MEMBERS_PATH)
    .recorded();

const ALLOW_PRIVATE: Field<bool> = Field::new("circleci-allow-private-endpoints")
    .display_name("Allow private endpoints")
    .description(
        "Read CircleCI's undocumented endpoints when the published member list is not served",
    )
    .default(true);

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
                API_TOKEN.spec(),
                ORG_ID.spec(),
                BASE_URL.spec(),
                MEMBERS_PATH.spec(),
                ALLOW_PRIVATE.spec(),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<CircleCiConnector> {
        let (base, org) = (settings.get(&BASE_URL)?, settings.get(&ORG_ID)?);
        let members = settings.get(&MEMBERS_PATH)?;
        let private = settings.get(&ALLOW_PRIVATE)?;
        let target =
            Target::new(base, org, &members, private).map_err(|e| MEMBERS_PATH.error(e))?;
        let client = CircleCiClient::new(target, settings.get(&API_TOKEN)?, runtime)?;
        Ok(CircleCiConnector::new(client))
    }
}
