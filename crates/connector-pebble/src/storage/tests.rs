use super::*;

fn spooled(max_memory_bytes: u64) -> Storage {
    let mut spool = Spool::new(max_memory_bytes, None);
    for part in [&b"abc"[..], b"", b"defgh"] {
        spool.append(part).unwrap();
    }
    assert_eq!(spool.len(), 8);
    spool.finish()
}

#[test]
fn memory_and_file_read_the_same() {
    assert!(matches!(spooled(8), Storage::Memory(_)));
    assert!(matches!(spooled(7), Storage::File(..)));
    for storage in [spooled(8), spooled(7), spooled(0)] {
        assert_eq!(storage.read(2, 4).unwrap(), b"cdef");
        assert_eq!(storage.read(8, 0).unwrap(), b"");
        for (offset, count) in [(8, 1), (0, 9), (u64::MAX, 2), (1, u64::MAX)] {
            assert!(storage.read(offset, count).is_err());
        }
        let mut text = String::new();
        storage.section(3, 100).read_to_string(&mut text).unwrap();
        assert_eq!(text, "defgh");
    }
}
