//! Settings of the connector, and how it is made from them.

use connector_core::Result;
use connector_core::spec::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_http::BaseUrl;
use secrecy::SecretString;

use crate::client::HiBobClient;
use crate::connector::HiBobConnector;
use crate::types::resource_types;

const BASE_URL: Field<BaseUrl> = Field::new("hibob-base-url")
    .display_name("Base URL")
    .description("Base URL of the HiBob API, with /v1 and without a trailing slash")
    .placeholder("https://api.hibob.com/v1");

const USER_ID: Field<String> = Field::new("hibob-service-user-id")
    .display_name("Service user ID")
    .description("ID of the HiBob service user")
    .placeholder("SERVICE-1234");

const USER_TOKEN: Field<SecretString> = Field::new("hibob-service-user-token")
    .display_name("Service user token")
    .description("Token of the HiBob service user");

/// The HiBob connector as a program.
#[derive(Debug)]
pub struct HiBob;

impl App for HiBob {
    type Connector = HiBobConnector;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-hibob",
            display_name: "HiBob",
            version: env!("CARGO_PKG_VERSION"),
            about: "Reads HiBob employees and departments into a .c1z file",
            fields: vec![BASE_URL.spec(), USER_ID.spec(), USER_TOKEN.spec()],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<HiBobConnector> {
        let base = settings.get(&BASE_URL)?;
        let (user, token) = (settings.get(&USER_ID)?, settings.get(&USER_TOKEN)?);
        let client = HiBobClient::new(base, user, token, runtime)?;
        Ok(HiBobConnector::new(client))
    }
}
