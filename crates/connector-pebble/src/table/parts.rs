//! Reads bytes as each kind of block, in each way of keeping rows, without a table around them.

use std::sync::Arc;

use connector_core::Result;

use super::data::DataWalk;
use super::index::{IndexBlock, IndexWalk};
use super::{Format, for_each_pair, spans};
use crate::key::Bounds;
use crate::store::Store;

/// How many kinds of blocks the bytes could be. The search begins at `from`.
pub(crate) fn readable_kinds(store: &Store, bytes: &[u8], from: &[u8]) -> usize {
    let everything = Bounds {
        lower: Vec::new(),
        end: vec![0xFF; store.limits().max_key_bytes + 1],
    };
    let kinds = [Format(4), Format(7)].into_iter().flat_map(|format| {
        let spans = match format.is_columnar() {
            true => spans::columnar(bytes, &everything, store),
            false => spans::rows(bytes.to_vec(), &everything, store),
        };
        [
            data(store, bytes, format, from).is_ok(),
            index(bytes, format, from).is_ok(),
            spans.is_ok(),
            for_each_pair(bytes, format, |_, _| Ok(())).is_ok(),
        ]
    });
    kinds.filter(|readable| *readable).count()
}

fn data(store: &Store, bytes: &[u8], format: Format, from: &[u8]) -> Result<()> {
    let mut walk = DataWalk::new(bytes.to_vec(), format, from)?;
    walk.is_empty()?;
    let mut key = Vec::new();
    while let Some((trailer, _)) = walk.next(&mut key, store.limits().max_key_bytes)? {
        trailer.kind()?;
    }
    Ok(())
}

fn index(bytes: &[u8], format: Format, from: &[u8]) -> Result<()> {
    let block = Arc::new(IndexBlock::parse(bytes.to_vec(), format)?);
    let mut walk = IndexWalk::new(block);
    walk.check_not_empty()?;
    walk.seek(from)?;
    while walk.next()?.is_some() {}
    Ok(())
}
