//! B: the credential and the token.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{ControlPlane, Fault, Method, TokenAnswer, What, seconds};
use connector_service::Credential;

use crate::bench::Bench;
use crate::work::{Act, Work};

#[tokio::test]
async fn b1_one_token_serves_many_calls() {
    let mut bench = Bench::new(Work::default());
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    bench.until(|b| b.calls(Method::GetTask) == 20).await;
    assert_eq!(bench.plane.token_requests(), 1);
    bench.finish().await;
}

#[tokio::test]
async fn b2_a_token_is_replaced_ten_seconds_before_it_expires() {
    let mut bench = Bench::new(Work::default());
    bench.plane.tokens(TokenAnswer::living(12));
    bench.plane.next_poll(None, Some(seconds(1)));
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 7).await;
    let events = bench.plane.events();
    let requested: Vec<_> = events
        .iter()
        .filter(|e| matches!(e.what, What::Token(_)))
        .map(|e| e.at)
        .collect();
    let apart: Vec<_> = requested
        .windows(2)
        .map(|w| w[1].duration_since(w[0]).unsigned_abs())
        .collect();
    assert_eq!(apart, [Duration::from_secs(2); 3]);
    let refused = |what: &What| matches!(what, What::Unauthenticated(_));
    assert!(!events.iter().any(|e| refused(&e.what)));
    bench.finish().await;
}

#[tokio::test]
async fn b3_a_token_without_a_lifetime_is_used_once() {
    for expires_in in [Some(0), None] {
        let mut bench = Bench::new(Work::default());
        bench.plane.tokens(TokenAnswer {
            expires_in,
            ..TokenAnswer::default()
        });
        bench.start();
        bench.until(|b| b.calls(Method::GetTask) == 3).await;
        assert_eq!(bench.plane.token_requests(), 4, "a hello and three polls");
        bench.finish().await;
    }
}

#[tokio::test]
async fn b4_a_token_that_is_no_longer_accepted_is_replaced() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    bench.plane.revoke_tokens();
    bench.until(|b| b.calls(Method::GetTask) == 3).await;
    assert_eq!(bench.plane.token_requests(), 2);
    // No poll counted as failed, so none was repeated early.
    assert_eq!(bench.gaps(Method::GetTask), [Duration::from_secs(60); 2]);
    bench.finish().await;
}

#[tokio::test]
async fn b5_a_refused_credential_ends_the_service() {
    for status in [400, 401, 403] {
        let mut bench = Bench::new(Work::default());
        bench.plane.tokens(TokenAnswer::failing(status));
        bench.start();
        let error = bench.end().await.expect_err("it cannot go on");
        assert_eq!(error.kind().policy().exit_code, 16);
        assert_eq!(
            error.to_string(),
            format!(
                "saying hello to the control plane: requesting a token: the control plane answered {status}"
            )
        );
        assert_eq!(bench.calls(Method::Hello), 0);
        assert_eq!(bench.plane.token_requests(), 1);
    }
}

#[tokio::test]
async fn b6_a_token_endpoint_that_recovers_is_waited_for() {
    let mut bench = Bench::new(Work::default());
    let garbage = TokenAnswer {
        body: Some("<html>".to_owned()),
        ..TokenAnswer::default()
    };
    let empty = TokenAnswer {
        body: Some("{\"access_token\":\"\"}".to_owned()),
        ..TokenAnswer::default()
    };
    let (busy, down) = (TokenAnswer::failing(429), TokenAnswer::failing(503));
    bench.plane.script_tokens([down, busy, garbage, empty]);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    assert_eq!(bench.plane.token_requests(), 5);
    assert_eq!(bench.calls(Method::Hello), 1);
    bench.finish().await;
}

#[tokio::test]
async fn b11_an_assertion_goes_nowhere_else() {
    for status in [302, 307, 308] {
        let mut bench = Bench::new(Work::default());
        let elsewhere = ControlPlane::new().start().expect("another one");
        for host in [elsewhere.host(), bench.plane.host()] {
            bench.plane.script_tokens([TokenAnswer {
                location: Some(format!("https://{host}/auth/v1/token")),
                ..TokenAnswer::failing(status)
            }]);
        }
        bench.start();
        bench.until(|b| b.calls(Method::GetTask) == 1).await;
        // Two redirects and the answer after them, one for each hello.
        assert_eq!(bench.plane.token_requests(), 3);
        assert_eq!(
            (elsewhere.token_requests(), elsewhere.connections()),
            (0, 0)
        );
        bench.finish().await;
    }
}

#[tokio::test]
async fn b7_the_type_of_the_token_decides_the_scheme() {
    for kind in ["bearer", "Bearer", "", "DPoP"] {
        let mut bench = Bench::new(Work::default());
        bench.plane.tokens(TokenAnswer {
            token_type: kind.to_owned(),
            ..TokenAnswer::default()
        });
        bench.start();
        // The control plane accepts the right scheme only.
        bench.until(|b| b.calls(Method::GetTask) == 1).await;
        assert_eq!(bench.plane.token_requests(), 1, "{kind}");
        bench.finish().await;
    }
}

#[tokio::test]
async fn b8_calls_at_the_same_time_share_one_new_token() {
    let mut bench = Bench::new(Work::script((0..8).map(|_| Act::Wait(1))));
    bench.config.service.concurrency = 9;
    bench.plane.tokens(TokenAnswer::living(40));
    let tasks: Vec<_> = (0..8)
        .map(|_| bench.plane.sync(SyncFullTask::default()))
        .collect();
    bench.start();
    bench.until(|b| b.work.seen().running == 8).await;
    assert_eq!(bench.plane.token_requests(), 1);
    bench.plane.tokens(TokenAnswer {
        delay: Duration::from_millis(100),
        ..TokenAnswer::default()
    });
    // All eight heartbeats are due at the moment the token is no longer good.
    bench.until(|b| b.calls(Method::Heartbeat) == 16).await;
    assert_eq!(bench.plane.token_requests(), 2);
    bench.work.open(8);
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    bench.finish().await;
}

#[tokio::test]
async fn b9_the_assertion_is_for_the_client_ids_host_wherever_it_is_sent() {
    let plane = ControlPlane::new().client_id("acme-01@tenant.test:8443/ccc");
    let mut bench = Bench::with(plane, Work::default());
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    let events = bench.plane.events();
    let claims = events.iter().find_map(|e| match &e.what {
        What::Token(request) => Some(request.claims.clone()),
        _ => None,
    });
    assert_eq!(claims.expect("a token request")["aud"], "tenant.test");
    bench.finish().await;
}

#[test]
fn b10_strings_that_are_no_credential_are_refused_before_anything_is_sent() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let secret = |jwk: &str| format!("secret-token:conductorone.com:v1:{}", B64.encode(jwk));
    let good = secret(&format!(
        "{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{X}\",\"d\":\"{D}\"}}"
    ));
    let parse = |id: &str, secret: &str| Credential::parse(id, &secret.to_owned().into());
    assert!(parse("t@tenant.test/ccc", &good).is_ok());
    for id in ["tenant.test/ccc", "t@tenant.test", ""] {
        let error = parse(id, &good).expect_err(id);
        assert_eq!(error.kind().policy().exit_code, 3);
    }
    let mismatch = format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{D}\",\"d\":\"{X}\"}}");
    let public = format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{X}\"}}");
    let encoded = good.rsplit(':').next().expect("a part").to_owned();
    for wrong in [
        good.replace(":v1:", ":"),
        good.replace(":v1:", ":v2:"),
        "secret-token:conductorone.com:v1:%%%".to_owned(),
        secret("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"AQAB\"}"),
        secret(&public),
        secret(&mismatch),
    ] {
        let error = parse("t@tenant.test/ccc", &wrong).expect_err(&wrong);
        let text = format!("{error} {error:?} {:?}", error.hint_text());
        assert!(!text.contains(&encoded) && !text.contains(D), "{text}");
    }
}

#[tokio::test]
async fn b4_a_credential_that_is_no_longer_accepted_does_not_end_a_running_service() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    bench.plane.always(Method::GetTask, Some(Fault::status(16)));
    bench.until(|b| b.calls(Method::GetTask) == 5).await;
    bench.plane.always(Method::GetTask, None);
    bench.until(|b| b.calls(Method::GetTask) == 7).await;
    bench.finish().await;
}
