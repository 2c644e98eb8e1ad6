use super::*;

#[test]
fn hosts() {
    for (text, authority, loopback) in [
        ("tenant.example.com", "tenant.example.com:443", false),
        ("localhost:8443", "localhost:8443", true),
        ("[::1]:8443", "[::1]:8443", true),
        ("[2001:db8::1]", "[2001:db8::1]:443", false),
        ("127.0.0.1", "127.0.0.1:443", true),
    ] {
        let host = Host::parse(text).unwrap();
        assert_eq!(
            (host.authority().as_str(), host.is_loopback()),
            (authority, loopback)
        );
    }
    for wrong in ["", ":443", "host:port", "host:99999", "a b", "user@host"] {
        assert_eq!(Host::parse(wrong), None, "{wrong}");
    }
}
