//! Candidates as a link file in which everything is a remark.

use std::path::Path;

use connector_core::text;

use super::candidates::{Candidate, Found};
use crate::identity::Identity;
use crate::outfile::{breaks, quoted, remark};
use crate::table::defused;

/// How a link file is written, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv,
    Toml,
}

impl Form {
    /// TOML when the name ends so, as for `--links`.
    pub(super) fn of(path: Option<&Path>) -> Self {
        let ending = path.and_then(Path::extension);
        match ending.is_some_and(|it| it.eq_ignore_ascii_case("toml")) {
            true => Self::Toml,
            false => Self::Csv,
        }
    }
}

/// An account and who it may belong to.
pub(super) struct Suggestion<'s, 'a> {
    pub(super) app: &'s str,
    pub(super) account: &'a Identity,
    pub(super) found: Found<'a>,
}

/// The file, and how many candidates cannot be written in this form.
pub(super) fn text(suggestions: &[Suggestion<'_, '_>], form: Form) -> (String, usize) {
    let mut out = String::from(
        "# Who accounts may belong to that no person was matched to. Nothing here is a link yet.\n",
    );
    out.push_str(match form {
        Form::Csv => {
            "# Confirm a candidate by taking away the # in front of its line; at most one for each account.\n\
             app,account,person\n"
        }
        Form::Toml => {
            "# Confirm a candidate by taking away the # in front of its four lines; at most one for each account.\n"
        }
    });
    let mut left_out = 0;
    for Suggestion {
        app,
        account,
        found,
    } in suggestions
    {
        let count = match found.list.len() {
            0 => "no candidate".to_owned(),
            count => text::counted(count, "candidate"),
        };
        let who = [app, account.name.as_str()].map(said).join(" ");
        let key = said(&account.key.to_string());
        let login = account.logins.first().or(account.emails.first());
        let login = login.map_or(String::new(), |it| format!(" {}", said(it)));
        out.push_str(&format!("#\n# {who} ({key}{login}): {count}\n"));
        for crowded in &found.crowded {
            out.push_str(&format!("# {crowded}: too many people to tell apart\n"));
        }
        for candidate in &found.list {
            out.push_str(&about(candidate));
            let account = account.key.to_string();
            let person = candidate.person.key.to_string();
            match link([app, &account, &person], form) {
                Some(link) => out.push_str(&link),
                None => {
                    left_out += 1;
                    out.push_str("# cannot be written as CSV\n");
                }
            }
        }
    }
    (out, left_out)
}

/// The remark that says who the candidate is and why.
fn about(candidate: &Candidate<'_>) -> String {
    let Candidate {
        person,
        confidence,
        reasons,
    } = candidate;
    let facts = [
        person.email(),
        person.job_title.as_deref(),
        person.department.as_deref(),
    ];
    let facts = facts.into_iter().flatten().map(said);
    let facts: Vec<String> = std::iter::once(said(&person.name)).chain(facts).collect();
    let (confidence, reasons) = (confidence.as_str(), reasons.join(" and "));
    format!("# {confidence} - {}: {reasons}\n", facts.join(" / "))
}

/// The link, as a remark; `None` when CSV cannot have it on one line that a spreadsheet leaves alone.
fn link(cells: [&str; 3], form: Form) -> Option<String> {
    match form {
        Form::Toml => {
            let [app, account, person] = cells.map(quoted);
            Some(format!(
                "# [[link]]\n# app = {app}\n# account = {account}\n# person = {person}\n"
            ))
        }
        Form::Csv => {
            let is_plain = |cell: &&str| {
                let odd =
                    |c: char| c.is_control() || text::turns(c) || breaks(c) || ",;\"#".contains(c);
                !cell.is_empty()
                    && cell.trim() == *cell
                    && !cell.contains(odd)
                    && defused(cell) == *cell
            };
            let plain = cells.iter().all(is_plain);
            plain.then(|| format!("#{}\n", cells.join(",")))
        }
    }
}

/// Text of a file within a remark: on one line, and no cell of its own for a spreadsheet.
fn said(text: &str) -> String {
    remark(text).replace([',', ';', '"', '\t'], " ")
}
