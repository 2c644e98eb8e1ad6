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
mod tests;
