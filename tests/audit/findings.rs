//! From vendors' answers to findings: what connectors write is checked, and what the sandbox planted is what is found.

use std::collections::BTreeSet;

use baton_audit::check::{Findings, Input, Paths, Policy, examine};
use baton_demo::Connector;
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::Account;
use jiff::tz::TimeZone;

use crate::{NOVEMBER, sync};

/// The subjects that a check names in a file.
fn subjects(findings: &Findings, check: &str, file: &str) -> BTreeSet<String> {
    let named = |f: &&baton_audit::check::Finding| {
        f.check.id == check && findings.files[f.subject.file()].path.ends_with(file)
    };
    let found = findings.findings.iter().filter(named);
    found.map(|f| f.subject.id()).collect()
}

fn ids<'a>(accounts: impl Iterator<Item = &'a Account>) -> BTreeSet<String> {
    accounts.map(|a| format!("user:{}", a.id)).collect()
}

#[tokio::test]
async fn leavers_with_access_and_accounts_of_no_person_are_exactly_those_planted() {
    let hr = baton_demo::hr_with_departments();
    for app in crate::apps() {
        for (people, seed) in [(120, 1), (400, 2)] {
            let dir = tempfile::tempdir().expect("a folder");
            let company = Company::generate(people, seed);
            sync(&hr, company.clone(), dir.path(), NOVEMBER).await;
            let fake = sync(&app, company.clone(), dir.path(), NOVEMBER).await;

            let file = |connector: &Connector| format!("{}.c1z", connector.vendor.name);
            let paths = Paths {
                hr: vec![dir.path().join(file(&hr))],
                apps: vec![dir.path().join(file(&app))],
                ..Paths::default()
            };
            let mut input = Input::open(&paths, &Default::default(), &TimeZone::UTC)
                .expect("both files can be read");
            // A word of one vendor's own means nothing elsewhere, so that only the policy can say what it means.
            let policy = "[states]\n'civil service' = 'leave'\n";
            let policy = Policy::parse("policy.toml", policy).expect("a policy");
            input.read_states(&policy);
            let day = input.as_of().expect("the file says when");
            let findings = examine(&input, &policy, day).expect("the checks run");

            let accounts = fake.accounts();
            let person = |account: &Account| company.person(account.person.as_deref()?);
            let left = |account: &&Account| {
                person(account).is_some_and(|p| p.lifecycle == Lifecycle::Terminated)
            };
            let leavers = ids(accounts.iter().filter(left));
            assert!(!leavers.is_empty());
            assert_eq!(subjects(&findings, "AC-01", &file(&app)), leavers);

            let strangers = accounts.iter().filter(|account| {
                let known = person(account).and_then(|p| p.email.as_ref());
                account.email.is_none() || known.is_none() || account.email.as_ref() != known
            });
            assert_eq!(subjects(&findings, "AC-02", &file(&app)), ids(strangers));
        }
    }
}
