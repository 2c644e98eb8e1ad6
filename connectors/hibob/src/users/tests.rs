use super::*;

#[test]
fn lifecycle_words() {
    let of = |word| (status(word).kind, status(word).details);
    assert_eq!(of(None), (StatusKind::Unspecified, None));
    assert_eq!(of(Some("employed")), (StatusKind::Enabled, None));
    assert_eq!(of(Some("Employed")), (StatusKind::Enabled, None));
    for word in ["Terminated", "TERMINATED", " terminated "] {
        assert_eq!(of(Some(word)).0, StatusKind::Disabled, "{word}");
    }
    for word in [
        "hired",
        "garden leave",
        "gardenLeave",
        "parental_leave",
        "leave",
        "sabbatical",
        "terminatedSoon",
    ] {
        assert_eq!(
            of(Some(word)),
            (StatusKind::Enabled, Some(word.to_owned())),
            "{word}"
        );
    }
    assert_eq!(folded("gardenLeave"), folded("Garden_leave"));
    assert_eq!(folded("Parental-Leave"), "parental leave");
}

#[test]
fn times_without_zone_are_utc() {
    let expected: Timestamp = "2023-05-19T11:13:40.175639Z".parse().unwrap();
    assert_eq!(created_at("2023-05-19T11:13:40.175639"), Some(expected));
    assert_eq!(created_at("2023-05-19T11:13:40.175639Z"), Some(expected));
    assert_eq!(created_at("yesterday"), None);
}

#[test]
fn a_person_with_nothing_but_an_id() {
    let employee: Employee = serde_json::from_str(r#"{"id":"3901"}"#).unwrap();
    let user = user(&employee, None, &Departments::default()).unwrap();
    assert_eq!(user.display_name, "user 3901");
    assert!(user.profile.is_empty());
    assert_eq!(user.status, Some(Status::of(StatusKind::Unspecified)));
}
