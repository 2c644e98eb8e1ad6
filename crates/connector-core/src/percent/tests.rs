use super::*;

#[test]
fn percents_are_exact() {
    let shown = |text: &str| text.parse::<Percent>().map(|p| p.to_string());
    assert_eq!(shown("20").as_deref(), Ok("20"));
    assert_eq!(shown("12.5 %").as_deref(), Ok("12.5"));
    assert_eq!(shown("0.05").as_deref(), Ok("0.05"));
    assert_eq!(shown("100").as_deref(), Ok("100"));
    for wrong in [
        "",
        "-1",
        "100.01",
        "101",
        "1.234",
        "x",
        "1e1",
        ".5",
        "5.",
        "4294967297",
    ] {
        assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
    }
    assert_eq!(Percent::of(1, 3).to_string(), "33.33");
    assert_eq!(Percent::of(0, 0).to_string(), "0");
    let exact: Percent = "33.33".parse().unwrap();
    assert!(exact.exceeded_by(1, 3));
}
