//! CircleCI's fake over HTTP.

use std::collections::BTreeSet;

use baton_circleci_sandbox::{
    self as fake, CircleCi, CircleCiOptions, Envelope, GITHUB_ORG_ID, Kind, MembersRoute,
    Mismatches, ORG_ID, OUTSIDER_TOKEN, OrgType, PROJECT_TOKEN, Paging, PrivateRoutes, RateLimit,
    TOKEN,
};
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::{Running, Sandbox};
use connector_testkit::client;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// People in a tenant, from seed 1.
const PEOPLE: usize = 120;

struct Org {
    circleci: CircleCi,
    running: Running,
    client: Client,
}

impl Org {
    fn with(options: CircleCiOptions) -> Self {
        let circleci = CircleCi::new(Company::generate(PEOPLE, 1), options);
        let running = Sandbox::new().start(&circleci).unwrap();
        Self {
            circleci,
            running,
            client: client::plain(),
        }
    }

    async fn ask(&self, token: &str, path: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.running.base_url());
        let request = self.client.get(url).header("Circle-Token", token);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(TOKEN, path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// All records, page after page.
    async fn listed(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let path = format!("{}?page-token={}", members(), token.replace('+', "%2B"));
            let page = self.get(&path).await;
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_page_token"].as_str() {
                Some(next) => next.clone_into(&mut token),
                None => return all,
            }
        }
    }
}

fn members() -> String {
    format!("/api/v2/organizations/{ORG_ID}/users")
}

fn refusal(status: u16, message: &str) -> (u16, Value) {
    (status, json!({ "message": message }))
}

#[tokio::test]
async fn only_the_header_of_its_own_counts_and_each_wrong_token_has_its_text() {
    let org = Org::with(CircleCiOptions::default());
    let me = "/api/v2/me";
    assert_eq!(
        org.ask(PROJECT_TOKEN, me).await,
        refusal(401, "You must log in first.")
    );
    assert_eq!(
        org.ask("x", me).await,
        refusal(401, "Invalid token provided.")
    );
    let url = format!("{}{me}", org.running.base_url());
    for request in [
        org.client.get(&url).bearer_auth(TOKEN),
        org.client.get(format!("{url}?circle-token={TOKEN}")),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    assert_eq!(org.get(me).await["login"], "lakeside-ci");
    org.circleci.edit(|_, o| o.forbid_project_tokens = true);
    assert_eq!(org.ask(PROJECT_TOKEN, me).await, refusal(403, "Forbidden."));
}

#[tokio::test]
async fn members_come_in_pages_whose_tokens_must_be_escaped() {
    let org = Org::with(CircleCiOptions {
        page_size: 2,
        ..CircleCiOptions::default()
    });
    let listed = org.listed().await;
    let expected: Vec<_> = org.circleci.members().into_iter().map(|m| m.id).collect();
    let ids: Vec<_> = listed.iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    for token in ["made-up", "AYq2x+000001+/=="] {
        let path = format!("{}?page-token={token}", members());
        let invalid = refusal(400, "Invalid page token.");
        assert_eq!(org.ask(TOKEN, &path).await, invalid, "{token}");
    }
}

#[tokio::test]
async fn the_list_is_what_the_truth_says() {
    let org = Org::with(CircleCiOptions::default());
    let listed = org.listed().await;
    let record = |id: &str| listed.iter().find(|m| m["id"] == id).unwrap();
    let c = &org.circleci;
    assert!(!c.planted_leavers().is_empty());
    for leaver in c.planted_leavers() {
        let person = leaver.person.unwrap();
        let lifecycle = c.read(|company| company.person(&person).unwrap().lifecycle.clone());
        assert_eq!(lifecycle, Lifecycle::Terminated);
        assert_eq!(leaver.id, fake::member_id(&person));
        record(&leaver.id);
    }
    for member in c.planted_login_only() {
        assert!(record(&member.id)["login"].is_string());
        assert_eq!(record(&member.id).get("email"), None);
    }
    for member in c.planted_other_email() {
        let known = c.read(|company| {
            company
                .person(member.person.as_ref().unwrap())
                .unwrap()
                .email
                .clone()
        });
        assert_ne!(record(&member.id)["email"].as_str(), known.as_deref());
    }
    for member in c.planted_invited() {
        assert_eq!(record(&member.id)["state"], "pending");
        assert_eq!(record(&member.id)["login"], Value::Null);
    }
    assert_eq!(c.planted_bots().len(), 2);
    let missing = c.planted_missing();
    assert_eq!(listed.len() - 2 + missing.len(), PEOPLE);
    let ids: BTreeSet<_> = listed.iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert!(
        missing
            .iter()
            .all(|p| !ids.contains(fake::member_id(p).as_str()))
    );
}

#[tokio::test]
async fn who_is_outside_sees_neither_organization_nor_members() {
    let org = Org::with(CircleCiOptions::default());
    let path = format!("/api/v2/organization/{ORG_ID}");
    assert_eq!(org.get(&path).await["vcs_type"], "circleci");
    let by_slug = format!("/api/v2/organization/circleci%2F{ORG_ID}");
    assert_eq!(org.get(&by_slug).await["id"], ORG_ID);
    assert_eq!(
        org.ask(OUTSIDER_TOKEN, &path).await,
        refusal(404, "Org not found.")
    );
    let denied = refusal(403, "Permission denied.");
    assert_eq!(org.ask(OUTSIDER_TOKEN, &members()).await, denied);
    let other = "/api/v2/organizations/11111111-2222-4333-8444-555555555555/users";
    assert_eq!(org.ask(TOKEN, other).await, denied);
    let collaborations = org.get("/api/v2/me/collaborations").await;
    assert_eq!(collaborations[0]["id"], ORG_ID);
    assert_eq!(collaborations[2]["id"], Value::Null);
    assert!(collaborations[2].get("vcs_type").is_some());
    org.circleci.edit(|_, o| o.dashed_vcs_type = true);
    let collaborations = org.get("/api/v2/me/collaborations").await;
    assert!(collaborations[2].get("vcs-type").is_some());
}

#[tokio::test]
async fn organizations_kept_elsewhere_have_no_member_list() {
    let org = Org::with(CircleCiOptions::default());
    let unsupported = refusal(400, "Endpoint is not supported for this organization.");
    let path = format!("/api/v2/organizations/{GITHUB_ORG_ID}/users");
    assert_eq!(org.ask(TOKEN, &path).await, unsupported);
    let groups = format!("/api/v2/organizations/{GITHUB_ORG_ID}/groups");
    assert_eq!(org.get(&groups).await["items"], json!([]));
    org.circleci.edit(|_, o| o.org_type = OrgType::Bitbucket);
    assert_eq!(org.ask(TOKEN, &members()).await, unsupported);
    let path = format!("/api/v2/organization/{ORG_ID}");
    assert_eq!(org.get(&path).await["vcs_type"], "bitbucket");
}

#[tokio::test]
async fn the_member_list_can_be_missing_in_every_way() {
    let org = Org::with(CircleCiOptions::default());
    for (route, status, message) in [
        (MembersRoute::NotFound, 404, "Route Not Found."),
        (MembersRoute::Gone, 410, "This endpoint has been retired."),
        (MembersRoute::Forbidden, 403, "Permission denied."),
        (
            MembersRoute::Unsupported,
            400,
            "Endpoint is not supported for this organization.",
        ),
    ] {
        org.circleci.edit(|_, o| o.members_route = route);
        assert_eq!(
            org.ask(TOKEN, &members()).await,
            refusal(status, message),
            "{route:?}"
        );
    }
}

#[tokio::test]
async fn every_shape_around_the_members() {
    for (envelope, items, next) in [
        (Envelope::Items, "/items", "/next_page_token"),
        (Envelope::Users, "/users", "/next_page_token"),
        (Envelope::Members, "/members", "/next_page_token"),
        (Envelope::Data, "/data", "/page/next"),
        (Envelope::Array, "", "/none"),
    ] {
        let org = Org::with(CircleCiOptions {
            envelope,
            ..CircleCiOptions::default()
        });
        let page = org.get(&members()).await;
        let all = org.circleci.members().len();
        let rows = page.pointer(items).unwrap().as_array().unwrap().len();
        assert_eq!(
            rows,
            if envelope == Envelope::Array { all } else { 50 },
            "{envelope:?}"
        );
        let token = page.pointer(next).is_some_and(Value::is_string);
        assert_eq!(token, envelope != Envelope::Array, "{envelope:?}");
    }
}

#[tokio::test]
async fn private_listings_know_who_accepted() {
    let org = Org::with(CircleCiOptions::default());
    let grants = format!("/private/ciam/orgs/{ORG_ID}/role-grants");
    let group = format!("/private/ciam/orgs/{ORG_ID}/groups/{ORG_ID}/users");
    let accepted = org.circleci.members().into_iter();
    let accepted = accepted.filter(|m| m.kind != Kind::Invited).count();
    for path in [&grants, &group] {
        let body = org.get(path).await;
        assert_eq!(body["items"].as_array().unwrap().len(), accepted);
        assert_eq!(org.ask(OUTSIDER_TOKEN, path).await.0, 403);
    }
    assert_eq!(org.get(&grants).await["items"][0]["role"], "org-admin");
    for (routes, first, second) in [
        (PrivateRoutes::WithoutGroups, 200, 403),
        (PrivateRoutes::NotFound, 404, 404),
        (PrivateRoutes::LoginPage, 200, 200),
    ] {
        org.circleci.edit(|_, o| o.private_routes = routes);
        assert_eq!(org.ask(TOKEN, &grants).await.0, first, "{routes:?}");
        assert_eq!(org.ask(TOKEN, &group).await.0, second, "{routes:?}");
    }
    assert!(org.ask(TOKEN, &grants).await.1.is_string(), "a web page");
}

#[tokio::test]
async fn single_users_know_no_person_who_has_not_accepted() {
    let org = Org::with(CircleCiOptions::default());
    let members = org.circleci.members();
    let path = |id: &str| format!("/api/v2/user/{id}");
    let bot = &members[1];
    let found = org.get(&path(&bot.id)).await;
    assert_eq!(
        (&found["login"], &found["name"]),
        (&json!("deploy-bot"), &Value::Null)
    );
    let invited = &org.circleci.planted_invited()[0];
    assert_eq!(
        org.ask(TOKEN, &path(&invited.id)).await,
        refusal(404, "Not found.")
    );
    org.circleci
        .edit(|_, o| o.unknown_users.insert(bot.id.clone()));
    assert_eq!(
        org.ask(TOKEN, &path(&bot.id)).await,
        refusal(404, "Not found.")
    );
}

#[tokio::test]
async fn limits_answer_in_plain_text() {
    let limit = RateLimit {
        per_minute: 2,
        retry_after: true,
        plain_text: true,
    };
    let org = Org::with(CircleCiOptions {
        rate_limit: Some(limit),
        ..CircleCiOptions::default()
    });
    org.get("/api/v2/me").await;
    org.get("/api/v2/me").await;
    let (status, body) = org.ask(TOKEN, "/api/v2/me").await;
    assert_eq!((status, body), (429, json!("Rate limited.")));
}

#[tokio::test]
async fn everything_but_get_is_refused_and_other_paths_are_web_pages() {
    let org = Org::with(CircleCiOptions::default());
    let url = format!("{}{}", org.running.base_url(), members());
    let request = org.client.request(Method::POST, url);
    assert_eq!(
        request
            .header("Circle-Token", TOKEN)
            .send()
            .await
            .unwrap()
            .status(),
        405
    );
    assert_eq!(
        org.ask(TOKEN, "/api/v2/users").await,
        refusal(404, "Not Found")
    );
    assert!(
        org.get("/settings")
            .await
            .as_str()
            .unwrap()
            .starts_with("<!DOCTYPE html>")
    );
}

#[tokio::test]
async fn secrets_come_only_from_an_organization_that_tells_too_much() {
    let org = Org::with(CircleCiOptions {
        mismatches: Mismatches::None,
        paging: Paging::EmptyTokenAtEnd,
        page_size: 1_000,
        ..CircleCiOptions::default()
    });
    let secrets = org.circleci.read(Company::planted_secrets);
    let plain = org.get(&members()).await;
    assert_eq!(plain["items"].as_array().unwrap().len(), PEOPLE);
    assert_eq!(plain["next_page_token"], "");
    assert!(
        !secrets
            .iter()
            .any(|s| plain.to_string().contains(s.as_str()))
    );
    org.circleci.edit(|_, o| o.overshare = true);
    for path in [
        members(),
        format!("/private/ciam/orgs/{ORG_ID}/role-grants"),
        format!("/private/ciam/orgs/{ORG_ID}/groups/{ORG_ID}/users"),
    ] {
        let told = org.get(&path).await.to_string();
        let missing = secrets.iter().find(|s| !told.contains(s.as_str()));
        assert_eq!(missing, None, "{path}");
    }
}
