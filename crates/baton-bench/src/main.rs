//! `baton-bench`: how fast `baton-audit` is over large files, and how close to only reading them.

use std::process::ExitCode;

use baton_bench::{Result, arguments, audit, exit, run_part};

const USAGE: &str = "usage: baton-bench [--people 100000] [--grants 1000000] [--runs 3]
       baton-bench weeks DIR [--people 20000] [--grants 200000] [--weeks 52]

The second writes an HR file and the file of an app for each week, for `baton-audit history DIR`. For the first,
build first, with the same profile: cargo build --release --package baton-audit";

fn main() -> ExitCode {
    let args = arguments();
    let part = run_part(&args, None);
    exit("baton-bench", part.unwrap_or_else(|| bench(&args)))
}

fn bench(args: &[String]) -> Result<()> {
    if let Some(("weeks", rest)) = args.split_first().map(|(part, rest)| (part.as_str(), rest)) {
        return audit::weeks(&audit::Weeks::parse(rest).ok_or(USAGE)?);
    }
    let options = audit::parse(args).ok_or(USAGE)?;
    let own = std::env::current_exe()?;
    let program = own.with_file_name("baton-audit");
    if !program.exists() {
        return Err(format!("{} is missing\n{USAGE}", program.display()).into());
    }
    audit::bench(&own, &program, &options, &mut std::io::stdout().lock())
}
