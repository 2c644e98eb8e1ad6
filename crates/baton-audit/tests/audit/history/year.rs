//! A year of monthly files of 60 people, of which it is known who joined, moved and left when, and when each account was
//! disabled or removed. In July there is no file.

use std::collections::BTreeMap;

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};
use jiff::civil::{Date, date};

use super::rows;
use crate::support::{Files, at, audit};

const PEOPLE: usize = 60;

/// A person's year.
#[derive(Debug, Clone, Default)]
struct Life {
    first: Option<Date>,
    last: Option<Date>,
    /// Whether HR gives no last day.
    is_silent: bool,
    /// From when the account is disabled; with `is_removed` it is taken out.
    off: Option<Date>,
    is_removed: bool,
    /// New title, department or manager since.
    moved: Vec<(Date, &'static str)>,
    /// From when HR has no record any more.
    gone: Option<Date>,
}

fn day(month: i8, day: i8) -> Date {
    date(2026, month, day)
}

/// The days of the files.
fn seen() -> Vec<Date> {
    let months = (1..=12).filter(|month| *month != 7);
    months.map(|month| day(month, 28)).collect()
}

fn lives() -> Vec<Life> {
    let mut lives = vec![Life::default(); PEOPLE];
    for (at, month) in [
        (40, 2),
        (41, 2),
        (42, 3),
        (43, 6),
        (44, 7),
        (45, 8),
        (46, 12),
    ] {
        lives[at].first = Some(day(month, 3));
    }
    // Known ahead in the file of April, came in May.
    lives[47].first = Some(day(5, 11));
    let left = |last, off| Life {
        last: Some(last),
        off,
        ..Life::default()
    };
    lives[1] = left(day(2, 10), Some(day(2, 20)));
    lives[2] = left(day(3, 1), Some(day(2, 15)));
    lives[3] = left(day(3, 15), Some(day(4, 2)));
    lives[4] = Life {
        is_removed: true,
        ..left(day(4, 30), Some(day(8, 9)))
    };
    lives[5] = left(day(6, 30), Some(day(7, 1)));
    lives[6] = left(day(9, 9), None);
    lives[7] = Life {
        is_silent: true,
        ..left(day(5, 5), Some(day(6, 1)))
    };
    lives[8] = Life {
        is_silent: true,
        ..left(day(10, 1), None)
    };
    lives[9] = Life {
        gone: Some(day(6, 1)),
        ..left(day(2, 27), Some(day(10, 5)))
    };
    // Gone without having left, account still there.
    lives[10].gone = Some(day(11, 2));
    // Came and went between two files.
    lives[11] = Life {
        first: Some(day(9, 1)),
        ..left(day(9, 20), Some(day(11, 1)))
    };
    // Had left before the first file; one still has access, one has not.
    lives[12] = left(date(2025, 12, 1), Some(day(3, 3)));
    lives[13] = left(date(2025, 12, 1), Some(date(2025, 12, 2)));
    lives[20].moved = vec![(day(2, 1), "title")];
    lives[21].moved = vec![(day(2, 1), "department"), (day(8, 1), "title")];
    lives[22].moved = vec![(day(7, 1), "manager")];
    lives[23].moved = vec![(day(10, 1), "title"), (day(10, 2), "manager")];
    lives
}

fn record(at: usize, life: &Life, seen: Date) -> Option<User> {
    let is_known = life.first.is_none_or(|first| first <= seen || at == 47);
    if life.gone.is_some_and(|gone| gone <= seen) || !is_known {
        return None;
    }
    let moved = |what: &str| life.moved.iter().any(|(on, it)| *it == what && *on <= seen);
    let title = if moved("title") { "Lead" } else { "Engineer" };
    let department = if moved("department") {
        "Sales"
    } else {
        "Platform"
    };
    let manager = if moved("manager") { "p30" } else { "p0" };
    let mut person = user(&format!("p{at}"), &format!("Person {at}"))
        .email(&format!("p{at}@example.com"))
        .fact("job_title", title)
        .fact("department", department);
    if at > 0 {
        person = person.fact("manager_id", manager);
    }
    if let Some(first) = life.first {
        person = person.fact("start_date", &first.to_string());
    }
    Some(match life.last.filter(|last| *last < seen) {
        Some(_) if life.is_silent => person.state(StatusKind::Disabled, "terminated"),
        Some(last) => person
            .fact("end_date", &last.to_string())
            .state(StatusKind::Disabled, "terminated"),
        None => person.state(StatusKind::Enabled, "active"),
    })
}

fn account(at: usize, life: &Life, seen: Date) -> Option<User> {
    let is_off = life.off.is_some_and(|off| off <= seen);
    if life.first.is_some_and(|first| first > seen) || is_off && life.is_removed {
        return None;
    }
    let account =
        user(&format!("a{at}"), &format!("person{at}")).email(&format!("p{at}@example.com"));
    Some(match is_off {
        true => account.state(StatusKind::Disabled, "suspended"),
        false => account.state(StatusKind::Enabled, "active"),
    })
}

/// Writes the year into a directory and returns its files.
fn write(files: &Files) -> Vec<String> {
    let lives = lives();
    let mut paths = Vec::new();
    for seen in seen() {
        let (hr, app) = (
            format!("year/hr-{seen}.c1z"),
            format!("year/{seen}/crm.c1z"),
        );
        let ended = at(&format!("{seen}T08:00:00Z"));
        let of = |each: fn(usize, &Life, Date) -> Option<User>| {
            let all = lives.iter().enumerate();
            all.filter_map(|(at, life)| each(at, life, seen))
                .collect::<Vec<_>>()
        };
        std::fs::create_dir_all(files.path(&format!("year/{seen}"))).unwrap();
        let accounts = SyncFile::ended_at(ended + jiff::Span::new().hours(1));
        SyncFile::ended_at(ended)
            .users(of(record))
            .write(&files.path(&hr))
            .unwrap();
        accounts
            .users(of(account))
            .write(&files.path(&app))
            .unwrap();
        paths.extend([hr, app].map(|name| files.path(&name).display().to_string()));
    }
    paths
}

/// Leavers as they were planted: id, since, which day that is, outcome, when, and days.
fn planted_leavers() -> BTreeMap<String, Vec<String>> {
    let days = seen();
    let next = |on: Date| days.iter().copied().find(|seen| *seen >= on);
    let last_seen = *days.last().unwrap();
    let mut leavers = BTreeMap::new();
    for (at, life) in lives().iter().enumerate() {
        // What had been over before the first file is not seen.
        if at == 13 {
            continue;
        }
        let said = life
            .last
            .and_then(|last| days.iter().copied().find(|seen| *seen > last));
        let (since, which) = match (life.last, life.gone) {
            (Some(last), _) if !life.is_silent => (last, "last day"),
            (Some(_), _) => (said.unwrap(), "first said"),
            (None, Some(gone)) => (next(gone).unwrap(), "record gone"),
            (None, None) => continue,
        };
        let gone = life.off.and_then(next);
        let (outcome, ended, until) = match gone {
            Some(gone) => ("revoked", gone.to_string(), gone),
            None => ("open", String::new(), last_seen),
        };
        let took = (until - since).get_days().max(0);
        let row = [
            since.to_string(),
            which.to_owned(),
            outcome.to_owned(),
            ended,
            took.to_string(),
        ];
        leavers.insert(format!("user:p{at}"), row.to_vec());
    }
    leavers
}

#[test]
fn time_to_revoke_is_what_was_planted() {
    let files = Files::new();
    write(&files);
    let year = files.path("year").display().to_string();
    let found = rows(
        &[&year],
        &["id", "since", "since_is", "outcome", "ended_on", "days"],
    );
    let found: BTreeMap<String, Vec<String>> = found
        .into_iter()
        .map(|row| (row[0].clone(), row[1..].to_vec()))
        .collect();
    let planted = planted_leavers();
    assert_eq!(planted.len(), 12);
    assert_eq!(found, planted);
    let mut days: Vec<u64> = planted
        .values()
        .filter(|row| row[1] != "record gone")
        .map(|row| row[4].parse().unwrap())
        .collect();
    days.sort_unstable();
    assert_eq!(days, [0, 18, 31, 44, 59, 61, 69, 110, 117, 120, 243]);
    let ran = audit(&["history", &year, "--json", "--limit", "60"]);
    assert_eq!(ran.code, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        json["revoke"],
        serde_json::json!({
            "leavers": 11, "open": 2, "no_access": 0, "back": 0,
            "median": 61, "ninetieth": 120, "worst": 243, "limit": 60, "over_limit": 6,
        })
    );
}

#[test]
fn joiners_movers_and_leavers_are_what_was_planted() {
    let files = Files::new();
    write(&files);
    let year = files.path("year").display().to_string();
    let columns = [
        "month", "hr_files", "joiners", "movers", "leavers", "vanished",
    ];
    let found = rows(&[&year, "--list", "months"], &columns);
    let found: Vec<String> = found.iter().map(|row| row.join(" ")).collect();
    // Blank is not known: nothing comes before the first file, and July has none. Who joined in July is known of the
    // file of August; who moved is only known since.
    assert_eq!(
        found,
        [
            "2026-01 1    ",
            "2026-02 1 2 2 2 0",
            "2026-03 1 1 0 2 0",
            "2026-04 1 0 0 1 0",
            "2026-05 1 1 0 1 0",
            "2026-06 1 1 0 1 0",
            "2026-07 0 1   ",
            "2026-08 1 1 2 0 0",
            "2026-09 1 1 0 2 0",
            "2026-10 1 0 1 1 0",
            "2026-11 1 0 0 0 1",
            "2026-12 1 1 0 0 0",
        ]
    );
    let people = rows(
        &[&year, "--list", "people"],
        &["day", "what", "id", "details"],
    );
    let movers: Vec<String> = people
        .iter()
        .filter(|row| row[1] == "mover")
        .map(|row| row.join(" "))
        .collect();
    assert_eq!(
        movers,
        [
            "2026-02-28 mover user:p20 title: Engineer → Lead",
            "2026-02-28 mover user:p21 department: Platform → Sales",
            "2026-08-28 mover user:p21 title: Engineer → Lead",
            "2026-08-28 mover user:p22 manager: Person 0 → Person 30",
            "2026-10-28 mover user:p23 manager: Person 0 → Person 30, title: Engineer → Lead",
        ]
    );
}

#[test]
fn a_leaver_in_a_gap_of_the_files_says_so() {
    let files = Files::new();
    write(&files);
    let year = files.path("year").display().to_string();
    let notes: BTreeMap<String, String> = rows(&[&year], &["id", "notes"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(notes["user:p1"], "");
    assert_eq!(notes["user:p4"], "crm has no file in 2026-07");
    assert_eq!(
        notes["user:p5"],
        "hr has no file in 2026-07, crm has no file in 2026-07"
    );
    assert_eq!(
        notes["user:p9"],
        "crm has no file in 2026-07, the HR record is gone since 2026-06-28"
    );
    let ran = audit(&["history", &year, "--list", "systems"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.out, @"
    System  Read as  Files  Syncs  First       Last        No file in
    crm     app      11     11     2026-01-28  2026-12-28  2026-07
    hr      hr       11     11     2026-01-28  2026-12-28  2026-07
    ");
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let files = Files::new();
    let mut paths = write(&files);
    let history = |paths: &[String]| {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let ran = audit(&[&["history", "--json"], paths.as_slice()].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    let wanted = history(&paths);
    paths.reverse();
    assert_eq!(history(&paths), wanted);
    paths.rotate_left(7);
    paths.swap(0, 5);
    assert_eq!(history(&paths), wanted);
    // A copy of a file under a name of its system adds nothing but a note.
    let copy = files.path("hr-copied-2026.c1z");
    std::fs::copy(&paths[0], &copy).unwrap();
    let name = if paths[0].contains("/hr-") {
        "hr"
    } else {
        "crm"
    };
    let again = files.path(&format!("again/{name}.c1z"));
    std::fs::create_dir(files.path("again")).unwrap();
    std::fs::rename(&copy, &again).unwrap();
    paths.push(again.display().to_string());
    let with_copy: serde_json::Value = serde_json::from_str(&history(&paths)).unwrap();
    let wanted: serde_json::Value = serde_json::from_str(&wanted).unwrap();
    for part in [
        "revoke", "leavers", "months", "points", "findings", "people",
    ] {
        assert_eq!(with_copy[part], wanted[part], "{part}");
    }
    assert_eq!(
        with_copy["notes"][0],
        "1 sync there more than once, and looked at once"
    );
}
