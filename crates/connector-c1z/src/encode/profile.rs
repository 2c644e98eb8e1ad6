//! A profile as `google.protobuf.Struct`, keys in order.

use connector_core::profile::{Profile, ProfileValue};
use connector_core::text::Text;

use super::field;

const FIELDS: u32 = 1;
const KEY: u32 = 1;
const VALUE: u32 = 2;
const NUMBER: u32 = 2;
const TEXT: u32 = 3;
const BOOL: u32 = 4;
const LIST: u32 = 6;
const VALUES: u32 = 1;

/// Appends the message's bytes.
pub(crate) fn encode(out: &mut Vec<u8>, profile: &Profile) {
    for (key, value) in profile.iter().filter(|(_, value)| is_storable(value)) {
        let value_len = len_of_value(value);
        let entry_len = field::len_of(KEY, key.len()) + field::len_of(VALUE, value_len);
        field::head(out, FIELDS, entry_len);
        field::bytes(out, KEY, key.as_bytes());
        field::head(out, VALUE, value_len);
        encode_value(out, value);
    }
}

/// JSON, in which readers show profiles, has no word for infinite numbers.
fn is_storable(value: &ProfileValue) -> bool {
    !matches!(value, ProfileValue::Number(n) if !n.is_finite())
}

fn len_of_value(value: &ProfileValue) -> usize {
    match value {
        ProfileValue::Text(text) => field::len_of(TEXT, text.len()),
        ProfileValue::Bool(_) => 2,
        ProfileValue::Number(_) => 9,
        ProfileValue::List(texts) => field::len_of(LIST, len_of_list(texts)),
    }
}

fn len_of_list(texts: &[Text]) -> usize {
    let of_text = |t: &Text| field::len_of(VALUES, field::len_of(TEXT, t.len()));
    texts.iter().map(of_text).sum()
}

fn encode_value(out: &mut Vec<u8>, value: &ProfileValue) {
    match value {
        ProfileValue::Text(text) => field::bytes(out, TEXT, text.as_bytes()),
        ProfileValue::Bool(yes) => field::number_always(out, BOOL, u64::from(*yes)),
        ProfileValue::Number(number) => field::double_always(out, NUMBER, *number),
        ProfileValue::List(texts) => {
            field::head(out, LIST, len_of_list(texts));
            for text in texts {
                field::head(out, VALUES, field::len_of(TEXT, text.len()));
                field::bytes(out, TEXT, text.as_bytes());
            }
        }
    }
}
