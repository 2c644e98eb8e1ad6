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
mod tests;
