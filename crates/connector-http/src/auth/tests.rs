use connector_core::clock::SystemClock;

use super::*;

fn header(auth: Auth) -> (String, String) {
    match Authorizer::new(auth, &SystemClock::shared()).unwrap() {
        Authorizer::Fixed {
            header: Some((name, value)),
            ..
        } => {
            assert!(value.is_sensitive());
            (name.to_string(), value.to_str().unwrap().to_owned())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn headers() {
    let basic = Auth::Basic {
        user: "SERVICE-1".into(),
        password: "tok".into(),
    };
    let expected = ("authorization".into(), "Basic U0VSVklDRS0xOnRvaw==".into());
    assert_eq!(header(basic), expected);
    let key = Auth::BasicKey("tok".into());
    assert_eq!(
        header(key),
        ("authorization".into(), "Basic dG9rOng=".into())
    );
    let bearer = Auth::Bearer("tok".into());
    assert_eq!(
        header(bearer),
        ("authorization".into(), "Bearer tok".into())
    );
    let own = Auth::Header {
        name: "Circle-Token",
        value: "tok".into(),
    };
    assert_eq!(header(own), ("circle-token".into(), "tok".into()));
}

#[test]
fn unsendable_credentials_are_refused_without_being_shown() {
    for auth in [
        Auth::Bearer("hunter2\n".into()),
        Auth::Header {
            name: "x-token",
            value: "hunter2\u{0}".into(),
        },
        Auth::Basic {
            user: "a:b".into(),
            password: "hunter2".into(),
        },
    ] {
        let error = Authorizer::new(auth, &SystemClock::shared()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting);
        assert!(!format!("{error:?}{error}").contains("hunter2"));
    }
}
