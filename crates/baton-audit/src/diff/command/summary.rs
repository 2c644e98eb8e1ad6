//! What comes before the lists: the two syncs, the warning, and how many of what.

use connector_core::text::grouped;

use crate::diff::comparison::{Comparison, Side};
use crate::diff::grants::GrantCounts;
use crate::diff::guard::Percent;
use crate::diff::objects::ObjectKind;
use crate::diff::people::Class;
use crate::table::to_second;

pub(super) const SIDES: &[&str] = &["Side", "File", "Sync", "Ended", "Judged on", "People"];
pub(super) const COUNTS: &[&str] = &["What", "How many", "Which means"];

/// The two syncs, a row each.
pub(super) fn sides(compared: &Comparison<'_>) -> [Vec<String>; 2] {
    let row = |which: &str, side: &Side, people: u64| {
        let sync = &side.source.sync;
        let ended = sync.ended_at.as_deref().unwrap_or("unfinished");
        vec![
            which.to_owned(),
            side.source.shown(),
            sync.sync_id.clone(),
            to_second(sync.ended(), ended),
            side.day.to_string(),
            grouped(people),
        ]
    };
    [
        row("OLD", compared.old, compared.people.old_total),
        row("NEW", compared.new, compared.people.new_total),
    ]
}

/// What to know before anything else: people who cannot be found any more.
pub(super) fn warning(compared: &Comparison<'_>) -> Option<String> {
    let (missing, present) = (compared.people.missing(), compared.people.old_present);
    if missing == 0 {
        return None;
    }
    let share = Percent::of(missing, present);
    let fact = format!(
        "{} of {} people who had not left cannot be found in NEW ({share} %), and nothing says that they left.",
        grouped(missing),
        grouped(present)
    );
    let threshold = compared.guard.threshold;
    Some(match compared.is_unsafe() {
        true => format!(
            "{fact} That is over the threshold of {threshold} %: do not act on NEW before you know why."
        ),
        false => fact,
    })
}

/// How many of what, a row each; only what there is.
pub(super) fn counts(compared: &Comparison<'_>) -> Vec<Vec<String>> {
    let people = &compared.people;
    let row = |what: &str, count: u64, means: &str| {
        vec![what.to_owned(), grouped(count), means.to_owned()]
    };
    let mut rows = Vec::new();
    for class in Class::ALL {
        let count = people.count(class);
        if count > 0 {
            rows.push(row(class.title(), count, class.meaning()));
        }
        if class == Class::Vanished && !people.ambiguous.is_empty() {
            let means = "might be the same people, but not for sure";
            rows.push(row("Ambiguous", people.unclear(), means));
        }
    }
    rows.push(row(
        "Unchanged",
        people.unchanged,
        "people who are the same in both",
    ));
    for (kind, sample) in &compared.objects {
        let c = sample.counts;
        if !c.is_same() {
            let total = c.added + c.removed + c.renamed;
            let parts = [
                (c.added, "added"),
                (c.removed, "removed"),
                (c.renamed, "renamed"),
            ];
            rows.push(row(plural(*kind), total, &listed(&parts)));
        }
    }
    rows.extend(match &compared.grants {
        Some(sample) => grant_row(sample.counts),
        None => Some(vec![
            "Grants".to_owned(),
            String::new(),
            "not compared".to_owned(),
        ]),
    });
    rows
}

const fn plural(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::ResourceType => "Resource types",
        ObjectKind::Resource => "Resources",
        ObjectKind::Entitlement => "Entitlements",
    }
}

fn grant_row(counts: GrantCounts) -> Option<Vec<String>> {
    let GrantCounts {
        added,
        removed,
        carried_over,
        unchanged: _,
    } = counts;
    let parts = [
        (added, "added"),
        (removed, "removed"),
        (carried_over, "carried over to a new id"),
    ];
    let total: u64 = parts.iter().map(|(count, _)| count).sum();
    (!counts.is_same()).then(|| vec!["Grants".to_owned(), grouped(total), listed(&parts)])
}

fn listed(parts: &[(u64, &str)]) -> String {
    let there = parts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<_> = there
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    words.join(", ")
}
