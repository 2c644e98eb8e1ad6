use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn bytes_that_are_no_rows_end_in_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..80),
        blobs in 0_usize..40,
    ) {
        for phase in Phase::ALL {
            let mut decoder = Decoder::new(phase, &bytes, blobs);
            while let Ok(Some(row)) = decoder.next() {
                prop_assert!(row.blob.0 <= row.blob.1 && row.blob.1 <= blobs);
            }
        }
    }
}
