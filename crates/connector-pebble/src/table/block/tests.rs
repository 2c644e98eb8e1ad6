use super::*;

#[test]
fn compressed_blocks() {
    let text = b"department department department department";
    let packed = snap::raw::Encoder::new().compress_vec(text).unwrap();
    assert_eq!(snappy(&packed, 1000).unwrap(), text);
    assert!(
        snappy(&packed, 10)
            .unwrap_err()
            .to_string()
            .contains("at most 10")
    );
    let frame = zstd::bulk::compress(text, 3).unwrap();
    let packed = [&[text.len() as u8][..], &frame].concat();
    assert_eq!(zstd(&packed, 1000).unwrap(), text);
    for wrong in [text.len() - 1, text.len() + 1] {
        let packed = [&[wrong as u8][..], &frame].concat();
        assert!(zstd(&packed, 1000).is_err());
    }
}

#[test]
fn a_short_block_that_promises_a_long_one_takes_no_memory() {
    let promise = [0xFF, 0xFF, 0xFF, 0x1F, 0x00];
    let error = snappy(&promise, u64::MAX).unwrap_err().to_string();
    assert!(error.contains("promises too much"), "{error}");
    assert!(zstd(&promise, u64::MAX).is_err());
    assert!(snappy(&[], 1000).is_err());
}
