//! The checksums of the format: CRC-32C in a masked form and xxHash64.

use twox_hash::XxHash64;

/// Added to every stored CRC, so that the CRC of bytes which hold their own CRC stays useful.
const MASK: u32 = 0xA282_EAD8;

/// CRC-32C over several parts, in the form in which the format stores it.
pub(crate) fn masked_crc(parts: &[&[u8]]) -> u32 {
    let crc = parts
        .iter()
        .fold(0, |crc, part| crc32c::crc32c_append(crc, part));
    crc.rotate_right(15).wrapping_add(MASK)
}

/// xxHash64 with seed 0.
pub(crate) fn xxh64(bytes: &[u8]) -> u64 {
    XxHash64::oneshot(0, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(masked_crc(&[]), 0xA282_EAD8);
        assert_eq!(masked_crc(&[b"1234", b"56789"]), 0xC78A_B0E5);
        assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(xxh64(b""), 0xEF46_DB37_51D8_E999);
        assert_eq!(xxh64(b"user\x002400000000000000000"), 0x4AF5_2D02_7497_F93E);
    }
}
