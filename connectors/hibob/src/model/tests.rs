use super::*;

fn employee(json: &str) -> Employee {
    serde_json::from_str(json).unwrap()
}

#[test]
fn nested_wins_and_slash_fills_in() {
    let both = employee(
        r#"{"id":"1","/root/id":{"value":"2"},"work":{"department":null,"title":"X"},
            "/work/department":{"value":"700101"},"/work/title":{"value":"Y"}}"#,
    );
    assert_eq!(
        (
            both.id(),
            both.get(Field::Department),
            both.shown(Field::Title)
        ),
        (Some("1"), Some("700101"), Some("X"))
    );
    let slash = employee(
        r#"{"/root/id":{"value":3901000000000000001},"/work/reportsTo":{"value":{"id":9}}}"#,
    );
    assert_eq!(slash.id(), Some("3901000000000000001"));
    assert_eq!(slash.manager_id(), Some("9"));
}

#[test]
fn unexpected_shapes_are_absent_values() {
    let odd = employee(
        r#"{"id":"1","email":["x"],"work":"none","internal":null,"humanReadable":7,"displayName":{"a":1},
            "/work/title":"bare","surname":"  ","firstName":true,"payroll":{"employment":[1]}}"#,
    );
    assert_eq!(odd.id(), Some("1"));
    assert_eq!(
        (
            odd.get(Field::Email),
            odd.get(Field::DisplayName),
            odd.get(Field::Surname),
            odd.get(Field::FirstName)
        ),
        (None, None, None, None)
    );
    assert_eq!(
        (
            odd.shown(Field::Title),
            odd.get(Field::Lifecycle),
            odd.shown(Field::EmploymentType)
                .or(odd.shown(Field::PayrollType))
        ),
        (None, None, None)
    );
}

#[test]
fn managers_come_as_object_bare_id_or_second_field() {
    let object = employee(
        r#"{"work":{"reportsTo":{"id":"9","firstName":"Sam","surname":"Ode","email":"s@l.test"}}}"#,
    );
    let manager = object.reports_to();
    assert_eq!(
        (object.manager_id(), manager.email.get(), manager.name()),
        (Some("9"), Some("s@l.test"), "Sam Ode".to_owned())
    );
    for (work, id) in [
        (r#"{"reportsTo":"9"}"#, Some("9")),
        (r#"{"reportsTo":null,"manager":9}"#, Some("9")),
        (r#"{"reportsTo":[9]}"#, None),
        ("{}", None),
    ] {
        let sent = employee(&format!(r#"{{"work":{work}}}"#));
        assert_eq!(
            (sent.manager_id(), sent.reports_to().name()),
            (id, String::new()),
            "{work}"
        );
    }
}

#[test]
fn labels_win_and_bare_list_ids_are_not_shown() {
    let e = employee(
        r#"{"work":{"title":"800001","site":"Reykjavík","department":"700101"},"employment":{"type":"77"},
            "humanReadable":{"work":{"title":"Engineer","department":"Platform"}}}"#,
    );
    assert_eq!(
        (
            e.shown(Field::Title),
            e.shown(Field::Site),
            e.label(Field::Department)
        ),
        (Some("Engineer"), Some("Reykjavík"), Some("Platform"))
    );
    assert_eq!(e.shown(Field::EmploymentType), None);
}

#[test]
fn a_record_that_is_no_object_has_no_id() {
    for json in ["null", "7", "\"x\"", "[{\"id\":\"1\"}]"] {
        let odd = employee(json);
        assert_eq!((odd.id(), odd.sent), (None, 0), "{json}");
    }
}

#[test]
fn a_field_that_was_sent_is_known_without_its_value() {
    let sent = employee(
        r#"{"id":"1","email":null,"work":{"department":null,"site":{}},"about":{"avatar":"x"},
            "/internal/lifecycleStatus":{"value":"employed"},"humanReadable":{"work":{"title":"Engineer"}}}"#,
    )
    .sent;
    use Field::{About, Department, Email, Id, Lifecycle, Site};
    let expected = [Id, Email, Department, Site, About, Lifecycle];
    assert_eq!(
        sent,
        expected
            .iter()
            .fold(0, |bits, &field| bits | 1 << field as u32)
    );
}

#[test]
fn field_metadata_in_both_envelopes_with_odd_entries() {
    let list = r#"[null, 7, {"categoryDisplayName":"?"},
        {"id":"work.department","categoryDisplayName":"Work","typeData":{"listId":"dept"}}, {"id":"work.title","typeData":null}]"#;
    for json in [list.to_owned(), format!(r#"{{"fields":{list}}}"#)] {
        let metadata: FieldList = serde_json::from_str(&json).unwrap();
        let known = metadata.get("work.department").unwrap();
        assert_eq!(
            (known.category.get(), known.type_data.0.list.get()),
            (Some("Work"), Some("dept"))
        );
        assert!(metadata.get("work.title").is_some() && metadata.get("work.site").is_none());
    }
    assert!(serde_json::from_str::<FieldList>(r#"{"error":"x"}"#).is_err());
}
