use super::*;

#[test]
fn the_live_line_fits_and_counts_rows_under_way() {
    let rows = |ids: &[&'static str]| {
        ids.iter()
            .map(|id| (ResourceTypeId::new(id), (1000, 200)))
            .collect::<BTreeMap<_, _>>()
    };
    let line = live_line(
        Phase::Resources,
        &rows(&["user", "group"]),
        Duration::from_millis(4200),
    );
    assert_eq!(
        line,
        "listing resources: group 1,200, user 1,200 (600/s, 4 s)"
    );
    let many = rows(&[
        "a-long-type-id-1",
        "a-long-type-id-2",
        "a-long-type-id-3",
        "a-long-type-id-4",
    ]);
    let line = live_line(Phase::Grants, &many, Duration::ZERO);
    assert!(line.len() <= COLUMNS && line.ends_with(" (0 s)"), "{line}");
}
