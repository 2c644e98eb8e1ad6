//! Rules about the workflows: nothing unpinned runs, nothing has more rights than it needs, no connector is left out.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a parent")
        .to_owned()
}

/// Name and text of every workflow.
fn workflows() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(root().join(".github/workflows")).expect("workflows");
    let found: Vec<_> = folder
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("text");
            (name.into_owned(), text)
        })
        .collect();
    assert!(found.len() >= 3, "ci, release and sandbox-smoke");
    found
}

fn connectors() -> Vec<String> {
    let folder = std::fs::read_dir(root().join("connectors")).expect("connectors");
    let names = folder.map(|entry| entry.expect("an entry").file_name());
    names.map(|n| n.to_string_lossy().into_owned()).collect()
}

#[test]
fn actions_are_pinned_by_commit_and_the_version_is_said() {
    for (name, text) in workflows() {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (i, line) in lines.iter().enumerate() {
            let Some(action) = line.trim_start_matches("- ").strip_prefix("uses: ") else {
                continue;
            };
            let (action, commit) = action.split_once('@').expect("a version");
            let pinned = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(pinned, "{name}: {action} is not pinned by commit");
            let said = format!("# {action} v");
            assert!(
                lines[i - 1].starts_with(&said),
                "{name}: the version of {action} is not said above it"
            );
        }
    }
}

#[test]
fn workflows_may_only_read_unless_a_job_says_why() {
    for (name, text) in workflows() {
        assert!(
            text.contains("\npermissions:\n  contents: read\n"),
            "{name} has no least permissions"
        );
        for line in text.lines().filter(|l| l.contains(": write")) {
            let explained = line.contains(" # ") || line.trim() == "attestations: write";
            assert!(explained, "{name}: no reason for `{}`", line.trim());
        }
        assert!(
            !text.contains("pull_request_target"),
            "{name} runs strangers' code with rights"
        );
    }
}

#[test]
fn every_connector_is_released_and_smoke_tested() {
    let list = |args: &[&str]| {
        let script = Command::new("bash")
            .arg(root().join("tests/vendors"))
            .args(args)
            .output()
            .expect("bash runs");
        assert!(script.status.success(), "tests/vendors {args:?}");
        String::from_utf8(script.stdout).expect("text")
    };
    let mut connectors = connectors();
    connectors.sort();
    assert_eq!(list(&[]).lines().collect::<Vec<_>>(), connectors);
    let json: Vec<String> = serde_json::from_str(&list(&["--json"])).expect("a JSON list");
    assert_eq!(json, connectors);
    for name in &connectors {
        let credential = list(&[name, "credential"]);
        assert!(
            credential.lines().count() > 0 && credential.lines().all(|v| v.starts_with("BATON_")),
            "{name}: {credential}"
        );
        assert!(
            ["true\n", "false\n"].contains(&list(&[name, "lists-leavers"]).as_str()),
            "{name}"
        );
    }
    // The workflows take what they build and run from that list.
    for (workflow, job) in [("release.yml", "gate"), ("sandbox-smoke.yml", "vendors")] {
        let text = std::fs::read_to_string(root().join(".github/workflows").join(workflow));
        let text = text.expect(workflow);
        assert!(text.contains("$(tests/vendors --json)"), "{workflow}");
        assert!(
            text.contains(&format!(": ${{{{ fromJSON(needs.{job}.outputs.")),
            "{workflow}"
        );
    }
}

#[test]
fn an_artifact_never_holds_what_a_sync_wrote() {
    let smoke = workflows()
        .into_iter()
        .find(|(name, _)| name == "sandbox-smoke.yml");
    let (_, text) = smoke.expect("sandbox-smoke.yml");
    assert!(!text.contains("upload-artifact"));
}

#[test]
fn a_released_program_knows_its_commit() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("a file");
    // Evidence names it; a build that does not set the variable says `unknown`.
    let dockerfile = read("Dockerfile");
    let builds: Vec<_> = dockerfile
        .lines()
        .filter(|line| line.contains(".ci/static-programs"))
        .collect();
    assert_eq!(builds.len(), 2, "of images and of portable programs");
    for line in builds {
        assert!(
            line.contains("BATON_COMMIT=\"$REVISION\" .ci/static-programs"),
            "{line}"
        );
    }
    let release = read(".github/workflows/release.yml");
    let (images, macos) = release.split_once("\n  macos:").expect("the job of macOS");
    assert!(images.contains("--build-arg REVISION=\"$GITHUB_SHA\""));
    let (macos, _) = macos.split_once("\n  sbom:").expect("the job after it");
    assert!(macos.contains("BATON_COMMIT: ${{ github.sha }}\n"));
    for line in release
        .lines()
        .filter(|line| line.contains("cargo build --release --locked --target"))
    {
        assert!(macos.contains(line), "{line} does not name the commit");
    }
}
