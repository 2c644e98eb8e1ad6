//! The text of an error with everything that led to it.

use std::error::Error;

/// An error and its causes in one line, separated by colons.
///
/// Many errors repeat their cause in their own text; a cause that is already in the line is left out.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
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
}
