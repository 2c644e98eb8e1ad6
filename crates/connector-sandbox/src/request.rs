//! Reading the address of a request.

use axum::http::request::Parts;

/// Undoes percent-encoding.
pub fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        let hex = bytes.as_slice().get(..2).filter(|_| byte == b'%');
        let escaped = hex
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        if escaped.is_some() {
            bytes.nth(1);
        }
        out.push(escaped.unwrap_or(byte));
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The value of one query parameter.
pub fn query(head: &Parts, name: &str) -> Option<String> {
    let pairs = head.uri.query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (decode(key) == name).then(|| decode(value)))
}
