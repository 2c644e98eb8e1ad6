//! The page around the sections: its head with the policy that lets nothing from elsewhere in, its title, the
//! numbers at the top and its end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::figures::headcount;
use super::parts::{badge, count, counted, section, time};
use super::{ReportData, access, files, findings, history, lines, movement, people};
use crate::identity::Lifecycle;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(include_str!("script.js"), include_str!("access.js"));
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The sections by id and title, as the page's menu names them.
const MENU: [(&str, &str); 8] = [
    ("overview", "Overview"),
    ("findings", "Findings"),
    ("access", "Access"),
    ("history", "Over time"),
    ("people", "Departments"),
    ("movement", "Joiners and leavers"),
    ("lines", "Reporting lines"),
    ("files", "What was read"),
];

/// The whole page.
pub(super) fn page(data: &ReportData<'_>) -> Markup {
    html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head { (head(data)) }
            "\n"
            body { (body(data)) }
        }
        "\n"
    }
}

fn head(data: &ReportData<'_>) -> Markup {
    let metas = [
        ("viewport", "width=device-width, initial-scale=1"),
        ("color-scheme", "light dark"),
        ("referrer", "no-referrer"),
        ("robots", "noindex"),
    ];
    html! {
        meta charset="utf-8";
        meta http-equiv="Content-Security-Policy" content=(policy());
        @for (name, content) in metas { meta name=(name) content=(content); }
        meta name="generator" content={ "baton-audit " (VERSION) };
        title { "People and access, " (data.findings.as_of) }
        // Files of this program, neither of which contains what would end its element.
        style { (PreEscaped(STYLE)) }
    }
}

/// Nothing but this program's own style sheet and script, and neither may make markup of text.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn body(data: &ReportData<'_>) -> Markup {
    html! {
        a.skip href="#overview" { "Skip to the content" }
        header {
            h1 { "People and access" }
            p {
                "As of " (data.findings.as_of)
                @for (at, hr) in data.input.hr.iter().enumerate() {
                    (if at == 0 { ". " } else { ", " })
                    (data.file(at)) " synced " (time(hr.now.source.seen_at()))
                }
            }
            button type="button" id="theme" hidden { "Dark" }
        }
        nav aria-label="Sections" {
            ul { @for (id, title) in MENU { li { a href={ "#" (id) } { (title) } } } }
        }
        "\n"
        main {
            (overview(data))
            (findings::section_of(data))
            (access::section_of(data))
            (history::section_of(data))
            (people::section_of(data))
            (movement::section_of(data))
            (lines::section_of(data))
            (files::section_of(data))
        }
        footer id="end" {
            p {
                "Written by baton-audit " (VERSION) " from the files named above; the same files give the same page. "
                "It holds personal data: keep it as you keep those files."
            }
        }
        (access::data_of(data))
        script { (PreEscaped(SCRIPT)) }
    }
}

fn overview(data: &ReportData<'_>) -> Markup {
    let people = headcount(data.people(), data.findings.as_of).total;
    let records = counted(people.current() + people.left(), "record", "records");
    let (on_leave, start_later) = (people.of(Lifecycle::Leave), people.of(Lifecycle::Prehire));
    let apps = &data.input.apps;
    let accounts = apps.iter().map(|app| app.roster.len()).sum();
    let in_apps = format!("in {}", counted(apps.len(), "app", "apps"));
    let cards = html! {
        dl.cards {
            (card("People", people.current(), &format!("have not left, of {records}")))
            (card("On leave", on_leave, "among these people"))
            (card("Start later", start_later, "first day still to come"))
            (card("Left", people.left(), "still on record"))
            @if !apps.is_empty() { (card("Accounts", accounts, &in_apps)) }
            (open_findings(data))
        }
    };
    section("overview", "Overview", cards)
}

fn card(title: &str, n: usize, explained: &str) -> Markup {
    html! {
        div {
            dt { (title) }
            dd.big { (count(n)) }
            dd.note { (explained) }
        }
        "\n"
    }
}

fn open_findings(data: &ReportData<'_>) -> Markup {
    let open = findings::by_severity(data);
    let findings = data.findings.findings.iter();
    let accepted = findings.filter(|f| f.accepted.is_some()).count();
    html! {
        div.double {
            dt { a href="#findings" { "Open findings" } }
            dd.big { (count(open.iter().map(|(_, n)| n).sum::<usize>())) }
            dd.note {
                @for (severity, n) in open { span.tally { (badge(severity)) " " (count(n)) " " } }
                @if accepted > 0 { (count(accepted)) " accepted" }
            }
        }
    }
}
