//! The service's credentials, what it tells the control plane of itself, and its health check.

use std::sync::Arc;

use connector_core::clock::SystemClock;
use connector_sandbox::c1::{ControlPlane, Method, What};

use crate::service::Bench;
use crate::support::Cli;

#[tokio::test]
async fn hello_says_what_capabilities_says() {
    let bench = Bench::new(&[]);
    bench.until(|plane| !plane.hosts().is_empty()).await;
    let mut hellos = bench
        .plane
        .events()
        .into_iter()
        .filter_map(|e| match e.what {
            What::Hello(hello) => Some(hello),
            _ => None,
        });
    let hello = hellos.next_back().unwrap();
    let metadata = hello.connector_metadata.unwrap();
    assert_eq!(metadata.display_name, "Lake");
    let build = hello.build_info.unwrap();
    assert_eq!(
        (build.package.as_str(), build.package_version.as_str()),
        ("baton-lake", "1.2.3")
    );
    let types = metadata.capabilities.unwrap().resource_type_capabilities;
    let ids = types.into_iter().map(|t| t.resource_type.unwrap().id);
    assert_eq!(ids.collect::<Vec<_>>(), ["group", "user"]);
}

#[tokio::test]
async fn credentials_are_checked_before_anything_is_sent() {
    let bench = Bench::new(&[]);
    let secret = bench.plane.client_secret().to_owned();
    for (id, secret, problem) in [
        ("unknown", secret.as_str(), "invalid client id"),
        ("a@b.test/ccc", "hunter2", "invalid client secret"),
    ] {
        let cli = Cli::ready(&["--client-id", id, "--client-secret", secret]);
        let outcome = cli.run().await;
        assert_eq!(outcome.code, 3);
        assert!(outcome.stderr.contains(problem), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
    }
    assert!(bench.plane.events().is_empty());
}

#[tokio::test]
async fn a_refused_credential_ends_the_program() {
    let bench = Bench::new(&[]);
    let stranger = ControlPlane::new().start().unwrap();
    let cli = Cli::ready(&[])
        .env("BATON_CLIENT_ID", bench.plane.client_id())
        .env("BATON_CLIENT_SECRET", stranger.client_secret())
        .env("BATON_C1_API_HOST", &bench.plane.host())
        .env(
            "SSL_CERT_FILE",
            bench.cli.path("authority.pem").to_str().unwrap(),
        );
    let outcome = cli.run_with(Arc::new(SystemClock::new())).await;
    assert_eq!(outcome.code, 16, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("hint: check --client-id"));
}

#[tokio::test]
async fn a_health_check_that_cannot_listen_names_its_settings() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (address, port, why) in [
        ("127.0.0.1", port.as_str(), "Address already in use"),
        (
            "127.0.0.1",
            "70000",
            "out of range integral type conversion",
        ),
    ] {
        let args = [
            "--health-check",
            "--health-check-bind-address",
            address,
            "--health-check-port",
            port,
        ];
        let bench = Bench::new(&args);
        let outcome = bench.cli.run().await;
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        let settings = "--health-check-bind-address (BATON_HEALTH_CHECK_BIND_ADDRESS), \
                        --health-check-port (BATON_HEALTH_CHECK_PORT)";
        let expected = format!(
            "baton-lake: starting the health check: {settings}: {address}:{port} cannot be listened on: {why}"
        );
        assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
        let hint = "hint: choose an address of this machine and a free port from 0 to 65535\n";
        assert!(outcome.stderr.ends_with(hint), "{}", outcome.stderr);
    }
}

#[tokio::test]
async fn the_health_check_answers_for_the_service() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let bench = Bench::new(&["--health-check", "--health-check-port", &port]);
    let mut changes = bench.plane.changes();
    let asking = async {
        // A poll comes after the hello was accepted.
        while bench.plane.calls(Method::GetTask) == 0 {
            changes.changed().await.unwrap();
        }
        let mut codes = Vec::new();
        for endpoint in ["live", "ready", "health"] {
            let args = [
                "health-check",
                "--endpoint",
                endpoint,
                "--health-check-port",
            ];
            let asked = Cli::bare(&[&args[..], &[port.as_str()]].concat())
                .run()
                .await;
            codes.push((endpoint, asked.code));
        }
        bench.cli.cancel.cancel();
        codes
    };
    let running = bench.cli.run_with(Arc::new(SystemClock::new()));
    let (outcome, codes) = tokio::join!(running, asking);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(codes, [("live", 0), ("ready", 0), ("health", 0)]);
}
