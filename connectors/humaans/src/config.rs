//! Settings and static facts of the connector.

use connector_cli::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};
use connector_http::BaseUrl;

use crate::client::HumaansClient;
use crate::connector::HumaansConnector;

/// People.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
/// Records of who did what, and when.
pub(crate) const JOB_TITLE: ResourceTypeId = ResourceTypeId::new("job_title");

const BASE_URL: &str = "base-url";
const API_TOKEN: &str = "api-token";

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
            fields: vec![
                Field::string(BASE_URL)
                    .display_name("Base URL")
                    .description("Base URL of Humaans, without a trailing /api")
                    .placeholder("https://app.humaans.io")
                    .required(),
                Field::string(API_TOKEN)
                    .display_name("API token")
                    .description("Humaans API token with the scopes public:read and private:read")
                    .required()
                    .secret(),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<HumaansConnector> {
        let base = api(settings.text(BASE_URL))?;
        let client = HumaansClient::new(base, settings.secret(API_TOKEN), &runtime.http)?;
        Ok(HumaansConnector::new(client, runtime.clone()))
    }
}

/// The API's address. Operators copy the base URL with and without the `/api` that belongs behind it.
fn api(text: &str) -> Result<BaseUrl> {
    const FLAG: &str = "--base-url";
    let base = BaseUrl::parse(FLAG, text)?;
    let root = base.as_str().trim_end_matches("/api");
    BaseUrl::parse(FLAG, &format!("{root}/api"))
}

/// The types, users first: a job title hangs under the person who has it.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User))
            .permissions(["public:read", "private:read"]),
        ResourceType::new(JOB_TITLE, "Job title", None)
            .listed_after(USER)
            .permissions(["public:read", "private:read"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_comes_with_and_without_api() {
        for text in [
            "https://app.humaans.io",
            "https://app.humaans.io/",
            " https://app.humaans.io/api ",
            "https://app.humaans.io/api/",
            "https://app.humaans.io/api/api",
        ] {
            let base = api(text).unwrap();
            assert_eq!(base.as_str(), "https://app.humaans.io/api", "{text}");
        }
        let proxied = api("https://proxy.example.com/humaans/api").unwrap();
        assert_eq!(proxied.as_str(), "https://proxy.example.com/humaans/api");
        let error = api("app.humaans.io/api").unwrap_err();
        assert_eq!(
            error.to_string(),
            "--base-url: the address must start with https://"
        );
    }
}
