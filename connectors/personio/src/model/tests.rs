use super::*;

fn page(json: &str) -> PageOf<Person> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_cursor_of_every_kind_of_link() {
    let next = |link: &str| {
        let json = format!(r#"{{"_data":[],"_meta":{{"links":{{"next":{link}}}}}}}"#);
        page(&json).next()
    };
    for (link, cursor) in [
        (
            r#"{"href":"https://api.personio.de/v2/persons?cursor=cur_9fK2&limit=50"}"#,
            "cur_9fK2",
        ),
        (
            r#"{"href":"https://api.personio.de/v2/persons?limit=50&cursor=x"}"#,
            "x",
        ),
        (r#""https://api.personio.de/v2/persons?cursor=x""#, "x"),
        (r#"{"href":"/v2/employments?cursor=x#top"}"#, "x"),
        (r#"{"href":"https://elsewhere.test/?cursor=x"}"#, "x"),
        (r#"{"href":"?cursor=%2B%2F%2F%2BAA%3D%3D"}"#, "+//+AA=="),
        (r#"{"href":"?cursor=+//+AA=="}"#, "+//+AA=="),
    ] {
        assert_eq!(next(link).unwrap().as_deref(), Some(cursor), "{link}");
    }
    for end in ["null", "{}", r#"{"href":null}"#, r#""""#, "[]", "7.5"] {
        assert_eq!(next(end).unwrap(), None, "{end}");
    }
    assert_eq!(page(r#"{"_data":[]}"#).next().unwrap(), None);
    for lost in [
        r#"{"href":"https://api.personio.de/v2/persons?limit=50"}"#,
        r#""?cursor=""#,
        "7",
    ] {
        let error = next(lost).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert_eq!(
            error.message(),
            "Personio's link to the next page has no cursor"
        );
        assert!(error.hint_text().is_some());
    }
}

#[test]
fn a_page_must_have_its_list() {
    for wrong in [r#"{"_data":null}"#, "{}", "[]", r#"{"_data":{}}"#] {
        assert!(
            serde_json::from_str::<PageOf<Person>>(wrong).is_err(),
            "{wrong}"
        );
    }
    let odd = page(r#"{"_data":[null,7,{"id":12}],"_meta":null}"#);
    let ids: Vec<_> = odd.data.iter().map(|p| p.0.id.get()).collect();
    assert_eq!(ids, [None, None, Some("12")]);
}

#[test]
fn unexpected_shapes_are_absent_values() {
    for list in ["null", "\"x\"", "7", "-7", "1.5", "true", r#"{"a":[{}]}"#] {
        let json = format!(
            r#"{{"id":"1","email":["x"],"first_name":{{}},"custom_attributes":{list},"gender":"FEMALE"}}"#
        );
        let person: Person = serde_json::from_str(&json).unwrap();
        assert_eq!((person.email.get(), person.first_name.get()), (None, None));
        assert!(person.custom_attributes.0.is_empty(), "{list}");
    }
    let employment: Employment = serde_json::from_str(
        r#"{"position":"x","supervisor":7,"org_units":[null,"x",{"type":"team","id":71}],
                "termination":{"last_working_date":"2026-12-31","reason":"DEATH"}}"#,
    )
    .unwrap();
    assert_eq!(employment.position.0.title.get(), None);
    assert_eq!(employment.org_units.0.len(), 3);
    assert_eq!(employment.org_units.0[2].id.get(), Some("71"));
    assert_eq!(employment.termination.0.last_day(), Some("2026-12-31"));
}
