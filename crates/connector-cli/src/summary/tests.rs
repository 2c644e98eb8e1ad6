use std::time::Duration;

use super::*;

#[test]
fn times_and_sizes_are_readable() {
    let times = [900, 61_000, 3_720_000].map(|ms| duration(Duration::from_millis(ms)));
    assert_eq!(times, ["0.9 s", "1 min 01 s", "1 h 02 min"]);
    let sizes = [1023, 1536, 5 << 20].map(size);
    assert_eq!(sizes, ["1023 bytes", "1.5 KiB", "5.0 MiB"]);
}
