//! Makes what identifies people comparable: e-mail addresses, numbers and names that differ only in writing.

use unicode_normalization::UnicodeNormalization;
use url::Host;

/// Compatible forms joined, case gone, blanks trimmed and runs of blanks made one.
pub fn fold_text(text: &str) -> String {
    // Most text is ASCII, where all forms but case are the same; large files are folded several times faster.
    let folded: String = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfkc().flat_map(char::to_lowercase).nfkc().collect(),
    };
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address with case and Unicode forms gone and its domain in ASCII (`bücher.example` is
/// `xn--bcher-kva.example`); `None` for what is no address.
pub fn fold_email(address: &str) -> Option<String> {
    let folded = fold_text(address);
    let address = connector_core::text::email(&folded)?;
    let (local, domain) = address.rsplit_once('@')?;
    Some(format!("{local}@{}", fold_domain(domain)))
}

/// The domain with case and Unicode forms gone, in ASCII when it can be.
pub fn fold_domain(domain: &str) -> String {
    let folded = fold_text(domain);
    match Host::parse(&folded) {
        Ok(Host::Domain(domain)) => domain,
        _ => folded,
    }
}

/// An employee number without case and outer blanks; leading zeros stay, because companies differ in whether
/// they mean something. `None` when nothing is left.
pub fn fold_number(number: &str) -> Option<String> {
    let folded = fold_text(number);
    (!folded.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests;
