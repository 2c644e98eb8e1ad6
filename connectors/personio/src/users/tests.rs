
use super::*;

#[test]
fn states() {
    let of = |word| (status(word).kind, status(word).details);
    assert_eq!(of(None), (StatusKind::Unspecified, None));
    assert_eq!(of(Some("ACTIVE")), (StatusKind::Enabled, None));
    assert_eq!(of(Some("active ")), (StatusKind::Enabled, None));
    for (word, kind) in [
        ("INACTIVE", StatusKind::Disabled),
        ("inactive", StatusKind::Disabled),
        ("UNSPECIFIED", StatusKind::Unspecified),
        ("ONBOARDING", StatusKind::Unspecified),
    ] {
        assert_eq!(of(Some(word)), (kind, Some(word.to_owned())));
    }
}

#[test]
fn a_person_with_nothing_but_an_id() {
    let person: Person = serde_json::from_str(r#"{"id":40117}"#).unwrap();
    let user = user(&person, None, Vec::new()).unwrap();
    assert_eq!(user.id.to_string(), "user:40117");
    assert_eq!(user.display_name, "user 40117");
    assert!(user.profile.is_empty());
    assert_eq!(user.status, Some(Status::of(StatusKind::Unspecified)));
    let nobody: Person = serde_json::from_str(r#"{"email":"a@lake.test"}"#).unwrap();
    assert_eq!(super::user(&nobody, None, Vec::new()), None);
}

#[test]
fn an_employment_adds_what_may_be_kept() {
    let person: Person = serde_json::from_str(
            r#"{"id":"1","first_name":"Mira","last_name":"Okafor","preferred_name":"Mimi","email":"mira@lake.test",
                "status":"ACTIVE","created_at":"2023-02-01T09:00:00Z","gender":"FEMALE"}"#,
        )
        .unwrap();
    let employment: Employment = serde_json::from_str(
            r#"{"id":"e","status":"LEAVE","type":"INTERNAL","employment_start_date":"2023-02-01",
                "employment_end_date":"soon","position":{"title":"Engineer"},"supervisor":{"id":40002},
                "org_units":[{"type":"team","id":"715"},{"type":"Department","id":"71"}],
                "termination":{"last_working_day":"2026-11-30","type":"FIRED","reason":"planted"},
                "probation_end_date":"2023-08-01","weekly_working_hours":38.5}"#,
        )
        .unwrap();
    let custom = vec![(
        "custom_shirt".to_owned(),
        ProfileValue::Text("L".to_owned()),
    )];
    let user = user(&person, Some(&employment), custom).unwrap();
    let facts: Vec<_> = user.profile.iter().collect();
    let text = |t: &str| ProfileValue::Text(t.to_owned());
    let expected = [
        ("custom_shirt", "L"),
        ("department_id", "71"),
        ("email", "mira@lake.test"),
        ("employment_status", "LEAVE"),
        ("employment_type", "INTERNAL"),
        ("end_date", "2026-11-30"),
        ("first_name", "Mira"),
        ("job_title", "Engineer"),
        ("last_name", "Okafor"),
        ("lifecycle_state", "ACTIVE"),
        ("manager_id", "40002"),
        ("preferred_name", "Mimi"),
        ("start_date", "2023-02-01"),
    ];
    assert_eq!(facts.len(), expected.len(), "{facts:?}");
    for (fact, (key, value)) in facts.iter().zip(expected) {
        assert_eq!(*fact, (key, &text(value)));
    }
    assert_eq!(user.display_name, "Mira Okafor");
    assert!(user.created_at.is_some());
}
