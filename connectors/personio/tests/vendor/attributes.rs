//! Custom attributes in a finished file.

use baton_personio_sandbox::{Personio, PersonioOptions};
use connector_sandbox::company::Company;
use connector_testkit::rows::{self, Row};
use connector_testkit::run::{Bench, decoded};

use crate::support::{Subjected, tenant};

fn first(bench: &Bench<Subjected>) -> Row {
    rows::parse(&bench.rows()).swap_remove(0)
}

#[test]
fn readable_ones_are_kept_and_opaque_ones_only_when_listed() {
    let mut bench = tenant(5, PersonioOptions::default());
    let outcome = bench.sync().expect(0);
    let row = first(&bench);
    assert_eq!(row.get("custom_badge_color"), "blue");
    assert_eq!(row.get("custom_remote_days"), "1");
    assert_eq!(row.get("custom_has_laptop"), "false");
    assert_eq!(row.get("custom_dynamic_8814"), "-");
    let warning = r#""code":"custom-attribute-unnamed","message":"custom attributes without a readable name were left out; list harmless ones in BATON_PERSONIO_CUSTOM_ATTRIBUTES","count":5,"examples":["dynamic_8814"]"#;
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);

    bench.set(
        "BATON_PERSONIO_CUSTOM_ATTRIBUTES",
        "dynamic_1, dynamic_8814",
    );
    bench.sync().expect(0);
    assert_eq!(first(&bench).get("custom_dynamic_8814"), "B1");
}

#[test]
fn listing_every_id_lets_nothing_planted_through() {
    let company = Company::generate(40, 7);
    let planted = company.planted_secrets();
    for upper_case_types in [false, true] {
        let options = PersonioOptions {
            overshare: true,
            upper_case_types,
            ..PersonioOptions::default()
        };
        let mut bench = Bench::<Subjected>::serving(Personio::new(company.clone(), options));
        let ids: Vec<String> = (8_810..8_870).map(|n| format!("dynamic_{n}")).collect();
        bench.set("BATON_PERSONIO_CUSTOM_ATTRIBUTES", &ids.join(","));
        let outcome = bench.run(&["--log-level", "debug"]).expect(0);
        let file = decoded(&bench.file());
        let all = String::from_utf8_lossy(&file).into_owned() + &outcome.stdout + &outcome.stderr;
        // What only its name gives away cannot be told once the operator vouches for the attribute.
        let told = |secret: &str| secret.contains("planted") || secret.contains("Planted");
        for secret in planted.iter().filter(|s| !told(s)) {
            assert!(!all.contains(secret.as_str()), "{secret}");
        }
    }
}
