use proptest::prelude::*;

use super::*;

fn encoded(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    out
}

proptest! {
    #[test]
    fn a_number_is_read_as_it_was_written(number: u64, rest: Vec<u8>) {
        let mut bytes = encoded(number);
        bytes.extend(&rest);
        let mut bytes = Bytes::new(&bytes, "the part");
        prop_assert_eq!(bytes.uvarint().unwrap(), number);
        prop_assert_eq!(bytes.rest(), &rest[..]);
    }
}

#[test]
fn numbers_without_an_end_or_above_64_bits_are_refused() {
    let mut eleven = vec![0xFF; 10];
    eleven.push(1);
    let two_bits = [&[0xFF; 9][..], &[0x02]].concat();
    for bytes in [&[][..], &[0x80], &eleven, &two_bits] {
        assert!(
            Bytes::new(bytes, "the part").uvarint().is_err(),
            "{bytes:?}"
        );
    }
}

#[test]
fn a_length_beyond_the_end_is_refused() {
    let huge = [&encoded(u64::MAX)[..], b"abc"].concat();
    for bytes in [&[4, 1, 2, 3][..], &huge] {
        let error = Bytes::new(bytes, "the part").string().unwrap_err();
        assert_eq!(
            error.message(),
            "the file is damaged: the part ends too early"
        );
    }
}
