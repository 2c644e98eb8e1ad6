//! The log is valid SARIF and contains the fields that a code-scanning view shows.

use serde_json::Value;

use super::sarif_rules::{list, wrong};
use super::*;

#[test]
fn the_log_is_valid() {
    for findings in [sample(), clean()] {
        assert_eq!(wrong(&parsed(&findings, Format::Sarif)), [""; 0]);
    }
}

#[test]
fn the_rules_bite() {
    let log = parsed(&sample(), Format::Sarif);
    let broken = |at: &str, value: Value| {
        let mut log = log.clone();
        *log.pointer_mut(at).unwrap() = value;
        wrong(&log).len()
    };
    let cases = [
        ("/version", "2.0.0".into()),
        ("/runs/0/results/0/level", "high".into()),
        ("/runs/0/results/0/ruleIndex", 3.into()),
        ("/runs/0/results/0/message/text", "[a](b)".into()),
        ("/runs/0/results/0/message/text", "{0}".into()),
        ("/runs/0/results/0/locations", Value::Array(vec![])),
        ("/runs/0/results/1/suppressions/0", serde_json::json!({})),
        ("/runs/0/artifacts/0/location/uri", "/hr.c1z".into()),
        ("/runs/0/artifacts/0/location/uri", "a b.c1z".into()),
        ("/runs/0/artifacts/0/location/uri", "../hr.c1z".into()),
        ("/runs/0/artifacts/0/hashes", serde_json::json!({})),
        (
            "/runs/0/tool/driver",
            serde_json::json!({"name": "x", "rules": [], "colour": 1}),
        ),
        (
            "/runs/0/tool/driver/rules/0/properties/security-severity",
            3.into(),
        ),
    ];
    for (at, value) in cases {
        assert!(broken(at, value.clone()) > 0, "{at} {value}");
    }
}

#[test]
fn a_result_in_full() {
    let log = parsed(&sample(), Format::Sarif);
    let pretty = |at: &str| serde_json::to_string_pretty(log.pointer(at).unwrap()).unwrap();
    insta::assert_snapshot!(pretty("/runs/0/results/0"), @r#"
    {
      "level": "error",
      "locations": [
        {
          "logicalLocations": [
            {
              "fullyQualifiedName": "user:77",
              "name": "</testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)[2J￿ (user:77)"
            }
          ],
          "physicalLocation": {
            "artifactLocation": {
              "index": 2,
              "uri": "apps/git%20hub%231.c1z",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1
            }
          }
        }
      ],
      "message": {
        "text": "</testcase>]]><script>alert('x')</script> & \"{{0}}\" [pay] (https://evil.test)[2J￿ (user:77) is not disabled and holds 3 grants although Maja Lind had the last day 2026-10-01."
      },
      "partialFingerprints": {
        "findingId/v1": "942749d93904216a6d4dcb6bdacd1bbd",
        "primaryLocationLineHash": "942749d93904216a6d4dcb6bdacd1bbd:1"
      },
      "properties": {
        "severity": "critical"
      },
      "rank": 95.0,
      "relatedLocations": [
        {
          "id": 1,
          "logicalLocations": [
            {
              "fullyQualifiedName": "v1_resources/77",
              "name": "user:77"
            }
          ],
          "message": {
            "text": "</testcase>]]><script>alert('x')</script> & \"{{0}}\" [pay] (https://evil.test)[2J￿"
          },
          "physicalLocation": {
            "artifactLocation": {
              "index": 2,
              "uri": "apps/git%20hub%231.c1z",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1
            }
          }
        },
        {
          "id": 2,
          "logicalLocations": [
            {
              "fullyQualifiedName": "v1_resources/12",
              "name": "user:12"
            }
          ],
          "message": {
            "text": "lifecycle_state terminated, end_date 2026-10-01"
          },
          "physicalLocation": {
            "artifactLocation": {
              "index": 0,
              "uri": "demo/hr.c1z",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1
            }
          }
        },
        {
          "id": 3,
          "logicalLocations": [
            {
              "fullyQualifiedName": "v1_grants/5",
              "name": "user:5"
            }
          ],
          "message": {
            "text": "role owner"
          },
          "physicalLocation": {
            "artifactLocation": {
              "index": 2,
              "uri": "apps/git%20hub%231.c1z",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1
            }
          }
        }
      ],
      "ruleId": "AC-01",
      "ruleIndex": 8,
      "suppressions": []
    }
    "#);
    insta::assert_snapshot!(pretty("/runs/0/results/1/suppressions"), @r#"
    [
      {
        "justification": "runs the builds </testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)[2J￿",
        "kind": "external",
        "properties": {
          "until": "2026-12-31"
        },
        "status": "accepted"
      }
    ]
    "#);
    insta::assert_snapshot!(pretty("/runs/0/invocations"), @r#"
    [
      {
        "executionSuccessful": true,
        "toolConfigurationNotifications": [
          {
            "associatedRule": {
              "id": "AC-03",
              "index": 10
            },
            "level": "note",
            "message": {
              "text": "AC-03 did not run: the policy has no role rules </testcase>]]><script>alert('x')</script> & \"{{0}}\" [pay] (https://evil.test)[2J￿"
            }
          },
          {
            "level": "note",
            "message": {
              "text": "policy.toml:4: the acceptance of AC-01 </testcase>]]><script>alert('x')</script> & \"{{0}}\" [pay] (https://evil.test)[2J￿ fits no finding"
            }
          }
        ]
      }
    ]
    "#);
    insta::assert_snapshot!(pretty("/runs/0/artifacts/1"), @r#"
    {
      "description": {
        "text": "old/hr"
      },
      "hashes": {
        "sha-256": "abababababababababababababababababababababababababababababababab"
      },
      "location": {
        "uri": "file:///old/hr.c1z"
      },
      "properties": {
        "sync_id": "/old/hr.c1z-sync",
        "synced_at": "2026-11-01T08:00:00Z"
      },
      "roles": [
        "referencedOnCommandLine"
      ]
    }
    "#);
    insta::assert_snapshot!(pretty("/runs/0/tool/driver/rules/8"), @r#"
    {
      "defaultConfiguration": {
        "level": "error",
        "rank": 95.0
      },
      "fullDescription": {
        "text": "No person who left still has access. Disable the account in the app now and find out why offboarding missed it."
      },
      "help": {
        "text": "Disable the account in the app now and find out why offboarding missed it. Supports SOC 2 CC6.2, SOC 2 CC6.3, ISO 27001 A.5.16, ISO 27001 A.5.18."
      },
      "id": "AC-01",
      "name": "No person who left still has access",
      "properties": {
        "controls": [
          "SOC 2 CC6.2",
          "SOC 2 CC6.3",
          "ISO 27001 A.5.16",
          "ISO 27001 A.5.18"
        ],
        "precision": "high",
        "security-severity": "9.5",
        "tags": [
          "security",
          "SOC 2 CC6.2",
          "SOC 2 CC6.3",
          "ISO 27001 A.5.16",
          "ISO 27001 A.5.18"
        ]
      },
      "shortDescription": {
        "text": "No person who left still has access"
      }
    }
    "#);
}

#[test]
fn severities_as_github_reads_them() {
    let log = parsed(&sample(), Format::Sarif);
    let levels: Vec<_> = list(&log["runs"][0]["results"])
        .iter()
        .map(|r| r["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["error", "error", "warning", "error", "note"]);
    for rule in list(&log["runs"][0]["tool"]["driver"]["rules"]) {
        let id = rule["id"].as_str().unwrap();
        let score: f64 = rule["properties"]["security-severity"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let read = match score {
            s if s > 9.0 => Severity::Critical,
            s if s >= 7.0 => Severity::High,
            s if s >= 4.0 => Severity::Medium,
            _ => Severity::Low,
        };
        assert_eq!(read, check(id).severity, "{id}");
    }
}

#[test]
fn paths_become_uris() {
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().canonicalize().unwrap();
    std::fs::create_dir(real.join("sub")).unwrap();
    std::fs::write(real.join("hr.c1z"), "").unwrap();
    let through = format!("{}/sub/../hr.c1z", real.display());
    let mut findings = clean();
    let uri = |findings: &Findings| {
        let log = parsed(findings, Format::Sarif);
        assert_eq!(wrong(&log), [""; 0]);
        log["runs"][0]["artifacts"][0]["location"]["uri"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (path, expected) in [
        ("./demo//hr.c1z", "demo/hr.c1z".to_owned()),
        ("/data/hr ü.c1z", "file:///data/hr%20%C3%BC.c1z".to_owned()),
        ("a:b?#.c1z", "a%3Ab%3F%23.c1z".to_owned()),
        ("../gone/hr.c1z", "hr.c1z".to_owned()),
        (
            through.as_str(),
            format!("file://{}/hr.c1z", real.display()),
        ),
    ] {
        findings.files[0].path = path.to_owned();
        assert_eq!(uri(&findings), expected, "{path}");
    }
}

#[test]
fn more_results_than_github_takes_are_noted() {
    assert_eq!(too_many_results(25_000), None);
    insta::assert_snapshot!(too_many_results(25_001).unwrap(), @"25,001 results are more than the 25,000 that GitHub takes of one run; --min-severity leaves out the lesser ones");
}
