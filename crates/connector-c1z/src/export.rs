//! Writes sealed rows in the format of a file.

use std::io::Write;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use connector_core::Result;
use connector_pebble::{WriteOptions, Writer};

use crate::database::{Draft, PAGE, Source};
use crate::{container, fault};

/// Bytes that are compressed at a time.
const BLOCK: usize = 64 * PAGE;
/// Blocks that may wait to be compressed.
const QUEUE: usize = 2;

/// Writes a version 1 file and returns the size of the database in it. One thread makes the pages, another one
/// compresses them; the bytes do not depend on which is faster.
pub(crate) fn version_1(
    draft: &mut Draft,
    source: &dyn Source,
    out: &mut (impl Write + Send),
    path: &Path,
) -> Result<u64> {
    let layout = draft.layout()?;
    let size = layout.size();
    let (sender, blocks) = mpsc::sync_channel::<Vec<u8>>(QUEUE);
    let (used, empty) = mpsc::sync_channel::<Vec<u8>>(QUEUE + 1);
    thread::scope(|scope| {
        let compressed = scope.spawn(move || {
            container::encode_blocks(blocks, size, out, |block| {
                // It is not needed any more when no other one is made.
                let _ = used.try_send(block);
            })
        });
        let mut block = Vec::with_capacity(BLOCK);
        let mut gone = false;
        let mut send = |block: Vec<u8>| {
            gone = sender.send(block).is_err();
            // Why the other thread has ended is what it returns.
            if gone {
                Err(fault::bug("compressing has ended"))
            } else {
                Ok(())
            }
        };
        let made = draft.write(&layout, source, |page| {
            block.extend_from_slice(page);
            if block.len() < BLOCK {
                return Ok(());
            }
            let mut next = empty.try_recv().unwrap_or_default();
            next.clear();
            next.reserve_exact(BLOCK);
            send(std::mem::replace(&mut block, next))
        });
        let made = made.and_then(|()| send(block));
        drop(sender);
        let compressed = compressed
            .join()
            .map_err(|_| fault::bug("compressing the file failed"))?;
        match compressed {
            // What the thread makes of a file that was not made to its end does not matter.
            Err(error) if made.is_ok() || gone => Err(fault::file("write", path, error)),
            _ => made.map(|()| size),
        }
    })
}

/// Begins a version 3 file. What does not fit into memory goes to `temp_dir`, or to the system's temp directory.
pub(crate) fn writer(temp_dir: Option<&Path>) -> Result<Writer> {
    Writer::new(WriteOptions {
        temp_dir: temp_dir.map(Path::to_owned),
        ..WriteOptions::default()
    })
}
