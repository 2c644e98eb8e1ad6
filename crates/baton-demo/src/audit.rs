//! What the files say together: who left and still has access, and a page that shows the rest.

use std::io::{self, Write};
use std::path::Path;

use baton_audit::Console;
use baton_circleci_sandbox::CircleCi;
use connector_sandbox::company::Company;

type Failure = Box<dyn std::error::Error>;

/// Columns of a table when nobody's terminal says otherwise.
const WIDTH: usize = 110;

/// Checks the connectors' files in `dir` and writes the policy and the report beside them.
pub(crate) fn show(
    dir: &Path,
    company: &Company,
    circleci: &CircleCi,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    std::fs::write(dir.join("policy.toml"), policy(company, circleci))?;
    let file = |name: &str| dir.join(name).display().to_string();
    let [hr, app] = [file("hibob.c1z"), file("circleci.c1z")];
    let [humaans, personio] = [file("humaans.c1z"), file("personio.c1z")];
    let [policy, report] = [file("policy.toml"), file("report.html")];
    let files = [
        &hr, &app, "--hr", &humaans, "--hr", &personio, "--policy", &policy,
    ];

    let leavers: Vec<_> = [&["check"], &files[..], &["--only", "AC-05"]].concat();
    writeln!(
        out,
        "\nWho has left, says HR, and can still log in to CircleCI?"
    )?;
    // The sandbox plants leavers with access, so findings are what must come out.
    run(&leavers, 1, out)?;

    // One HR system, so that everybody is counted once.
    let page = ["report", &hr, &app, "--policy", &policy, "--out", &report];
    writeln!(
        out,
        "\nEverything else on one page, to be opened from disk:"
    )?;
    run(&page, 0, out)
}

/// What the synthetic company decided: its head has no manager, and these accounts belong to programs.
fn policy(company: &Company, circleci: &CircleCi) -> String {
    let head = company.people.iter().find(|p| p.manager.is_none());
    let head = head
        .and_then(|p| p.email.as_deref())
        .map(|e| format!("{e:?}"));
    let bots = circleci.planted_bots();
    let bots = bots
        .iter()
        .filter_map(|bot| bot.name.as_deref().or(bot.login.as_deref()));
    let bots: Vec<_> = bots.map(|name| format!("{name:?}")).collect();
    format!(
        "# What Lakeside Works decided; docs/audit-policy.toml explains every key.\n\n\
         [exempt.managers]\nemails = [{}]\n\n\
         [service_accounts]\nnames = [{}]\n\n\
         [leavers]\ngrace_days = 1\n",
        head.unwrap_or_default(),
        bots.join(", ")
    )
}

fn run(args: &[&str], expected: u8, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "\n$ baton-audit {}", args.join(" "))?;
    let code = baton_audit::run(
        ["baton-audit"].iter().chain(args).map(Into::into),
        &mut Console {
            out,
            err: &mut io::stderr(),
            width: Some(WIDTH),
        },
    );
    match code == expected {
        true => Ok(()),
        false => Err(format!("baton-audit ended with exit code {code}").into()),
    }
}
