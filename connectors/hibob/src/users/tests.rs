use super::*;

/// The status of an employee with this lifecycle word and label.
fn of(word: &str, label: Option<&str>) -> (StatusKind, Option<Text>) {
    let labels = serde_json::json!({"internal": {"lifecycleStatus": label}});
    let record =
        serde_json::json!({"internal": {"lifecycleStatus": word}, "humanReadable": labels});
    let status = status(&serde_json::from_value(record).unwrap());
    (status.kind, status.details)
}

#[test]
fn lifecycle_words() {
    assert_eq!(of("", None), (StatusKind::Unspecified, None));
    assert_eq!(
        of("employed", Some("Employed")),
        (StatusKind::Enabled, None)
    );
    assert_eq!(of("Employed", None), (StatusKind::Enabled, None));
    for word in ["Terminated", "TERMINATED", " terminated "] {
        assert_eq!(of(word, None).0, StatusKind::Disabled, "{word}");
    }
    for word in [
        "hired",
        "garden leave",
        "gardenLeave",
        "parental_leave",
        "leave",
    ] {
        let expected = (StatusKind::Enabled, Some(Text::from(word)));
        assert_eq!(of(word, Some("Label")), expected, "{word}");
    }
    for word in ["sabbatical", "terminatedSoon"] {
        let expected = (StatusKind::Enabled, Some(Text::from(word)));
        assert_eq!(of(word, None), expected, "{word}");
    }
    assert_eq!(folded("gardenLeave"), folded("Garden_leave"));
    assert_eq!(folded("Parental-Leave"), "parentalleave");
}

#[test]
fn a_lifecycle_word_of_the_tenants_own_is_shown_by_its_label() {
    let enabled = |details: &str| (StatusKind::Enabled, Some(details.into()));
    assert_eq!(of("812345", Some("Jury duty")), enabled("Jury duty"));
    assert_eq!(of("jury_duty", Some("Jury duty")), enabled("Jury duty"));
    assert_eq!(of("813", Some("Terminated")).0, StatusKind::Disabled);
    // A list id without a label is no word that can be read.
    let unread = (StatusKind::Unspecified, Some("812345".into()));
    assert_eq!(of("812345", None), unread);
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
    let user = user(&employee, None).unwrap();
    assert_eq!(user.display_name, "user 3901");
    assert!(user.profile.is_empty());
    assert_eq!(user.status, Some(Status::of(StatusKind::Unspecified)));
}
