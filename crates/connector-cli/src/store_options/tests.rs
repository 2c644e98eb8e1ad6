use super::*;

#[test]
fn a_source_date_is_whole_seconds_or_an_error() {
    let read = |text: &str| {
        let env = BTreeMap::from([("SOURCE_DATE_EPOCH".to_owned(), text.into())]);
        source_date(&env).map(|date| date.map(Timestamp::as_second))
    };
    assert_eq!(source_date(&BTreeMap::new()).unwrap(), None);
    assert_eq!(read("").unwrap(), None);
    assert_eq!(read("0").unwrap(), Some(0));
    assert_eq!(read("1767225600").unwrap(), Some(1_767_225_600));
    for wrong in [
        "-1",
        "+1",
        " 1",
        "1.5",
        "2026-01-01",
        "1e9",
        "99999999999999",
        "x",
    ] {
        let error = read(wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{wrong}");
        assert_eq!(
            error.to_string(),
            "SOURCE_DATE_EPOCH: the value is not a number of seconds since 1970"
        );
    }
}

#[test]
fn variables_are_read_or_ignored_with_a_warning() {
    let env = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), v.into()));
        pairs.collect::<BTreeMap<_, _>>()
    };
    let mut warnings = Vec::new();
    let set = env(&[
        ("BATON_KEEP_SYNC_COUNT", "5"),
        ("BATON_SKIP_CLEANUP", "t"),
        ("BATON_DECODER_MAX_DECODED_SIZE_MB", "3"),
        ("BATON_DECODER_MAX_MEMORY_MB", "8"),
    ]);
    let options = store_options(&set, &mut warnings);
    assert_eq!((options.keep_syncs, options.skip_cleanup), (Some(5), true));
    assert_eq!(options.read_limits.max_decoded_bytes, 3 << 20);
    assert_eq!(options.read_limits.max_window_bytes, 8 << 20);
    assert!(warnings.is_empty());

    let odd = env(&[
        ("BATON_KEEP_SYNC_COUNT", "0"),
        ("BATON_SKIP_CLEANUP", "maybe"),
    ]);
    let options = store_options(&odd, &mut warnings);
    assert_eq!((options.keep_syncs, options.skip_cleanup), (None, false));
    assert_eq!(
        warnings,
        [
            "BATON_KEEP_SYNC_COUNT is not a number above 0 and ignored",
            "BATON_SKIP_CLEANUP is not true or false and ignored"
        ]
    );
    assert_eq!(
        store_options(&env(&[("BATON_KEEP_SYNC_COUNT", "")]), &mut warnings).keep_syncs,
        None
    );
    assert_eq!(warnings.len(), 2);
}
