//! Containers of all payload encodings.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{string, uvarint, xxh64};

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    TarZstd = 1,
    Tar = 2,
    Indexed = 5,
}

pub(crate) const ENCODINGS: [Encoding; 3] = [Encoding::TarZstd, Encoding::Tar, Encoding::Indexed];

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    uvarint(out, field << 3);
    uvarint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    uvarint(out, field << 3 | 2);
    string(out, value);
}

fn fixed64(out: &mut Vec<u8>, field: u64, value: u64) {
    uvarint(out, field << 3 | 1);
    out.extend(value.to_le_bytes());
}

/// Packs files.
pub(crate) fn container(files: &Files, encoding: Encoding) -> Vec<u8> {
    let mut manifest = Vec::new();
    bytes(&mut manifest, 1, b"pebble3");
    number(&mut manifest, 2, 24);
    number(&mut manifest, 4, encoding as u64);
    let mut out = b"C1Z3\0".to_vec();
    out.extend((manifest.len() as u32).to_be_bytes());
    out.extend(&manifest);
    match encoding {
        Encoding::Indexed => indexed(&mut out, files, &manifest),
        Encoding::Tar => out.extend(tar(files)),
        Encoding::TarZstd => out.extend(zstd::encode_all(tar(files).as_slice(), 3).unwrap()),
    }
    out
}

fn tar(files: &Files) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |name: &str, kind, content: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        header.set_entry_type(kind);
        archive.append_data(&mut header, name, content).unwrap();
    };
    add("checkpoint", tar::EntryType::Directory, &[]);
    add(
        "times",
        tar::EntryType::XHeader,
        b"30 mtime=1795190860.123456789\n",
    );
    for (name, content) in files {
        add(name, tar::EntryType::Regular, content);
    }
    archive.into_inner().unwrap()
}

/// What the index says about one file.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) offset: u64,
    pub(crate) compressed: u64,
    pub(crate) raw: u64,
    pub(crate) xxh64: u64,
    pub(crate) sha256: Vec<u8>,
}

fn indexed(out: &mut Vec<u8>, files: &Files, manifest: &[u8]) {
    indexed_with(out, files, xxh64(manifest), |_| {});
}

/// Packs files with an index that is changed first.
pub(crate) fn container_with(files: &Files, change: impl FnOnce(&mut Vec<Entry>)) -> Vec<u8> {
    let mut out = container(&Files::new(), Encoding::Indexed);
    let manifest = usize::from(out[8]);
    out.truncate(9 + manifest);
    indexed_with(&mut out, files, 0, change);
    out
}

fn indexed_with(
    out: &mut Vec<u8>,
    files: &Files,
    manifest_hash: u64,
    change: impl FnOnce(&mut Vec<Entry>),
) {
    let mut entries = Vec::new();
    for (name, content) in files {
        let frame = zstd::bulk::compress(content, 3).unwrap();
        entries.push(Entry {
            name: name.as_bytes().to_vec(),
            offset: out.len() as u64,
            compressed: frame.len() as u64,
            raw: content.len() as u64,
            xxh64: xxh64(content),
            sha256: Sha256::digest(content).to_vec(),
        });
        out.extend(frame);
    }
    change(&mut entries);
    let mut index = Vec::new();
    for entry in entries {
        let mut message = Vec::new();
        bytes(&mut message, 1, &entry.name);
        number(&mut message, 2, entry.offset);
        number(&mut message, 3, entry.compressed);
        number(&mut message, 4, entry.raw);
        fixed64(&mut message, 5, entry.xxh64);
        bytes(&mut message, 6, &entry.sha256);
        bytes(&mut index, 1, &message);
    }
    fixed64(&mut index, 4, manifest_hash);
    let offset = out.len() as u64;
    out.extend(&index);
    out.extend(offset.to_be_bytes());
    out.extend((index.len() as u32).to_be_bytes());
    out.extend(xxh64(&index).to_be_bytes());
    out.extend(b"C1ZIDX1\0");
}
