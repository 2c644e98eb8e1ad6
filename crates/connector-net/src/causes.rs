//! What led to an error: its causes as text, and the one that says what to do.

use std::error::Error;
use std::io;
use std::iter;

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

/// The first error of type `E` among an error and its causes. An I/O error may hold another error, which `source` skips;
/// it is looked into, too.
pub fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// The innermost I/O error among an error and its causes.
pub fn find_io<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e io::Error> {
    chain(error).filter_map(|cause| cause.downcast_ref()).last()
}

/// What went wrong on a connection, in the words for operators, when the innermost I/O error says so.
pub fn io_reason(error: &(dyn Error + 'static)) -> Option<&'static str> {
    Some(match find_io(error)?.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::ConnectionReset => "connection reset",
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => "connection closed",
        io::ErrorKind::HostUnreachable => "host unreachable",
        io::ErrorKind::NetworkUnreachable => "network unreachable",
        _ => return None,
    })
}

fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> + 'e {
    iter::successors(Some(error), |&cause| {
        let held = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match held {
            Some(held) => Some(held),
            None => cause.source(),
        }
    })
}

#[cfg(test)]
mod tests;
