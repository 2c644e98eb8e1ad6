use super::*;

#[test]
fn rules_read_as_written() {
    let rule: Rule = "POST /people/search #1-2 -> 429 retry-after=3 header:X-A=b"
        .parse()
        .unwrap();
    let answer = Answer {
        wait: Wait::Seconds(3),
        ..Answer::status(429).header("X-A", "b")
    };
    assert_eq!(
        rule,
        Rule::always(answer)
            .method(Method::POST)
            .path("/people/search")
            .when(When::Range(1..=2))
    );
    assert_eq!(
        "every:4 -> slow chunks=3 delay-ms=5"
            .parse::<Rule>()
            .unwrap(),
        Rule::always(Fault::Slow {
            chunks: 3,
            delay: Duration::from_millis(5)
        })
        .when(When::Every(4))
    );
    let when = |text: &str| text.parse::<Rule>().unwrap().when;
    assert_eq!(when("#3 -> html"), When::Nth(3));
    assert_eq!(when("#3- -> html"), When::From(3));
    assert_eq!(when("-> html"), When::Always);
}

#[test]
fn what_cannot_be_read_is_refused_with_the_reason() {
    let why = |text: &str| text.parse::<Rule>().unwrap_err().message().to_owned();
    assert!(why("GET /x").ends_with("it has no '->' before the fault"));
    assert!(why("get /x -> html").ends_with("'get' is not a method, path or number"));
    assert!(why("#x -> html").ends_with("'x' is not a usable number"));
    assert!(why("-> redirect").ends_with("a redirect needs to=URL"));
    assert!(why("-> 429 after=1").ends_with("'after' is not known here"));
    assert!(why("-> 42").ends_with("42 is not a status"));
    assert!(why("-> explode").contains("a fault is a status such as 429"));
}
