//! The page around the sections: its head with the policy that lets nothing from elsewhere in, its title, the
//! numbers at the top and its end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::figures::headcount;
use super::html::{Html, attr, class, flag, to};
use super::parts::{badge, count, counted, section, time};
use super::{Seen, files, findings, lines, movement, people};
use crate::identity::Lifecycle;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The sections by id and title, as the page's menu names them.
const MENU: [(&str, &str); 6] = [
    ("overview", "Overview"),
    ("findings", "Findings"),
    ("people", "Departments"),
    ("movement", "Joiners and leavers"),
    ("lines", "Reporting lines"),
    ("files", "What was read"),
];

/// The whole page.
pub(super) fn write(seen: &Seen<'_>) -> String {
    let mut h = Html::default();
    h.void("!doctype html", &[]);
    h.line();
    h.el("html", &[attr("lang", "en")], |h| {
        h.el("head", &[], |h| head(h, seen));
        h.line();
        h.el("body", &[], |h| body(h, seen));
    });
    h.line();
    h.into_string()
}

fn head(h: &mut Html, seen: &Seen<'_>) {
    h.void("meta", &[attr("charset", "utf-8")]);
    let policy = [
        attr("http-equiv", "Content-Security-Policy"),
        attr("content", policy()),
    ];
    h.void("meta", &policy);
    let metas = [
        ("viewport", "width=device-width, initial-scale=1"),
        ("color-scheme", "light dark"),
        ("referrer", "no-referrer"),
        ("robots", "noindex"),
        (
            "generator",
            concat!("baton-audit ", env!("CARGO_PKG_VERSION")),
        ),
    ];
    for (name, content) in metas {
        h.void("meta", &[attr("name", name), attr("content", content)]);
    }
    h.tag(
        "title",
        &[],
        format_args!("People and access, {}", seen.findings.as_of),
    );
    h.own("style", STYLE);
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

fn body(h: &mut Html, seen: &Seen<'_>) {
    h.tag("a", &[class("skip"), to("overview")], "Skip to the content");
    h.el("header", &[], |h| {
        h.tag("h1", &[], "People and access");
        h.el("p", &[], |h| {
            h.text(format_args!("As of {}", seen.findings.as_of));
            for (at, hr) in seen.input.hr.iter().enumerate() {
                h.text(if at == 0 { ". " } else { ", " });
                seen.file(h, at);
                h.text(format_args!(" synced {}", time(hr.now.source.seen_at())));
            }
        });
        h.tag(
            "button",
            &[attr("type", "button"), attr("id", "theme"), flag("hidden")],
            "Dark",
        );
    });
    h.el("nav", &[attr("aria-label", "Sections")], |h| {
        h.el("ul", &[], |h| {
            for (id, title) in MENU {
                h.el("li", &[], |h| h.tag("a", &[to(id)], title));
            }
        });
    });
    h.line();
    h.el("main", &[], |h| {
        overview(h, seen);
        findings::write(h, seen);
        people::write(h, seen);
        movement::write(h, seen);
        lines::write(h, seen);
        files::write(h, seen);
    });
    h.el("footer", &[attr("id", "end")], |h| {
        let version = env!("CARGO_PKG_VERSION");
        h.tag("p", &[], format_args!(
            "Written by baton-audit {version} from the files named above; the same files give the same page. \
             It holds personal data: keep it as you keep those files."
        ));
    });
    h.own("script", SCRIPT);
}

fn overview(h: &mut Html, seen: &Seen<'_>) {
    let standing = headcount(seen.people(), seen.findings.as_of).total;
    section(h, "overview", "Overview", |h| {
        h.el("dl", &[class("cards")], |h| {
            let records = counted(standing.current() + standing.left(), "record", "records");
            card(
                h,
                "People",
                standing.current(),
                &format!("have not left, of {records}"),
            );
            card(
                h,
                "On leave",
                standing.of(Lifecycle::Leave),
                "among these people",
            );
            card(
                h,
                "Start later",
                standing.of(Lifecycle::Prehire),
                "first day still to come",
            );
            card(h, "Left", standing.left(), "still on record");
            if !seen.input.apps.is_empty() {
                let accounts = seen.input.apps.iter().map(|app| app.roster.len()).sum();
                let apps = counted(seen.input.apps.len(), "app", "apps");
                card(h, "Accounts", accounts, &format!("in {apps}"));
            }
            open_findings(h, seen);
        });
    });
}

fn card(h: &mut Html, title: &str, n: usize, says: &str) {
    h.el("div", &[], |h| {
        h.tag("dt", &[], title);
        h.tag("dd", &[class("big")], count(n));
        h.tag("dd", &[class("note")], says);
    });
    h.line();
}

fn open_findings(h: &mut Html, seen: &Seen<'_>) {
    let open = findings::by_severity(seen);
    h.el("div", &[class("double")], |h| {
        h.el("dt", &[], |h| {
            h.tag("a", &[to("findings")], "Open findings")
        });
        h.tag(
            "dd",
            &[class("big")],
            count(open.iter().map(|(_, n)| n).sum::<usize>()),
        );
        h.el("dd", &[class("note")], |h| {
            for (severity, n) in open {
                h.el("span", &[class("tally")], |h| {
                    badge(h, severity);
                    h.text(format_args!(" {} ", count(n)));
                });
            }
            let accepted = seen
                .findings
                .findings
                .iter()
                .filter(|f| f.accepted.is_some());
            match accepted.count() {
                0 => {}
                n => h.text(format_args!("{} accepted", count(n))),
            }
        });
    });
}
