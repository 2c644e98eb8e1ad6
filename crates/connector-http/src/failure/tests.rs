use super::*;

#[test]
fn statuses() {
    for (status, kind, cause) in [
        (400, ErrorKind::Contract, Cause::Final),
        (401, ErrorKind::Credential, Cause::Final),
        (403, ErrorKind::Permission, Cause::Final),
        (404, ErrorKind::NotFound, Cause::Final),
        (408, ErrorKind::Timeout, Cause::Final),
        (409, ErrorKind::Contract, Cause::Final),
        (422, ErrorKind::Contract, Cause::Final),
        (429, ErrorKind::RateLimited, Cause::Limited(None)),
        (500, ErrorKind::Upstream, Cause::Passing),
        (501, ErrorKind::Upstream, Cause::Passing),
        (503, ErrorKind::Upstream, Cause::Passing),
        (504, ErrorKind::Upstream, Cause::Passing),
    ] {
        let failure = Failure::status("Bob", StatusCode::from_u16(status).unwrap(), None);
        assert_eq!((failure.kind, failure.cause), (kind, cause), "{status}");
    }
}

#[test]
fn the_vendors_text_replaces_the_reason() {
    let status = StatusCode::FORBIDDEN;
    let plain = Failure::status("Bob", status, None).into_error(1);
    assert_eq!(plain.to_string(), "Bob answered 403 Forbidden");
    let with_text = Failure::status("Bob", status, Some("no access")).into_error(3);
    assert_eq!(
        with_text.to_string(),
        "Bob answered 403: no access (gave up after 3 tries)"
    );
}
