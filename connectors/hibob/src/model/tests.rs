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
    assert_eq!(slash.manager().id.as_deref(), Some("9"));
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
    let expected = EmployeeRef {
        id: Some("9".into()),
        email: Some("s@l.test".into()),
        name: Some("Sam Ode".into()),
    };
    assert_eq!(object.manager(), expected);
    assert_eq!(
        employee(r#"{"work":{"reportsTo":"9"}}"#)
            .manager()
            .id
            .as_deref(),
        Some("9")
    );
    assert_eq!(
        employee(r#"{"work":{"reportsTo":null,"manager":9}}"#)
            .manager()
            .id
            .as_deref(),
        Some("9")
    );
    assert_eq!(employee(r#"{"work":{}}"#).manager(), EmployeeRef::default());
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
fn every_envelope_of_a_list() {
    for json in [
        r#"{"name":"department","items":[{"id":1,"value":"A","children":null}]}"#,
        r#"{"name":"department","values":[{"id":"1","name":"A"}]}"#,
        r#"{"department":{"name":"department","items":[{"id":"1"}]}}"#,
        r#"{"lists":[{"name":"site","items":[]},{"name":"department","items":[{"id":"1"}]}]}"#,
        r#"[{"id":"1"}]"#,
    ] {
        let items = serde_json::from_str::<DepartmentList>(json)
            .unwrap()
            .into_items();
        assert_eq!(
            items.iter().map(|i| i.id.get()).collect::<Vec<_>>(),
            [Some("1")],
            "{json}"
        );
    }
}

#[test]
fn fields_are_found_by_their_path_in_each_form() {
    assert_eq!(
        EMPLOYEE_FIELDS[Field::TerminationDate as usize],
        "internal.terminationDate"
    );
    let position = |path| Field::position(path);
    assert_eq!(position("id"), Some(Field::Id as usize));
    assert_eq!(position("root.id"), position("id"));
    assert_eq!(position("work.id"), None);
    assert_eq!(position("work"), None);
    assert!(Field::any_below("work") && Field::any_below("payroll.employment"));
    assert!(!Field::any_below("wor") && !Field::any_below("work.title"));
}
