//! What connectors write, read by `baton-audit`: from vendors' answers to findings and to its page in the docs.

mod findings;
mod page;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use baton_demo::Connector;
use connector_cli::Invocation;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_sandbox::company::Company;
use connector_sandbox::server::{Fake, Sandbox};
use connector_sandbox::vendor::{Choices, Role};
use tokio_util::sync::CancellationToken;

/// The day on which the sandbox's companies are seen.
const NOVEMBER: &str = "2026-11-01T09:00:00Z";

/// Runs a connector against a fake that holds this company, as if it was this time; the file is `<vendor>.c1z`.
async fn sync(connector: &Connector, company: Company, dir: &Path, at: &str) -> Box<dyn Fake> {
    let fake = (connector.vendor.build)(company, &Choices::default());
    let running = Sandbox::new().start(&*fake).expect("the sandbox starts");
    let file = format!("{}.c1z", connector.vendor.name);
    let environment = fake.environment(running.base_url());
    let code = (connector.program)(Invocation {
        args: ["--file", &file, "--log-level", "error"]
            .map(Into::into)
            .to_vec(),
        env: environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect::<BTreeMap<_, _>>(),
        current_dir: dir.to_owned(),
        stdout: Box::new(std::io::sink()),
        stderr: Box::new(std::io::sink()),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        clock: TestClock::at(at.parse().expect("a time")),
        entropy: Arc::new(SeededEntropy::new(1)),
        cancel: CancellationToken::new(),
        http_timeout: None,
        telemetry_limit: None,
    })
    .await;
    assert_eq!(code, 0, "{file}");
    fake
}

/// The connectors of apps.
fn apps() -> impl Iterator<Item = Connector> {
    let all = baton_demo::connectors().into_iter();
    all.filter(|connector| connector.vendor.role == Role::App)
}
