//! Protobuf fields written straight into a byte buffer.
//!
//! Lengths of nested messages are computed before they are written, so nothing is copied twice.

use prost::encoding::{WireType, encode_varint, encoded_len_varint, key_len};

/// Length of a length-delimited field with `len` bytes of content.
pub(crate) fn len_of(field: u32, len: usize) -> usize {
    key_len(field) + encoded_len_varint(len as u64) + len
}

/// Length of a text field; zero when the text is empty.
pub(crate) fn len_of_text(field: u32, text: &str) -> usize {
    if text.is_empty() {
        0
    } else {
        len_of(field, text.len())
    }
}

/// The head of a length-delimited field whose `len` bytes follow.
pub(crate) fn head(out: &mut Vec<u8>, field: u32, len: usize) {
    key(out, field, WireType::LengthDelimited);
    varint(out, len as u64);
}

fn key(out: &mut Vec<u8>, field: u32, kind: WireType) {
    varint(out, u64::from(field << 3 | kind as u32));
}

/// Most keys and lengths have one byte, which need not go through a loop.
fn varint(out: &mut Vec<u8>, number: u64) {
    match u8::try_from(number) {
        Ok(byte) if byte < 0x80 => out.push(byte),
        _ => encode_varint(number, out),
    }
}

/// A length-delimited field, written even when empty.
pub(crate) fn bytes(out: &mut Vec<u8>, field: u32, content: &[u8]) {
    head(out, field, content.len());
    out.extend_from_slice(content);
}

/// A text field; an empty text is the default and left out.
pub(crate) fn text(out: &mut Vec<u8>, field: u32, content: &str) {
    if !content.is_empty() {
        bytes(out, field, content.as_bytes());
    }
}

/// A number, boolean or enumeration field; zero is the default and left out.
pub(crate) fn number(out: &mut Vec<u8>, field: u32, value: u64) {
    if value != 0 {
        number_always(out, field, value);
    }
}

/// A number field that is written even when zero, as the choices of a `oneof` are.
pub(crate) fn number_always(out: &mut Vec<u8>, field: u32, value: u64) {
    key(out, field, WireType::Varint);
    varint(out, value);
}

/// A floating-point field that is written even when zero.
pub(crate) fn double_always(out: &mut Vec<u8>, field: u32, value: f64) {
    key(out, field, WireType::SixtyFourBit);
    out.extend_from_slice(&value.to_le_bytes());
}
