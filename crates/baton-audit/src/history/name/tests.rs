use std::path::Path;

use super::system_of;

#[test]
fn dates_are_no_part_of_a_name() {
    for (path, name) in [
        ("hibob.c1z", "hibob"),
        ("a/hibob-2026-03-01.c1z", "hibob"),
        ("hibob_20260301.c1z", "hibob"),
        ("hibob.20260301T0900Z.c1z", "hibob"),
        ("2026-03-01T09:00:00Z-hibob.c1z", "hibob"),
        ("2026-W09-hibob.c1z", "hibob"),
        ("hibob-2026-03-01-prod.c1z", "hibob-prod"),
        ("my_app-2026-03.c1z", "my_app"),
        ("hibob-2.c1z", "hibob-2"),
        ("office365-2026-03-01.c1z", "office365"),
        ("archive/okta/2026-03-01.c1z", "okta"),
        ("archive/okta/2026/03/01.c1z", "01"),
        ("2026-03-01/hibob.c1z", "hibob"),
        ("2026-03-01.c1z", "file"),
    ] {
        assert_eq!(system_of(Path::new(path), None), name, "{path}");
    }
}

#[test]
fn below_a_directory_the_way_there_is_part_of_the_name() {
    let below = Some(Path::new("archive"));
    for (path, name) in [
        ("archive/hibob-2026-03-01.c1z", "hibob"),
        ("archive/2026-03-01/hibob.c1z", "hibob"),
        ("archive/okta/sync.c1z", "okta/sync"),
        ("archive/okta/2026-03-01.c1z", "okta"),
        ("archive/okta/2026-03/2026-03-01.c1z", "okta"),
    ] {
        assert_eq!(system_of(Path::new(path), below), name, "{path}");
    }
}
