//! Settings and static facts of the connector.

use connector_cli::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};
use connector_http::BaseUrl;

use crate::client::PersonioClient;
use crate::connector::PersonioConnector;
use crate::custom::AttributeFilter;

/// Persons.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");

const BASE_URL: &str = "personio-base-url";
const CLIENT_ID: &str = "personio-client-id";
const CLIENT_SECRET: &str = "personio-client-secret";
const CUSTOM_ATTRIBUTES: &str = "personio-custom-attributes";

/// The Personio connector as a program.
#[derive(Debug)]
pub struct Personio;

impl App for Personio {
    type Connector = PersonioConnector;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-personio",
            display_name: "Personio",
            version: env!("CARGO_PKG_VERSION"),
            about: "Reads Personio persons and their employments into a .c1z file",
            fields: vec![
                Field::string(CLIENT_ID)
                    .display_name("Client ID")
                    .description("Client ID of the Personio API credential")
                    .required(),
                Field::string(CLIENT_SECRET)
                    .display_name("Client secret")
                    .description("Client secret of the Personio API credential")
                    .required()
                    .secret(),
                Field::string(BASE_URL)
                    .display_name("Base URL")
                    .description(
                        "Address of the Personio API, without /v2 and without a trailing slash",
                    )
                    .placeholder("https://api.personio.de")
                    .required(),
                Field::list(CUSTOM_ATTRIBUTES)
                    .display_name("Custom attributes")
                    .description(
                        "Ids of custom attributes to keep although they have no readable name",
                    ),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<PersonioConnector> {
        let base = BaseUrl::parse(&format!("--{BASE_URL}"), settings.text(BASE_URL))?;
        let id = settings.text(CLIENT_ID).to_owned();
        let client = PersonioClient::new(base, id, settings.secret(CLIENT_SECRET), &runtime.http)?;
        let filter = AttributeFilter::new(settings.list(CUSTOM_ATTRIBUTES));
        Ok(PersonioConnector::new(client, filter))
    }
}

/// The one type. Personio has no API for roles and permissions, so there is nothing to grant.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "Person", Some(Trait::User))
            .permissions(["personio:persons:read", "Employees: Read"]),
    ]
}
