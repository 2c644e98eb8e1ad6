//! Rate limits, and the firewall that blocks whoever is refused too often.

use std::time::Duration;

use baton_hibob_sandbox::{HiBobOptions, RateLimits, ServiceUser};
use connector_core::clock::TestClock;
use jiff::Timestamp;
use reqwest::Response;
use serde_json::json;

use crate::tenant::{LIST, Tenant, header};

#[tokio::test]
async fn limits_count_per_endpoint_and_start_over_after_a_minute() {
    let start = 1_800_000_000;
    let clock = TestClock::at(Timestamp::from_second(start).unwrap());
    let tenant = Tenant::with(HiBobOptions {
        rate_limits: Some(RateLimits {
            retry_after: true,
            ..RateLimits::default()
        }),
        clock: clock.clone(),
        ..HiBobOptions::default()
    });
    let search = async || {
        tenant
            .post("/people/search", json!({"fields": ["root.id"]}))
            .await
    };
    let standing = |response: &Response| {
        let number = |name| header(response, name).map(|v| v.parse::<i64>().unwrap());
        (
            response.status().as_u16(),
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
            number("x-ratelimit-reset"),
        )
    };
    for left in (0..50).rev() {
        let response = search().await;
        assert_eq!(
            standing(&response),
            (200, Some(50), Some(left), Some(start + 60))
        );
    }
    clock.advance(Duration::from_secs(20));
    let response = search().await;
    assert_eq!(
        standing(&response),
        (429, Some(50), Some(0), Some(start + 60))
    );
    assert_eq!(header(&response, "retry-after"), Some("40"));
    assert_eq!(tenant.get("/company/people/fields").await.status(), 200);
    let profiles = tenant.get("/profiles").await;
    assert_eq!(standing(&profiles).1, Some(40));
    assert_eq!(standing(&tenant.get(LIST).await), (200, None, None, None));
    clock.advance(Duration::from_secs(40));
    let response = search().await;
    assert_eq!(
        standing(&response),
        (200, Some(50), Some(49), Some(start + 120))
    );

    let url = format!("{}/v1/people/search", tenant.running.base_url());
    let response = tenant.client.post(url).send().await.unwrap();
    assert_eq!(
        standing(&response),
        (401, Some(50), Some(49), Some(start + 120))
    );
}

#[tokio::test]
async fn fifty_refusals_in_ten_seconds_block_every_caller_for_five_minutes() {
    let clock = TestClock::at(Timestamp::from_second(1_800_000_000).unwrap());
    let tenant = Tenant::with(HiBobOptions {
        clock: clock.clone(),
        ..HiBobOptions::default()
    });
    let url = format!("{}/v1/profiles", tenant.running.base_url());
    let refused = async || {
        tenant
            .client
            .get(&url)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    for _ in 0..49 {
        assert_eq!(refused().await, 401);
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(refused().await, 401, "the first ones no longer count");
    assert_eq!(tenant.get(LIST).await.status(), 200);
    for _ in 0..49 {
        assert_eq!(refused().await, 401);
    }
    let response = tenant.get(LIST).await;
    assert_eq!(response.status(), 403);
    assert_eq!(header(&response, "content-type"), Some("text/html"));
    clock.advance(Duration::from_secs(300));
    assert_eq!(tenant.get(LIST).await.status(), 200);
}

#[tokio::test]
async fn fifty_403_block_that_credential_only() {
    let mut options = HiBobOptions::default();
    let mut powerless = ServiceUser::full();
    powerless.categories.clear();
    powerless.id = "SERVICE-1002".to_owned();
    options.service_users.push(powerless);
    let tenant = Tenant::with(options);
    let url = format!("{}/v1/profiles", tenant.running.base_url());
    let ask = async || {
        let request = tenant.client.get(&url);
        let request = request.basic_auth("SERVICE-1002", Some("sandbox-token-hibob-1001"));
        let response = request.send().await.unwrap();
        (
            response.status().as_u16(),
            response.text().await.unwrap().is_empty(),
        )
    };
    for _ in 0..50 {
        assert_eq!(ask().await, (403, true));
    }
    assert_eq!(ask().await, (403, false), "now it is the firewall's page");
    assert_eq!(tenant.get("/profiles").await.status(), 200);
}
