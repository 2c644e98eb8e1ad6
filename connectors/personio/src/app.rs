//! Settings of the connector, and how it is made from them.

use connector_core::Result;
use connector_core::privacy::AttributeFilter;
use connector_core::spec::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_http::BaseUrl;
use secrecy::SecretString;

use crate::client::PersonioClient;
use crate::connector::PersonioConnector;
use crate::types::resource_types;

const CLIENT_ID: Field<String> = Field::new("personio-client-id")
    .display_name("Client ID")
    .description("Client ID of the Personio API credential");

const CLIENT_SECRET: Field<SecretString> = Field::new("personio-client-secret")
    .display_name("Client secret")
    .description("Client secret of the Personio API credential");

const BASE_URL: Field<BaseUrl> = Field::new("personio-base-url")
    .display_name("Base URL")
    .description("Address of the Personio API, without /v2 and without a trailing slash")
    .placeholder("https://api.personio.de");

const CUSTOM_ATTRIBUTES: Field<Vec<String>> = Field::new("personio-custom-attributes")
    .display_name("Custom attributes")
    .description("Ids of custom attributes to keep although they have no readable name")
    .recorded();

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
                CLIENT_ID.spec(),
                CLIENT_SECRET.spec(),
                BASE_URL.spec(),
                CUSTOM_ATTRIBUTES.spec(),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<PersonioConnector> {
        let base = settings.get(&BASE_URL)?;
        let (id, secret) = (settings.get(&CLIENT_ID)?, settings.get(&CLIENT_SECRET)?);
        let client = PersonioClient::new(base, id, secret, runtime)?;
        let listed = settings.get(&CUSTOM_ATTRIBUTES)?;
        let filter = AttributeFilter::new(&listed, "BATON_PERSONIO_CUSTOM_ATTRIBUTES");
        Ok(PersonioConnector::new(client, filter))
    }
}
