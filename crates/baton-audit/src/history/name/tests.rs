use std::path::Path;

use super::system_of;

#[test]
fn dates_are_no_part_of_a_name() {
    for (path, name) in [
        ("staff.c1z", "staff"),
        ("a/staff-2026-03-01.c1z", "staff"),
        ("staff_20260301.c1z", "staff"),
        ("staff.20260301T0900Z.c1z", "staff"),
        ("2026-03-01T09:00:00Z-staff.c1z", "staff"),
        ("2026-W09-staff.c1z", "staff"),
        ("staff-2026-03-01-prod.c1z", "staff-prod"),
        ("my_app-2026-03.c1z", "my_app"),
        ("staff-2.c1z", "staff-2"),
        ("office365-2026-03-01.c1z", "office365"),
        ("archive/okta/2026-03-01.c1z", "okta"),
        ("archive/okta/2026/03/01.c1z", "01"),
        ("2026-03-01/staff.c1z", "staff"),
        ("2026-03-01.c1z", "file"),
    ] {
        assert_eq!(system_of(Path::new(path), None), name, "{path}");
    }
}

#[test]
fn below_a_directory_the_way_there_is_part_of_the_name() {
    let below = Some(Path::new("archive"));
    for (path, name) in [
        ("archive/staff-2026-03-01.c1z", "staff"),
        ("archive/2026-03-01/staff.c1z", "staff"),
        ("archive/okta/sync.c1z", "okta/sync"),
        ("archive/okta/2026-03-01.c1z", "okta"),
        ("archive/okta/2026-03/2026-03-01.c1z", "okta"),
    ] {
        assert_eq!(system_of(Path::new(path), below), name, "{path}");
    }
}
