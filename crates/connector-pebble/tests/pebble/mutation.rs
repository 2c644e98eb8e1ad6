//! Changed and cut files give an error or the right rows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use connector_core::Result;
use connector_pebble::{Limits, Reader};

use crate::fixtures::{LISTED, SAMPLE, bytes};

/// How many bits are flipped, and how many cuts are made, per file.
const FLIPS: u64 = 200;
const CUTS: usize = 40;

/// All rows of a file, as bytes.
fn rows(bytes: Vec<u8>) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let reader = Reader::from_bytes(bytes, Limits::default())?;
    let mut entries = reader.entries()?;
    let mut rows = Vec::new();
    while let Some((key, value)) = entries.next_entry()? {
        rows.push((key.to_vec(), value.to_vec()));
    }
    Ok(rows)
}

/// A sequence of numbers that look random and are the same on every run.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    })
}

fn check(what: &str, changed: Vec<u8>, expected: &[(Vec<u8>, Vec<u8>)]) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| rows(changed)));
    match outcome.unwrap_or_else(|_| panic!("{what}: a panic")) {
        Ok(found) => {
            assert!(found == expected, "{what}: other rows");
            false
        }
        Err(_) => true,
    }
}

#[test]
fn a_flipped_bit_gives_an_error_or_the_right_rows() {
    for (seed, name) in (1..).zip(LISTED.into_iter().chain([SAMPLE])) {
        let original = bytes(name);
        let expected = rows(original.clone()).unwrap();
        let bits = original.len() as u64 * 8;
        let mut errors = 0;
        for bit in numbers(seed).take(FLIPS as usize).map(|n| n % bits) {
            let mut changed = original.clone();
            changed[bit as usize / 8] ^= 1 << (bit % 8);
            errors += u64::from(check(&format!("{name}, bit {bit}"), changed, &expected));
        }
        // Only what no reader looks at can change unseen, and the manifest's own hash covers most of that.
        assert!(errors >= FLIPS * 9 / 10, "{name}: {errors} of {FLIPS}");
    }
}

#[test]
fn a_cut_file_gives_an_error() {
    for (seed, name) in (1..).zip(LISTED.into_iter().chain([SAMPLE])) {
        let original = bytes(name);
        let random = numbers(seed).map(|n| n as usize % original.len());
        for length in (0..20).chain(random.take(CUTS)).chain([original.len() - 1]) {
            let what = format!("{name}, {length} bytes");
            assert!(
                check(&what, original[..length].to_vec(), &[]),
                "{what}: no error"
            );
        }
    }
}
