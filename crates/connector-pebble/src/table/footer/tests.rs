use super::*;

fn footer(version: u32, attributes: u32, checksum: u8) -> Vec<u8> {
    let mut bytes = vec![checksum, 10, 20, 30, 40];
    bytes.resize(1 + HANDLES_BYTES, 0);
    if version == 7 {
        bytes.extend(attributes.to_le_bytes());
    }
    let end = [&version.to_le_bytes()[..], MAGIC].concat();
    if version >= 6 {
        let crc = masked_crc(&[&bytes, &end]);
        bytes.extend(crc.to_le_bytes());
    }
    bytes.extend(end);
    bytes
}

#[test]
fn footers_of_all_formats() {
    for version in 1..=7 {
        let bytes = footer(version, 0xB0, 1);
        let read = Footer::decode(&bytes, 1000).unwrap();
        assert_eq!(read.format, Format(version));
        assert_eq!((read.metaindex.offset, read.index.len), (10, 40));
        assert_eq!(read.blocks_bytes, 1000 - bytes.len() as u64);
    }
}

#[test]
fn a_changed_bit_is_found() {
    let bytes = footer(7, 0x80, 1);
    for at in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(Footer::decode(&changed, 1000).is_err(), "bit {at}");
    }
    assert!(Footer::decode(&bytes[1..], 1000).is_err());
    assert!(Footer::decode(&[], 0).is_err());
}

#[test]
fn what_is_not_supported_is_named() {
    let refused = |bytes: &[u8]| Footer::decode(bytes, 1000).unwrap_err().to_string();
    assert_eq!(refused(&footer(8, 0, 1)), "table format 8: not supported");
    assert_eq!(refused(&footer(7, 0, 2)), "table checksum 2: not supported");
    for (attribute, name) in [
        (0x01, "a table with value blocks"),
        (0x02, "a table with range keys"),
        (0x08, "a table with range keys"),
        (0x40, "a table with blob values"),
        (0x100, "table attributes 0x100"),
    ] {
        assert_eq!(
            refused(&footer(7, attribute, 1)),
            format!("{name}: not supported")
        );
    }
}
