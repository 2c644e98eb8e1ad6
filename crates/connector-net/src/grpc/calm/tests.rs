use super::*;

/// A frame of this type with this payload, on a stream whose number looks like the error.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, 0, 0, 0, 0, 0xb];
    frame.extend_from_slice(payload);
    frame
}

#[test]
fn only_the_error_of_a_goaway_frame_counts_however_the_bytes_are_cut() {
    let calm = [0, 0, 0, 1, 0, 0, 0, 0xb];
    let with_text = [&calm[..], b"too_many_pings"].concat();
    for (frames, asked) in [
        (vec![frame(7, &calm)], true),
        (
            vec![frame(4, &[]), frame(7, &with_text), frame(0, b"data")],
            true,
        ),
        // An ordinary end, the same bytes as data, and frames that are too short.
        (vec![frame(7, &[0, 0, 0, 0xb, 0, 0, 0, 0])], false),
        (vec![frame(0, &frame(7, &calm)), frame(6, &calm)], false),
        (
            vec![frame(7, &[]), frame(7, &calm[..7]), frame(0, &[0; 300])],
            false,
        ),
    ] {
        let bytes = frames.concat();
        for size in 1..=bytes.len() {
            let mut state = Frames::default();
            let found = bytes.chunks(size).map(|chunk| state.read(chunk));
            assert_eq!(found.filter(|asked| *asked).count(), usize::from(asked));
            assert!(state.head.is_empty() && state.skip == 0);
        }
    }
}
