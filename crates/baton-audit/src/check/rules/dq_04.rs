//! DQ-04: every word for a state is understood.
//!
//! Raised once per file and word for which no meaning is known, where the connector's own state does not say that the
//! person has left or that the account is disabled. A person with such a word is neither at work nor gone: the checks
//! of people at work leave them out, and AC-01 and AC-04 do not take their access for fine. An account with such a
//! word stays usable, so nothing is hidden by it and the finding is at most low. `[states]` gives words a meaning.

use std::collections::BTreeMap;

use super::{
    ACCESS, Check, CheckContext, Collector, EXAMPLES, Identity, Need, NumberedFile, Result,
    Severity, Subject, people, text,
};
use crate::identity::fold_text;

pub(crate) const CHECK: Check = Check {
    id: "DQ-04",
    title: "Every word for a state is understood",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Say in [states] of the policy what the word means.",
    needs: &[Need::AccountsIfAny],
    whole_file: false,
    always: true,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for &hr in &context.hr {
        for (word, having) in unread(context.in_scope_of(hr)) {
            let message = format!(
                "is the state of {} and is not understood: they count neither as at work nor as left",
                people(having.len())
            );
            raise(hr, word, Severity::Critical, message, &having, found);
        }
    }
    for app in &context.apps {
        for (word, having) in unread(app.file.loaded.roster.iter()) {
            let message = format!(
                "is the state of {} and is not understood: they count as usable",
                text::counted(having.len(), "account")
            );
            raise(app.file, word, Severity::Low, message, &having, found);
        }
    }
    Ok(())
}

/// Those who have each word that is not understood, the word as the first of them has it.
pub(crate) fn unread<'a>(
    identities: impl Iterator<Item = &'a Identity>,
) -> impl Iterator<Item = (&'a str, Vec<&'a Identity>)> {
    let mut words: BTreeMap<String, (&str, Vec<&Identity>)> = BTreeMap::new();
    for identity in identities {
        if let Some(word) = identity.unread_word() {
            let entry = words.entry(fold_text(word));
            entry.or_insert((word, Vec::new())).1.push(identity);
        }
    }
    words.into_values()
}

fn raise(
    file: NumberedFile<'_>,
    word: &str,
    at_most: Severity,
    message: String,
    having: &[&Identity],
    found: &mut Collector,
) {
    let rows = having.iter().take(EXAMPLES);
    let rows =
        rows.map(|it| file.evidence(it, format!("status {}, state {word}", it.status.as_str())));
    let subject = Subject::Thing {
        file: file.file,
        name: word.to_owned(),
    };
    found.raise_at(at_most, subject, message, rows.collect());
}
