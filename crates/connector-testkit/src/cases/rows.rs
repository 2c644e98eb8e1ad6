//! What is in the file: every person once, stable ids, whole references, the same rows for the same answers.

use std::collections::BTreeSet;

use super::{assert_nothing_left, column};
use crate::Subject;
use crate::run::Bench;

/// Companies of several sizes: the file has every person exactly once.
pub fn every_person_once_at_any_size<S: Subject>() {
    for people in [1, 2, 49, 50, 51, 130] {
        let bench = Bench::<S>::of(people);
        bench.sync().expect(0);
        let ids: BTreeSet<String> = column(
            &bench,
            "select external_id from v1_resources where resource_type_id = 'user'",
        );
        assert_eq!(ids.len(), people, "{ids:?}");
    }
}

/// A tenant without people is an error, and the old file stays.
pub fn no_people_is_an_error<S: Subject>() {
    let bench = Bench::<S>::of(5);
    bench.sync().expect(0);
    let before = bench.bytes();
    S::edit(&bench.fake, |company| company.people.clear());
    let outcome = bench.sync().expect(9);
    assert!(outcome.error().contains("\nhint: "), "{}", outcome.error());
    assert_eq!(bench.bytes(), before);
    assert_nothing_left(&bench);
}

/// Two syncs of the same answers differ in ids and times of the run alone.
pub fn the_same_answers_give_the_same_rows<S: Subject>() {
    let bench = Bench::<S>::of(40);
    bench.sync().expect(0);
    let first = bench.rows();
    bench.sync().expect(0);
    assert_eq!(bench.rows(), first);
    bench.run(&["--workers", "4"]).expect(0);
    assert_eq!(bench.rows(), first, "workers do not change the rows");
}

/// Renaming every person and department changes no id.
pub fn ids_survive_renames<S: Subject>() {
    let bench = Bench::<S>::of(40);
    let ids = |bench: &Bench<S>| -> BTreeSet<String> {
        let all = "select 'r ' || external_id from v1_resources union all select 'e ' || external_id from v1_entitlements
                   union all select 'g ' || external_id from v1_grants";
        column(bench, all)
    };
    bench.sync().expect(0);
    let before = ids(&bench);
    S::edit(&bench.fake, |company| {
        for (n, person) in company.people.iter_mut().enumerate() {
            person.first_name = format!("New{n}");
            person.display_name = format!("New{n} Name");
            person.email = Some(format!("new{n}@lakeside.example.com"));
        }
        for (n, department) in company.departments.iter_mut().enumerate() {
            department.name = format!("Renamed {n}");
        }
    });
    let keep_one = [("BATON_KEEP_SYNC_COUNT", "1")];
    let mut bench = bench;
    keep_one
        .iter()
        .for_each(|(name, value)| bench.set(name, value));
    bench.sync().expect(0);
    assert_eq!(ids(&bench), before);
}

/// Every entitlement, grant and parent points at a stored row; a connector without any says so.
pub fn references_hold<S: Subject>() {
    let bench = Bench::<S>::of(130);
    bench.sync().expect(0);
    let references: BTreeSet<String> = column(
        &bench,
        "select 'parent ' || external_id from v1_resources where parent_resource_id is not null
         union all select external_id from v1_entitlements union all select external_id from v1_grants",
    );
    assert_eq!(!references.is_empty(), S::HAS_REFERENCES);
    let dangling: BTreeSet<String> = column(
        &bench,
        "select 'parent ' || external_id from v1_resources c where parent_resource_id is not null and not exists
           (select 1 from v1_resources p where p.external_id = c.parent_resource_type_id || ':' || c.parent_resource_id)
         union all select 'entitlement ' || external_id from v1_entitlements e where not exists
           (select 1 from v1_resources r where r.external_id = e.resource_type_id || ':' || e.resource_id)
         union all select 'grant ' || external_id from v1_grants g where not exists
           (select 1 from v1_entitlements e where e.external_id = g.entitlement_id)
         union all select 'holder ' || external_id from v1_grants g where not exists
           (select 1 from v1_resources r where r.external_id = g.principal_resource_type_id || ':' || g.principal_resource_id)",
    );
    assert_eq!(dangling, BTreeSet::new());
}

/// `--skip-entitlements-and-grants` and `--sync-resource-types`.
pub fn resources_only_and_restricted_types<S: Subject>() {
    let bench = Bench::<S>::of(20);
    bench.run(&["--skip-entitlements-and-grants"]).expect(0);
    let kinds: BTreeSet<String> = column(&bench, "select distinct sync_type from v1_sync_runs");
    assert_eq!(kinds, BTreeSet::from(["resources_only".to_owned()]));
    let rest: BTreeSet<String> = column(
        &bench,
        "select external_id from v1_grants union select external_id from v1_entitlements",
    );
    assert_eq!(rest, BTreeSet::new());

    let bench = Bench::<S>::of(20);
    bench.run(&["--sync-resource-types", "user"]).expect(0);
    let types: BTreeSet<String> =
        column(&bench, "select distinct resource_type_id from v1_resources");
    assert_eq!(types, BTreeSet::from(["user".to_owned()]));
    let outcome = bench.run(&["--sync-resource-types", "nonsense"]).expect(3);
    assert!(
        outcome
            .error()
            .contains("invalid resource type 'nonsense' in filter"),
        "{}",
        outcome.error()
    );
}
