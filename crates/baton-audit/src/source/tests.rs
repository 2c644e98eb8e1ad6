use super::*;

fn sync(id: &str, sync_type: &str, ended: Option<&str>) -> SyncRun {
    SyncRun {
        sync_id: id.to_owned(),
        sync_type: sync_type.to_owned(),
        started_at: "2026-03-01 08:00:00".to_owned(),
        ended_at: ended.map(str::to_owned),
        stats: None,
    }
}

fn file() -> Vec<SyncRun> {
    vec![
        sync("aa1", "full", Some("2026-03-02 08:00:00")),
        sync("ab2", "full", Some("2026-03-03 08:00:00")),
        sync("ac3", "partial", Some("2026-03-04 08:00:00")),
        sync("ad4", "full", None),
    ]
}

#[test]
fn the_newest_finished_full_sync_unless_told_otherwise() {
    let id = |pick| choose(file(), pick).map(|s| s.sync_id);
    assert_eq!(id(Pick::Latest).ok().as_deref(), Some("ab2"));
    assert_eq!(id(Pick::Previous).ok().as_deref(), Some("aa1"));
    assert_eq!(id(Pick::Id("ac")).ok().as_deref(), Some("ac3"));
    assert_eq!(id(Pick::Id("ad4")).ok().as_deref(), Some("ad4"));
}

#[test]
fn the_newest_sync_there_was_on_a_day() {
    let berlin = super::zone("Europe/Berlin").unwrap();
    let id = |day, zone: &TimeZone| choose(file(), Pick::AsOf(day, zone)).map(|s| s.sync_id);
    let day = |day| jiff::civil::date(2026, 3, day);
    let utc = TimeZone::UTC;
    for (on, wanted) in [(2, "aa1"), (3, "ab2"), (4, "ab2"), (31, "ab2")] {
        assert_eq!(id(day(on), &utc).unwrap(), wanted, "{on}");
    }
    let late = vec![sync("aa1", "full", Some("2026-03-01 23:30:00"))];
    let one = |day, zone: &TimeZone| choose(late.clone(), Pick::AsOf(day, zone));
    assert!(one(day(1), &utc).is_ok());
    assert!(one(day(2), &berlin).is_ok());
    let error = one(day(1), &berlin).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "the file holds no finished full sync that ended on 2026-03-01 or before"
    );
    assert_eq!(
        error.hint_text(),
        Some("the oldest is aa1, which ended on 2026-03-02")
    );
    let id = |before| choose(file(), Pick::Before(before)).map(|s| s.sync_id);
    assert_eq!(id("ab2").unwrap(), "aa1");
    assert!(id("aa1").is_err() && id("ad4").is_err());
}

#[test]
fn what_is_missing_or_unclear_is_said_with_what_there_is() {
    let error = choose(file(), Pick::Id("zz")).unwrap_err();
    assert_eq!(error.to_string(), "the file holds no sync zz");
    assert_eq!(
        error.hint_text(),
        Some(
            "--sync ID picks one of: aa1 (full), ab2 (full), ac3 (partial), ad4 (full, unfinished)"
        )
    );
    let error = choose(file(), Pick::Id("a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.to_string(), "several syncs begin with a");
    let error = choose(Vec::new(), Pick::Latest).unwrap_err();
    assert_eq!(error.to_string(), "the file is empty: it holds no sync");
    assert_eq!(error.hint_text(), None);
}
