//! `stats`, `types` and `syncs`.

use std::collections::BTreeMap;

use super::{column, go, on, out_of};
use crate::company::Company;
use crate::support::{audit, go_file};

#[test]
fn stats_on_a_page() {
    let company = Company::new();
    let page = out_of(&company, &["stats"], &[]);
    let (before, after) = page.split_once("Size ").unwrap();
    let (size, after) = after.split_once(" bytes").unwrap();
    assert!(size.trim().replace(',', "").parse::<u64>().unwrap() > 1000);
    insta::assert_snapshot!(format!("{before}Size ({after}"), @"
    File     hr.c1z
    SHA-256  (digest)
    Size (
    Format   version 1 (SQLite)
    Sync     3AKr84HI1PxpPUOHLIKT6wBKehj (full)
    Started  2026-03-01 07:59:00 UTC
    Ended    2026-03-01 08:00:00 UTC

    Type   Resources  Entitlements  Grants
    group  2          2             3
    role   1          1             1
    user   6          0             0
    all    9          3             4

    People     6
    Status     enabled 4, disabled 1, unspecified 1
    Lifecycle  prehire 1, active 3, leave 1, terminated 1 (on 2026-03-01)
    ");
}

#[test]
fn stats_for_programs() {
    let company = Company::new();
    let json = out_of(&company, &["stats"], &["--json", "--as-of", "2026-04-01"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["people"]["as_of"], "2026-04-01");
    let some = |counts: &serde_json::Value| -> BTreeMap<String, u64> {
        let counts: BTreeMap<String, u64> = serde_json::from_value(counts.clone()).unwrap();
        counts.into_iter().filter(|(_, n)| *n > 0).collect()
    };
    insta::assert_snapshot!(format!("{:?}", some(&json["people"]["by_lifecycle"])), @r#"{"active": 3, "leave": 1, "terminated": 1, "unknown": 1}"#);
    insta::assert_snapshot!(format!("{:?}", some(&json["people"]["by_status"])), @r#"{"disabled": 1, "enabled": 4, "unspecified": 1}"#);
    assert_eq!(json["people"]["by_status"]["deleted"], 0);
    assert_eq!(json["started_at"], "2026-03-01T07:59:00Z");
    let csv = out_of(&company, &["stats"], &["--csv"]);
    let rest: Vec<_> = csv.lines().filter(|l| !l.starts_with("bytes")).collect();
    insta::assert_snapshot!(rest.join("\n"), @"
    measure,of,count
    format_version,,1
    resource_types,,4
    resources,group,2
    entitlements,group,2
    grants,group,3
    resources,role,1
    entitlements,role,1
    grants,role,1
    resources,user,6
    entitlements,user,0
    grants,user,0
    people_by_status,deleted,0
    people_by_status,disabled,1
    people_by_status,enabled,4
    people_by_status,unspecified,1
    people_by_lifecycle,active,3
    people_by_lifecycle,deceased,0
    people_by_lifecycle,leave,1
    people_by_lifecycle,onboarding,0
    people_by_lifecycle,prehire,1
    people_by_lifecycle,retired,0
    people_by_lifecycle,terminated,1
    people_by_lifecycle,unknown,0
    ");
}

#[test]
fn stats_of_files_of_the_go_sdk_are_its_own() {
    for (name, people, groups, id) in [
        ("go-12.c1z", 12, 3, "3MNV9X7TbnaSbYbmh9AxCyGlAC8"),
        ("go-1k.c1z", 1000, 50, "3MNV9S7zkCrTvp3DSpUhaubSg4l"),
    ] {
        let stats = go(&["stats"], name, &[]);
        let of = |kind: &str, counts: [u64; 3]| {
            let [resources, entitlements, grants] = counts;
            serde_json::json!({
                "resource_type": kind, "resources": resources,
                "entitlements": entitlements, "grants": grants,
            })
        };
        let department = of("department", [groups, groups, people]);
        let by_type = serde_json::json!([department, of("user", [people, 0, 0])]);
        assert_eq!(stats["by_type"], by_type, "{name}");
        let totals = ["resource_types", "resources", "entitlements", "grants"];
        let totals = totals.map(|key| stats[key].as_u64().unwrap());
        assert_eq!(totals, [2, people + groups, groups, people], "{name}");
        assert_eq!(stats["people"]["total"], people);
        assert_eq!(stats["sync"], id);
        let bytes = std::fs::metadata(go_file(name)).unwrap().len();
        assert_eq!(stats["bytes"], bytes);
    }
}

#[test]
fn types_with_what_there_is_of_each() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["types"], &[]), @"
    Id          Name        Traits  Resources  Entitlements  Grants
    department  Department  group   0          0             0
    group       Group       group   2          2             3
    role        Role        role    1          1             1
    user        User        user    6          0             0
    ");
    let json = out_of(&company, &["types"], &["--json"]);
    insta::assert_snapshot!(json.lines().nth(2).unwrap(), @r#"  {"id": "group", "name": "Group", "traits": ["group"], "resources": 2, "entitlements": 2, "grants": 3, "description": null},"#);
}

#[test]
fn syncs_finished_and_not() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["syncs"], &[]), @"
    Id                           Type  Ended (UTC)       Resources  Grants  Default
    3AKr84HI1PxpPUOHLIKT6wBKehj  full  2026-03-01 08:00  9          4       yes
    ");
    insta::assert_snapshot!(out_of(&company, &["syncs"], &["--csv"]), @"
    id,type,started_at,ended_at,resources,entitlements,grants,default
    3AKr84HI1PxpPUOHLIKT6wBKehj,full,2026-03-01T07:59:00Z,2026-03-01T08:00:00Z,9,3,4,yes
    ");
    let two = go(&["syncs"], "go-12-two-syncs.c1z", &[]);
    let ids = ["3MNV9X7TbnaSbYbmh9AxCyGlAC8", "3MNV9dZtxrcEjfJTolL4JtZiHDY"];
    assert_eq!(column(&two.to_string(), "id"), ids);
    assert_eq!(column(&two.to_string(), "default"), ["false", "true"]);
    let unfinished = go(&["syncs"], "go-12-unfinished.c1z", &[]);
    assert_eq!(unfinished[0]["ended_at"], serde_json::Value::Null);
    assert_eq!(unfinished[0]["default"], false);
    let first = go(&["stats"], "go-12-two-syncs.c1z", &["--sync", "3MNV9X"]);
    assert_eq!(first["sync"], ids[0]);
    let newest = go(&["stats"], "go-12-two-syncs.c1z", &[]);
    assert_eq!(newest["sync"], ids[1]);
}

#[test]
fn what_cannot_be_read_is_said_once_with_a_hint() {
    let company = Company::new();
    let ran = on(&company, &["stats"], &["--sync", "3X"]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: reading hr.c1z: the file holds no sync 3X
    hint: --sync ID picks one of: 3AKr84HI1PxpPUOHLIKT6wBKehj (full)
    ");
    let ran = on(&company, &["types"], &["--json", "--csv"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err.lines().next().unwrap(), @"error: the argument '--json' cannot be used with '--csv'");
    let unfinished = go_file("go-12-unfinished.c1z");
    let ran = audit(&["stats", unfinished.to_str().unwrap()]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err.contains("the file holds no finished full sync"),
        "{}",
        ran.err
    );
}
