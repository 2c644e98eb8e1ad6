//! The bytes that are signed: JSON without blanks, members in the order of their names (RFC 8785, for documents that hold
//! texts, whole numbers below 2^53, true, false and null).

use serde_json::Value;

/// Writes `value`.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            // By UTF-16 units, as the RFC has it.
            names.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (n, (name, member)) in names.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                scalar(&Value::String(name.clone()), out);
                out.push(b':');
                write(member, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        value => scalar(value, out),
    }
}

fn scalar(value: &Value, out: &mut Vec<u8>) {
    // What is neither object nor array is written as the RFC has it.
    out.extend_from_slice(value.to_string().as_bytes());
}

#[cfg(test)]
mod tests;
