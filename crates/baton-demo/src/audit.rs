//! What the files show together: who left and still has access, a page with everything else, and a review of what is held.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use baton_audit::Console;
use baton_demo::Connector;
use connector_sandbox::company::Company;
use connector_sandbox::server::Account;
use connector_sandbox::vendor::Role;

pub(crate) type Failure = Box<dyn std::error::Error>;

/// The policy's name.
pub(crate) const POLICY: &str = "policy.toml";
/// Lines of the history that are shown: the files, and how long access stayed.
const HISTORY_LINES: usize = 13;
/// The directory of the files of a year.
pub(crate) const YEAR: &str = "year";
/// Columns of a table, whatever the terminal.
const WIDTH: usize = 110;

/// A connector that has written its file.
pub(crate) struct Synced {
    pub(crate) connector: Connector,
    pub(crate) file: PathBuf,
    /// The accounts that the fake has.
    pub(crate) accounts: Vec<Account>,
}

impl Synced {
    pub(crate) fn path(&self) -> String {
        self.file.display().to_string()
    }
}

/// Checks the connectors' files in `dir` and writes the policy and the report beside them.
pub(crate) fn show(
    dir: &Path,
    company: &Company,
    synced: &[Synced],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let path = |name: &str| dir.join(name).display().to_string();
    let [policy, report] = [path(POLICY), path("report.html")];
    std::fs::write(&policy, policy_text(company, synced))?;
    let (first, others, apps) = parts(synced);
    let mut files: Vec<String> = first.iter().chain(&apps).map(|s| s.path()).collect();
    let with_policy = |files: &[String]| [files, &["--policy".to_owned(), policy.clone()]].concat();
    let dated = [vec![path(YEAR)], files.clone()].concat();
    let mut page = with_policy(&files);
    for file in &dated {
        page.extend(["--history", file].map(str::to_owned));
    }
    page.extend(["--out".to_owned(), report]);
    for other in others {
        files.extend(["--hr".to_owned(), other.path()]);
    }
    let names: Vec<_> = apps.iter().map(|s| s.connector.spec.display_name).collect();

    writeln!(
        out,
        "\nWho has left, says HR, and can still log in to {}?",
        names.join(" or ")
    )?;
    // The sandbox plants leavers with access, so findings are what must come out.
    let only = ["--only", "AC-05"].map(str::to_owned);
    run(
        "check",
        &[with_policy(&files), only.to_vec()].concat(),
        1,
        out,
    )?;

    writeln!(
        out,
        "\nHow long does the access of leavers stay? Monthly files of a year and those of today:"
    )?;
    run_to("history", &with_policy(&dated), 1, HISTORY_LINES, out)?;

    // The page gets one HR system, so that every person is counted once.
    writeln!(
        out,
        "\nEverything else on one page, to be opened from disk:"
    )?;
    run("report", &page, 0, out)
}

/// The HR system that comes first, the others, which only add people that it does not know, and the apps.
pub(crate) fn parts(synced: &[Synced]) -> (Vec<&Synced>, Vec<&Synced>, Vec<&Synced>) {
    let first = baton_demo::hr_with_departments().vendor.name;
    let (apps, hr): (Vec<_>, Vec<_>) = synced
        .iter()
        .partition(|s| s.connector.vendor.role == Role::App);
    let (first, others) = hr
        .into_iter()
        .partition(|s| s.connector.vendor.name == first);
    (first, others, apps)
}

/// What the synthetic company decided: its head has no manager, and these accounts belong to programs.
fn policy_text(company: &Company, synced: &[Synced]) -> String {
    let head = company.people.iter().find(|p| p.manager.is_none());
    let head = head
        .and_then(|p| p.email.as_deref())
        .map(|e| format!("{e:?}"));
    let accounts = synced.iter().flat_map(|s| &s.accounts);
    let programs = accounts.filter(|account| account.person.is_none());
    let programs = programs.filter_map(|account| account.name.as_ref());
    let programs: Vec<_> = programs.map(|name| format!("{name:?}")).collect();
    format!(
        "# What Lakeside Works decided; docs/audit-policy.toml explains every key.\n\n\
         [exempt.managers]\nemails = [{}]\n\n\
         [service_accounts]\nnames = [{}]\n\n\
         [leavers]\ngrace_days = 1\n\n\
         [review]\nfallback = {}\n",
        head.clone().unwrap_or_default(),
        programs.join(", "),
        head.unwrap_or_default(),
    )
}

/// Runs a command that has to end with this exit code, and shows all it prints.
fn run(command: &str, args: &[String], expected: u8, out: &mut dyn Write) -> Result<(), Failure> {
    run_to(command, args, expected, usize::MAX, out)
}

/// The same, but of what it prints only so many lines are shown.
pub(crate) fn run_to(
    command: &str,
    args: &[String],
    expected: u8,
    lines: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "\n$ baton-audit {command} {}", args.join(" "))?;
    let words = ["baton-audit"].into_iter().chain(command.split(' '));
    let words = words.chain(args.iter().map(String::as_str));
    let mut printed = Vec::new();
    let code = baton_audit::run(
        words.map(Into::into),
        &mut Console {
            out: &mut printed,
            err: &mut io::stderr(),
            width: Some(WIDTH),
        },
    );
    let printed = String::from_utf8(printed)?;
    for line in printed.lines().take(lines) {
        writeln!(out, "{line}")?;
    }
    if printed.lines().count() > lines {
        writeln!(out, "…")?;
    }
    match code == expected {
        true => Ok(()),
        false => Err(format!("baton-audit ended with exit code {code}").into()),
    }
}
