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

const PROGRAM: &str = env!("CARGO_BIN_EXE_baton-hibob");

struct Scene {
    running: Running,
    faults: FaultSchedule,
    environment: Vec<(&'static str, String)>,
    dir: tempfile::TempDir,
}

impl Scene {
    fn of(people: usize) -> Self {
        let faults = FaultSchedule::new();
        let fake = HiBob::new(Company::generate(people, 7), HiBobOptions::default());
        let running = Sandbox::new()
            .faults(&faults)
            .start(&fake)
            .expect("the sandbox starts");
        let environment = fake.environment(running.base_url());
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("tmp")).expect("a directory");
        Self {
            running,
            faults,
            environment,
            dir,
        }
    }

    fn start(&self) -> Child {
        self.start_as(Command::new(PROGRAM), &[])
    }

    /// Starts the program with these arguments too, by a command that it is an argument of or that it is itself.
    fn start_as(&self, mut command: Command, args: &[&str]) -> Child {
        command
            .env_clear()
            .envs(self.environment.iter().map(|(k, v)| (*k, v.as_str())))
            .env("BATON_TMPDIR", self.dir.path().join("tmp"))
            .args(["--file", "out.c1z", "--log-format", "json"])
            .args(args)
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

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir.path().join(name)).expect("a file")
    }

    fn rows(&self) -> String {
        connector_c1z::dump::render(self.dir.path().join("out.c1z")).expect("a readable file")
    }
}

fn scene() -> Scene {
    Scene::of(200)
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

/// A file that may not grow stands for the disk that is full. The answers are large and the rows few, so that only the
/// recording meets the limit.
#[test]
fn a_full_disk_costs_a_run_its_recording_alone() {
    const FEW_ROWS: [&str; 5] = [
        "--record",
        "run.trace",
        "--sync-resource-types",
        "department",
        "--skip-entitlements-and-grants",
    ];
    // Of 512 or 1,024 bytes, as the shell has them.
    const BLOCKS: u64 = 32;
    for engine in ["sqlite", "pebble"] {
        let scene = Scene::of(1_000);
        let args = [&FEW_ROWS[..], &["--storage-engine", engine]].concat();
        let (code, stderr) = finish(scene.start_as(Command::new(PROGRAM), &args));
        assert_eq!(code, Some(0), "{stderr}");
        let (rows, earlier) = (scene.rows(), scene.bytes("run.trace"));
        assert!(earlier.len() as u64 > BLOCKS * 1024, "{}", earlier.len());
        std::fs::remove_file(scene.dir.path().join("out.c1z")).expect("removed");

        let mut limited = Command::new("sh");
        let script = format!("ulimit -c 0; ulimit -f {BLOCKS}; exec \"$0\" \"$@\"");
        limited.args(["-c", &script, PROGRAM]);
        let (code, stderr) = finish(scene.start_as(limited, &args));
        assert_eq!(code, Some(9), "{stderr}");
        let place = scene.dir.path().canonicalize().expect("a directory");
        let said = format!(
            "\nbaton-hibob: recording the run: cannot write {}/run.trace: File too large (os error 27)\n\
             hint: raise the limit for the size of a file (ulimit -f); the run itself succeeded; only its recording is missing\n",
            place.display()
        );
        assert!(stderr.ends_with(&said), "{stderr}");
        assert_eq!(scene.rows(), rows, "{engine}");
        // Neither half a recording nor its draft, and the earlier one as it was.
        let files = ["out.c1z", "run.trace"].map(str::to_owned);
        assert_eq!(scene.files(), BTreeSet::from(files), "{engine}");
        assert!(scene.bytes("run.trace") == earlier, "{engine}");
        assert!(is_empty(&scene.dir.path().join("tmp")));
    }
}

#[test]
fn a_killed_run_leaves_no_half_recording() {
    const RECORD: [&str; 2] = ["--record", "run.trace"];
    let scene = scene();
    let start = || scene.start_as(Command::new(PROGRAM), &RECORD);
    assert_eq!(finish(start()).0, Some(0));
    let (rows, file, recording) = (
        scene.rows(),
        scene.bytes("out.c1z"),
        scene.bytes("run.trace"),
    );

    let hang = Rule::always(Fault::HangMidBody).path("/people/search");
    scene.faults.add(hang);
    let before = scene.running.requests().len();
    let mut child = start();
    scene.wait_for(before + 2);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(scene.bytes("out.c1z") == file);
    assert!(scene.bytes("run.trace") == recording);
    let drafts = |name: &&String| name.starts_with(".baton-draft-");
    assert_eq!(scene.files().iter().filter(drafts).count(), 1);

    scene.faults.clear();
    let (code, stderr) = finish(start());
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(scene.rows(), rows);
    let files = ["out.c1z", "run.trace"].map(str::to_owned);
    assert_eq!(scene.files(), BTreeSet::from(files));
    assert!(scene.bytes("run.trace") != recording, "it is a new one");
}
