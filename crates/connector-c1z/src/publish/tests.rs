use super::*;

/// The statement of a run is about what the program wrote, whatever another program does to the file before it is in place.
#[test]
fn the_hash_is_of_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let target = Target::check(&dir.path().join("sync.c1z"), &[TEMPORARY_SUFFIX]).unwrap();
    let summary = publish(&target, |out, path| {
        out.write_all(b"C1ZF").unwrap();
        fs::write(path, b"foul").unwrap();
        out.write_all(b"\0rows").unwrap();
        Ok(4)
    });
    let FileSummary {
        decoded_bytes,
        file_bytes,
        sha256,
        version,
        ..
    } = summary.unwrap();
    assert_eq!((decoded_bytes, file_bytes, version), (4, 9, 1));
    assert_eq!(fs::read(&target.path).unwrap(), b"foul\0rows");
    assert_eq!(sha256, text::hex(Sha256::digest(b"C1ZF\0rows")));
}
