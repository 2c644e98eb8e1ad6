use std::io;

use connector_core::error::{Error, ErrorKind};

use super::*;

#[test]
fn each_cause_is_named_once() {
    let refused = || io::Error::other("connection refused");
    let outer = Error::new(ErrorKind::Upstream, "no connection").caused_by(refused());
    assert_eq!(causes(&outer), "no connection: connection refused");
    let repeating = Error::new(ErrorKind::Upstream, "connection refused by the proxy");
    assert_eq!(
        causes(&repeating.caused_by(refused())),
        "connection refused by the proxy"
    );
}
