//! A grant as bytes while grants are sorted: the row's number, how it is to be expanded, and its message.

use connector_core::Result;

use super::table::Value;
use crate::fault;

/// What a grant's row says of its expansion: nothing, this, or what it cannot say.
const NONE: u8 = 0;
const EXPANSION: u8 = 1;
const ODD: u8 = 2;

/// Writes what comes before a grant's message.
pub(super) fn begin(head: &mut Vec<u8>, number: i64, expansion: Value<'_>) {
    head.clear();
    head.extend_from_slice(&number.to_le_bytes());
    let (kind, expansion) = match expansion {
        Value::Null => (NONE, &b""[..]),
        Value::Blob(expansion) => (EXPANSION, expansion),
        _ => (ODD, &b""[..]),
    };
    head.push(kind);
    head.extend_from_slice(&(expansion.len() as u64).to_le_bytes());
    head.extend_from_slice(expansion);
}

/// Takes apart what [`begin`] began: the row's number, its expansion and its message.
pub(super) fn parts(row: &[u8]) -> Result<(i64, Value<'_>, &[u8])> {
    let parts = || {
        let (number, rest) = row.split_first_chunk::<8>()?;
        let (kind, rest) = rest.split_first()?;
        let (len, rest) = rest.split_first_chunk::<8>()?;
        let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
        let (expansion, message) = rest.split_at_checked(len)?;
        let expansion = match *kind {
            NONE => Value::Null,
            EXPANSION => Value::Blob(expansion),
            _ => Value::Text(b""),
        };
        Some((i64::from_le_bytes(*number), expansion, message))
    };
    parts().ok_or_else(|| fault::bug("a sorted grant is not as it was"))
}
