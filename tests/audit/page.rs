//! `docs/audit.md` says what the program does: its examples are run, its definitions are those of the code, and it
//! names no command, flag or policy key that does not exist.
//!
//! With `UPDATE=1` the examples and definitions are written into the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use baton_audit::Console;
use baton_audit::check::catalogue::CATALOGUE;
use connector_sandbox::company::{Company, Lifecycle, Person};
use connector_testkit::generated;

use crate::{NOVEMBER, sync};

/// The company of `baton-demo`.
const PEOPLE: usize = 250;
const SEED: u64 = 2026;
/// Columns of the terminal in which the examples are shown.
const WIDTH: usize = 100;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a command printed, and its exit code.
fn run(args: &[String]) -> (String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width: Some(WIDTH),
    };
    let args = ["baton-audit"]
        .into_iter()
        .chain(args.iter().map(String::as_str));
    let code = baton_audit::run(args.map(Into::into), &mut console);
    out.extend(err);
    (String::from_utf8(out).expect("text"), code)
}

fn help(command: &str) -> String {
    let args: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    run(&[args, vec!["--help".to_owned()]].concat()).0
}

/// The commands there are, `users show` among them.
fn commands() -> Vec<String> {
    let list = |text: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = lines.take_while(|line| line.starts_with("  "));
        let names = names.filter_map(|line| line.split_whitespace().next());
        names
            .filter(|name| *name != "help")
            .map(str::to_owned)
            .collect()
    };
    let top = list(&help(""));
    let below = top.iter().flat_map(|name| {
        let below = list(&help(name)).into_iter();
        below.map(move |inner| format!("{name} {inner}"))
    });
    let below: Vec<_> = below.collect();
    [top, below].concat()
}

/// `demo/` with the files of `baton-demo`, and `october/` with the HR file of a month before.
async fn files(dir: &Path) {
    let company = Company::generate(PEOPLE, SEED);
    for name in ["demo", "october"] {
        std::fs::create_dir(dir.join(name)).expect("a folder");
    }
    let hr = baton_demo::hr_with_departments();
    for connector in [hr.clone()].into_iter().chain(crate::apps()) {
        sync(&connector, company.clone(), &dir.join("demo"), NOVEMBER).await;
    }
    let earlier = dir.join("october");
    sync(&hr, october(company), &earlier, "2026-10-01T09:00:00Z").await;
}

/// The company a month before: some had not been hired, left, moved or promoted yet, and one record was still there.
fn october(mut company: Company) -> Company {
    let mut people: Vec<_> = company.people[PEOPLE / 2..].iter().enumerate().collect();
    people.sort_by_key(|(_, person)| (person.start_date, &person.id));
    let employed = |person: &Person| person.lifecycle == Lifecycle::Employed;
    let working: Vec<usize> = people
        .iter()
        .filter(|(_, person)| employed(person))
        .map(|(at, _)| PEOPLE / 2 + at)
        .collect();
    let left = people
        .iter()
        .filter(|(_, p)| p.lifecycle == Lifecycle::Terminated);
    let last = left.max_by_key(|(_, p)| p.end_date).expect("a leaver");
    let leaver = PEOPLE / 2 + last.0;
    company.people[leaver].lifecycle = Lifecycle::Employed;
    company.people[leaver].end_date = None;
    let manager = company.people[3].id.clone();
    company.people[working[0]].manager = Some(manager);
    let titles = company.titles.iter().map(|title| Some(title.id.clone()));
    let other = titles
        .skip(4)
        .find(|id| *id != company.people[working[1]].title);
    company.people[working[1]].title = other.flatten();
    let department = company.departments[4].id.clone();
    company.people[working[2]].department = Some(department);
    let mut vanished = company.people[working[3]].clone();
    vanished.id = "3999999999123456789".to_owned();
    vanished.employee_number = 9_001;
    vanished.email = Some("sam.ode.9001@lakeside.example.com".to_owned());
    (vanished.first_name, vanished.last_name) = ("Sam".to_owned(), "Ode".to_owned());
    vanished.display_name = "Sam Ode".to_owned();
    let newest = &working[working.len() - 2..];
    let joiners: Vec<_> = newest
        .iter()
        .map(|&at| company.people[at].id.clone())
        .collect();
    company.remove_people(|person| joiners.contains(&person.id));
    company.people.push(vanished);
    company
}

/// Writes the files that the page shows: fenced blocks whose first line names one after the language.
fn shown_files(page: &str, dir: &Path) {
    for block in page.split("\n```").skip(1) {
        let (first, text) = block.split_once('\n').unwrap_or_default();
        if let Some((_, name)) = first.split_once(' ') {
            std::fs::write(dir.join(name), text).expect("a file");
        }
    }
}

/// A line of shell as far as the page uses it: words, double quotes, and `| head -N` at the end.
fn words(line: &str) -> (Vec<String>, Option<usize>) {
    let (line, head) = match line.split_once(" | head -") {
        Some((line, head)) => (line, Some(head.parse().expect("a number"))),
        None => (line, None),
    };
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    (words.collect(), head)
}

/// The page with the output of every example as it is now.
fn with_examples(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines().peekable();
    let (mut inside, mut code) = (false, 0);
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        inside = line == "```console" || inside && line != "```";
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else {
            continue;
        };
        while lines
            .next_if(|l| !l.starts_with("$ ") && *l != "```")
            .is_some()
        {}
        if command == "echo $?" {
            out.push_str(&format!("{code}\n"));
            continue;
        }
        let (words, head) = words(command);
        assert_eq!(words[0], "baton-audit", "{command}");
        let (text, ended) = run(&words[1..]);
        code = ended;
        let count = text.lines().count();
        for line in text.lines().take(head.unwrap_or(count)) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The definition of every check, from the head of the file that decides it.
fn definitions() -> String {
    let rules = root().join("crates/baton-audit/src/check/rules");
    let mut out = String::new();
    for check in &CATALOGUE {
        let file = format!("{}.rs", check.id.to_lowercase().replace('-', "_"));
        let source = std::fs::read_to_string(rules.join(file)).expect("a rule");
        let text =
            head(&source).replace("at the head of `join.rs`", "[above](#whose-account-it-is)");
        out.push_str(&format!("#### {}: {}\n\n", check.id, check.title));
        let (severity, controls) = (check.severity, check.controls.join(", "));
        let text = text.trim_start_matches(check.id).trim_start_matches(": ");
        out.push_str(&format!(
            "Usually {severity}; {controls}.\n\n{}\n\n",
            capital(text)
        ));
    }
    out
}

/// What stands at the head of a source file.
fn head(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<_> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n").trim().to_owned()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// How accounts and people are joined, from the head of the file that does it.
fn joining() -> String {
    let source = std::fs::read_to_string(root().join("crates/baton-audit/src/check/join.rs"));
    let text = head(&source.expect("the join"));
    let (_, text) = text.split_once("\n\n").expect("a first line");
    text.to_owned()
}

/// Every command's help.
fn reference() -> String {
    let one = |name: &String| {
        let text = help(name);
        format!(
            "<details><summary><code>baton-audit {name}</code></summary>\n\n```text\n{}\n```\n\n</details>\n",
            text.trim_end()
        )
    };
    commands().iter().map(one).collect()
}

/// Digests and sizes depend on versions of libraries; what else is there must be the same.
fn masked(page: &str) -> String {
    let digit = |c: char| c.is_ascii_hexdigit() && !c.is_ascii_uppercase();
    let mut out = String::new();
    for part in page.split_inclusive(|c: char| !digit(c)) {
        let word = part.trim_end_matches(|c: char| !digit(c));
        match word.len() {
            12 | 64 => out.push_str(&part.replace(word, &"x".repeat(word.len()))),
            _ => out.push_str(part),
        }
    }
    let size = |line: &str| match line.starts_with("Size ") {
        true => "Size".to_owned(),
        false => line.to_owned(),
    };
    out.lines().map(size).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_page_says_what_the_program_does() {
    let page = root()
        .join("docs/audit.md")
        .canonicalize()
        .expect("the page");
    generated::section(&page, "checks", &definitions());
    generated::section(&page, "joining", &joining());
    let dir = tempfile::tempdir().expect("a folder");
    files(dir.path()).await;
    let policy = root().join("docs/audit-policy.toml");
    std::fs::copy(policy, dir.path().join("audit-policy.toml")).expect("a copy");
    shown_files(
        &std::fs::read_to_string(&page).expect("the page"),
        dir.path(),
    );
    std::env::set_current_dir(dir.path()).expect("a folder");
    generated::section(&page, "reference", &reference());
    let found = std::fs::read_to_string(&page).expect("the page");
    let wanted = with_examples(&found);
    if masked(&found) != masked(&wanted) {
        generated::file(&page, &wanted);
    }
    names_exist(&found);
}

/// Every command and flag that the page names exists, and every command is named.
fn names_exist(page: &str) {
    let commands = commands();
    let flags: BTreeSet<String> = commands
        .iter()
        .flat_map(|name| flags(&help(name)))
        .collect();
    let (text, _) = page
        .split_once("<!-- reference:begin -->")
        .expect("a reference");
    let cargo = ["--release", "--bin"];
    for flag in flags_named(text).filter(|flag| !cargo.contains(&flag.as_str())) {
        assert!(
            flags.contains(&flag),
            "the page names {flag}, which does not exist"
        );
    }
    for line in text.lines().filter(|line| line.contains("baton-audit ")) {
        for rest in line.split("baton-audit ").skip(1) {
            let name = rest
                .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
                .next()
                .unwrap_or_default();
            let known =
                name.is_empty() || name.starts_with('-') || commands.iter().any(|c| c == name);
            assert!(known, "the page names baton-audit {name}: {line}");
        }
    }
    for command in &commands {
        let named = text.contains(&format!("baton-audit {command}"));
        assert!(named, "the page does not speak of baton-audit {command}");
    }
}

fn flags(help: &str) -> Vec<String> {
    flags_named(help).collect()
}

/// Everything that looks like a flag.
fn flags_named(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let flags = words.filter(|word| {
        word.strip_prefix("--")
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
    });
    flags.map(str::to_owned)
}
