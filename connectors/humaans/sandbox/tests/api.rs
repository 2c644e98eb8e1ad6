//! Humaans as a client sees it: tokens and scopes, pages, filters, job roles, errors.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use baton_humaans_sandbox::{
    ApiToken, Drift, ErrorCode, Humaans, HumaansOptions, PeopleDefault, RateLimit, RetryAfter,
    Scope, StatusAll, TOKEN, TokenInfo, Total, edge,
};
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::{Fake, Running, Sandbox};
use reqwest::Response;
use serde_json::{Value, json};

use connector_testkit::client;

/// People in a tenant, from seed 1.
const PEOPLE: usize = 120;

struct Tenant {
    humaans: Humaans,
    running: Running,
    client: reqwest::Client,
}

impl Tenant {
    fn with(options: HumaansOptions) -> Self {
        let humaans = Humaans::new(Company::generate(PEOPLE, 1), options);
        let running = Sandbox::new().start(&humaans).unwrap();
        Self {
            humaans,
            running,
            client: client::plain(),
        }
    }

    fn token(token: ApiToken) -> Self {
        Self::with(HumaansOptions::default().token(token))
    }

    async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.running.base_url());
        let request = self.client.get(url).bearer_auth(TOKEN);
        request.send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    async fn status(&self, path: &str) -> (u16, Value) {
        let response = self.get(path).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// `(total, limit, skip, number of records)` of a page.
    async fn page(&self, path: &str) -> (u64, u64, u64, usize) {
        let page = self.json(path).await;
        let number = |key: &str| page[key].as_u64().unwrap();
        let records = page["data"].as_array().unwrap().len();
        (number("total"), number("limit"), number("skip"), records)
    }

    async fn total(&self, path: &str) -> usize {
        self.page(path).await.0 as usize
    }
}

fn count(company: &Company, wanted: impl Fn(&Lifecycle) -> bool) -> usize {
    let people = company.people.iter();
    people.filter(|p| wanted(&p.lifecycle)).count()
}

#[tokio::test]
async fn environment_and_owner() {
    let tenant = Tenant::with(HumaansOptions::default());
    let origin = tenant.running.base_url();
    assert_eq!(
        tenant.humaans.environment(origin),
        [
            ("BATON_BASE_URL", origin.to_owned()),
            ("BATON_API_TOKEN", TOKEN.to_owned())
        ]
    );
    let me = tenant.json("/api/me").await;
    let info = tenant.json("/api/token-info").await;
    assert_eq!(me["id"], info["personId"]);
    assert_eq!(me["id"].as_str().map(str::len), Some(24));
    assert_eq!(info["scopes"], json!(["public:read", "private:read"]));
    assert_eq!(
        tenant.json("/api/companies").await["data"][0]["id"],
        me["companyId"]
    );
}

#[tokio::test]
async fn a_token_is_needed_and_errors_have_the_vendors_shape() {
    let tenant = Tenant::with(HumaansOptions::default());
    let url = format!("{}/api/me", tenant.running.base_url());
    for request in [
        tenant.client.get(&url),
        tenant.client.get(&url).bearer_auth("other"),
        tenant.client.get(&url).basic_auth("x", Some(TOKEN)),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        let body: Value = response.json().await.unwrap();
        assert_eq!(
            body,
            json!({"id": "req-1", "code": 401, "name": "NotAuthenticated", "message": "Invalid access token"})
        );
    }
    tenant.humaans.edit(|_, o| o.error_code = ErrorCode::Word);
    let (status, body) = tenant.status("/api/people?$limit=many").await;
    assert_eq!((status, &body["code"]), (400, &json!("ValidationError")));
    let (status, body) = tenant.status("/api/people/nobody").await;
    assert_eq!((status, &body["name"]), (404, &json!("NotFound")));
    assert_eq!(tenant.status("/api/teams").await.0, 404);
    let page = tenant.get("/people").await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.status(), 200);
    let written = tenant.client.post(format!("{url}x")).bearer_auth(TOKEN);
    assert_eq!(written.send().await.unwrap().status(), 405);
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

#[tokio::test]
async fn a_public_token_sees_current_people_and_no_private_field() {
    for token in [
        ApiToken::full().without(Scope::PrivateRead),
        ApiToken::full().by_non_admin(),
    ] {
        let tenant = Tenant::token(token);
        for status in ["newHire", "offboarded"] {
            assert_eq!(
                tenant.total(&format!("/api/people?status={status}")).await,
                0
            );
        }
        let body = tenant
            .get("/api/people?$limit=250")
            .await
            .text()
            .await
            .unwrap();
        let secrets = tenant.humaans.read(Company::planted_secrets);
        assert!(!secrets.iter().any(|s| body.contains(s.as_str())));
        let page: Value = serde_json::from_str(&body).unwrap();
        assert!(page["data"][0]["email"].is_string());
        assert_eq!(page["data"][0].get("employeeId"), Some(&Value::Null));
        let left = tenant.humaans.read(|c| {
            let left = c
                .people
                .iter()
                .find(|p| p.lifecycle == Lifecycle::Terminated);
            left.map(|p| p.id.clone()).unwrap()
        });
        assert_eq!(
            tenant.status(&format!("/api/people/pRs0n{left}")).await.0,
            404
        );
    }
    let nothing = Scope::NEEDED
        .into_iter()
        .fold(ApiToken::full(), ApiToken::without);
    let tenant = Tenant::token(nothing.with(Scope::DocumentsRead));
    let (status, body) = tenant.status("/api/people").await;
    assert_eq!((status, &body["name"]), (403, &json!("Forbidden")));
    assert_eq!(
        tenant.json("/api/token-info").await["scopes"],
        json!(["documents:read"])
    );
}

#[tokio::test]
async fn private_data_is_planted() {
    let options = HumaansOptions {
        overshare: true,
        people_default: PeopleDefault::All,
        ..HumaansOptions::default()
    };
    let tenant = Tenant::with(options);
    let people = tenant
        .get("/api/people?$limit=250")
        .await
        .text()
        .await
        .unwrap();
    let secrets = tenant.humaans.read(Company::planted_secrets);
    assert_eq!(secrets.iter().find(|s| !people.contains(s.as_str())), None);
    let roles = tenant.get("/api/job-roles").await.text().await.unwrap();
    let salary = tenant.humaans.read(|c| c.people[0].private.salary.clone());
    assert!(roles.contains(&salary));
}

#[tokio::test]
async fn job_roles_are_a_history() {
    let tenant = Tenant::with(HumaansOptions::default());
    let mut roles = Vec::new();
    loop {
        let path = format!("/api/job-roles?$limit=100&$skip={}", roles.len());
        let page = tenant.json(&path).await;
        let data = page["data"].as_array().unwrap().clone();
        if data.is_empty() {
            break;
        }
        roles.extend(data);
    }
    let ids: HashSet<&str> = roles.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), roles.len());
    assert!(ids.iter().all(|id| id.len() == 24));
    let mut of: HashMap<&str, Vec<&Value>> = HashMap::new();
    for role in &roles {
        of.entry(role["personId"].as_str().unwrap())
            .or_default()
            .push(role);
    }
    assert_eq!(of.len(), PEOPLE);
    assert!(of.values().any(|r| r.len() >= 3));
    let from = |role: &Value| role["effectiveDate"].as_str().unwrap().to_owned();
    let newest_first = |r: &Vec<&Value>| r.windows(2).all(|w| from(w[0]) > from(w[1]));
    assert!(of.values().all(newest_first));
    let today = tenant.humaans.read(|c| c.today.to_string());
    let promised = roles.iter().filter(|r| from(r) > today).count();
    assert!(promised > 5, "{promised}");
    let (person, many) = of.iter().find(|(_, r)| r.len() >= 2).unwrap();
    let path = format!("/api/job-roles?personId={person}");
    assert_eq!(tenant.total(&path).await, many.len());
    let on = tenant
        .json(&format!("{path}&$asOf={}", from(many[1])))
        .await;
    assert_eq!(on["data"], json!([many[1]]));
    let one = tenant
        .json(&format!(
            "/api/job-roles/{}",
            many[0]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(one, *many[0]);
    let later = tenant
        .total(&format!("/api/job-roles?effectiveDate[$gt]={today}"))
        .await;
    assert_eq!(later, promised);
}

#[tokio::test]
async fn knobs_of_tokens_limits_and_places() {
    let tenant = Tenant::with(HumaansOptions::default());
    tenant
        .humaans
        .edit(|_, o| o.token_info = TokenInfo::Missing);
    assert_eq!(tenant.status("/api/token-info").await.0, 404);
    tenant
        .humaans
        .edit(|_, o| o.token_info = TokenInfo::Raw(json!([1])));
    assert_eq!(tenant.json("/api/token-info").await, json!([1]));
    assert!(tenant.total("/api/locations").await > 1);
    tenant.humaans.edit(|_, o| o.locations_forbidden = true);
    assert_eq!(tenant.status("/api/locations").await.0, 403);
    tenant.humaans.edit(|_, o| o.downgrade_after = Some(5));
    assert!(tenant.total("/api/people?status=offboarded").await > 0);
    assert_eq!(tenant.total("/api/people?status=offboarded").await, 0);
    for (retry_after, header) in [
        (RetryAfter::Seconds, Some("60")),
        (RetryAfter::Garbage, Some("soon")),
        (RetryAfter::Absent, None),
    ] {
        let limited = Tenant::with(HumaansOptions {
            rate_limit: Some(RateLimit {
                requests: 1,
                window: Duration::from_secs(60),
                retry_after,
            }),
            ..HumaansOptions::default()
        });
        limited.json("/api/me").await;
        let refused = limited.get("/api/me").await;
        assert_eq!(refused.status(), 429);
        assert_eq!(
            refused
                .headers()
                .get("retry-after")
                .map(|v| v.to_str().unwrap()),
            header
        );
    }
}

#[tokio::test]
async fn extra_records_and_edits_show_at_once() {
    let tenant = Tenant::with(HumaansOptions::default());
    let active = tenant.total("/api/people").await;
    let cases = edge::cases();
    let slugs: HashSet<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    assert_eq!(slugs.len(), cases.len());
    assert!(cases.len() >= 45, "{}", cases.len());
    tenant.humaans.edit(|company, options| {
        edge::add_all(options);
        company.people[0].first_name = "Renamed".to_owned();
    });
    assert_eq!(tenant.json("/api/me").await["firstName"], "Renamed");
    let extra = cases.iter().filter_map(|c| c.person.as_ref());
    let extra = extra.filter(|p| p["status"] == "active").count();
    assert_eq!(tenant.total("/api/people").await, active + extra);
    let role = tenant
        .json(&format!(
            "/api/job-roles/{}",
            edge::role_id("title-null", 0)
        ))
        .await;
    assert_eq!(role["jobTitle"], Value::Null);
    let raw = json!({"people": []});
    tenant.humaans.edit(|_, o| o.raw_people = Some(raw.clone()));
    assert_eq!(tenant.json("/api/people").await, raw);
}
