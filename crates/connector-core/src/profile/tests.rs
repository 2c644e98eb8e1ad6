use super::*;

#[test]
fn absent_blank_and_wrong_values_are_left_out() {
    let mut p = Profile::new();
    p.text("first_name", Some("  Maja\u{1b}[31m "));
    p.text("last_name", Some(" \t"));
    p.text("job_title", None);
    p.date("start_date", Some("2020-05-04T00:00:00"));
    p.date("end_date", Some("soon"));
    let facts: Vec<_> = p.iter().map(|(k, v)| (k.to_owned(), v.clone())).collect();
    assert_eq!(
        facts,
        [
            ("first_name".into(), ProfileValue::Text("Maja [31m".into())),
            ("start_date".into(), ProfileValue::Text("2020-05-04".into()))
        ]
    );
}

#[test]
fn every_text_of_a_profile_is_on_one_line() {
    let mut p = Profile::new();
    let list = ["Sales\nNorth", "\n"].map(Text::from).to_vec();
    p.set("teams", ProfileValue::List(list));
    p.set("none", ProfileValue::List(vec![" ".into()]));
    p.set("job_title", ProfileValue::Text("Head of\nthings".into()));
    let facts: Vec<_> = p.iter().map(|(k, v)| (k, v.clone())).collect();
    assert_eq!(
        facts,
        [
            ("job_title", ProfileValue::Text("Head of things".into())),
            ("teams", ProfileValue::List(vec!["Sales North".into()])),
        ]
    );
}

#[test]
fn keys_stay_sorted_and_unique() {
    let mut p = Profile::new();
    for (k, v) in [("b", "1"), ("a", "2"), ("b", "3")] {
        p.text(k, Some(v));
    }
    assert_eq!(p.iter().map(|(k, _)| k).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(p.get_text("b"), Some("3"));
}
