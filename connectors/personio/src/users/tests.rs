use super::*;

/// The user with these employments, when no names are known.
fn without_names(
    person: &Person,
    employments: Vec<Employment>,
    custom: Vec<(String, ProfileValue)>,
) -> Option<Resource> {
    let lookups = Lookups {
        directory: &Directory::default(),
        colleagues: &Colleagues::default(),
    };
    user(person, &employments.into(), lookups, custom)
}

#[test]
fn a_status_that_is_left_out_is_that_of_inactive_employments() {
    let person = |status: &str| {
        let json = format!(r#"{{"id":"1"{status}}}"#);
        serde_json::from_str::<Person>(&json).unwrap()
    };
    let ended = || serde_json::from_str::<Employment>(r#"{"status":"INACTIVE"}"#).unwrap();
    let status = |text: &str, employments| {
        let user = without_names(&person(text), employments, Vec::new()).unwrap();
        (
            user.status.unwrap(),
            user.profile.get("lifecycle_state").cloned(),
        )
    };
    let disabled = Status::of(StatusKind::Disabled).with_details("INACTIVE");
    assert_eq!(status("", vec![ended(), ended()]), (disabled, None));
    assert_eq!(status("", Vec::new()).0.kind, StatusKind::Unspecified);
    // Personio's own verdict counts when there is one.
    let active = r#","status":"ACTIVE""#;
    assert_eq!(status(active, vec![ended()]).0.kind, StatusKind::Enabled);
}

#[test]
fn a_cost_centre_is_the_one_with_the_greatest_share() {
    let of = |json: &str| {
        let employment: Employment =
            serde_json::from_str(&format!(r#"{{"cost_centers":{json}}}"#)).unwrap();
        cost_center(&employment).map(str::to_owned)
    };
    let some = |id: &str| Some(id.to_owned());
    assert_eq!(
        of(r#"[{"id":"1","weight":40},{"id":2,"weight":60.5}]"#),
        some("2")
    );
    assert_eq!(
        of(r#"[{"id":"1","weight":50},{"id":"2","weight":50}]"#),
        some("1")
    );
    assert_eq!(of(r#"[{"weight":100},{"id":"2"}]"#), some("2"));
    assert_eq!(of("[]"), None);
    assert_eq!(of("null"), None);
}

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
        assert_eq!(of(Some(word)), (kind, Some(word.into())));
    }
}

#[test]
fn a_person_with_nothing_but_an_id() {
    let person: Person = serde_json::from_str(r#"{"id":40117}"#).unwrap();
    let user = without_names(&person, Vec::new(), Vec::new()).unwrap();
    assert_eq!(user.id.to_string(), "user:40117");
    assert_eq!(user.display_name, "user 40117");
    assert!(user.profile.is_empty());
    assert_eq!(user.status, Some(Status::of(StatusKind::Unspecified)));
    let without_id: Person = serde_json::from_str(r#"{"email":"a@lake.test"}"#).unwrap();
    assert_eq!(without_names(&without_id, Vec::new(), Vec::new()), None);
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
    let custom = vec![("custom_shirt".to_owned(), ProfileValue::Text("L".into()))];
    let user = without_names(&person, vec![employment], custom).unwrap();
    let facts: Vec<_> = user.profile.iter().collect();
    let text = |t: &str| ProfileValue::Text(t.into());
    let units = ["715", "71"].map(Text::from).to_vec();
    assert_eq!(
        user.profile.get("org_unit_ids"),
        Some(&ProfileValue::List(units))
    );
    let facts: Vec<_> = facts
        .into_iter()
        .filter(|(key, _)| *key != "org_unit_ids")
        .collect();
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
        ("team_id", "715"),
    ];
    assert_eq!(facts.len(), expected.len(), "{facts:?}");
    for (fact, (key, value)) in facts.iter().zip(expected) {
        assert_eq!(*fact, (key, &text(value)));
    }
    assert_eq!(user.display_name, "Mira Okafor");
    assert!(user.created_at.is_some());
}
