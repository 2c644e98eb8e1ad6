//! The object contains every field, in the order of its description, and nothing in it reaches a terminal unescaped.

use super::*;

#[test]
fn everything_is_said() {
    let mut findings = sample();
    findings.findings.truncate(2);
    let text = shown(&findings, Format::Json, None);
    insta::assert_snapshot!(text, @r#"
    {
      "format": "baton-audit.findings/1",
      "tool": {
        "name": "baton-audit",
        "version": "0.1.0"
      },
      "as_of": "2026-11-01",
      "summary": {
        "open": {
          "critical": 1,
          "high": 0,
          "medium": 0,
          "low": 0,
          "note": 0
        },
        "accepted": 1,
        "left_out": 0
      },
      "files": [
        {"label": "hr", "path": "demo/hr.c1z", "part": "hr", "sha256": "abababababababababababababababababababababababababababababababab", "sync_id": "demo/hr.c1z-sync", "synced_at": "2026-11-01T08:00:00Z", "identities": 120},
        {"label": "old/hr", "path": "/old/hr.c1z", "part": "earlier_hr", "sha256": "abababababababababababababababababababababababababababababababab", "sync_id": "/old/hr.c1z-sync", "synced_at": "2026-11-01T08:00:00Z", "identities": 119},
        {"label": "git hub#1", "path": "apps/git hub#1.c1z", "part": "app", "sha256": "abababababababababababababababababababababababababababababababab", "sync_id": "apps/git hub#1.c1z-sync", "synced_at": "2026-11-01T08:00:00Z", "identities": 80}
      ],
      "checks": [
        {"id": "HR-01", "title": "A job title is assigned", "severity": "low", "controls": ["SOC 2 CC6.2", "ISO 27001 A.5.16"], "remedy": "Enter the person's job title in the HR system.", "state": "ran"},
        {"id": "HR-06", "title": "State and dates agree", "severity": "medium", "controls": ["SOC 2 CC6.2", "ISO 27001 A.5.16"], "remedy": "Correct the state or the dates in the HR system.", "state": "ran"},
        {"id": "AC-01", "title": "No person who left still has access", "severity": "critical", "controls": ["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"], "remedy": "Disable the account in the app now and find out why offboarding missed it.", "state": "ran"},
        {"id": "AC-02", "title": "Every account belongs to a known person", "severity": "high", "controls": ["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"], "remedy": "Find the owner and link the account, declare it a service account in the policy, or disable it.", "state": "ran"},
        {"id": "AC-03", "title": "Access fits the person's role", "severity": "high", "controls": ["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"], "remedy": "Remove the access, or extend the role rule in the policy.", "state": "skipped", "reason": "the policy has no role rules </testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u001b[2J\u202e￿\u0000"},
        {"id": "DQ-01", "title": "The HR file has not shrunk", "severity": "high", "controls": ["SOC 2 CC6.2", "ISO 27001 A.5.16"], "remedy": "Check the connector's permissions and filters before anything acts on this file.", "state": "ran"}
      ],
      "notes": [
        "policy.toml:4: the acceptance of AC-01 </testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u001b[2J\u202e￿\u0000 fits no finding"
      ],
      "findings": [
        {"fingerprint": "942749d93904216a6d4dcb6bdacd1bbd", "check": "AC-01", "severity": "critical", "subject": {"kind": "identity", "file": 2, "id": "user:77", "name": "</testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u001b[2J\u202e￿\u0000"}, "message": "is not disabled and holds 3 grants although Maja Lind had the last day 2026-10-01", "controls": ["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"], "remedy": "Disable the account in the app now and find out why offboarding missed it.", "evidence": [{"file": 2, "table": "v1_resources", "row": 77, "external_id": "user:77", "says": "</testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u001b[2J\u202e￿\u0000"}, {"file": 0, "table": "v1_resources", "row": 12, "external_id": "user:12", "says": "lifecycle_state terminated, end_date 2026-10-01"}, {"file": 2, "table": "v1_grants", "row": 5, "external_id": "user:5", "says": "role owner"}], "accepted": null},
        {"fingerprint": "68532e789c554a89df1385d82806ed98", "check": "AC-02", "severity": "high", "subject": {"kind": "identity", "file": 2, "id": "user:ci", "name": "ci-bot"}, "message": "belongs to no person in the HR files", "controls": ["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"], "remedy": "Find the owner and link the account, declare it a service account in the policy, or disable it.", "evidence": [{"file": 2, "table": "v1_resources", "row": 9, "external_id": "user:9", "says": "status enabled"}], "accepted": {"reason": "runs the builds </testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u001b[2J\u202e￿\u0000", "until": "2026-12-31"}}
      ]
    }
    "#);
    let name = &parsed(&findings, Format::Json)["findings"][0]["subject"]["name"];
    assert_eq!(name, HOSTILE);
}

#[test]
fn a_clean_answer_has_empty_lists() {
    let document = parsed(&clean(), Format::Json);
    assert_eq!(document["findings"], serde_json::json!([]));
    assert_eq!(document["summary"]["accepted"], 0);
    assert_eq!(document["checks"][0]["state"], "ran");
}
