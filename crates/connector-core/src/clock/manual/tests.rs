use super::*;

#[tokio::test]
async fn waits_end_when_their_time_has_come() {
    let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
    let secs = Duration::from_secs;
    assert!(!clock.step());
    let (mut short, mut long) = (clock.sleep(secs(2)), clock.sleep(secs(30)));
    tokio::select! {
        biased;
        () = &mut short => panic!("too early"),
        () = &mut long => panic!("too early"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(clock.waiting(), [secs(2), secs(30)]);
    assert!(clock.step());
    short.await;
    assert_eq!(
        (clock.elapsed(), clock.waiting()),
        (secs(2), vec![secs(28)])
    );
    clock.advance(secs(28));
    long.await;
    assert_eq!((clock.now().as_second(), clock.waits()), (30, 2));
    // A wait that was given up does not count.
    drop(clock.sleep(secs(5)));
    assert!(!clock.step());
}
