//! `--timezone`: the day on which a sync ended, on both sides of midnight, in every command that judges by a day.

use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, at, audit};

/// A file whose sync ended at this time, with who began on 10 March and who had the last day on 9 March.
fn write(files: &Files, name: &str, ended_at: &str) -> String {
    let path = files.path(name);
    SyncFile::ended_at(at(ended_at))
        .user(user("begins", "Bea Begins").fact("start_date", "2026-03-10"))
        .user(user("ends", "Eli Ends").fact("end_date", "2026-03-09"))
        .write(&path)
        .unwrap();
    path.to_str().unwrap().to_owned()
}

/// What a command prints of a file, or writes, in a zone.
struct Judged<'a> {
    files: &'a Files,
    hr: &'a str,
    zone: &'a str,
}

impl Judged<'_> {
    fn out(&self, args: &[&str]) -> String {
        let ran = audit(&[args, &["--timezone", self.zone]].concat());
        assert!(ran.code < 2, "{args:?}: {}", ran.err);
        ran.out
    }

    fn has(&self, args: &[&str], part: &str) {
        let out = self.out(args);
        let zone = self.zone;
        assert!(out.contains(part), "{zone} {args:?}: no {part} in\n{out}");
    }

    /// Every command that judges by a day takes it for `day`, on which `begins` stands so.
    fn is(&self, day: &str, begins: &str) {
        let hr = self.hr;
        self.has(&["stats", hr], &format!("(on {day})"));
        self.has(
            &["users", "show", hr, "begins"],
            &format!("{begins} on {day}"),
        );
        let row = format!("user:begins,user,Bea Begins,enabled,{begins},");
        self.has(&["users", hr, "--csv"], &row);
        let out = self.files.path("export");
        let out = out.to_str().unwrap();
        self.out(&["export", hr, "--format", "csv", "--out", out, "--force"]);
        let users = std::fs::read_to_string(self.files.path("export/users.csv")).unwrap();
        assert!(users.contains(&row), "{} {users}", self.zone);
        // Only who has begun has a place in the reporting lines.
        let depth = if begins == "active" { "0" } else { "" };
        let line = format!("Bea Begins,begins,,,{depth},");
        self.has(&["managers", hr, "--all", "--csv"], &line);
        self.has(
            &["check", hr, "--fail-on", "never"],
            &format!("As of {day}"),
        );
        let is_over = self
            .out(&["check", hr, "--only", "HR-06"])
            .contains("user:ends");
        assert_eq!(is_over, begins == "active", "{}", self.zone);
        let earlier = write(self.files, "earlier.c1z", "2026-03-01T12:00:00Z");
        let diff = self.out(&["diff", &earlier, hr, "--format", "json"]);
        let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
        assert_eq!(diff["new"]["judged_on"], day, "{}", self.zone);
        let page = self.files.path("page.html");
        let page = page.to_str().unwrap();
        self.out(&["report", hr, "--earlier", &earlier, "--out", page]);
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains(&format!("As of {day}")), "{}", self.zone);
    }
}

#[test]
fn the_day_is_that_of_the_zone_on_both_sides_of_midnight() {
    let files = Files::new();
    let (before, after) = (("2026-03-09", "prehire"), ("2026-03-10", "active"));
    for (ended_at, zone, (day, begins)) in [
        ("2026-03-09T22:59:59Z", "Europe/Berlin", before),
        ("2026-03-09T23:00:00Z", "Europe/Berlin", after),
        ("2026-03-09T23:59:59Z", "UTC", before),
        ("2026-03-10T00:00:00Z", "UTC", after),
        // Summer time began there on 8 March.
        ("2026-03-10T03:59:59Z", "america/new_york", before),
        ("2026-03-10T04:00:00Z", "America/New_York", after),
    ] {
        let hr = write(&files, "hr.c1z", ended_at);
        let (files, hr) = (&files, hr.as_str());
        Judged { files, hr, zone }.is(day, begins);
        std::fs::remove_file(hr).unwrap();
        std::fs::remove_file(files.path("earlier.c1z")).unwrap();
    }
}

#[test]
fn without_a_zone_days_are_of_utc_and_a_day_that_is_given_stays() {
    let files = Files::new();
    let hr = write(&files, "hr.c1z", "2026-03-09T23:30:00Z");
    assert!(audit(&["stats", &hr]).out.contains("(on 2026-03-09)"));
    let given = [
        "stats",
        &hr,
        "--as-of",
        "2026-03-11",
        "--timezone",
        "Europe/Berlin",
    ];
    assert!(audit(&given).out.contains("(on 2026-03-11)"));
}

#[test]
fn a_zone_that_does_not_exist_is_a_wrong_setting() {
    for zone in ["Europe/Atlantis", "CEST", "+02:00", ""] {
        let ran = audit(&["check", "hr.c1z", &format!("--timezone={zone}")]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{zone}");
        let said = "no such time zone; IANA names are known, such as Europe/Berlin, America/New_York or UTC";
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}
