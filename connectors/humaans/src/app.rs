//! Settings of the connector, and how it is made from them.

use connector_core::Result;
use connector_core::spec::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_http::BaseUrl;
use secrecy::SecretString;

use crate::client::HumaansClient;
use crate::connector::HumaansConnector;
use crate::types::resource_types;

const BASE_URL: Field<BaseUrl> = Field::new("base-url")
    .display_name("Base URL")
    .description("Base URL of Humaans, without a trailing /api")
    .placeholder("https://app.humaans.io");

const API_TOKEN: Field<SecretString> = Field::new("api-token")
    .display_name("API token")
    .description("Humaans API token with the scopes public:read and private:read");

/// The Humaans connector as a program.
#[derive(Debug)]
pub struct Humaans;

impl App for Humaans {
    type Connector = HumaansConnector;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-humaans",
            display_name: "Humaans",
            version: env!("CARGO_PKG_VERSION"),
            about: "Reads Humaans people and job titles into a .c1z file",
            fields: vec![BASE_URL.spec(), API_TOKEN.spec()],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<HumaansConnector> {
        let base = api(&settings.get(&BASE_URL)?)?;
        let client = HumaansClient::new(base, settings.get(&API_TOKEN)?, runtime)?;
        Ok(HumaansConnector::new(client, runtime))
    }
}

/// The API's address. Operators copy the base URL with and without the `/api` that belongs behind it.
fn api(base: &BaseUrl) -> Result<BaseUrl> {
    let root = base.as_str().trim_end_matches("/api");
    BaseUrl::parse(&format!("{root}/api"))
}

#[cfg(test)]
mod tests;
