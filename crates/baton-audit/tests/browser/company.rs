//! A company whose people have names that would run, turn round, or never end if the report let them.

use std::path::{Path, PathBuf};

use baton_audit::Console;
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};
use jiff::Timestamp;

/// Names as the page has to show them.
pub(crate) const HOSTILE: [&str; 8] = [
    "<script>document.title='pwned'</script>",
    "\"><img src=x onerror=\"document.title='pwned'\">",
    "</script></style></title><b>bold</b>",
    "'><svg onload=document.title='pwned'>",
    "{{constructor.constructor('document.title=1')()}}",
    "&lt;already escaped&amp;",
    "javascript:document.title='pwned'",
    "محمد שלום 山田 ☀️",
];

/// Writes the report of such a company and returns its path. The files are named like their people.
pub(crate) fn report(dir: &Path) -> PathBuf {
    let hr = dir.join("hr \"><img src=x onerror=alert(1)>.c1z");
    let app = dir.join("<b>app.c1z");
    company(false).write(&hr).unwrap();
    company(true).write(&hr).unwrap();
    let mut accounts = SyncFile::ended_at(at("2026-09-01T09:00:00Z")).role("admin", HOSTILE[1]);
    for (n, name) in HOSTILE.into_iter().enumerate() {
        accounts.push(
            user(&format!("a{n}"), name)
                .login(name)
                .email(&format!("h{n}@example.com")),
        );
        accounts = accounts.assigned("admin", &format!("a{n}"));
    }
    accounts.write(&app).unwrap();
    let policy = dir.join("policy.toml");
    let reason = HOSTILE[1];
    let accepted = format!(
        "[[accepted]]\ncheck = 'HR-02'\nsubject = 'user:top'\nreason = \"\"\"{}\"\"\"\nuntil = 2026-12-31\n",
        reason.replace('"', "\\\"")
    );
    std::fs::write(&policy, accepted).unwrap();
    let page = dir.join("report.html");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width: None,
    };
    let words = ["baton-audit", "report", "--policy"].map(Into::into);
    let history = || PathBuf::from("--history");
    let files = [
        policy,
        hr.clone(),
        app.clone(),
        history(),
        hr,
        history(),
        app,
    ];
    let files = files.into_iter().chain(["--out".into(), page.clone()]);
    let files = files.map(Into::into);
    let args = words.into_iter().chain(files);
    let code = baton_audit::run(args, &mut console);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    page
}

/// The company as it is now or was before.
fn company(now: bool) -> SyncFile {
    let ended = if now {
        "2026-09-01T08:00:00Z"
    } else {
        "2026-06-01T08:00:00Z"
    };
    let long = "A very long name ".repeat(50);
    let mut file = SyncFile::ended_at(at(ended))
        .user(user("top", "Maja Lind").fact("job_title", "Managing director"))
        .user(
            user("no-title", "Noor Haddad")
                .fact("manager_id", "top")
                .email("noor@example.com"),
        )
        .user(
            user("turned", "Kim \u{202e}kraP\u{1b}[1m")
                .fact("job_title", "\u{202e}x")
                .fact("manager_id", "top"),
        )
        .user(
            user("long", &long)
                .fact("job_title", &long.replace(' ', ""))
                .fact("manager_id", "top"),
        );
    for (n, name) in HOSTILE.into_iter().enumerate() {
        let mut person = user(&format!("h{n}"), name)
            .email(&format!("h{n}@example.com"))
            .employee_id(name)
            .fact("job_title", name)
            .fact("department", name)
            .fact("start_date", "2026-07-15")
            // One is known to be at work and has no manager; the words for the others are not understood.
            .state(StatusKind::Enabled, if n == 2 { "active" } else { name });
        person = match n {
            0 => person.fact("manager_id", name),
            1 => person.fact("manager_email", name),
            2 => person,
            _ => person.fact("manager_id", "top"),
        };
        // Some of them are new.
        if now || n % 2 == 0 {
            file.push(person);
        }
    }
    for team in [1, 2, 10] {
        for n in 0..team + 2 {
            let person = user(&format!("t{team}-{n}"), &format!("Person {n} of {team}"))
                .fact("department", &format!("Team {team}"))
                .fact("job_title", if now { "Engineer" } else { "Trainee" })
                .fact("manager_id", "top");
            file.push(person);
        }
    }
    for level in 1..=4 {
        let above = if level == 1 {
            "top".to_owned()
        } else {
            format!("level{}", level - 1)
        };
        let name = if level == 4 {
            "Deep Down".to_owned()
        } else {
            format!("Level {level}")
        };
        let person = user(&format!("level{level}"), &name);
        file.push(person.fact("manager_id", &above).fact("job_title", "Link"));
    }
    file
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
