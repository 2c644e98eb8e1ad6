//! From vendors' answers to findings: what connectors write is checked, and what the sandbox planted is what is found.

use std::collections::BTreeSet;

use baton_audit::check::{Findings, Input, Paths, Policy, examine};
use baton_circleci_sandbox::{CircleCi, CircleCiOptions, Member};
use baton_hibob_sandbox::{HiBob, HiBobOptions};
use connector_sandbox::company::Company;

use crate::{NOVEMBER, sync};

/// The subjects that a check names in a file.
fn subjects(findings: &Findings, check: &str, file: &str) -> BTreeSet<String> {
    let named = |f: &&baton_audit::check::Finding| {
        f.check.id == check && findings.files[f.subject.file()].path.ends_with(file)
    };
    let found = findings.findings.iter().filter(named);
    found.map(|f| f.subject.id()).collect()
}

fn ids(members: impl IntoIterator<Item = Member>) -> BTreeSet<String> {
    let ids = members.into_iter().map(|m| format!("user:{}", m.id));
    ids.collect()
}

#[tokio::test]
async fn leavers_with_access_and_accounts_of_nobody_are_exactly_those_planted() {
    for (people, seed) in [(120, 1), (400, 2)] {
        let dir = tempfile::tempdir().expect("a folder");
        let company = Company::generate(people, seed);
        let hibob = HiBob::new(company.clone(), HiBobOptions::default());
        let circleci = CircleCi::new(company, CircleCiOptions::default());
        sync::<baton_hibob::HiBob>(&hibob, dir.path(), NOVEMBER).await;
        sync::<baton_circleci::CircleCi>(&circleci, dir.path(), NOVEMBER).await;

        let paths = Paths {
            hr: vec![dir.path().join("hibob.c1z")],
            apps: vec![dir.path().join("circleci.c1z")],
            ..Paths::default()
        };
        let input = Input::open(&paths, &Default::default()).expect("both files can be read");
        let day = input.as_of().expect("the file says when");
        let findings = examine(&input, &Policy::default(), day).expect("the checks run");

        let leavers = ids(circleci.planted_leavers());
        assert!(!leavers.is_empty());
        assert_eq!(subjects(&findings, "AC-01", "circleci.c1z"), leavers);

        let strangers = circleci.members().into_iter().filter(|member| {
            let person = member.person.as_deref();
            let known = person.and_then(|id| circleci.read(|c| c.person(id)?.email.clone()));
            member.email.is_none() || known.is_none() || member.email != known
        });
        assert_eq!(subjects(&findings, "AC-02", "circleci.c1z"), ids(strangers));
    }
}
