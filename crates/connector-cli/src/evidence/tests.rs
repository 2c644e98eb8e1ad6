use super::address;

#[test]
fn an_address_is_shown_without_what_may_be_secret() {
    for (given, shown) in [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        (
            "https://a:b@c@api.example.com/v1?key=1#x",
            "https://api.example.com/v1",
        ),
        ("https://api.example.com", "https://api.example.com"),
        ("api.example.com?key=1", "api.example.com"),
        ("", ""),
    ] {
        assert_eq!(address(given), shown);
    }
}
