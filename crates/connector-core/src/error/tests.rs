use super::*;

#[test]
fn innermost_operation_and_hint_win() {
    let e = Error::new(ErrorKind::Credential, "the vendor answered 401")
        .during("listing employees")
        .hint("check the token")
        .during("syncing")
        .hint("something vaguer");
    assert_eq!(e.to_string(), "listing employees: the vendor answered 401");
    assert_eq!(e.hint_text(), Some("check the token"));
    assert_eq!(e.kind().policy().exit_code, 16);
}

#[test]
fn only_passing_faults_are_retried() {
    use ErrorKind::*;
    let retried: Vec<_> = [
        Usage,
        Setting,
        Credential,
        Permission,
        NotFound,
        RateLimited,
        Upstream,
        Timeout,
        Contract,
        Precondition,
        Unavailable,
        Interrupted,
        Bug,
    ]
    .into_iter()
    .filter(|k| k.policy().retry)
    .collect();
    assert_eq!(retried, [RateLimited, Upstream, Timeout]);
}
