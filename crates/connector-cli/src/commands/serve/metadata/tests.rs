use connector_core::id::ResourceTypeId;
use connector_core::model::{GrantListing, Trait};

use super::*;

#[test]
fn types_are_sorted_and_say_what_they_lack() {
    let id = |id: &str| ResourceTypeId::from_string(id.to_owned());
    let spec = ConnectorSpec {
        display_name: "Lake",
        help_url: Some("http://lake.example.com"),
        resource_types: vec![
            ResourceType::new(id("user"), "User", Some(Trait::User)).permissions(["read"]),
            ResourceType::new(id("boat"), "Boat", None).grants(GrantListing::PerType),
        ],
        ..ConnectorSpec::default()
    };
    let metadata = of(&spec);
    assert_eq!(metadata.display_name, "Lake");
    // Only an https address is taken.
    assert_eq!(metadata.help_url, "");
    let capabilities = metadata.capabilities.unwrap();
    assert_eq!(capabilities.connector_capabilities, [CAPABILITY_SYNC]);
    let reported: Vec<_> = capabilities
        .resource_type_capabilities
        .iter()
        .map(|c| {
            let shown = c.resource_type.as_ref().unwrap();
            let urls = shown.annotations.iter().map(|a| a.type_url.as_str());
            let named: Vec<_> = urls.map(|url| url.rsplit('.').next().unwrap()).collect();
            let needed = c.permissions.as_ref().unwrap().permissions.len();
            (shown.id.as_str(), shown.traits.clone(), named, needed)
        })
        .collect();
    assert_eq!(
        reported,
        [
            ("boat", vec![], vec!["SkipEntitlements"], 0),
            (
                "user",
                vec![1],
                vec!["SkipEntitlementsAndGrants", "CapabilityPermissions"],
                1
            ),
        ]
    );
}
