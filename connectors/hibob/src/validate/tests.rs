use super::*;

fn metadata(json: &str) -> FieldList {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_key_with_null_is_readable_and_an_absent_key_is_not() {
    let person: Value = serde_json::from_str(
        r#"{"id":"1","email":null,"work":{"department":null},"/internal/lifecycleStatus":{"value":"employed"}}"#,
    )
    .unwrap();
    assert!(
        has(&person, "root.email") && has(&person, "work.department") && has(&person, LIFECYCLE)
    );
    assert!(
        !has(&person, "work.startDate")
            && !has(&person, "about.avatar")
            && !has(&person, "root.displayName")
    );
}

#[test]
fn probe_fields_follow_the_tenants_metadata() {
    let fields = metadata(
        r#"[{"id":"about.hobbies","categoryId":"about","categoryDisplayName":"About"},
            {"id":"payroll.employment.type","categoryId":"employment","categoryDisplayName":"Employment"}]"#,
    );
    assert_eq!(
        any_field_of(&fields, "about", "about.avatar"),
        Some("about.hobbies")
    );
    assert_eq!(
        any_field_of(&fields, "employment", "employment.type"),
        Some("payroll.employment.type")
    );
    let none = metadata(r#"{"fields":[]}"#);
    assert_eq!(any_field_of(&none, "about", "about.avatar"), None);
}
