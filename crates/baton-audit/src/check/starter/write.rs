//! The text of a starter.

use connector_core::{Result, text};

use super::facts::{self, Top};
use crate::check::context::CheckContext;
use crate::check::finding::FileRead;
use crate::identity::Identity;
use crate::outfile::{quoted, remark};

/// Of so many people one has to have an address in a domain, or the domain is only a remark.
const USUAL: usize = 20;
/// Entries of a list; of the rest only how many there are is said.
const LISTED: usize = 200;

/// The starter for what the files hold.
///
/// # Errors
/// When a file is damaged.
pub(super) fn starter(context: &CheckContext<'_>, files: &[FileRead]) -> Result<String> {
    let labels: Vec<String> = files.iter().map(|file| file.label.clone()).collect();
    let mut starter = Starter {
        context,
        labels: &labels,
        text: String::new(),
    };
    starter.head(files);
    starter.domains();
    starter.tops();
    starter.programs();
    starter.states();
    starter.power()?;
    starter.promises();
    Ok(starter.text)
}

struct Starter<'s, 'a> {
    context: &'s CheckContext<'a>,
    labels: &'s [String],
    text: String,
}

impl Starter<'_, '_> {
    /// Adds a line.
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Adds a list: entries and, in its remarks, proposals that are none yet.
    fn list(&mut self, key: &str, entries: &[(bool, String, String)]) {
        self.line(format!("{key} = ["));
        for (counts, value, why) in entries.iter().take(LISTED) {
            let mark = if *counts { "" } else { "# " };
            self.line(format!("    {mark}{}, # {}", quoted(value), remark(why)));
        }
        if let Some(more) = entries.len().checked_sub(LISTED).filter(|more| *more > 0) {
            self.line(format!("    # and {more} more"));
        }
        self.line("]");
    }

    fn head(&mut self, files: &[FileRead]) {
        self.line("# A starter for a policy of baton-audit, as proposed from:");
        for file in files {
            let (label, digest) = (remark(&file.label), &file.sha256);
            self.line(format!("# - {label}, SHA-256 {digest}"));
        }
        let day = self.context.day;
        self.line(format!(
            "# as of {day}. Read every line before using it. What would hide findings is"
        ));
        self.line(
            "# behind a #, except for the head of the company; take the # away where it is right.",
        );
        self.line("# docs/audit-policy.toml describes every key there is.");
    }

    fn domains(&mut self) {
        let domains = facts::domains(self.context);
        if domains.is_empty() {
            return;
        }
        let all: usize = domains.iter().map(|(_, count)| count).sum();
        self.line("\n[people]");
        self.line(
            "# Domains of work e-mail addresses (HR-05). Those of few people may be mistakes.",
        );
        let entries = domains.into_iter().map(|(domain, count)| {
            let why = text::counted_as(count, "person", "people");
            (count * USUAL >= all, domain, why)
        });
        self.list("allowed_domains", &entries.collect::<Vec<_>>());
    }

    fn tops(&mut self) {
        let tops = facts::tops(self.context);
        let (mut emails, mut numbers, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (position, top) in tops.iter().enumerate() {
            let Top { hr, person, below } = top;
            let title = person.job_title.as_deref().unwrap_or("no title");
            let below = text::counted_as(*below, "person", "people");
            let label = &self.labels[hr.file];
            let why = format!("{}, {title}; {below} below ({label})", person.name);
            // Only the first can be told from a person whose manager is missing.
            let entry = |value: &str| (position == 0, value.to_owned(), why.clone());
            match (person.email(), person.employee_id()) {
                (Some(email), _) => emails.push(entry(email)),
                (None, Some(number)) => numbers.push(entry(number)),
                (None, None) => others.push(format!("{} ({})", why, person.key)),
            }
        }
        if tops.is_empty() {
            return;
        }
        self.line("\n[exempt.managers]");
        self.line("# People without a manager whom others report to: who leads the company needs none (HR-02, AC-04).");
        for (key, entries) in [("emails", emails), ("employee_ids", numbers)] {
            if !entries.is_empty() {
                self.list(key, &entries);
            }
        }
        for other in others {
            self.line(format!("# without address and number: {}", remark(&other)));
        }
    }

    fn programs(&mut self) {
        let context = self.context;
        let (mut logins, mut emails, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut owners: Vec<(String, String)> = Vec::new();
        for app in &context.apps {
            let label = &self.labels[app.file.file];
            for (account, why) in facts::programs(app) {
                let why = format!("{} ({}, {label}): {why}", account.name, account.key);
                let (key, value) = named(account);
                let list = match key {
                    "logins" => &mut logins,
                    "emails" => &mut emails,
                    _ => &mut names,
                };
                list.push((false, value, why));
            }
            for (account, fault) in facts::ownerless(context, app) {
                let (key, value) = named(account);
                let about = format!("{} ({}, {label}) {fault}", account.name, account.key);
                owners.push((format!("{key} = [{}]", quoted(&value)), about));
            }
        }
        if !(logins.is_empty() && emails.is_empty() && names.is_empty()) {
            self.line("\n[service_accounts]");
            self.line("# Accounts that belong to nobody in the HR files and may be a program's (AC-02, AC-10, AC-11).");
            for (key, entries) in [("logins", logins), ("emails", emails), ("names", names)] {
                if !entries.is_empty() {
                    self.list(key, &entries);
                }
            }
        }
        if !owners.is_empty() {
            self.line("\n# Accounts of programs that nobody is responsible for (AC-11): name a person for each.");
        }
        for (selector, about) in owners.iter().take(LISTED) {
            self.line(format!("# {}", remark(about)));
            self.line("# [[service_owner]]");
            self.line(format!("# {selector}"));
            self.line("# person = \"\"");
        }
        if let Some(more) = owners.len().checked_sub(LISTED).filter(|more| *more > 0) {
            self.line(format!("# and {more} more"));
        }
    }

    fn states(&mut self) {
        let words = facts::states(self.context, self.labels);
        if words.is_empty() {
            return;
        }
        self.line("\n[states]");
        self.line("# Words for states that are not understood (DQ-04). Each means one of prehire, onboarding, active, leave,");
        self.line("# terminated, retired and deceased.");
        for (word, places) in words.iter().take(LISTED) {
            let places = remark(&places.join(", "));
            self.line(format!("# {} = \"\" # {places}", quoted(word)));
        }
        if let Some(more) = words.len().checked_sub(LISTED).filter(|more| *more > 0) {
            self.line(format!("# and {more} more"));
        }
    }

    fn power(&mut self) -> Result<()> {
        let mut entries = Vec::new();
        for app in &self.context.apps {
            let label = &self.labels[app.file.file];
            for (name, what) in facts::powerful(app)? {
                entries.push((true, name, format!("{what} ({label})")));
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        self.line("\n# What is powerful by the built-in words (AC-04, AC-07, AC-08). With [admin] names the words count no more, so");
        self.line("# that a list has to be complete.");
        self.line("# [admin]");
        let begin = self.text.len();
        self.list("names", &entries);
        let list = self.text.split_off(begin);
        list.lines().for_each(|line| self.line(format!("# {line}")));
        Ok(())
    }

    fn promises(&mut self) {
        self.line("\n# How many days after the last day access may remain (AC-01, AC-05).");
        self.line("# [leavers]\n# grace_days = 1");
        self.line("\n# Who reviews what has no other reviewer, and who owns the apps.");
        self.line("# [review]\n# fallback = \"\"");
        for app in &self.context.apps {
            let label = quoted(&self.labels[app.file.file]);
            self.line(format!(
                "# [[review.owner]]\n# apps = [{label}]\n# person = \"\""
            ));
        }
    }
}

/// The key and the value by which a policy names an account.
fn named(account: &Identity) -> (&'static str, String) {
    match (account.logins.first(), account.email()) {
        (Some(login), _) => ("logins", login.clone()),
        (None, Some(email)) => ("emails", email.to_owned()),
        (None, None) => ("names", account.name.clone()),
    }
}
