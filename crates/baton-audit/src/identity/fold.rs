//! Makes what identifies people comparable: e-mail addresses, numbers and names that differ only in writing.

use unicode_normalization::UnicodeNormalization;
use url::Host;

/// Compatible forms joined, case gone, blanks trimmed and runs of blanks made one.
pub fn fold_text(text: &str) -> String {
    // Most text is ASCII, where all forms but case are the same; large files are folded several times faster.
    if text.is_ascii() {
        if text.bytes().all(|b| b > b' ') {
            return text.to_ascii_lowercase();
        }
        let mut folded = in_one_row(text);
        folded.make_ascii_lowercase();
        return folded;
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    in_one_row(&folded)
}

/// The address with case and Unicode forms gone and its domain in ASCII (`bücher.example` is
/// `xn--bcher-kva.example`); `None` for what is no address.
pub fn fold_email(address: &str) -> Option<String> {
    let folded = fold_text(address);
    let address = connector_core::text::email(&folded)?;
    let (local, domain) = address.rsplit_once('@')?;
    match address.len() == folded.len() && is_plain_domain(domain) {
        true => Some(folded),
        false => Some(format!("{local}@{}", fold_domain(domain))),
    }
}

/// The words with one blank between them.
fn in_one_row(text: &str) -> String {
    let mut row = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    row
}

/// The domain with case and Unicode forms gone, in ASCII when it can be.
pub fn fold_domain(domain: &str) -> String {
    let folded = fold_text(domain);
    if is_plain_domain(&folded) {
        return folded;
    }
    match Host::parse(&folded) {
        Ok(Host::Domain(domain)) => domain,
        _ => folded,
    }
}

/// Whether a folded domain is what parsing would make of it: names of letters, digits and single hyphens, the last one
/// of letters alone, so that it is no address of a machine.
fn is_plain_domain(folded: &str) -> bool {
    let mut before = b'.';
    for byte in folded.bytes() {
        let is_plain = byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !is_plain && (byte == before || !matches!(byte, b'.' | b'-')) {
            return false;
        }
        before = byte;
    }
    let last = folded.bytes().rev().take_while(|&byte| byte != b'.');
    before != b'.' && last.into_iter().all(|byte| byte.is_ascii_lowercase())
}

/// An employee number without case and outer blanks; leading zeros stay, because companies differ in whether
/// they mean something. `None` when nothing is left.
pub fn fold_number(number: &str) -> Option<String> {
    let folded = fold_text(number);
    (!folded.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests;
