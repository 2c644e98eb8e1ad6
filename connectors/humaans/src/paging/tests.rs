use super::*;
use crate::model::JobRole;

fn listing(json: &str) -> Listing<JobRole> {
    serde_json::from_str(json).unwrap()
}

fn place(skip: usize, before: &str) -> Place {
    let before = (!before.is_empty()).then(|| before.to_owned());
    Place { skip, before }
}

#[test]
fn a_listing_goes_on_behind_what_came() {
    let two = r#""data":[{"id":"a"},{"id":"b"}]"#;
    let next = |start: usize, head: &str| {
        let listing = listing(&format!("{{{head}{two}}}"));
        place(start, "").next(&listing, 250).unwrap()
    };
    // Clamped to two; the total decides only about a page that is not full.
    let on = Some(place(2, "a"));
    assert_eq!(next(0, r#""total":9,"limit":2,"#), on);
    assert_eq!(next(0, r#""total":2,"limit":2,"#), on);
    assert_eq!(next(0, r#""total":0,"limit":2,"#), on);
    assert_eq!(next(0, r#""total":"9","limit":"250","#), on);
    assert_eq!(next(0, r#""total":null,"#), on);
    assert_eq!(next(0, ""), on);
    assert_eq!(next(0, r#""total":2,"limit":250,"#), None);
    assert_eq!(next(0, r#""total":2,"#), None);
    assert_eq!(next(7, r#""total":9,"#), None);
    let empty = listing(r#"{"total":900,"limit":250,"skip":500,"data":[]}"#);
    assert_eq!(place(500, "a").next(&empty, 250).unwrap(), None);
}

#[test]
fn the_same_page_twice_is_an_error() {
    let page = listing(r#"{"total":9,"limit":1,"data":[{"id":"a"}]}"#);
    let next = Place::default().next(&page, 250).unwrap().unwrap();
    let error = next.next(&page, 250).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(error.message(), "Humaans answered with the same page twice");
}

#[test]
fn cursors_work_in_another_process() {
    let mut passes = Vec::new();
    let mut cursor = None;
    loop {
        let (pass, start) = people_at(cursor.as_ref()).unwrap();
        assert_eq!(start, Place::default());
        passes.push(pass.status());
        let middle = people_after(pass, Some(place(250, "x:y"))).unwrap();
        assert_eq!(
            people_at(middle.as_ref()).unwrap(),
            (pass, place(250, "x:y"))
        );
        cursor = people_after(pass, None).unwrap();
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(passes, ["newHire", "active", "offboarded"]);
    for odd in ["active", "active:x:y", "left:1:a", "active:1"] {
        let cursor = Cursor::new(odd).unwrap();
        assert_eq!(
            people_at(Some(&cursor)).unwrap_err().kind(),
            ErrorKind::Precondition,
            "{odd}"
        );
    }
}
