use super::*;

#[test]
fn known_values() {
    assert_eq!(masked_crc(&[]), 0xA282_EAD8);
    assert_eq!(masked_crc(&[b"1234", b"56789"]), 0xC78A_B0E5);
    assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283);
    assert_eq!(xxh64(b""), 0xEF46_DB37_51D8_E999);
    assert_eq!(xxh64(b"user\x002400000000000000000"), 0x4AF5_2D02_7497_F93E);
}
