use super::*;

fn read(bytes: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let block = RowBlock::parse(bytes.to_vec())?;
    let mut position = block.start();
    let mut rows = Vec::new();
    while block.next(&mut position)? {
        rows.push((position.key.clone(), block.value(&position).to_vec()));
    }
    Ok(rows)
}

#[test]
fn keys_share_what_came_before() {
    let bytes = b"\0\x03\x01abc1\x02\x01\x02d22\x03\0\0\0\0\0\0\x01\0\0\x80";
    let rows = read(bytes).unwrap();
    let expected = [(&b"abc"[..], &b"1"[..]), (b"abd", b"22"), (b"abd", b"")];
    let got: Vec<_> = rows
        .iter()
        .map(|(k, v)| (k.as_slice(), v.as_slice()))
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn lengths_beyond_the_block_are_refused() {
    let tail = b"\0\0\0\0\x01\0\0\0";
    for entry in [
        &b"\x01\0\0"[..],
        b"\0\x05\0a",
        b"\0\x01\x05a",
        b"\0\xFF\xFF\xFF\xFF\x0F\0",
    ] {
        assert!(read(&[entry, tail].concat()).is_err(), "{entry:?}");
    }
    for block in [&b""[..], b"\0\0\0", b"\xFF\xFF\xFF\x7F"] {
        assert!(read(block).is_err(), "{block:?}");
    }
}
