//! The capabilities and the configuration schema that the program prints.

use connector_cli::{capabilities_json, config_json};
use connector_core::spec::App;

use crate::app::Lake;
use crate::grouped::Grouped;
use crate::support::bare;

#[tokio::test]
async fn capabilities_need_no_settings() {
    let out = bare(&["capabilities"]).await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    assert_eq!(out.stdout, capabilities_json(&Lake::spec()));
    assert!(!out.stdout.ends_with('\n'));
    insta::assert_snapshot!(out.stdout, @r#"
    {
      "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
      "resourceTypeCapabilities": [
        {
          "resourceType": {
            "id": "group",
            "displayName": "Crew",
            "traits": [
              "TRAIT_GROUP"
            ]
          },
          "capabilities": [
            "CAPABILITY_SYNC"
          ],
          "permissions": {}
        },
        {
          "resourceType": {
            "id": "user",
            "displayName": "Person",
            "traits": [
              "TRAIT_USER"
            ],
            "annotations": [
              {
                "@type": "type.googleapis.com/c1.connector.v2.SkipEntitlementsAndGrants"
              },
              {
                "@type": "type.googleapis.com/c1.connector.v2.CapabilityPermissions",
                "permissions": [
                  {
                    "permission": "people:read"
                  }
                ]
              }
            ]
          },
          "capabilities": [
            "CAPABILITY_SYNC"
          ],
          "permissions": {
            "permissions": [
              {
                "permission": "people:read"
              }
            ]
          }
        }
      ],
      "connectorCapabilities": [
        "CAPABILITY_SYNC"
      ],
      "credentialDetails": {}
    }
    "#);
}

#[tokio::test]
async fn config_needs_no_settings() {
    let out = bare(&["config"]).await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    assert_eq!(out.stdout, config_json(&Lake::spec()));
    assert!(!out.stdout.ends_with('\n'));
    // The flags that every connector has come first and are the same everywhere.
    let own = out
        .stdout
        .find("    {\n      \"name\": \"lake-url\"")
        .unwrap();
    insta::assert_snapshot!(&out.stdout[own..], @r#"
        {
          "name": "lake-url",
          "displayName": "Base URL",
          "description": "Base URL of the \u003cLake\u003e API",
          "placeholder": "https://lake.example.com",
          "isRequired": true,
          "stringField": {
            "rules": {
              "wellKnown": "WELL_KNOWN_STRING_URI",
              "isRequired": true
            }
          }
        },
        {
          "name": "lake-token",
          "displayName": "Token",
          "description": "Token of the API",
          "isRequired": true,
          "isSecret": true,
          "stringField": {
            "rules": {
              "minLen": "4",
              "isRequired": true
            }
          }
        },
        {
          "name": "lake-region",
          "description": "Where the lake is",
          "stringField": {
            "defaultValue": "north",
            "rules": {
              "in": [
                "north",
                "south"
              ]
            }
          }
        },
        {
          "name": "lake-depth",
          "description": "How deep to look",
          "intField": {
            "defaultValue": "10",
            "rules": {
              "lte": "99",
              "gte": "1"
            }
          }
        },
        {
          "name": "lake-frozen",
          "description": "Whether it is winter",
          "boolField": {}
        },
        {
          "name": "lake-boats",
          "description": "Boats to count",
          "stringSliceField": {}
        },
        {
          "name": "script",
          "description": "What the connector does",
          "stringField": {}
        }
      ],
      "displayName": "Lake",
      "helpUrl": "https://lake.example.com/docs?a=1\u0026b=2"
    }
    "#);
}

#[test]
fn default_flags_in_the_schema_have_the_shape_that_consumers_know() {
    let json: serde_json::Value = serde_json::from_str(&config_json(&Lake::spec())).unwrap();
    let shapes: Vec<_> = json["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["isOps"] == true)
        .map(|f| {
            let mut f = f.as_object().unwrap().clone();
            let name = f.remove("name").unwrap();
            assert!(
                !f.remove("description")
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .is_empty()
            );
            f.remove("isOps");
            format!(
                "{}: {}",
                name.as_str().unwrap(),
                serde_json::to_string(&f).unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(shapes.join("\n"), @r#"
    log-level: {"stringField":{"defaultValue":"info"}}
    log-level-debug-expires-at: {"stringField":{}}
    session-store-maximum-size: {"intField":{"defaultValue":"15728640"}}
    otel-collector-endpoint: {"stringField":{}}
    otel-collector-endpoint-tls-cert-path: {"stringField":{}}
    otel-collector-endpoint-tls-cert: {"stringField":{}}
    otel-collector-endpoint-tls-insecure: {"boolField":{}}
    otel-tracing-disabled: {"boolField":{}}
    otel-logging-disabled: {"boolField":{}}
    health-check: {"boolField":{}}
    health-check-port: {"intField":{"defaultValue":"8081"}}
    health-check-bind-address: {"stringField":{"defaultValue":"127.0.0.1"}}
    http-timeout-seconds: {"intField":{"defaultValue":"300","rules":{"gte":"1","lte":"1800"}}}
    "#);
}

#[test]
fn constraints_between_shown_fields_are_in_the_schema() {
    let json = config_json(&Grouped::spec());
    let at = json.find("  \"constraints\"").unwrap();
    insta::assert_snapshot!(&json[at..], @r#"
      "constraints": [
        {
          "kind": "CONSTRAINT_KIND_AT_LEAST_ONE",
          "fieldNames": [
            "user",
            "key"
          ]
        },
        {
          "kind": "CONSTRAINT_KIND_MUTUALLY_EXCLUSIVE",
          "fieldNames": [
            "user",
            "key"
          ]
        },
        {
          "kind": "CONSTRAINT_KIND_REQUIRED_TOGETHER",
          "fieldNames": [
            "user",
            "password",
            "scope"
          ]
        },
        {
          "kind": "CONSTRAINT_KIND_DEPENDENT_ON",
          "fieldNames": [
            "key-id"
          ],
          "secondaryFieldNames": [
            "key"
          ]
        }
      ],
      "displayName": "Lake",
      "helpUrl": "https://lake.example.com/docs?a=1\u0026b=2"
    }
    "#);
}
