use super::*;

/// What is read from an environment with these variables.
fn of(host: &str, variables: &[(&str, &str)]) -> Result<Option<Proxy>> {
    let host = Host::parse(host).unwrap();
    Proxy::of(&host, |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.into())
    })
}

fn shown(host: &str, variables: &[(&str, &str)]) -> Option<String> {
    of(host, variables).unwrap().map(|proxy| proxy.to_string())
}

#[test]
fn which_hosts_go_through_which_proxy() {
    let proxy = ("HTTPS_PROXY", "http://proxy.example.com:3128");
    let tenant = "tenant.example.com";
    let expected = "http://proxy.example.com:3128 (HTTPS_PROXY)";
    assert_eq!(shown(tenant, &[proxy]).as_deref(), Some(expected));
    for (host, exceptions) in [
        ("near.example.com", "near.example.com"),
        ("a.near.example.com", "other.test, .near.example.com"),
        (tenant, "*"),
        ("localhost:8443", ""),
        ("127.0.0.1:8443", ""),
    ] {
        assert_eq!(
            shown(host, &[proxy, ("NO_PROXY", exceptions)]),
            None,
            "{host}"
        );
    }
    assert_eq!(shown(tenant, &[]), None);
    assert_eq!(
        shown(
            tenant,
            &[("HTTPS_PROXY", ""), ("HTTP_PROXY", "http://a.test")]
        ),
        None
    );
    for (variables, expected) in [
        (
            [("https_proxy", "b.test:1"), ("ALL_PROXY", "c.test")],
            "http://b.test:1 (https_proxy)",
        ),
        (
            [("HTTPS_PROXY", ""), ("ALL_PROXY", "c.test")],
            "http://c.test (ALL_PROXY)",
        ),
        (
            [
                ("HTTPS_PROXY", "https://u:p@d.test:2"),
                ("https_proxy", "e.test"),
            ],
            "https://d.test:2 (HTTPS_PROXY)",
        ),
        (
            [
                ("HTTPS_PROXY", "http://[::1]:3128/"),
                ("NO_PROXY", "x.test"),
            ],
            "http://[::1]:3128 (HTTPS_PROXY)",
        ),
    ] {
        assert_eq!(shown(tenant, &variables).as_deref(), Some(expected));
    }
}

#[test]
fn a_value_that_is_no_address_is_refused_and_never_means_direct() {
    for odd in [
        " http://maja:oar@proxy.test:3128",
        "http://maja:oar@proxy.test:3128\r",
        "http://maja:oar@proxy.test:3128\n",
        "\"http://maja:oar@proxy.test:3128\"",
        "'http://maja:oar@proxy.test:3128'",
        "http://maja:oar@proxy .test",
        "http://maja:oar@proxy.test:port",
        "http://maja:oar@proxy.test:99999",
        "http://maja:oar@proxy.test:0",
        "http://maja:oar@",
        "http://",
        "socks5://maja:oar@proxy.test",
        "ftp://maja:oar@proxy.test",
        "http://maja:oar@pröxy.test",
    ] {
        for variable in VARIABLES {
            let error = of("tenant.example.com", &[(variable, odd)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting);
            assert_eq!(
                error.message(),
                format!("{variable} is not the address of a proxy"),
                "{odd:?}"
            );
        }
        // What is not used is not looked at.
        assert!(of("localhost", &[("HTTPS_PROXY", odd)]).unwrap().is_none());
    }
}
