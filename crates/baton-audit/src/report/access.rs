//! The section of access: who holds what, by person and by app.
//!
//! A company of 20,000 people holds 200,000 things, too many for rows of a page. They stand in the page as compact JSON,
//! of which the page's script draws what is looked for. Without the script there are the numbers of each app.
//!
//! ```text
//! apps      names
//! people    name, id, lifecycle, title, department
//! accounts  app, name, id, status, position of the person or -1, what it was matched by or why it was not
//! access    app, name
//! held      for each account its accesses: 4 * position + how (0 direct, 1 through groups, 2 organisation role, 3 both)
//! ```

use std::collections::{HashMap, HashSet};

use connector_core::Result;
use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::ReportData;
use super::parts::{Table, cut_note, number, number_cell, row_heading, section, text};
use super::value::{self, Value};
use crate::check::{CheckContext, JoinedApp, Owner, is_usable, name_of_access};
use crate::expansion::Expansion;
use crate::look::{GrantLine, Names, NumberedNames};

/// Accesses in a page at most.
const MOST: usize = 2_000_000;

/// Everything that accounts hold.
#[derive(Debug, Default, Serialize)]
pub(super) struct Access {
    apps: Vec<String>,
    people: Vec<(String, String, &'static str, String, String)>,
    accounts: Vec<(usize, String, String, &'static str, i64, String)>,
    access: Vec<(usize, String)>,
    held: Vec<Vec<usize>>,
    #[serde(skip)]
    counts: Vec<Counts>,
    /// Accesses that were left out.
    #[serde(skip)]
    left_out: usize,
}

/// The numbers of an app.
#[derive(Debug, Default)]
struct Counts {
    file: usize,
    accounts: usize,
    usable: usize,
    owned: usize,
    accesses: usize,
    held: usize,
}

/// How something is held.
#[derive(Debug, Clone, Copy)]
enum How {
    Direct,
    ThroughGroups,
    OrgRole,
    Both,
}

impl Access {
    /// Reads what the accounts of all apps hold; `labels` are the names of all files.
    ///
    /// # Errors
    /// When a file is damaged.
    pub(super) fn of(context: &CheckContext<'_>, labels: &[String]) -> Result<Self> {
        let mut this = Self::default();
        if context.apps.is_empty() {
            return Ok(this);
        }
        let mut first_of_file = Vec::new();
        for hr in &context.hr {
            first_of_file.push(this.people.len());
            this.people.extend(hr.loaded.roster.iter().map(|person| {
                let text = |text: &Option<_>| value::shown(text.as_deref().unwrap_or_default());
                (
                    value::shown(&person.name),
                    value::shown(&person.key.to_string()),
                    context.standing(person).as_str(),
                    text(&person.job_title),
                    text(&person.department),
                )
            }));
        }
        for app in &context.apps {
            let label = labels.get(app.file.file);
            this.apps
                .push(value::shown(label.map_or("", String::as_str)));
            this.read(app, &first_of_file)?;
        }
        Ok(this)
    }

    fn read(&mut self, app: &JoinedApp<'_>, first_of_file: &[usize]) -> Result<()> {
        let number = self.apps.len() - 1;
        let roster = &app.file.loaded.roster;
        let (first, first_access) = (self.accounts.len(), self.access.len());
        let mut counts = Counts {
            file: app.file.file,
            accounts: roster.len(),
            ..Counts::default()
        };
        for (account, owner) in roster.iter().zip(&app.owners) {
            let (person, how) = match owner {
                Owner::Person { records, by } => {
                    let record = records.first();
                    let at = record.map(|it| first_of_file[it.hr] + it.at);
                    (at, (*by).to_owned())
                }
                Owner::Program => (None, "a program's".to_owned()),
                Owner::Unclear { why, .. } => (None, format!("unclear: {}", value::shown(why))),
                Owner::Unknown { .. } => (None, "no known person".to_owned()),
            };
            counts.usable += usize::from(is_usable(account));
            counts.owned += usize::from(person.is_some());
            self.accounts.push((
                number,
                value::shown(&account.name),
                value::shown(&account.key.to_string()),
                account.status.as_str(),
                person.map_or(-1, |at| i64::try_from(at).unwrap_or(-1)),
                how,
            ));
            self.held.push(Vec::new());
        }
        let mut reading = Reading {
            access: self,
            number,
            first,
            known: HashMap::new(),
            seen: HashSet::new(),
        };
        for (at, account) in roster.iter().enumerate() {
            if let Some(role) = account.org_role.as_deref() {
                let name = || format!("{role} (organisation)");
                reading.add(at, &format!("\n{role}"), How::OrgRole, name);
            }
        }
        reading.grants(app)?;
        counts.accesses = self.access.len() - first_access;
        counts.held = self.held[first..].iter().map(Vec::len).sum();
        self.counts.push(counts);
        Ok(())
    }
}

/// An app while it is read.
struct Reading<'r> {
    access: &'r mut Access,
    number: usize,
    /// The position of the app's first account.
    first: usize,
    /// Positions of accesses by the id of the entitlement.
    known: HashMap<String, usize>,
    /// What each account was found to hold.
    seen: HashSet<(usize, usize)>,
}

impl Reading<'_> {
    fn grants(&mut self, app: &JoinedApp<'_>) -> Result<()> {
        let source = &app.file.loaded.source;
        let mut names = Names::new(source);
        let mut expansion = Expansion::default();
        let mut numbered = NumberedNames::new(&mut names);
        source
            .reader
            .for_each_numbered_grant(&source.sync.sync_id, |it| {
                expansion.edges_of(it.at, it.message)?;
                self.line(app, &GrantLine::numbered(it, &mut numbered)?);
                Ok(())
            })?;
        expansion.read_holders(source)?;
        expansion.for_each(|holder, derived| {
            let line = GrantLine::derived(holder, derived, &mut names)?;
            self.line(app, &line);
            Ok(())
        })
    }

    fn line(&mut self, app: &JoinedApp<'_>, line: &GrantLine) {
        let holder = &line.principal;
        let roster = &app.file.loaded.roster;
        let Some(at) = roster.of_type(&holder.resource_type, &holder.resource) else {
            return;
        };
        let how = match line.how {
            "direct" => How::Direct,
            "both" => How::Both,
            _ => How::ThroughGroups,
        };
        self.add(at, &line.entitlement_id, how, || {
            let (name, slug) = (&line.entitlement.name, line.held());
            name_of_access(&line.entitlement_id, name, slug, &line.resource_name)
        });
    }

    /// Adds what the account at a position of the app holds; once, however often it is granted.
    fn add(&mut self, at: usize, id: &str, how: How, name: impl FnOnce() -> String) {
        let access = &mut *self.access;
        let number = self.number;
        let place = match self.known.get(id) {
            Some(&place) => place,
            None => {
                let place = access.access.len();
                access.access.push((number, value::shown(&name())));
                self.known.insert(id.to_owned(), place);
                place
            }
        };
        if !self.seen.insert((at, place)) {
            return;
        }
        match self.seen.len() <= MOST {
            true => access.held[self.first + at].push(place * 4 + how as usize),
            false => access.left_out += 1,
        }
    }
}

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let access = &data.access;
    if access.apps.is_empty() {
        let none = html! { p.note { "No file of an app was given." } };
        return section("access", "Access", none);
    }
    let table = Table {
        id: "apps",
        caption: "What accounts hold, by app: directly, through groups, or as a role in the organisation",
        columns: &[
            text("App"),
            number("Accounts"),
            number("Usable"),
            number("Of a person"),
            number("Different accesses"),
            number("Held"),
        ],
        sorted: None,
        long: false,
    };
    let rows = access.counts.iter().map(|counts| {
        html! {
            tr {
                (row_heading(data.label(counts.file)))
                @for n in [counts.accounts, counts.usable, counts.owned, counts.accesses, counts.held] {
                    (number_cell(n))
                }
            }
        }
    });
    let held: usize = access.counts.iter().map(|it| it.held).sum();
    let inside = html! {
        (table.of(rows))
        (cut_note(held, held + access.left_out, "accesses", "baton-audit grants FILE --expanded"))
        p.note data-drawn="without" {
            "The lists by person and by app are drawn by the page's script. Without it " code { "baton-audit person" }
            " and " code { "baton-audit who-can" } " have them."
        }
        (drawn("access-by-person", "By person", "Find a person, account, title or department", &[]))
        (drawn("access-by-app", "By app", "Find an access", &access.apps))
    };
    section("access", "Access", inside)
}

/// A list that the script draws: a field that narrows it down, a choice of apps, and the room for it.
fn drawn(id: &str, title: &str, label: &str, apps: &[String]) -> Markup {
    html! {
        div.drawn id=(id) data-drawn="with" hidden {
            h3 { (title) }
            div.filter role="search" aria-label=(label) hidden {
                label { (label) input type="search" autocomplete="off"; }
                @if apps.len() > 1 {
                    label {
                        "App"
                        select {
                            option value="" { "all" }
                            @for (at, app) in apps.iter().enumerate() { option value=(at) { (Value(app)) } }
                        }
                    }
                }
                output aria-live="polite" {}
            }
            div.found role="region" tabindex="0" aria-label=(title) {}
        }
        "\n"
    }
}

/// The data that the script draws. It is no script itself, and nothing in it ends its element.
pub(super) fn data_of(data: &ReportData<'_>) -> Markup {
    if data.access.apps.is_empty() {
        return Markup::default();
    }
    // Texts, numbers and lists can always be written.
    let json = serde_json::to_string(&data.access).unwrap_or_default();
    html! {
        script type="application/json" id="access-data" { (PreEscaped(harmless(&json))) }
        "\n"
    }
}

/// JSON in which every character that HTML acts on is escaped; these only occur within texts.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
