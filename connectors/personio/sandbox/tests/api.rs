//! Personio as a client sees it: tokens, pages, rights, limits, employments, oddities.

use std::sync::Arc;
use std::time::Duration;

use baton_personio_sandbox::{
    CLIENT_ID, CLIENT_SECRET, Credential, CursorStyle, NextLink, Personio, PersonioOptions,
    RateLimits, Rewrite, TokenOptions, edge, person_id,
};
use connector_core::clock::TestClock;
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::{Fake, Running, Sandbox};
use jiff::Timestamp;
use reqwest::Response;
use serde_json::{Value, json};

use connector_testkit::client;

/// People in a tenant, from seed 1.
const PEOPLE: usize = 120;

struct Tenant {
    personio: Personio,
    running: Running,
    client: reqwest::Client,
    clock: Arc<TestClock>,
}

impl Tenant {
    fn with(options: PersonioOptions) -> Self {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let options = PersonioOptions {
            clock: clock.clone(),
            ..options
        };
        let personio = Personio::new(Company::generate(PEOPLE, 1), options);
        Self {
            running: Sandbox::new().start(&personio).unwrap(),
            personio,
            client: client::plain(),
            clock,
        }
    }

    async fn mint(&self, form: &str) -> (u16, Value) {
        let url = format!("{}/v2/auth/token", self.running.base_url());
        let request = self.client.post(url).body(form.to_owned());
        let response = request
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn token(&self) -> Value {
        let form = format!(
            "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
        );
        let (status, answer) = self.mint(&form).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn get_with(&self, path: &str, token: &str) -> Response {
        let url = format!("{}{path}", self.running.base_url());
        let request = self.client.get(url).bearer_auth(token);
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let token = self.token().await;
        let token = token["access_token"].as_str().unwrap();
        let response = self.get_with(path, token).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The ids on each page, by following links to their end.
    async fn walk(&self, path: &str, limit: usize) -> Vec<Vec<String>> {
        let (mut pages, mut at) = (Vec::new(), format!("{path}?limit={limit}"));
        loop {
            let page = self.json(&at).await;
            pages.push(ids(&page));
            assert!(pages.len() < 200, "the listing does not end");
            match cursor(&page) {
                Some(cursor) => at = format!("{path}?limit={limit}&cursor={cursor}"),
                None => return pages,
            }
        }
    }
}

fn tenant() -> Tenant {
    Tenant::with(PersonioOptions::default())
}

fn ids(page: &Value) -> Vec<String> {
    let data = page["_data"].as_array().unwrap();
    data.iter()
        .map(|p| p["id"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The cursor as it stands in the link.
fn cursor(page: &Value) -> Option<String> {
    let next = &page["_meta"]["links"]["next"];
    let href = next.as_str().or_else(|| next["href"].as_str())?;
    let from = href.find("cursor=")? + "cursor=".len();
    href[from..].split('&').next().map(str::to_owned)
}

#[tokio::test]
async fn a_token_stays_the_same_until_its_end() {
    let tenant = tenant();
    let first = tenant.token().await;
    assert_eq!(first["token_type"], "Bearer");
    assert_eq!(first["expires_in"], 86_400);
    tenant.clock.advance(Duration::from_secs(86_000));
    let later = tenant.token().await;
    assert_eq!(later["access_token"], first["access_token"]);
    assert_eq!(later["expires_in"], 400);
    tenant.clock.advance(Duration::from_secs(400));
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(tenant.get_with("/v2/persons", old).await.status(), 401);
    assert_ne!(tenant.token().await["access_token"], first["access_token"]);
    assert_eq!(tenant.personio.tokens_handed_out(), 3);
}

#[tokio::test]
async fn token_requests_that_are_refused() {
    let tenant = tenant();
    let id = format!("client_id={CLIENT_ID}");
    let good = format!("{id}&client_secret={CLIENT_SECRET}&grant_type=client_credentials");
    for (form, error) in [
        (format!("{good}x"), "unsupported_grant_type"),
        (good.replace(CLIENT_SECRET, "wrong"), "invalid_client"),
        (
            format!("{good}&scope=personio:person:read"),
            "invalid_scope",
        ),
        (id, "invalid_request"),
    ] {
        let (status, answer) = tenant.mint(&form).await;
        assert_eq!((status, &answer["error"]), (400, &json!(error)), "{form}");
    }
    let missing = tenant.mint("grant_type=client_credentials").await.1;
    let expected = json!(["client_id", "client_secret"]);
    assert_eq!(missing["meta"]["missing_parameters"], expected);

    let url = format!("{}/v2/auth/token", tenant.running.base_url());
    let as_json = tenant
        .client
        .post(&url)
        .json(&json!({"client_id": CLIENT_ID}));
    assert_eq!(as_json.send().await.unwrap().status(), 400);
    let in_query = tenant.client.post(format!("{url}?{good}"));
    assert_eq!(in_query.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn revoked_and_dead_tokens() {
    let tenant = tenant();
    let first = tenant.token().await;
    tenant.personio.revoke_tokens();
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(tenant.get_with("/v2/persons", old).await.status(), 401);
    assert_eq!(tenant.get("/v2/persons").await.0, 200);
    tenant.personio.edit(|_, o| {
        o.tokens = TokenOptions {
            dead: true,
            ..TokenOptions::default()
        };
    });
    let (one, two) = (tenant.token().await, tenant.token().await);
    assert_eq!(one["access_token"], two["access_token"]);
    let (status, body) = tenant.get("/v2/persons").await;
    assert_eq!(
        (status, &body["errors"][0]["detail"]),
        (401, &json!("Unauthorized Request"))
    );
}

#[tokio::test]
async fn pages_hold_at_most_fifty_and_lead_on() {
    let tenant = tenant();
    assert_eq!(ids(&tenant.json("/v2/persons").await).len(), 10);
    let pages = tenant.walk("/v2/persons", 50).await;
    let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 20]);
    let expected: Vec<String> = tenant
        .personio
        .read(|c| c.people.iter().map(person_id).collect());
    assert_eq!(pages.concat(), expected);
    for (query, detail) in [
        ("limit=51", "Provided value for limit is not valid"),
        ("limit=0", "Provided value for limit is not valid"),
        ("cursor=AAAA", "Provided cursor is not valid"),
        ("id.foo=1", "Provided filter encoding is invalid."),
    ] {
        let (status, body) = tenant.get(&format!("/v2/persons?{query}")).await;
        assert_eq!(
            (status, &body["errors"][0]["detail"]),
            (400, &json!(detail))
        );
    }
}

#[tokio::test]
async fn cursors_must_be_sent_back_as_they_are_meant() {
    let tenant = tenant();
    let text = cursor(&tenant.json("/v2/persons?limit=50").await).unwrap();
    assert!(text.contains("%2B") && text.contains("%2F") && text.contains("%3D"));
    tenant.personio.edit(|_, o| o.cursors = CursorStyle::Bare);
    let bare = cursor(&tenant.json("/v2/persons?limit=50").await).unwrap();
    assert_eq!(
        bare.replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D"),
        text
    );
    let (status, _) = tenant.get(&format!("/v2/persons?cursor={bare}")).await;
    assert_eq!(status, 400, "an unescaped + is a blank");
}

#[tokio::test]
async fn links_come_in_many_shapes() {
    let shape = async |link| {
        let tenant = Tenant::with(PersonioOptions {
            next_link: link,
            ..PersonioOptions::default()
        });
        let mut first = tenant.json("/v2/persons?limit=50").await;
        let last = tenant.json("/v2/persons?limit=50&cursor=%2B%2F%2F%2BAAAAZAACAA%3D%3D");
        let mut last = last.await;
        let next = |page: &mut Value| page["_meta"]["links"].get_mut("next").map(Value::take);
        (next(&mut first).unwrap(), next(&mut last))
    };
    let href = |value: &Value| value["href"].as_str().unwrap().to_owned();
    let (next, end) = shape(NextLink::Object).await;
    assert!(href(&next).starts_with("https://api.personio.de/v2/persons?cursor="));
    assert_eq!(end, None);
    assert!(shape(NextLink::Text).await.0.is_string());
    assert_eq!(shape(NextLink::NullAtEnd).await.1, Some(Value::Null));
    assert_eq!(shape(NextLink::EmptyAtEnd).await.1, Some(json!({})));
    assert!(href(&shape(NextLink::Relative).await.0).starts_with("/v2/"));
    assert!(href(&shape(NextLink::Foreign).await.0).starts_with("https://elsewhere.test/"));
    assert!(!href(&shape(NextLink::WithoutCursor).await.0).contains("cursor"));
}

#[tokio::test]
async fn listings_that_loop_repeat_and_pause() {
    let options = |edit: fn(&mut PersonioOptions)| {
        let mut options = PersonioOptions::default();
        edit(&mut options);
        Tenant::with(options)
    };
    let looping = options(|o| o.looping = true);
    let first = cursor(&looping.json("/v2/persons?limit=50").await).unwrap();
    let path = format!("/v2/persons?limit=50&cursor={first}");
    assert_eq!(cursor(&looping.json(&path).await), Some(first));

    let repeating = options(|o| o.repeat_rows = true);
    let pages = repeating.walk("/v2/persons", 50).await;
    assert_eq!(pages[1][0], pages[0][49]);
    assert_eq!(pages.concat().len(), PEOPLE + 2);

    let pausing = options(|o| o.empty_page_after = Some(1));
    let sizes: Vec<usize> = pausing
        .walk("/v2/persons", 50)
        .await
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(sizes, [50, 0, 50, 20]);
}

#[tokio::test]
async fn persons_show_what_was_ticked() {
    let all = tenant();
    let page = all.json("/v2/persons?limit=50").await;
    let with_email = all
        .personio
        .read(|c| c.people[..50].iter().filter(|p| p.email.is_some()).count());
    let has = |page: &Value, key: &str| {
        let data = page["_data"].as_array().unwrap();
        data.iter().filter(|p| p.get(key).is_some()).count()
    };
    assert_eq!(
        (has(&page, "email"), has(&page, "status")),
        (with_email, 50)
    );
    assert_eq!(has(&page, "gender"), 0);
    assert_eq!(
        page["_data"][0]["custom_attributes"][0]["global_id"],
        "badge_color"
    );
    assert_eq!(page["_data"][0]["custom_attributes"][0]["type"], "string");

    let fewer = Credential::full()
        .without("email")
        .without("employment.position");
    let some = Tenant::with(PersonioOptions::default().credential(fewer));
    let page = some.json("/v2/persons?limit=50").await;
    assert_eq!((has(&page, "email"), has(&page, "last_name")), (0, 50));
    let employments = some.json("/v2/persons/32000001/employments").await;
    assert_eq!(employments["_data"][0].get("position"), None);

    let nothing = Credential {
        ids_only: true,
        ..Credential::full()
    };
    let bare = Tenant::with(PersonioOptions::default().credential(nothing));
    let person = bare.json("/v2/persons/32000001").await;
    let keys: Vec<&String> = person.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_meta", "employments", "id"]);
}

#[tokio::test]
async fn rights_and_unknown_things() {
    let none = Credential {
        persons: false,
        ..Credential::full()
    };
    let tenant = Tenant::with(PersonioOptions::default().credential(none));
    assert_eq!(tenant.get("/v2/persons").await.0, 401);
    assert_eq!(tenant.get("/v2/persons/32000001/employments").await.0, 403);
    tenant.personio.edit(|_, o| {
        o.credentials[0].persons = true;
        o.credentials[0].employments = false;
    });
    assert_eq!(tenant.get("/v2/persons").await.0, 200);
    assert_eq!(tenant.get("/v2/persons/32000001/employments").await.0, 403);
    tenant
        .personio
        .edit(|_, o| o.credentials = vec![Credential::full()]);
    assert_eq!(tenant.get("/v2/persons/1/employments").await.0, 404);
    let (status, body) = tenant.get("/v1/v2/persons").await;
    assert_eq!(
        (status, &body["errors"][0]["title"]),
        (404, &json!("Not Found"))
    );
    let refused = tenant.get_with("/v2/persons", "papi-made-up").await;
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn employments_tell_the_whole_story() {
    let tenant = tenant();
    for n in [1_usize, 17, 23, 34] {
        let person = tenant.personio.read(|c| c.people[n - 1].clone());
        let id = person_id(&person);
        let page = tenant.json(&format!("/v2/persons/{id}/employments")).await;
        let shown = tenant.json(&format!("/v2/persons/{id}")).await;
        let listed: Vec<&str> = shown["employments"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|e| e["id"].as_str())
            .collect();
        assert_eq!(ids(&page), listed);
        let changes = n % 23 == 0 && person.lifecycle == Lifecycle::Employed;
        assert_eq!(
            listed.len(),
            1 + usize::from(n % 17 == 0) + usize::from(changes)
        );
        let present = &page["_data"][usize::from(changes)];
        assert_eq!(
            present["employment_start_date"],
            person.start_date.to_string()
        );
    }
    let second = tenant
        .json("/v2/persons/32000017/employments?limit=1")
        .await;
    let link = second["_meta"]["links"]["next"]["href"].as_str().unwrap();
    assert!(link.starts_with("https://api.personio.de/v2/employments?cursor="));
    let all = tenant.walk("/v2/persons/32000017/employments", 1).await;
    assert!(all.len() >= 2 && all.iter().all(|page| page.len() == 1));
    let manager = tenant.json("/v2/persons/32000002/employments").await;
    assert_eq!(manager["_data"][0]["supervisor"], json!({"id": "32000001"}));
}

#[tokio::test]
async fn limits_have_a_bucket_per_endpoint_and_tell_about_it() {
    let limits = RateLimits::of(2, 3);
    let tenant = Tenant::with(PersonioOptions::default().limits(limits));
    let token = tenant.token().await;
    let token = token["access_token"].as_str().unwrap();
    let ask = async |path: &str| {
        let response = tenant.get_with(path, token).await;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            value.parse::<u64>().ok()
        };
        let told = header("x-ratelimit-remaining").zip(header("x-ratelimit-replenish-rate"));
        (response.status().as_u16(), told, header("retry-after"))
    };
    let persons = "/v2/persons";
    assert_eq!(ask(persons).await, (200, Some((2, 2)), None));
    ask(persons).await;
    assert_eq!(ask(persons).await, (200, Some((0, 2)), None));
    assert_eq!(ask(persons).await, (429, Some((0, 2)), None));
    let employments = "/v2/persons/32000001/employments";
    assert_eq!(ask(employments).await.0, 200);
    tenant.clock.advance(Duration::from_secs(1));
    assert_eq!(ask(persons).await, (200, Some((1, 2)), None));

    tenant.personio.edit(|_, o| {
        let limits = RateLimits::of(2, 1).silent();
        o.rate_limits = Some(RateLimits {
            retry_after: Some(5),
            ..limits
        });
    });
    assert_eq!(ask(persons).await, (200, None, None));
    assert_eq!(ask(persons).await, (429, None, Some(5)));
}

#[tokio::test]
async fn secrets_come_only_from_a_tenant_that_tells_too_much() {
    let tenant = tenant();
    let secrets = tenant.personio.read(Company::planted_secrets);
    let everything = async || {
        let mut text = String::new();
        for page in 0..3 {
            let place = ["AAAAAAAAAA", "AAAAMgABAA", "AAAAZAACAA"][page];
            let path = format!("/v2/persons?limit=50&cursor=%2B%2F%2F%2B{place}%3D%3D");
            text.push_str(&tenant.json(&path).await.to_string());
        }
        for id in tenant
            .personio
            .read(|c| c.people.iter().map(person_id).collect::<Vec<_>>())
        {
            let page = tenant.json(&format!("/v2/persons/{id}/employments")).await;
            text.push_str(&page.to_string());
        }
        text
    };
    let plain = everything().await;
    assert!(!secrets.iter().any(|s| plain.contains(s.as_str())));
    tenant.personio.edit(|_, o| o.overshare = true);
    let told = everything().await;
    let missing = secrets.iter().find(|s| !told.contains(s.as_str()));
    assert_eq!(missing, None);
}

#[tokio::test]
async fn edge_cases_and_raw_answers() {
    let tenant = Tenant::with(PersonioOptions {
        extra_people: edge::people(),
        rewrite_person: Some(Rewrite::new(|p| p["seen"] = true.into())),
        ..PersonioOptions::default()
    });
    let cases = edge::people();
    let pages = tenant.walk("/v2/persons", 50).await;
    assert_eq!(pages.concat().len(), PEOPLE + cases.len());
    let mut unique: Vec<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    unique.dedup();
    assert_eq!(unique.len(), cases.len());
    let paged = cases.iter().find(|c| c.page == Some(1)).unwrap();
    let path = format!("/v2/persons/{}/employments", paged.id);
    assert_eq!(tenant.walk(&path, 50).await.len(), 3);
    let person = tenant.json(&format!("/v2/persons/{}", paged.id)).await;
    assert_eq!(person["seen"], true);

    tenant.personio.edit(|_, o| {
        o.raw_persons = Some(json!({"_data": null}));
        o.raw_employments = Some(json!([]));
    });
    assert_eq!(tenant.json("/v2/persons").await, json!({"_data": null}));
    assert_eq!(tenant.json(&path).await, json!([]));
}

#[test]
fn the_environment_points_at_the_server() {
    let personio = tenant().personio;
    assert_eq!(
        personio.environment("http://127.0.0.1:1"),
        [
            ("BATON_PERSONIO_BASE_URL", "http://127.0.0.1:1".to_owned()),
            ("BATON_PERSONIO_CLIENT_ID", CLIENT_ID.to_owned()),
            ("BATON_PERSONIO_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ]
    );
}
