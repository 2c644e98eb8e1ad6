//! The real program in a process of its own: killed, stopped, run twice at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_hibob_sandbox::{HiBob, HiBobOptions};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, FaultSchedule, Rule, When};
use connector_sandbox::otlp::Collector;
use connector_sandbox::server::{Fake, Running, Sandbox};

struct Scene {
    running: Running,
    faults: FaultSchedule,
    environment: Vec<(&'static str, String)>,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let faults = FaultSchedule::new();
        let fake = HiBob::new(Company::generate(200, 7), HiBobOptions::default());
        let running = Sandbox::new()
            .faults(&faults)
            .start(&fake)
            .expect("the sandbox starts");
        let environment = fake.environment(running.base_url());
        Self {
            running,
            faults,
            environment,
            dir: tempfile::tempdir().expect("a directory"),
        }
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_baton-hibob"))
            .env_clear()
            .envs(self.environment.iter().map(|(k, v)| (*k, v.as_str())))
            .env("BATON_TMPDIR", self.dir.path().join("tmp"))
            .args(["--file", "out.c1z", "--log-format", "json"])
            .current_dir(self.dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    /// Waits until the vendor has seen this many requests.
    fn wait_for(&self, requests: usize) {
        let started = Instant::now();
        while self.running.requests().len() < requests {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "the program never asked"
            );
            std::thread::yield_now();
        }
    }

    fn files(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.dir.path()).expect("the directory");
        entries
            .filter_map(Result::ok)
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .filter(|n| n != "tmp")
            .collect()
    }

    fn rows(&self) -> String {
        connector_c1z::dump::render(self.dir.path().join("out.c1z")).expect("a readable file")
    }
}

fn scene() -> Scene {
    let scene = Scene::new();
    std::fs::create_dir(scene.dir.path().join("tmp")).expect("a directory");
    scene
}

fn finish(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("the program ends");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill")
        .args(["-s", name, &id])
        .status()
        .expect("kill runs");
    assert!(sent.success());
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir)
        .expect("the directory")
        .next()
        .is_none()
}

#[test]
fn a_killed_run_leaves_the_old_file_and_the_next_run_succeeds() {
    let scene = scene();
    assert_eq!(finish(scene.start()).0, Some(0));
    let old = std::fs::read(scene.dir.path().join("out.c1z")).expect("a file");
    let rows = scene.rows();

    scene
        .faults
        .add(Rule::always(Fault::HangMidBody).path("/people/search"));
    let before = scene.running.requests().len();
    let mut child = scene.start();
    scene.wait_for(before + 2);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(
        std::fs::read(scene.dir.path().join("out.c1z")).expect("a file"),
        old
    );

    scene.faults.clear();
    assert_eq!(finish(scene.start()).0, Some(0));
    assert_eq!(scene.rows(), rows);
    assert_eq!(scene.files(), BTreeSet::from(["out.c1z".to_owned()]));
}

#[test]
fn a_signal_stops_a_run_with_exit_1_and_nothing_left_behind() {
    for name in ["INT", "TERM", "HUP"] {
        let scene = scene();
        scene
            .faults
            .add(Rule::always(Fault::Hang).path("/people/search"));
        let child = scene.start();
        scene.wait_for(2);
        signal(&child, name);
        let (code, stderr) = finish(child);
        assert_eq!(code, Some(1), "{stderr}");
        // Nothing was stored, so nothing is said to be kept.
        assert_eq!(
            stderr.lines().next_back(),
            Some("baton-hibob: interrupted; the file was left as it was"),
            "{stderr}"
        );
        assert_eq!(
            scene.files(),
            BTreeSet::new(),
            "nothing was stored that could be resumed"
        );
        assert!(is_empty(&scene.dir.path().join("tmp")));
    }
}

#[test]
fn a_stopped_run_delivers_its_telemetry() {
    let collector = Collector::start().expect("a collector");
    let mut scene = scene();
    scene.environment.extend(collector.environment());
    scene.faults.add(
        Rule::always(Fault::Hang)
            .path("/people/search")
            .when(When::From(2)),
    );
    let child = scene.start();
    scene.wait_for(4);
    signal(&child, "TERM");
    let (code, stderr) = finish(child);
    assert_eq!(code, Some(1), "{stderr}");
    insta::assert_snapshot!(collector.tree(&["url.template", "error.type"]), @r"
    sync error.type=interrupted
      validate
        request url.template=company/people/fields
        request url.template=people/search
        request url.template=company/named-lists/department
      phase error.type=interrupted
        page
          request url.template=people/search
    ");
}

#[test]
fn two_runs_into_one_file_do_not_meet() {
    let scene = scene();
    scene
        .faults
        .add(Rule::always(Fault::Hang).path("/people/search"));
    let mut first = scene.start();
    scene.wait_for(2);
    let (code, stderr) = finish(scene.start());
    assert_eq!(code, Some(9), "{stderr}");
    assert!(stderr.contains("in use by another run"), "{stderr}");
    first.kill().expect("killed");
    first.wait().expect("gone");
}
