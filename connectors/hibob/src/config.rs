//! Settings and static facts of the connector.

use connector_cli::{App, ConnectorSpec, Field, Runtime, Settings};
use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::model::{
    EntitlementListing, EntitlementTemplate, GrantListing, Purpose, ResourceType, Trait,
};
use connector_http::BaseUrl;

use crate::client::HiBobClient;
use crate::connector::HiBobConnector;

/// Employees.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
/// Departments and sub-departments.
pub(crate) const DEPARTMENT: ResourceTypeId = ResourceTypeId::new("department");
/// The one entitlement of a department.
pub(crate) const MEMBER: &str = "member";

const BASE_URL: &str = "hibob-base-url";
const USER_ID: &str = "hibob-service-user-id";
const USER_TOKEN: &str = "hibob-service-user-token";

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
            fields: vec![
                Field::string(BASE_URL)
                    .display_name("Base URL")
                    .description("Base URL of the HiBob API, with /v1 and without a trailing slash")
                    .placeholder("https://api.hibob.com/v1")
                    .required(),
                Field::string(USER_ID)
                    .display_name("Service user ID")
                    .description("ID of the HiBob service user")
                    .placeholder("SERVICE-1234")
                    .required(),
                Field::string(USER_TOKEN)
                    .display_name("Service user token")
                    .description("Token of the HiBob service user")
                    .required()
                    .secret(),
            ],
            resource_types: resource_types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<HiBobConnector> {
        let base = BaseUrl::parse(BASE_URL, settings.text(BASE_URL))?;
        let user = settings.text(USER_ID).to_owned();
        let client = HiBobClient::new(base, user, settings.secret(USER_TOKEN), &runtime.http)?;
        Ok(HiBobConnector::new(client))
    }
}

/// The types, users first: which archived departments are listed depends on who is in them.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    let member = EntitlementTemplate {
        slug: MEMBER,
        purpose: Purpose::Assignment,
        display_name: "{} member",
        description: "Works in the {} department",
        grantable_to: vec![USER],
    };
    vec![
        ResourceType::new(USER, "Employee", Some(Trait::User)).permissions([
            "People's data: Basic info (root)",
            "People's data: About",
            "People's data: Employment",
            "People's data: Work",
            "People's data: Lifecycle (internal)",
        ]),
        ResourceType::new(DEPARTMENT, "Department", Some(Trait::Group))
            .entitlements(EntitlementListing::Templates(vec![member]))
            .grants(GrantListing::PerType)
            .listed_after(USER)
            .permissions(["People's data: Work"]),
    ]
}
