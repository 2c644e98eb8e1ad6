//! What becomes of the earlier file: held against a loss, compared in a dry run, and the same bytes for the same answers.

use connector_sandbox::company::Company;

use super::assert_nothing_left;
use crate::Subject;
use crate::run::Bench;

const ENGINES: [&str; 2] = ["sqlite", "pebble"];

/// Three in ten people are gone.
fn lose_people(company: &mut Company) {
    let gone: Vec<_> = company
        .people
        .iter()
        .enumerate()
        .filter(|(n, _)| n % 10 < 3)
        .map(|(_, person)| person.id.clone())
        .collect();
    company.remove_people(|person| gone.contains(&person.id));
}

/// A sync that lacks three in ten people is held back in either format, and accepted when that is wanted.
pub fn a_sudden_loss_is_held_back<S: Subject>() {
    for engine in ENGINES {
        let bench = Bench::<S>::of(130);
        let run = |more: &[&str]| bench.run(&[&["--storage-engine", engine], more].concat());
        run(&[]).expect(0);
        let before = bench.bytes();
        S::edit(&bench.fake, lose_people);
        let outcome = run(&[]).expect(9);
        let said = outcome.error();
        for part in [
            " enabled people would be gone or disabled (more than 20%; the new sync has ",
            "sync.c1z was left as it was and the new sync is in ",
            "sync.c1z.quarantine: compare them with 'baton-audit diff ",
            "or run once with --accept-shrink if the new sync is right",
        ] {
            assert!(said.contains(part), "{engine}: {part}: {said}");
        }
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(bench.bytes(), before, "{engine}");
        let quarantine = bench.dir().join("sync.c1z.quarantine");
        assert!(quarantine.exists(), "{engine}");
        assert!(!bench.dir().join("sync.c1z.resume").exists(), "{engine}");
        run(&["--max-shrink", "50%", "--max-shrink-grants", "off"]).expect(0);
        assert_ne!(bench.bytes(), before, "{engine}");

        let bench = Bench::<S>::of(130);
        let run = |more: &[&str]| bench.run(&[&["--storage-engine", engine], more].concat());
        run(&[]).expect(0);
        let before = bench.bytes();
        S::edit(&bench.fake, lose_people);
        run(&["--accept-shrink"]).expect(0);
        assert_ne!(bench.bytes(), before, "{engine}");
        assert_nothing_left(&bench);
        run(&[]).expect(0);
    }
}

/// A dry run says what would change and writes nothing.
pub fn a_dry_run_writes_nothing<S: Subject>() {
    let bench = Bench::<S>::of(130);
    let outcome = bench.run(&["--dry-run"]).expect(0);
    let said = &outcome.stdout;
    assert!(
        said.contains("holds no finished full sync to compare with"),
        "{said}"
    );
    assert!(!bench.file().exists());
    assert_nothing_left(&bench);
    bench.sync().expect(0);
    let before = bench.bytes();
    let outcome = bench.run(&["--dry-run"]).expect(0);
    let people = outcome
        .stdout
        .lines()
        .find(|line| line.contains("    people: "));
    assert_eq!(
        people,
        Some("    people: 130 unchanged"),
        "{}",
        outcome.stdout
    );
    S::edit(&bench.fake, lose_people);
    let outcome = bench.run(&["--dry-run"]).expect(0);
    let said = &outcome.stdout;
    for part in [
        "    people: 39 removed, ",
        "  the shrink guard would hold it back: ",
        "  dry run: nothing was written\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(bench.bytes(), before);
    assert_nothing_left(&bench);
}

/// With `SOURCE_DATE_EPOCH` the same answers give the same bytes: in each run, with more workers, into the file that is
/// there, and by a run that was interrupted.
pub fn a_source_date_gives_the_same_bytes<S: Subject>() {
    for engine in ENGINES {
        let mut bench = Bench::<S>::of(130);
        bench.set("SOURCE_DATE_EPOCH", "1767225600");
        bench.set("BATON_STORAGE_ENGINE", engine);
        let requests = bench.sync().expect(0).requests.len();
        let first = bench.bytes();
        assert!(!first.is_empty());
        bench.run(&["--workers", "4"]).expect(0);
        assert!(
            bench.bytes() == first,
            "{engine}: into the file that is there"
        );
        for stop in [requests / 2, requests - 1] {
            std::fs::remove_file(bench.file()).expect("a file");
            let stopped = bench.run_until(stop);
            if stopped.code != 0 {
                bench.run(&["--workers", "4"]).expect(0);
            }
            assert!(
                bench.bytes() == first,
                "{engine}: stopped after {stop} of {requests}"
            );
        }
    }
}
