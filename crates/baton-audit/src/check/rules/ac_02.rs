//! AC-02: every account belongs to a known person.
//!
//! Raised for each usable account that belongs to no known person, and for one whose owner is unclear, because what
//! identifies it fits several people or contradicts itself; a program's accounts are left out. How accounts and
//! people are joined is written at the head of `join.rs`. People of the same name are listed as candidates and never
//! matched. Accounts that cannot be used are left out here.

use std::collections::HashMap;
use std::rc::Rc;

use super::{
    ACCESS, Check, CheckContext, Collector, EXAMPLES, Identity, Need, Result, Severity, is_usable,
    listed,
};
use crate::check::join::{Owner, Record};

pub(crate) const CHECK: Check = Check {
    id: "AC-02",
    title: "Every account belongs to a known person",
    severity: Severity::High,
    controls: ACCESS,
    remedy: "Find the owner and link the account, declare it a service account in the policy, or disable it.",
    needs: &[Need::Accounts],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let mut names = Names::default();
    for app in &context.apps {
        let accounts = app.file.loaded.roster.iter().zip(&app.owners);
        for (account, owner) in accounts.filter(|(account, _)| is_usable(account)) {
            let mut named = |candidates| names.of(context, candidates);
            let (message, candidates) = match owner {
                Owner::Program | Owner::Person { .. } => continue,
                Owner::Unclear { why, candidates } => {
                    (format!("{why}: {}", named(candidates)), candidates)
                }
                Owner::Unknown { candidates } => {
                    let mut message = "belongs to no person in the HR files".to_owned();
                    if !candidates.is_empty() {
                        message.push_str("; of the same name is ");
                        message.push_str(&named(candidates));
                    }
                    (message, candidates)
                }
            };
            let mut evidence = vec![app.file.evidence(account, identifiers(account))];
            let shown = &candidates[..candidates.len().min(EXAMPLES)];
            let people = context.known(shown).into_iter();
            evidence.extend(people.map(|(hr, person)| hr.evidence(person, identifiers(person))));
            found.raise(app.file.subject(account), message, evidence);
        }
    }
    Ok(())
}

/// The names of candidates, by their lists. Accounts share long ones, which are gone through once.
#[derive(Default)]
struct Names(HashMap<*const Record, String>);

impl Names {
    /// `Ada Lind (user:1), Bo Ek (user:2)`, and how many more.
    fn of(&mut self, context: &CheckContext<'_>, candidates: &Rc<[Record]>) -> String {
        let names = self.0.entry(candidates.as_ptr()).or_insert_with(|| {
            let people = context.known(candidates).into_iter();
            let shown: Vec<String> = people
                .map(|(_, person)| format!("{} ({})", person.name, person.key))
                .collect();
            listed(shown.iter().map(String::as_str), 3)
        });
        names.clone()
    }
}

/// What identifies a person or an account.
fn identifiers(identity: &Identity) -> String {
    let texts = [
        ("employee number", &identity.employee_ids),
        ("e-mail", &identity.emails),
        ("login", &identity.logins),
    ];
    let mut all = format!("name {}", identity.name);
    for (what, values) in texts {
        for value in values.iter().take(EXAMPLES) {
            all.push_str(&format!(", {what} {value}"));
        }
        if let Some(more @ 1..) = values.len().checked_sub(EXAMPLES) {
            all.push_str(&format!(" and {more} more"));
        }
    }
    all
}
