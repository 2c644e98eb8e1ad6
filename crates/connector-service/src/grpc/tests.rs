use super::*;

#[test]
fn a_host_that_cannot_be_used_is_an_error_in_the_settings() {
    let mut config = crate::testing::config();
    assert_eq!(api_host(&config).unwrap().authority(), "tenant.test:443");
    for (set, authority) in [("", "tenant.test:443"), ("[::1]:8443", "[::1]:8443")] {
        config.api_host = Some(set.to_owned());
        assert_eq!(api_host(&config).unwrap().authority(), authority);
    }
    for wrong in [":443", "host:port", "host:99999", "a b", "user@host"] {
        config.api_host = Some(wrong.to_owned());
        let error = api_host(&config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{wrong}");
    }
}
