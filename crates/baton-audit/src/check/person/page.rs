//! The page about a person, in each format. Access is printed while it is read; everything else is small.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_core::Result;
use jiff::civil::Date;

use super::lines::{
    Account, Found, Held, Record, access_columns, account_columns, csv_columns, finding_columns,
    record_columns,
};
use crate::check::context::CheckContext;
use crate::check::finding::{FileRead, Findings, Subject};
use crate::check::join::{self, Owner};
use crate::console::{Console, write_failed};
use crate::identity::Key;
use crate::json;
use crate::look::GrantLine;
use crate::source::Source;
use crate::table::{
    Column, Format, Table, cells, headings, list, objects, pairs, paragraph, shown,
};

/// Everything about a person but what they hold, which is read while it is written.
pub(super) struct Page<'a> {
    as_of: Date,
    records: Vec<Record<'a>>,
    accounts: Vec<Account<'a>>,
    findings: Vec<Found<'a>>,
    /// By the number of an account's file.
    sources: Vec<(usize, &'a Source)>,
}

impl<'a> Page<'a> {
    /// The page about the person with these HR records.
    pub(super) fn new(
        context: &CheckContext<'a>,
        files: &'a [FileRead],
        asked: &[(usize, Key)],
        findings: &'a Findings,
    ) -> Self {
        let mut page = Self {
            as_of: context.day,
            records: Vec::new(),
            accounts: Vec::new(),
            findings: Vec::new(),
            sources: Vec::new(),
        };
        let label = |file: usize| files.get(file).map_or("", |file| file.label.as_str());
        let mut own = HashSet::new();
        for &hr in &context.hr {
            page.sources.push((hr.file, &hr.loaded.source));
            let of_file = asked.iter().filter(|(at, _)| *at == hr.file);
            for person in of_file.filter_map(|(_, key)| hr.loaded.roster.get(key)) {
                own.insert((hr.file, &person.key));
                page.records.push(Record {
                    file: label(hr.file),
                    person,
                    lifecycle: context.standing(person),
                });
                page.accounts.push(Account {
                    number: hr.file,
                    app: label(hr.file),
                    account: person,
                    matched: "HR record".to_owned(),
                });
            }
        }
        // Accounts share long lists of records, each of which is gone through once.
        let mut known: HashMap<*const join::Record, bool> = HashMap::new();
        for app in &context.apps {
            page.sources.push((app.file.file, &app.file.loaded.source));
            for (account, owner) in app.file.loaded.roster.iter().zip(&app.owners) {
                let mut is_theirs = |records: &Rc<[join::Record]>| {
                    *known.entry(records.as_ptr()).or_insert_with(|| {
                        let records = context.known(records);
                        let mut records = records.iter();
                        records.any(|(hr, p)| own.contains(&(hr.file, &p.key)))
                    })
                };
                let matched = match owner {
                    Owner::Person { records, by } if is_theirs(records) => (*by).to_owned(),
                    Owner::Unclear { why, candidates } if is_theirs(candidates) => {
                        format!("unclear: {why}")
                    }
                    _ => continue,
                };
                page.accounts.push(Account {
                    number: app.file.file,
                    app: label(app.file.file),
                    account,
                    matched,
                });
            }
        }
        let accounts = page.accounts.iter();
        let accounts: HashSet<_> = accounts.map(|it| (it.number, &it.account.key)).collect();
        let is_theirs = |subject: &Subject| match subject {
            Subject::Identity { file, key, .. } => accounts.contains(&(*file, key)),
            Subject::Thing { .. } | Subject::File { .. } => false,
        };
        let found = findings.findings.iter().filter(|it| is_theirs(&it.subject));
        page.findings = found
            .map(|finding| Found {
                file: label(finding.subject.file()),
                finding,
            })
            .collect();
        page
    }

    /// Writes the page.
    ///
    /// # Errors
    /// When a file is damaged or the output cannot be written.
    pub(super) fn write(&self, format: Format, console: &mut Console<'_>) -> Result<()> {
        match format {
            Format::Table => self.print(console),
            Format::Json => self.json(console),
            Format::Csv { .. } => self.access(console, format, &csv_columns(), true),
        }
    }

    fn print(&self, console: &mut Console<'_>) -> Result<()> {
        let columns = record_columns();
        for (at, record) in self.records.iter().enumerate() {
            let name = shown(&record.person.name);
            let gap = if at == 0 { "" } else { "\n" };
            writeln!(console.out, "{gap}{name} on {}\n", self.as_of).map_err(write_failed)?;
            let cells = columns.iter().zip(cells(&columns, record));
            let known = cells.filter(|(column, _)| !column.heading.title.is_empty());
            let known =
                known.map(|(column, cell)| (column.heading.title, cell.plain().into_owned()));
            let known: Vec<(&str, String)> = known.filter(|(_, text)| !text.is_empty()).collect();
            pairs(console.out, 2, &known)?;
        }
        section(console, &format!("Accounts {}", self.accounts.len()))?;
        list(console, Format::Table, &account_columns(), &self.accounts)?;
        section(console, "Access")?;
        self.access(console, Format::Table, &access_columns(), false)?;
        section(console, &format!("Findings {}", self.findings.len()))?;
        self.findings.iter().try_for_each(|found| {
            let Found { file, finding } = found;
            let (check, severity, id) = (finding.check.id, finding.severity, finding.subject.id());
            let accepted = finding.accepted.as_ref();
            let accepted = accepted.map(|it| format!(", accepted until {}", it.until));
            let accepted = accepted.unwrap_or_default();
            writeln!(
                console.out,
                "  {check}  {severity}  {}, {file}{accepted}",
                shown(&id)
            )
            .map_err(write_failed)?;
            write!(console.out, "      ").map_err(write_failed)?;
            paragraph(console.out, &shown(&finding.message), console.width, 6)
        })
    }

    fn json(&self, console: &mut Console<'_>) -> Result<()> {
        json::write_object(console.out, |page| {
            page.value("as_of", &self.as_of)?;
            page.value("records", &objects(&record_columns(), &self.records))?;
            page.value("accounts", &objects(&account_columns(), &self.accounts))?;
            let columns = access_columns();
            page.list("access", |list| {
                self.for_each_held(false, |held| list.push(&objects(&columns, &[held]).pop()))
            })?;
            page.value("findings", &objects(&finding_columns(), &self.findings))
        })
    }

    fn access<'p>(
        &'p self,
        console: &mut Console<'_>,
        format: Format,
        columns: &[Column<Held<'p>>],
        with_empty: bool,
    ) -> Result<()> {
        let mut table = Table::new(console, format, headings(columns));
        self.for_each_held(with_empty, |held| table.row(&cells(columns, &held)))?;
        table.finish().map(drop)
    }

    /// Calls `each` with everything that the accounts hold; `with_empty` also with those that hold nothing.
    fn for_each_held<'p>(
        &'p self,
        with_empty: bool,
        mut each: impl FnMut(Held<'p>) -> Result<()>,
    ) -> Result<()> {
        for account in &self.accounts {
            let source = self
                .sources
                .iter()
                .find(|(number, _)| *number == account.number);
            let Some((_, source)) = source else { continue };
            let it = account.account;
            let named = (&*it.name, it.org_role.as_deref());
            let mut is_empty = true;
            GrantLine::for_each_of(source, &it.key.to_wire(), named, |line| {
                is_empty = false;
                let line = Some(line);
                each(Held { account, line })
            })?;
            if is_empty && with_empty {
                each(Held {
                    account,
                    line: None,
                })?;
            }
        }
        Ok(())
    }
}

fn section(console: &mut Console<'_>, title: &str) -> Result<()> {
    writeln!(console.out, "\n{title}").map_err(write_failed)
}
