use super::*;

#[test]
fn null_absent_and_odd_values_are_absent() {
    let odd = r#"{"id":7,"firstName":null,"email":{"x":1},"employeeId":42,"demo":"yes","status":true,
            "profilePhoto":null,"personalEmail":"p@home.test","teams":[]}"#;
    let person: Person = serde_json::from_str(odd).unwrap();
    assert_eq!(person.id(), Some("7"));
    assert_eq!(person.employee_id.get(), Some("42"));
    let absent = [&person.first_name, &person.email, &person.status];
    assert!(absent.iter().all(|w| w.get().is_none()));
    assert!(!person.is_demo());
}

#[test]
fn a_department_is_a_text_or_an_object() {
    let read = |json: &str| serde_json::from_str::<Named>(json).unwrap().0;
    assert_eq!(read(r#""Engineering ""#).get(), Some("Engineering "));
    assert_eq!(
        read(r#"{"id":"d","name":"Engineering"}"#).get(),
        Some("Engineering")
    );
    for odd in ["null", "{}", "[]", r#""""#] {
        assert_eq!(read(odd).get(), None, "{odd}");
    }
}

#[test]
fn a_page_needs_its_data_and_survives_records_of_any_shape() {
    let page: Listing<Location> =
        serde_json::from_str(r#"{"total":3,"data":[null,7,{"id":"a","name":"Oslo"}]}"#).unwrap();
    let labels: Vec<_> = page.data.iter().map(|l| l.0.label()).collect();
    assert_eq!(labels, [None, None, Some("Oslo")]);
    for bad in [r#"{"total":3}"#, "[]", "3", r#"{"data":{}}"#] {
        assert!(
            serde_json::from_str::<Listing<Location>>(bad).is_err(),
            "{bad}"
        );
    }
}
