//! What a run may leave out: types, steps, everything but single resources.

use std::sync::Arc;

use connector_core::ErrorKind;
use connector_core::engine::{Selection, SyncOptions};
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::model::{EntitlementListing, GrantListing, ResourceType, Trait};
use connector_core::progress::SyncReport;
use connector_core::store::{Phase, SyncType};

use crate::counts;
use crate::support::*;
use crate::{ROWS, SharedDisk, finished, sync_with};

#[tokio::test]
async fn a_restricted_run_leaves_out_what_needs_other_types() {
    let disk = SharedDisk::default();
    let only = |id| SyncOptions {
        selection: Selection {
            resource_types: vec![id],
            ..Selection::default()
        },
        ..options(1)
    };
    let report = sync_with(Scripted::company(), &disk, only(TEAM))
        .await
        .unwrap();
    assert_eq!(
        finished(&disk).unwrap(),
        ["r team:a", "r team:b", ROWS[5], ROWS[6]]
    );
    let warning = report
        .tally
        .warnings
        .iter()
        .find(|w| w.code == "unsynced-grants")
        .unwrap();
    assert_eq!((warning.count, warning.examples[0].as_str()), (3, "user"));

    let error = sync_with(Scripted::company(), &disk, only(ResourceTypeId::new("x")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Setting, "invalid resource type 'x' in filter")
    );
}

/// Rows and asked listings of a run with this selection.
async fn selected(
    vendor: Scripted,
    selection: Selection,
) -> (Vec<String>, Vec<String>, SyncReport) {
    let (disk, vendor) = (SharedDisk::default(), Arc::new(vendor));
    let options = SyncOptions {
        selection,
        ..options(2)
    };
    let report = run(&vendor, &disk, options, env()).await.unwrap();
    let mut asked = vendor.asked.lock().unwrap().clone();
    // Listings that may overlap are asked in any order.
    asked.sort_unstable();
    (finished(&disk).unwrap(), asked, report)
}

#[tokio::test]
async fn a_run_ends_after_its_last_step() {
    for (until, rows, asked, sync_type) in [
        (None, &ROWS[..0], 0, SyncType::Full),
        (
            Some(Phase::Resources),
            &ROWS[..5],
            4,
            SyncType::ResourcesOnly,
        ),
        (Some(Phase::Entitlements), &ROWS[..7], 4, SyncType::Full),
        (Some(Phase::Grants), &ROWS[..], 7, SyncType::Full),
    ] {
        let selection = Selection {
            until,
            ..Selection::default()
        };
        let (found, listings, report) = selected(Scripted::company(), selection).await;
        assert_eq!(
            (found, listings.len()),
            (rows.iter().map(ToString::to_string).collect(), asked)
        );
        assert_eq!(report.sync_type, sync_type);
    }
}

fn targets(ids: &[(&ResourceTypeId, &str)]) -> Selection {
    Selection {
        targets: ids
            .iter()
            .map(|&(resource_type, id)| ResourceId::new(resource_type.clone(), id))
            .collect(),
        ..Selection::default()
    }
}

#[tokio::test]
async fn a_targeted_run_lists_what_its_targets_need() {
    let (rows, asked, report) = selected(Scripted::company(), targets(&[(&TEAM, "a")])).await;
    assert_eq!(report.sync_type, SyncType::Partial);
    // Users hold what is on teams; dropping the others of them is the store's part.
    assert_eq!(
        rows,
        [&ROWS[..5], &[ROWS[5], ROWS[7], ROWS[8]][..]].concat()
    );
    let grants = ["grants team:a", "grants team:a g2"];
    assert_eq!(
        asked,
        [&grants[..], &["team", "user", "user p2", "user p3"]].concat()
    );
    assert_eq!(counts(&report.tally.rows.grants), "team=2");

    let (rows, asked, _) = selected(Scripted::company(), targets(&[(&USER, "2")])).await;
    assert_eq!(rows, ROWS[..3]);
    assert_eq!(asked, ["user", "user p2", "user p3"]);
}

#[tokio::test]
async fn a_target_of_a_type_that_is_not_there_costs_no_request() {
    let starship = ResourceTypeId::new("starship");
    let (rows, asked, report) = selected(Scripted::company(), targets(&[(&starship, "1")])).await;
    assert_eq!((rows.len(), asked.len()), (0, 0));
    assert_eq!(report.sync_type, SyncType::Partial);
}

#[tokio::test]
async fn children_are_listed_below_the_targets_alone() {
    let room = ResourceTypeId::new("room");
    let vendor = || {
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
        vendor.on("entitlements room:y", "", Answer::Page(vec!["open"], None));
        vendor
    };
    let (rows, asked, _) = selected(vendor(), targets(&[(&USER, "2")])).await;
    assert_eq!(rows, ["r user:1", "r user:2", "r room:y"]);
    assert_eq!(asked, ["room of user:2", "user"]);
    // A room can be the child of any user.
    let (rows, asked, _) = selected(vendor(), targets(&[(&room, "y")])).await;
    let all = [
        "r user:1",
        "r user:2",
        "r room:x",
        "r room:y",
        "e room:y:open open",
    ];
    assert_eq!(rows, all);
    assert_eq!(asked[..1], ["entitlements room:y"]);
}

#[tokio::test]
async fn a_targeted_run_is_resumed_like_any_other() {
    for listing in ["user", "team", "grants team:a"] {
        let disk = SharedDisk::default();
        let mut vendor = Scripted::company();
        vendor.on(listing, "", Answer::Fail(ErrorKind::Upstream));
        let options = || SyncOptions {
            selection: targets(&[(&TEAM, "a")]),
            ..options(1)
        };
        sync_with(vendor, &disk, options()).await.unwrap_err();
        let report = sync_with(Scripted::company(), &disk, options())
            .await
            .unwrap();
        assert_eq!(report.resumed, listing != "user");
        let rows = [&ROWS[..5], &[ROWS[5], ROWS[7], ROWS[8]][..]].concat();
        assert_eq!(finished(&disk).unwrap(), rows, "{listing}");
    }
}
