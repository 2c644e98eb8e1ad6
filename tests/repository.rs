//! Rules about the repository itself: who may depend on whom, what lies at the top, what must not be linked in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a parent")
        .to_owned()
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("metadata is JSON")
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// Which of our crates each of our crates links (development dependencies aside).
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<_> = packages.iter().map(|p| text(p, "name")).collect();
    let links = |package: &Value| {
        let all = package["dependencies"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let linked = all
            .iter()
            .filter(|d| d["kind"].is_null())
            .map(|d| text(d, "name"));
        linked.filter(|name| ours.contains(name)).collect()
    };
    packages
        .iter()
        .map(|p| (text(p, "name"), links(p)))
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let vendor: &[&str] = &["connector-cli", "connector-core", "connector-http"];
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("connector-core", &[][..]),
        ("connector-proto", &["connector-core"]),
        (
            "connector-c1z",
            &["connector-core", "connector-pebble", "connector-proto"],
        ),
        ("connector-evidence", &["connector-core"]),
        ("connector-net", &["connector-core"]),
        ("connector-http", &["connector-core", "connector-net"]),
        ("connector-pebble", &["connector-core", "connector-proto"]),
        (
            "connector-service",
            &[
                "connector-core",
                "connector-evidence",
                "connector-net",
                "connector-proto",
            ],
        ),
        (
            "connector-telemetry",
            &["connector-core", "connector-net", "connector-proto"],
        ),
        ("connector-redact", &["connector-core"]),
        ("connector-trace", &["connector-core", "connector-redact"]),
        (
            "baton-audit",
            &[
                "connector-c1z",
                "connector-core",
                "connector-evidence",
                "connector-redact",
            ],
        ),
        (
            "connector-cli",
            &[
                "connector-c1z",
                "connector-core",
                "connector-evidence",
                "connector-http",
                "connector-proto",
                "connector-redact",
                "connector-service",
                "connector-telemetry",
                "connector-trace",
            ],
        ),
        ("connector-sandbox", &["connector-core", "connector-proto"]),
        (
            "connector-testkit",
            &[
                "connector-c1z",
                "connector-cli",
                "connector-core",
                "connector-evidence",
                "connector-redact",
                "connector-sandbox",
            ],
        ),
    ]);
    let fake: &[&str] = &["connector-core", "connector-sandbox"];
    let tools = ["baton-bench", "baton-demo", "baton-sandbox", "baton-suite"];
    for (name, links) in edges() {
        let may = match allowed.get(name.as_str()) {
            Some(may) => may,
            None if tools.contains(&name.as_str()) => continue,
            None if name.ends_with("-sandbox") => fake,
            None => vendor,
        };
        let wrong: Vec<_> = links
            .iter()
            .filter(|l| !may.contains(&l.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn the_core_knows_no_http_sql_or_command_line() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let core = packages
        .iter()
        .find(|p| p["name"] == "connector-core")
        .expect("the core");
    for dependency in core["dependencies"].as_array().expect("dependencies") {
        let name = text(dependency, "name");
        for foreign in [
            "http",
            "reqwest",
            "hyper",
            "axum",
            "rusqlite",
            "sql",
            "clap",
            "prost",
            "zstd",
            "opentelemetry",
        ] {
            assert!(!name.contains(foreign), "connector-core depends on {name}");
        }
    }
}

#[test]
fn no_second_tls_stack_is_locked() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("a lock file");
    let names: BTreeSet<_> = lock
        .lines()
        .filter_map(|l| l.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(names.contains("rustls"), "the lock file is read");
    for unwanted in [
        "openssl",
        "openssl-sys",
        "native-tls",
        "serde_yaml",
        "serde_yml",
        "josekit",
    ] {
        assert!(
            !names.contains(unwanted),
            "{unwanted} is in the dependency tree"
        );
    }
}

#[test]
fn the_top_level_holds_what_the_layout_names() {
    let layout = [
        "Cargo.lock",
        "Cargo.toml",
        "Dockerfile",
        "README.md",
        "connectors",
        "crates",
        "docs",
        "tests",
    ];
    let made_by_running = ["target", "demo"];
    let entries = std::fs::read_dir(root()).expect("the top level");
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('.')
            || layout.contains(&name.as_str())
            || made_by_running.contains(&name.as_str());
        assert!(known, "{name} is not part of the layout");
    }
    for name in layout {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}

#[test]
fn every_connector_has_the_same_files() {
    let connectors = std::fs::read_dir(root().join("connectors")).expect("connectors");
    for connector in connectors
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.is_dir())
    {
        for file in [
            "Cargo.toml",
            "baton_capabilities.json",
            "config_schema.json",
            "src/main.rs",
            "src/lib.rs",
            "src/app.rs",
            "src/types.rs",
            "src/client.rs",
            "src/model.rs",
            "src/connector.rs",
            "src/users.rs",
            "src/validate.rs",
            "tests/conformance.rs",
        ] {
            assert!(
                connector.join(file).exists(),
                "{} has no {file}",
                connector.display()
            );
        }
        let vendor = connector
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(
            root().join(format!("docs/connectors/{vendor}.md")).exists(),
            "{vendor} has no page"
        );
    }
}

/// All Rust sources in a directory and below.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("a directory of sources");
    let paths = entries.filter_map(Result::ok).map(|e| e.path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

/// A vendor's library is made with the core and `http`; only the program made of it knows the command line.
#[test]
fn only_the_programs_of_connectors_know_the_command_line() {
    let connectors = std::fs::read_dir(root().join("connectors")).expect("connectors");
    let folders = connectors
        .filter_map(Result::ok)
        .map(|e| e.path().join("src"));
    for folder in folders.filter(|p| p.is_dir()) {
        let naming: Vec<_> = sources(&folder)
            .into_iter()
            .filter(|path| {
                let text = std::fs::read_to_string(path).expect("a source file");
                text.contains("connector_cli")
            })
            .collect();
        assert_eq!(naming, [folder.join("main.rs")]);
    }
}

#[test]
fn the_page_of_shared_flags_is_up_to_date() {
    connector_testkit::generated::check_shared_flags(&root().join("docs/flags.md"));
}

/// A panic in one task of a service must not end the others; what catches it works only when panics unwind.
#[test]
fn panics_unwind_in_what_is_shipped() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let release = manifest.split("[profile.release]\n").nth(1);
    let lines = release.expect("the profile").lines();
    let release: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    assert!(release.contains(&r#"panic = "unwind""#), "{release:?}");
    assert!(!manifest.contains(r#"panic = "abort""#));
}
