//! The engine's promises: order, ends of listings, checkpoints, acceptance, failure.

#[path = "engine/counts.rs"]
mod counts;
#[path = "engine/endless.rs"]
mod endless;
#[path = "engine/ends.rs"]
mod ends;
#[path = "engine/selection.rs"]
mod selection;
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use connector_core::engine::SyncOptions;
use connector_core::id::ResourceTypeId;
use connector_core::model::{EntitlementListing, GrantListing, ResourceType, Trait};
use connector_core::progress::SyncReport;
use connector_core::{ErrorKind, Result};
use support::*;

const ROWS: [&str; 10] = [
    "r user:1",
    "r user:2",
    "r user:3",
    "r team:a",
    "r team:b",
    "e team:a:member team a member",
    "e team:b:member team b member",
    "g team:a:member user:1",
    "g team:a:member user:2",
    "g team:b:member user:3",
];

type SharedDisk = Arc<Mutex<Disk>>;

async fn sync_with(
    vendor: Scripted,
    disk: &SharedDisk,
    options: SyncOptions,
) -> Result<SyncReport> {
    run(&Arc::new(vendor), disk, options, env()).await
}

async fn sync(vendor: Scripted, disk: &SharedDisk) -> Result<SyncReport> {
    sync_with(vendor, disk, options(1)).await
}

fn finished(disk: &SharedDisk) -> Option<Vec<String>> {
    disk.lock().unwrap().finished.clone()
}

/// Counts by type as text, for comparing.
fn counts(of: &BTreeMap<ResourceTypeId, u64>) -> String {
    of.iter()
        .map(|(id, n)| format!("{id}={n}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn rows_follow_the_plan_and_an_empty_page_does_not_end_a_listing() {
    let disk = SharedDisk::default();
    let report = sync(Scripted::company(), &disk).await.unwrap();
    assert_eq!(finished(&disk).unwrap(), ROWS);
    assert_eq!(counts(&report.tally.rows.resources), "team=2 user=3");
    assert_eq!(counts(&report.tally.rows.entitlements), "team=2");
    assert_eq!(counts(&report.tally.rows.grants), "team=3");
    assert_eq!((report.requests, report.resumed), (7, false));
    assert_eq!(
        report
            .tally
            .warnings
            .iter()
            .map(|w| w.code.as_str())
            .collect::<Vec<_>>(),
        ["probe"]
    );
}

#[tokio::test]
async fn workers_do_not_change_the_rows() {
    for workers in [2, 3, 8] {
        let disk = SharedDisk::default();
        sync_with(Scripted::company(), &disk, options(workers))
            .await
            .unwrap();
        assert_eq!(finished(&disk).unwrap(), ROWS, "{workers} workers");
    }
}

#[tokio::test]
async fn every_checkpoint_resumes_to_the_same_rows() {
    for good in 0..7 {
        // The vendor fails after `good` answers; the next run must ask only for the rest.
        let disk = SharedDisk::default();
        let listings = [
            ("user", ""),
            ("user", "p2"),
            ("user", "p3"),
            ("team", ""),
            ("grants team:a", ""),
            ("grants team:a", "g2"),
            ("grants team:b", ""),
        ];
        let mut vendor = Scripted::company();
        vendor.on(
            listings[good].0,
            listings[good].1,
            Answer::Fail(ErrorKind::Upstream),
        );
        let error = sync(vendor, &disk).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upstream);
        assert_eq!(finished(&disk), None);

        let again = Arc::new(Scripted::company());
        let report = run(&again, &disk, options(1), env()).await.unwrap();
        assert_eq!(finished(&disk).unwrap(), ROWS, "after {good} answers");
        assert_eq!(report.resumed, good > 0);
        let rest: Vec<_> = listings[good..]
            .iter()
            .map(|(l, c)| format!("{l} {c}").trim_end().to_owned())
            .collect();
        assert_eq!(*again.asked.lock().unwrap(), rest);
        assert_eq!(counts(&report.tally.rows.grants), "team=3");
        let warnings: Vec<_> = report
            .tally
            .warnings
            .iter()
            .map(|w| (w.code.as_str(), w.count))
            .collect();
        assert_eq!(warnings, [("probe", 1)]);
    }
}

#[tokio::test]
async fn a_cursor_seen_before_is_an_error() {
    for back_to in ["p2", "p3"] {
        let mut vendor = Scripted::company();
        vendor.on("user", "p3", Answer::Page(vec!["3"], Some(back_to)));
        let error = sync(vendor, &SharedDisk::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert_eq!(
            error.to_string(),
            "listing resources of user: the vendor sent a page cursor again after 2 pages, the listing would never end"
        );
    }
}

#[tokio::test]
async fn a_cursor_that_cannot_be_resumed_is_not_kept_forever() {
    let disk = SharedDisk::default();
    let mut vendor = Scripted::company();
    vendor.on("user", "p2", Answer::Fail(ErrorKind::Upstream));
    sync(vendor, &disk).await.unwrap_err();
    assert!(disk.lock().unwrap().checkpoint.is_some());

    let mut vendor = Scripted::company();
    vendor.on("user", "p2", Answer::Fail(ErrorKind::Contract));
    sync(vendor, &disk).await.unwrap_err();
    assert!(
        disk.lock().unwrap().checkpoint.is_none(),
        "no progress from there, so the next run starts anew"
    );
    assert!(!sync(Scripted::company(), &disk).await.unwrap().resumed);
}

#[tokio::test]
async fn an_answer_that_broke_off_counts_once() {
    let mut vendor = Scripted::company();
    vendor.on(
        "user",
        "",
        Answer::Broken(vec!["1", "2", "9"], vec!["1", "2", "3"]),
    );
    let disk = SharedDisk::default();
    let report = sync(vendor, &disk).await.unwrap();
    assert_eq!(finished(&disk).unwrap(), ROWS);
    assert_eq!(counts(&report.tally.rows.resources), "team=2 user=3");
}

#[tokio::test]
async fn no_users_at_all_is_an_error_and_leaves_nothing_to_resume() {
    let mut vendor = Scripted::company();
    vendor.on("user", "", Answer::Page(vec![], None));
    let disk = SharedDisk::default();
    let error = sync(vendor, &disk).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "listing user: the vendor returned no user at all, which is never right"
    );
    assert!(disk.lock().unwrap().checkpoint.is_none());
}

#[tokio::test]
async fn a_type_that_is_not_found_fails_but_a_resource_that_is_gone_is_skipped() {
    let mut vendor = Scripted::company();
    vendor.on("user", "", Answer::Fail(ErrorKind::NotFound));
    assert_eq!(
        sync(vendor, &SharedDisk::default())
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );

    let mut vendor = Scripted::company();
    vendor.on("grants team:a", "g2", Answer::Fail(ErrorKind::NotFound));
    let disk = SharedDisk::default();
    let report = sync(vendor, &disk).await.unwrap();
    assert_eq!(report.tally.skipped, 1);
    assert_eq!(counts(&report.tally.rows.grants), "team=2");
    let warning = report
        .tally
        .warnings
        .iter()
        .find(|w| w.code == "gone-grants")
        .unwrap();
    assert_eq!(warning.examples, ["team:a"]);
}

#[tokio::test]
async fn too_many_gone_resources_stop_the_sync() {
    let mut vendor = Scripted::company();
    let ids: Vec<&'static str> = (0..40)
        .map(|n| &*Box::leak(format!("t{n}").into_boxed_str()))
        .collect();
    vendor.on("team", "", Answer::Page(ids, None));
    let error = sync(vendor, &SharedDisk::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.hint_text(),
        Some("too many resources are gone since they were listed; sync again")
    );
}

#[tokio::test]
async fn invalid_rows_are_dropped_with_one_warning() {
    let mut vendor = Scripted::company();
    vendor.on(
        "user",
        "",
        Answer::Page(vec!["1", "-", "2", "-", "3"], None),
    );
    let disk = SharedDisk::default();
    let report = sync(vendor, &disk).await.unwrap();
    assert_eq!(finished(&disk).unwrap(), ROWS);
    let warning = report
        .tally
        .warnings
        .iter()
        .find(|w| w.code == "invalid-rows")
        .unwrap();
    assert_eq!(warning.count, 2);
    // Its name would be a person's.
    assert_eq!(warning.examples, ["user:", "user:"]);
}

#[tokio::test]
async fn a_resource_without_its_trait_fails_the_sync() {
    let mut vendor = Scripted::company();
    vendor.on("user", "", Answer::Page(vec!["1", "!2"], None));
    let error = sync(vendor, &SharedDisk::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bug);
    assert_eq!(
        error.message(),
        "resource user:!2 was missing expected trait User"
    );
}

#[tokio::test]
async fn child_types_and_listings_per_resource() {
    let room = ResourceTypeId::new("room");
    let mut vendor = Scripted {
        types: vec![
            ResourceType::new(USER, "User", Some(Trait::User)),
            ResourceType::new(room.clone(), "Room", None)
                .child_of(USER)
                .entitlements(EntitlementListing::PerResource)
                .grants(GrantListing::None),
        ],
        ..Scripted::default()
    };
    vendor.on("user", "", Answer::Page(vec!["1", "2"], None));
    vendor.on("room of user:1", "", Answer::Page(vec!["x"], None));
    vendor.on("room of user:2", "", Answer::Page(vec!["y"], None));
    vendor.on("entitlements room:x", "", Answer::Page(vec!["open"], None));
    vendor.on(
        "entitlements room:y",
        "",
        Answer::Page(vec!["open", "lock"], None),
    );
    let disk = SharedDisk::default();
    sync_with(vendor, &disk, options(4)).await.unwrap();
    assert_eq!(
        finished(&disk).unwrap(),
        [
            "r user:1",
            "r user:2",
            "r room:x",
            "r room:y",
            "e room:x:open open",
            "e room:y:open open",
            "e room:y:lock lock"
        ]
    );
}

#[tokio::test]
async fn validation_failure_touches_nothing() {
    let vendor = Scripted {
        invalid: Some(ErrorKind::Credential),
        ..Scripted::company()
    };
    let disk = SharedDisk::default();
    assert_eq!(
        sync(vendor, &disk).await.unwrap_err().kind(),
        ErrorKind::Credential
    );
    assert_eq!(disk.lock().unwrap().commits, 0);
}

#[tokio::test]
async fn cancelling_keeps_the_committed_pages() {
    let mut vendor = Scripted::company();
    vendor.on("user", "p3", Answer::Hang);
    let vendor = Arc::new(vendor);
    let disk = SharedDisk::default();
    let env = env();
    let running = run(&vendor, &disk, options(1), env.clone());
    let stop = async {
        while disk.lock().unwrap().commits < 2 {
            tokio::task::yield_now().await;
        }
        env.cancel.cancel();
    };
    let (result, ()) = tokio::join!(running, stop);
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.kind().policy().exit_code),
        (ErrorKind::Interrupted, 1)
    );
    assert!(finished(&disk).is_none());
    assert!(sync(Scripted::company(), &disk).await.unwrap().resumed);
    assert_eq!(finished(&disk).unwrap(), ROWS);
}

/// A vendor whose people come in pages of these sizes, some of them empty.
fn paged(sizes: &[usize]) -> Scripted {
    let name = |n: usize| -> &'static str { Box::leak(n.to_string().into_boxed_str()) };
    let mut vendor = Scripted {
        types: vec![ResourceType::new(USER, "User", Some(Trait::User))],
        ..Scripted::default()
    };
    let mut next_id = 0;
    for (page, size) in sizes.iter().enumerate() {
        let ids = (next_id..next_id + size).map(name).collect();
        next_id += size;
        let here = if page == 0 { "" } else { name(page) };
        let next = (page + 1 < sizes.len()).then(|| name(page + 1));
        vendor.on("user", here, Answer::Page(ids, next));
    }
    vendor
}

proptest::proptest! {
    #[test]
    fn however_people_are_cut_into_pages_and_wherever_a_run_stops(
        mut sizes in proptest::collection::vec(0usize..150, 1..12),
        stop in 0usize..12,
        workers in 1usize..4,
    ) {
        sizes.push(1);
        let all: Vec<_> = (0..sizes.iter().sum()).map(|n: usize| format!("r user:{n}")).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let disk = SharedDisk::default();
        let mut failing = paged(&sizes);
        let stop = stop.min(sizes.len() - 1);
        let at = if stop == 0 { String::new() } else { stop.to_string() };
        failing.on("user", &at, Answer::Fail(ErrorKind::Upstream));
        let failed = runtime.block_on(sync_with(failing, &disk, options(workers)));
        proptest::prop_assert_eq!(failed.map_err(|e| e.kind()).map(|_| ()), Err(ErrorKind::Upstream));
        let report = runtime.block_on(sync_with(paged(&sizes), &disk, options(workers)));
        let report = report.expect("the vendor is well again");
        proptest::prop_assert_eq!(report.resumed, stop > 0);
        proptest::prop_assert_eq!(report.requests as usize, sizes.len() - stop);
        proptest::prop_assert_eq!(finished(&disk).expect("a finished run"), all);
    }
}
