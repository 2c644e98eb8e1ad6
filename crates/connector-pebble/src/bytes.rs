//! Takes numbers and byte strings off the front of a slice, with every length checked against what is left.

use connector_core::Result;

use crate::error::damaged;

/// What is left of a part of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
    /// The part's name, for errors.
    part: &'static str,
}

impl<'a> Bytes<'a> {
    /// Reads `part`, whose bytes these are.
    pub(crate) const fn new(rest: &'a [u8], part: &'static str) -> Self {
        Self { rest, part }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub(crate) const fn len(&self) -> usize {
        self.rest.len()
    }

    /// What is left, unread.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| damaged(format_args!("{} ends too early", self.part)))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| damaged(format_args!("{} ends too early", self.part)))?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32_be(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn u64_be(&mut self) -> Result<u64> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A number in groups of seven bits, the lowest first.
    pub(crate) fn uvarint(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7F);
            // The tenth byte has room for one bit.
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged(format_args!(
            "{} holds an endless number",
            self.part
        )))
    }

    /// A byte string after its length.
    pub(crate) fn string(&mut self) -> Result<&'a [u8]> {
        let length = self.uvarint()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
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
}
