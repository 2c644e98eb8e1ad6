use super::*;

fn acted(when: When) -> Vec<u64> {
    let schedule: FaultSchedule = [Rule::always(Fault::Reset).when(when)]
        .into_iter()
        .collect();
    (1..=7)
        .filter(|_| schedule.next(&Method::GET, "/x").is_some())
        .collect()
}

#[test]
fn each_when_names_its_requests() {
    assert_eq!(acted(When::Always), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(acted(When::Nth(2)), [2]);
    assert_eq!(acted(When::Range(2..=4)), [2, 3, 4]);
    assert_eq!(acted(When::From(6)), [6, 7]);
    assert_eq!(acted(When::Every(3)), [3, 6]);
    assert!(acted(When::Every(0)).is_empty());
}

#[test]
fn only_matching_requests_count_and_the_first_acting_rule_decides() {
    let schedule = FaultSchedule::new();
    schedule.add(
        Rule::always(Fault::Html)
            .method(Method::POST)
            .path("/search")
            .when(When::Nth(2)),
    );
    schedule.add(Rule::always(Fault::status(500)).when(When::From(3)));
    let next = |method: Method, path: &str| schedule.next(&method, path).map(|f| f.name());
    assert_eq!(next(Method::GET, "/search"), None);
    assert_eq!(next(Method::POST, "/people/search"), None);
    assert_eq!(next(Method::POST, "/people/search"), Some("html"));
    assert_eq!(next(Method::POST, "/other"), Some("answer"));
    schedule.clear();
    assert_eq!(schedule.next(&Method::POST, "/other"), None);
    schedule.add(Rule::always(Fault::Reset).path("/persons$"));
    assert!(schedule.next(&Method::GET, "/v2/persons").is_some());
    assert!(schedule.next(&Method::GET, "/v2/persons/1").is_none());
}
