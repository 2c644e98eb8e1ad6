//! The shrink guard: what is held back, what becomes of it, and what is not compared.

use std::fs;
use std::path::PathBuf;

use connector_c1z::{C1zStore, Format, ReadLimits, Reader, StoreOptions};
use connector_core::model::{Resource, Status, StatusKind};
use connector_core::shrink::{MaxShrink, ShrinkLimits};
use connector_core::store::{FileSummary, Rows, RunSpec, Store, SyncType, Tally};
use connector_core::{ErrorKind, Result};

use super::support::*;

const FORMATS: [Format; 2] = [Format::V1, Format::V3];

/// People by number, those in `disabled` disabled.
fn people(numbers: impl IntoIterator<Item = u32>, disabled: impl Fn(u32) -> bool) -> Rows {
    let person = |n: u32| -> Resource {
        let mut person = user(&format!("p{n:03}"));
        if disabled(n) {
            person.status = Some(Status::of(StatusKind::Disabled));
        }
        person
    };
    numbers.into_iter().map(person).collect::<Vec<_>>().into()
}

fn enabled(numbers: impl IntoIterator<Item = u32>) -> Rows {
    people(numbers, |_| false)
}

fn options(scene: &Scene, format: Format) -> StoreOptions {
    StoreOptions {
        shrink: Some(ShrinkLimits::default()),
        format: Some(format),
        ..scene.options()
    }
}

fn run(
    scene: &Scene,
    options: StoreOptions,
    spec: &RunSpec,
    pages: Vec<Rows>,
) -> Result<FileSummary> {
    let mut store = C1zStore::open(&scene.path, options)?;
    store.begin(spec)?;
    put_pages(&mut store, 1, pages);
    store.seal(&mut Tally::default())?;
    store.finish(at("2026-03-09T08:00:00Z"))
}

/// A sync of the earlier company, and then one of the later one.
fn after(
    (old, new): (Format, Format),
    earlier: Vec<Rows>,
    later: Vec<Rows>,
) -> (Scene, Vec<u8>, Result<FileSummary>) {
    let scene = Scene::new();
    run(&scene, options(&scene, old), &spec_at(1), earlier).unwrap();
    let before = fs::read(&scene.path).unwrap();
    let outcome = run(&scene, options(&scene, new), &spec_at(2), later);
    (scene, before, outcome)
}

fn quarantine(scene: &Scene) -> PathBuf {
    scene.dir.path().join("sync.c1z.quarantine")
}

/// An error's text without the directory.
fn text(scene: &Scene, outcome: Result<FileSummary>) -> String {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(error.hint_text(), None);
    let directory = format!("{}/", scene.dir.path().display());
    error.to_string().replace(&directory, "")
}

#[test]
fn more_than_a_fifth_and_at_least_twenty_in_all_formats() {
    let cases = [
        (95, 19, false),
        (99, 20, true),
        (100, 20, false),
        (100, 21, true),
        (101, 20, false),
        (101, 21, true),
        (19, 19, false),
    ];
    for (before, gone, is_held) in cases {
        for (old, new) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let formats = (FORMATS[old], FORMATS[new]);
            // One stays in any case: a sync always has someone.
            let (earlier, later) = (0..before, gone..before + 1);
            let (scene, bytes, outcome) =
                after(formats, vec![enabled(earlier)], vec![enabled(later)]);
            let case = format!("{gone} of {before} in {formats:?}");
            assert_eq!(outcome.is_err(), is_held, "{case}");
            assert_eq!(fs::read(&scene.path).unwrap() == bytes, is_held, "{case}");
            let left: &[&str] = match is_held {
                true => &["sync.c1z.quarantine"],
                false => &[],
            };
            assert_eq!(scene.leftovers(), left, "{case}");
        }
    }
}

#[test]
fn who_is_disabled_counts_as_gone_and_who_was_does_not_count() {
    let disabled = |from: u32, to: u32| move |n: u32| (from..to).contains(&n);
    let formats = (Format::V1, Format::V1);
    let all = || 0..150;
    // Fifty were disabled before, so that 21 of 100 are lost.
    let earlier = || vec![people(all(), disabled(0, 50))];
    let (scene, _, outcome) = after(formats, earlier(), vec![people(all(), disabled(0, 71))]);
    insta::assert_snapshot!(text(&scene, outcome), @"replacing the earlier sync: 21 of 100 enabled people would be gone or disabled (more than 20%; the new sync has 79): user:p050, user:p051, user:p052, user:p053, user:p054, user:p055, user:p056, user:p057, user:p058, user:p059; sync.c1z was left as it was and the new sync is in sync.c1z.quarantine: compare them with 'baton-audit diff sync.c1z sync.c1z.quarantine', or run once with --accept-shrink if the new sync is right");
    let (_, _, outcome) = after(formats, earlier(), vec![people(all(), disabled(0, 70))]);
    outcome.unwrap();
    // The fifty are gone, which is no loss.
    let (_, _, outcome) = after(formats, earlier(), vec![enabled(50..150)]);
    outcome.unwrap();
}

#[test]
fn groups_and_grants_have_a_limit_of_their_own() {
    let teams = |n: u32| -> Vec<Rows> {
        let names: Vec<_> = (0..n).map(|n| format!("t{n:02}")).collect();
        let each = names.iter();
        vec![
            vec![user("ada")].into(),
            each.clone().map(|t| team(t)).collect::<Vec<_>>().into(),
            each.clone()
                .map(|t| membership(t))
                .collect::<Vec<_>>()
                .into(),
            each.map(|t| grant(t, "ada")).collect::<Vec<_>>().into(),
        ]
    };
    for (format, name) in FORMATS.into_iter().zip(["v1", "v3"]) {
        let (scene, _, outcome) = after((format, format), teams(50), teams(29));
        insta::allow_duplicates! {
            insta::assert_snapshot!(text(&scene, outcome), @"replacing the earlier sync: 21 of 50 groups would be gone (more than 20%; the new sync has 29): team:t29, team:t30, team:t31, team:t32, team:t33, team:t34, team:t35, team:t36, team:t37, team:t38; 21 of 50 grants would be gone (more than 20%; the new sync has 29): team:t29:member:user:ada, team:t30:member:user:ada, team:t31:member:user:ada, team:t32:member:user:ada, team:t33:member:user:ada, team:t34:member:user:ada, team:t35:member:user:ada, team:t36:member:user:ada, team:t37:member:user:ada, team:t38:member:user:ada; sync.c1z was left as it was and the new sync is in sync.c1z.quarantine: compare them with 'baton-audit diff sync.c1z sync.c1z.quarantine', or run once with --accept-shrink if the new sync is right");
        }
        let (_, _, outcome) = after((format, format), teams(50), teams(31));
        outcome.expect(name);
    }
    let scene = Scene::new();
    let people_alone = StoreOptions {
        shrink: Some(ShrinkLimits {
            grants: MaxShrink::Off,
            ..ShrinkLimits::default()
        }),
        ..scene.options()
    };
    run(&scene, people_alone.clone(), &spec_at(1), teams(50)).unwrap();
    run(&scene, people_alone, &spec_at(2), teams(1)).unwrap();
}

#[test]
fn what_is_held_back_is_a_whole_file_and_the_next_one_replaces_it() {
    for format in FORMATS {
        let (scene, bytes, outcome) = after(
            (format, format),
            vec![enabled(0..100)],
            vec![enabled(0..40)],
        );
        outcome.unwrap_err();
        let newest = |path: PathBuf| {
            let reader = Reader::open(path, ReadLimits::default()).unwrap();
            let run = reader.latest_finished_full().unwrap().unwrap();
            (
                run.sync_id.clone(),
                reader.counts(&run.sync_id).unwrap().rows.resources["user"],
            )
        };
        let first = newest(quarantine(&scene));
        assert_eq!(first, (spec_at(2).sync_id.to_string(), 40));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || {
                fs::metadata(quarantine(&scene))
                    .unwrap()
                    .permissions()
                    .mode()
                    & 0o777
            };
            assert_eq!(mode(), 0o600);
            fs::set_permissions(quarantine(&scene), fs::Permissions::from_mode(0o644)).unwrap();
            fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o640)).unwrap();
            run(
                &scene,
                options(&scene, format),
                &spec_at(3),
                vec![enabled(0..30)],
            )
            .unwrap_err();
            assert_eq!(mode(), 0o600);
        }
        assert_eq!(newest(quarantine(&scene)).1, 30);
        assert_eq!(fs::read(&scene.path).unwrap(), bytes);
        // Nothing is gone on with: the next run begins anew and is accepted.
        let accepted = StoreOptions {
            shrink: None,
            ..options(&scene, format)
        };
        run(&scene, accepted, &spec_at(4), vec![enabled(0..30)]).unwrap();
        assert_eq!(
            newest(scene.path.clone()),
            (spec_at(4).sync_id.to_string(), 30)
        );
        // From then on this is what later ones are compared with.
        run(
            &scene,
            options(&scene, format),
            &spec_at(5),
            vec![enabled(0..25)],
        )
        .unwrap();
    }
}

#[test]
fn other_types_and_other_kinds_of_sync_are_not_compared() {
    let scene = Scene::new();
    let first = options(&scene, Format::V1);
    run(&scene, first.clone(), &spec_at(1), vec![enabled(0..100)]).unwrap();
    let resources_only = RunSpec {
        sync_type: SyncType::ResourcesOnly,
        ..spec_at(2)
    };
    run(&scene, first.clone(), &resources_only, vec![enabled(0..1)]).unwrap();
    // The newest full one is still that of the first day.
    run(&scene, first.clone(), &spec_at(3), vec![enabled(0..1)]).unwrap_err();
    let mut people_alone = spec_at(4);
    people_alone.resource_types.truncate(1);
    run(&scene, first, &people_alone, vec![enabled(0..1)]).unwrap();
}

#[test]
fn a_place_that_cannot_be_written_to_is_found_before_the_sync() {
    let scene = Scene::new();
    let guarded = options(&scene, Format::V1);
    run(&scene, guarded.clone(), &spec_at(1), vec![enabled(0..100)]).unwrap();
    fs::create_dir(quarantine(&scene)).unwrap();
    let error = C1zStore::open(&scene.path, guarded).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    let shown = error.to_string();
    assert!(
        shown.ends_with("sync.c1z.quarantine is a directory, and the run needs this name"),
        "{shown}"
    );
    scene.open().unwrap();
}
