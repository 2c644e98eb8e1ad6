use super::*;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn a_run_that_was_stopped_ends_within_ten_seconds_whatever_is_down() {
    // A run that ends by itself takes its time.
    assert_eq!(left(ms(5_000), TELEMETRY_END, None), ms(5_000));
    for (stopped_for, telemetry, files) in [
        (0, 5_000, 5_000),
        (3_000, 5_000, 5_000),
        (8_000, 1_000, 1_500),
        (60_000, 0, 0),
    ] {
        let since = Some(ms(stopped_for));
        assert_eq!(left(ms(5_000), TELEMETRY_END, since), ms(telemetry));
        assert_eq!(left(ms(5_000), FILES_END, since), ms(files));
    }
    // The longest end of a service: its tasks, its telemetry and its files all take what they may.
    let mut at = connector_service::config::GRACE;
    at += left(telemetry::END, TELEMETRY_END, Some(at));
    at += left(ms(5_000), FILES_END, Some(at));
    assert_eq!(at, ms(9_500));
}
