//! The page's sections on access and on time.

use super::*;

/// The data that the page's script draws.
fn access_of(page: &str) -> serde_json::Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"access-data\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn all_access_is_in_the_page_once_with_whose_it_is() {
    let files = Files::new();
    let (hr, _) = company(&files);
    let app = files.path("app.c1z");
    fs::remove_file(&app).unwrap();
    SyncFile::ended_at(at("2026-03-02T08:00:00Z"))
        .role("admin", "Admin")
        .group("inner", "Inner")
        .group("outer", "Outer")
        .user(user("k", "kim").email("Kim@Example.com"))
        .user(
            user("n", "noor")
                .email("noor@example.com")
                .fact("org_role", "owner"),
        )
        .user(user("x", "</script><b>stranger"))
        .assigned("admin", "k")
        .member("inner", "n")
        .nested("outer", "inner")
        .write(&app)
        .unwrap();
    crate::support::expand(
        &app,
        &[("group:outer:member:group:inner", "group:inner:member")],
    );
    let (ran, page) = report(&files, &[&hr, &app.display().to_string()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(text(&page, "access", "access-by-person"), @"
    Access
    What accounts hold, by app: directly, through groups, or as a role in the organisation
    App Accounts Usable Of a person Different accesses Held
    app 3 3 2 4 4
    The lists by person and by app are drawn by the page's script. Without it baton-audit person and baton-audit who-can have them.
    ");
    assert!(!page.contains("</script><b>stranger"));
    let data = access_of(&page);
    assert_eq!(data["apps"], serde_json::json!(["app"]));
    assert_eq!(
        data["people"][2],
        serde_json::json!(["Kim Park", "user:3", "terminated", "", ""])
    );
    assert_eq!(
        data["accounts"],
        serde_json::json!([
            [0, "kim", "user:k", "enabled", 2, "e-mail address"],
            [0, "noor", "user:n", "enabled", 1, "e-mail address"],
            [
                0,
                "</script><b>stranger",
                "user:x",
                "enabled",
                -1,
                "no known person"
            ],
        ])
    );
    let names: Vec<&str> = data["access"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it[1].as_str().unwrap())
        .collect();
    // How it is held: 0 direct, 1 through groups, 2 as a role in the organisation.
    let held = |account: usize| -> Vec<(&str, u64)> {
        let held = data["held"][account].as_array().unwrap().iter();
        let held = held.map(|it| it.as_u64().unwrap());
        held.map(|it| (names[usize::try_from(it / 4).unwrap()], it % 4))
            .collect()
    };
    assert_eq!(held(0), [("Admin role", 0)]);
    assert_eq!(
        held(1),
        [
            ("owner (organisation)", 2),
            ("Inner member", 0),
            ("Outer member", 1)
        ]
    );
    assert_eq!(held(2), []);
}

#[test]
fn dated_files_add_a_section_on_time() {
    let files = Files::new();
    let (hr, app) = company(&files);
    let (_, without) = report(&files, &[&hr, &app]);
    insta::assert_snapshot!(text(&without, "history", "people"), @"
    Over time
    No dated files were given. --history DIR adds when findings opened and closed, and how long access of leavers stayed.
    ");
    assert!(!without.contains("<svg viewBox=\"0 0 760 240\""));
    let (ran, page) = report(&files, &[&hr, &app, "--history", &hr, "--history", &app]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(text(&page, "history", "plot-revoke"), @"
    Over time
    From 2026-02-01 to 2026-03-02, 3 days judged, each by the newest files there were.
    Leavers with access
    1
    Of them still open
    1, counted with their days so far
    Median
    15 days
    90th percentile
    15 days
    Worst
    15 days
    Over the limit
    no limit is set (--limit, or [leavers] grace_days)
    No access seen
    1
    ");
    insta::assert_snapshot!(text(&page, "history-leavers", "people"), @"
    Leavers and their access
    Name Id Since Which is Access Days Over Apps Notes
    Kim Park user:3 2026-02-15 last day open for 15 days 15 app app has no file in 2026-02
    Ola Nord user:4 2026-03-01 record gone none seen
    Joiners, movers and leavers by month: 2 rows
    Joiners, movers and leavers by month
    Month HR files App files Joiners Movers Leavers Vanished Findings opened Closed
    2026-02 1 0 1 first file 1 first file 10 0
    2026-03 1 1 0 1 0 1 3 7
    Open findings by day: 3 rows
    Open findings by day
    Day Files Critical High Medium Low Note Accepted Opened Closed
    2026-02-01 hr 0 0 6 4 0 0 10 0
    2026-03-01 hr 0 0 3 2 0 0 2 7
    2026-03-02 app 1 0 3 2 0 0 1 0
    ");
    assert_eq!(
        page.matches("<svg viewBox=\"0 0 760 240\" role=\"img\"")
            .count(),
        2
    );
    assert_eq!(ran.err, "");
    let other = files.path("other-hr.c1z");
    SyncFile::ended_at(at("2026-02-01T08:00:00Z"))
        .user(user("901", "Of another company").fact("department", "Sales"))
        .write(&other)
        .unwrap();
    let (ran, page) = report(
        &files,
        &[&hr, &app, "--history", &other.display().to_string()],
    );
    let note =
        "other-hr.c1z: none of the people is in hr.c1z; perhaps this is the file of another system";
    assert_eq!(
        (ran.code, files.without_paths(&ran.err)),
        (0, format!("note: {note}\n"))
    );
    let shown = text(&page, "history", "people");
    assert!(
        shown.contains("none of the people is in"),
        "{}",
        files.without_paths(&shown)
    );
    let other_app = files.path("app-2026-02-03.c1z");
    SyncFile::ended_at(at("2026-02-03T08:00:00Z"))
        .user(user("z", "zed").email("zed@example.com"))
        .write(&other_app)
        .unwrap();
    let other_app = other_app.display().to_string();
    let (ran, _) = report(
        &files,
        &[&hr, &app, "--history", &hr, "--history", &other_app],
    );
    assert_eq!(
        (ran.code, files.without_paths(&ran.err).as_str()),
        (
            0,
            "note: app-2026-02-03.c1z: none of the accounts is in app.c1z; perhaps this is the file of another system\n"
        )
    );
    let missing = files.path("missing").display().to_string();
    let (ran, _) = report(&files, &[&hr, &app, "--history", &missing]);
    assert_eq!(ran.code, 9);
}

#[test]
fn of_several_earlier_files_the_newest_is_compared_with() {
    let files = Files::new();
    let (hr, _) = company(&files);
    let write = |name: &str, day: &str, ids: &[&str]| {
        let path = files.path(name);
        let all = ids.iter().map(|id| user(id, "Somebody"));
        SyncFile::ended_at(at(&format!("{day}T08:00:00Z")))
            .users(all)
            .write(&path)
            .unwrap();
        path.display().to_string()
    };
    let older = write("older.c1z", "2026-01-01", &["1", "7", "8", "9"]);
    let newer = write("newer.c1z", "2026-01-02", &["1"]);
    for order in [[&older, &newer], [&newer, &older]] {
        let earlier = order.map(|path| ["--earlier", path]).concat();
        let args = [
            &["check", &hr, "--only", "DQ-01", "--format", "json"][..],
            &earlier,
        ]
        .concat();
        let ran = audit(&args);
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let part = |at: usize| json["files"][at]["label"].as_str().unwrap().to_owned();
        assert_eq!([part(0), part(1)], ["hr", "newer"]);
    }
}
