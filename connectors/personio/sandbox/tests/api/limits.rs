//! Request limits.

use std::time::Duration;

use baton_personio_sandbox::{PersonioOptions, RateLimits};

use crate::tenant::Tenant;

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
