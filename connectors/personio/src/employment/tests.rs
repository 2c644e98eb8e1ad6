use super::*;

/// The chosen one of `id status start` lines, in any order.
fn chosen(lines: &[&str]) -> String {
    let employments = |lines: &[&str]| -> Vec<Employment> {
        let parse = |line: &&str| {
            let parts: Vec<&str> = line.split(' ').collect();
            let json = serde_json::json!({
                "id": parts[0], "status": parts[1], "employment_start_date": parts.get(2),
                "updated_at": parts.get(3), "created_at": parts.get(4),
            });
            serde_json::from_value(json).unwrap()
        };
        lines.iter().map(parse).collect()
    };
    let pick = |lines: &[&str]| {
        let chosen = Employments::from(employments(lines)).primary.unwrap();
        chosen.id.get().unwrap().to_owned()
    };
    let mut turned = lines.to_vec();
    let first = pick(&turned);
    for _ in 0..lines.len() {
        turned.rotate_left(1);
        assert_eq!(
            pick(&turned),
            first,
            "the order of the answer does not count"
        );
    }
    first
}

#[test]
fn active_first_then_the_newest_start() {
    for (lines, expected) in [
        (
            &[
                "a ACTIVE 2019-01-01",
                "b ACTIVE 2023-01-01",
                "c INACTIVE 2025-01-01",
            ][..],
            "b",
        ),
        (&["a ONBOARDING 2027-01-01", "b ACTIVE 2023-02-01"], "b"),
        (&["a ONBOARDING 2027-01-01", "b LEAVE 2023-02-01"], "a"),
        (&["a ONBOARDING 2026-12-01", "b ONBOARDING 2027-06-01"], "b"),
        (&["a INACTIVE 2015-01-01", "b INACTIVE 2021-05-01"], "b"),
        (&["a INACTIVE 2024-01-01", "b active 2019-01-01"], "b"),
        (
            &[
                "a INACTIVE 31/12/2030",
                "b INACTIVE",
                "c INACTIVE 2001-01-01",
            ],
            "c",
        ),
        (&["a ACTIVE", "b INACTIVE 2024-01-01"], "a"),
        (&["a X 2020-01-01T09:00:00Z", "b X 2020-01-02"], "b"),
    ] {
        assert_eq!(chosen(lines), expected, "{lines:?}");
    }
    assert!(Employments::from(Vec::new()).primary.is_none());
}

#[test]
fn ties_are_broken_by_change_creation_and_id() {
    let day = "ACTIVE 2020-01-01";
    let (early, late) = ("2021-01-01T00:00:00Z", "2022-01-01T00:00:00+00:00");
    let lines = |suffixes: [String; 2]| {
        let lines = [
            format!("b {day}{}", suffixes[0]),
            format!("a {day}{}", suffixes[1]),
        ];
        chosen(&lines.each_ref().map(String::as_str))
    };
    assert_eq!(lines([format!(" {late}"), format!(" {early}")]), "b");
    assert_eq!(lines([format!(" {late}"), " soon".to_owned()]), "b");
    assert_eq!(
        lines([format!(" {late} {late}"), format!(" {late} {early}")]),
        "b"
    );
    assert_eq!(lines([String::new(), String::new()]), "a");
}

#[test]
fn all_of_some_employments_are_inactive() {
    let all_inactive = |states: &[Option<&str>]| {
        let employment = |status: &Option<&str>| {
            serde_json::from_value(serde_json::json!({"id": "e", "status": status})).unwrap()
        };
        Employments::from(states.iter().map(employment).collect::<Vec<Employment>>()).all_inactive
    };
    assert!(all_inactive(&[Some("INACTIVE"), Some("inactive ")]));
    assert!(!all_inactive(&[]));
    assert!(!all_inactive(&[Some("INACTIVE"), None]));
    assert!(!all_inactive(&[Some("INACTIVE"), Some("LEAVE")]));
}
