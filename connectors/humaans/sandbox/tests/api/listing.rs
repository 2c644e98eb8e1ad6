//! People by status, pages, and listings that change or are wrong.

use baton_humaans_sandbox::{Drift, HumaansOptions, PeopleDefault, StatusAll, Total};
use connector_sandbox::company::{Company, Lifecycle};
use serde_json::Value;

use crate::tenant::{PEOPLE, Tenant};

fn count(company: &Company, wanted: impl Fn(&Lifecycle) -> bool) -> usize {
    let people = company.people.iter();
    people.filter(|p| wanted(&p.lifecycle)).count()
}

#[tokio::test]
async fn statuses_part_the_company() {
    let tenant = Tenant::with(HumaansOptions::default());
    let (active, hired, left) = tenant.humaans.read(|c| {
        let left = count(c, |l| *l == Lifecycle::Terminated);
        let hired = count(c, |l| *l == Lifecycle::Hired);
        (PEOPLE - left - hired, hired, left)
    });
    assert!(active > 80 && hired > 0 && left > 0);
    for (query, expected) in [
        ("", active),
        ("?status=active", active),
        ("?status=newHire", hired),
        ("?status=offboarded", left),
        ("?status=all", 0),
        ("?status%5B%24in%5D=newHire,offboarded", hired + left),
        ("?status[$nin]=newHire", active + left),
    ] {
        assert_eq!(
            tenant.total(&format!("/api/people{query}")).await,
            expected,
            "{query}"
        );
    }
    tenant.humaans.edit(|_, o| {
        o.status_all = StatusAll::Special;
        o.people_default = PeopleDefault::All;
    });
    assert_eq!(tenant.total("/api/people?status=all").await, PEOPLE);
    assert_eq!(tenant.total("/api/people").await, PEOPLE);
    tenant.humaans.edit(|_, o| o.ignore_status = true);
    assert_eq!(tenant.total("/api/people?status=newHire").await, PEOPLE);
}

#[tokio::test]
async fn pages_are_cut_by_limit_and_skip_and_long_ones_are_clamped() {
    let tenant = Tenant::with(HumaansOptions::default());
    tenant
        .humaans
        .edit(|_, o| o.people_default = PeopleDefault::All);
    let all = PEOPLE as u64;
    for (query, expected) in [
        ("", (all, 100, 0, 100)),
        ("?$skip=100", (all, 100, 100, PEOPLE - 100)),
        ("?%24limit=7&%24skip=7", (all, 7, 7, 7)),
        ("?$limit=9000", (all, 250, 0, PEOPLE)),
        ("?$skip=500", (all, 100, 500, 0)),
        ("?$limit=0", (all, 0, 0, 0)),
    ] {
        assert_eq!(
            tenant.page(&format!("/api/people{query}")).await,
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn listings_can_lie_and_drift() {
    let tenant = Tenant::with(HumaansOptions::default());
    tenant
        .humaans
        .edit(|_, o| o.people_default = PeopleDefault::All);
    let first = |page: &Value| page["data"][0]["id"].clone();
    let whole = tenant.json("/api/people?$limit=20").await;
    let page = async |edit: fn(&mut HumaansOptions)| {
        tenant.humaans.edit(|_, o| edit(o));
        tenant.json("/api/people?$limit=10&$skip=10").await
    };
    let shifted = page(|o| o.drift = Drift::Removed(2)).await;
    assert_eq!(first(&shifted), whole["data"][11]["id"]);
    assert_eq!(shifted["total"], PEOPLE - 1);
    // The second change is the last one.
    for _ in 0..2 {
        let shifted = tenant.json("/api/people?$limit=10&$skip=10").await;
        assert_eq!(shifted["total"], PEOPLE - 2);
    }
    let left = tenant.total("/api/people?status=offboarded").await;
    let shifted = page(|o| o.drift = Drift::Offboarded(1)).await;
    assert_eq!(shifted["total"], PEOPLE);
    assert_eq!(
        tenant.total("/api/people?status=offboarded").await,
        left + 1
    );
    let shifted = page(|o| o.drift = Drift::Added(1)).await;
    assert_eq!(first(&shifted), whole["data"][9]["id"]);
    assert_eq!(shifted["total"], PEOPLE + 1);
    tenant.humaans.edit(|_, o| {
        o.drift = Drift::None;
        o.empty_from = Some(("active", 5));
    });
    for (query, records) in [("status=active", 0), ("status=active&$limit=1", 1)] {
        let page = tenant.page(&format!("/api/people?$skip=5&{query}")).await;
        assert!(page.0 > 5);
        assert_eq!(page.3, records, "{query}");
    }
    let again = page(|o| {
        o.empty_from = None;
        o.ignore_skip = true;
    });
    assert_eq!(first(&again.await), whole["data"][0]["id"]);
    let high = page(|o| {
        o.ignore_skip = false;
        o.total = Total::TooHigh(5);
    });
    assert_eq!(high.await["total"], PEOPLE + 5);
    assert_eq!(page(|o| o.total = Total::UpToHere).await["total"], 20);
    let bare = page(|o| o.total = Total::Absent).await;
    let keys: Vec<&String> = bare.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["data"]);
}
