//! What a starter is made of: who leads, which domains there are, which accounts look like a program's, what is powerful.

use std::collections::{BTreeMap, HashMap};

use connector_core::Result;

use crate::check::context::{CheckContext, JoinedApp, NumberedFile, is_usable};
use crate::check::join::{Owner, addresses};
use crate::check::rules::{ac_10, ac_11, dq_04};
use crate::check::strong::is_strong;
use crate::identity::{Identity, fold_email, fold_state, fold_text};
use crate::look::Names;
use crate::managers::Graph;

/// Words in the names of accounts that are mostly a program's.
const PROGRAM_WORDS: [&str; 20] = [
    "api",
    "automation",
    "backup",
    "bot",
    "build",
    "ci",
    "cron",
    "daemon",
    "deploy",
    "deployment",
    "integration",
    "monitoring",
    "noreply",
    "robot",
    "runner",
    "script",
    "service",
    "svc",
    "sync",
    "system",
];

/// A person without a manager whom others report to, and how many are below.
pub(super) struct Top<'a> {
    pub(super) hr: NumberedFile<'a>,
    pub(super) person: &'a Identity,
    pub(super) below: usize,
}

/// The people at the top of all HR files, the one with most people below first.
pub(super) fn tops<'a>(context: &CheckContext<'a>) -> Vec<Top<'a>> {
    let mut tops = Vec::new();
    for &hr in &context.hr {
        let graph = Graph::of(&hr.loaded.roster, context.day);
        for at in graph.tops().filter(|&at| graph.below(at) > 0) {
            if let Some(person) = hr.loaded.roster.at(at) {
                let below = graph.below(at);
                tops.push(Top { hr, person, below });
            }
        }
    }
    tops.sort_by(|a, b| (b.below, &a.person.key).cmp(&(a.below, &b.person.key)));
    tops
}

/// The domains of the work addresses of people who have not left, with how many people have one there; the most
/// frequent first.
pub(super) fn domains(context: &CheckContext<'_>) -> Vec<(String, usize)> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (_, person) in context.in_scope() {
        if context.standing(person).has_left() {
            continue;
        }
        let folded = person.emails.iter().filter_map(|it| fold_email(it));
        let mut of_person: Vec<String> = folded
            .filter_map(|it| Some(it.rsplit_once('@')?.1.to_owned()))
            .collect();
        of_person.sort_unstable();
        of_person.dedup();
        of_person
            .into_iter()
            .for_each(|domain| *count.entry(domain).or_default() += 1);
    }
    let mut domains: Vec<_> = count.into_iter().collect();
    domains.sort_by(|(a, many), (b, more)| (more, a).cmp(&(many, b)));
    domains
}

/// Words for states that are not understood, each with where it is and how many have it.
pub(super) fn states(context: &CheckContext<'_>, labels: &[String]) -> Vec<(String, Vec<String>)> {
    let mut words: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let mut see = |file: NumberedFile<'_>, word: &str, count: usize| {
        let entry = words.entry(fold_state(word));
        let (_, places) = entry.or_insert_with(|| (word.to_owned(), Vec::new()));
        places.push(format!("{count} in {}", labels[file.file]));
    };
    for &hr in &context.hr {
        for (word, having) in dq_04::unread(context.in_scope_of(hr)) {
            see(hr, word, having.len());
        }
    }
    for app in &context.apps {
        for (word, having) in dq_04::unread(app.file.loaded.roster.iter()) {
            see(app.file, word, having.len());
        }
    }
    words.into_values().collect()
}

/// The usable accounts of an app that belong to no known person and look like a program's or a shared mailbox's.
pub(super) fn programs<'a>(app: &JoinedApp<'a>) -> Vec<(&'a Identity, &'static str)> {
    let accounts = app.file.loaded.roster.iter().zip(&app.owners);
    let free = accounts.filter(|(account, owner)| {
        is_usable(account) && matches!(owner, Owner::Unknown { .. } | Owner::Unclear { .. })
    });
    let looks = |(account, _): (&'a Identity, &Owner)| {
        if addresses(account).any(|it| ac_10::is_shared(&it)) {
            return Some((account, "the address of a shared mailbox"));
        }
        let local = |address: &String| address.split('@').next().unwrap_or_default().to_owned();
        let names = [account.name.clone()].into_iter();
        let names = names.chain(account.logins.iter().map(local));
        let mut names = names.chain(account.emails.iter().map(local));
        let sounds = names.any(|name| {
            let folded = fold_text(&name);
            let mut words = folded.split(|c: char| !c.is_alphanumeric());
            words.any(|word| PROGRAM_WORDS.contains(&word))
        });
        sounds.then_some((account, "sounds like a program's"))
    };
    free.filter_map(looks).collect()
}

/// The accounts of programs that no person is responsible for.
pub(super) fn ownerless<'a>(
    context: &CheckContext<'_>,
    app: &JoinedApp<'a>,
) -> Vec<(&'a Identity, String)> {
    let accounts = app.file.loaded.roster.iter().zip(&app.owners);
    let fault = |(account, owner): (&'a Identity, &Owner)| {
        Some((account, ac_11::fault(context, account, owner)?))
    };
    accounts.filter_map(fault).collect()
}

/// Names that the built-in words make powerful, with how many entitlements or accounts with such a role there are.
pub(super) fn powerful(app: &JoinedApp<'_>) -> Result<Vec<(String, String)>> {
    let loaded = app.file.loaded;
    let (reader, sync) = (&loaded.source.reader, &loaded.source.sync.sync_id);
    let mut roles = std::collections::HashSet::new();
    reader.for_each_resource_type(sync, |kind| {
        if kind.traits.contains(&crate::check::meaning::TRAIT_ROLE) {
            roles.insert(kind.id);
        }
        Ok(())
    })?;
    let mut entitlements: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Names::new(&loaded.source);
    reader.for_each_entitlement_row(sync, |_, it| {
        let slug = match it.slug.is_empty() {
            true => it.id.rsplit(':').next().unwrap_or_default(),
            false => &it.slug,
        };
        if is_strong(&fold_text(slug)) {
            *entitlements.entry(slug.to_owned()).or_default() += 1;
            return Ok(());
        }
        let resource = it.resource.unwrap_or_default();
        let kind = resource.id.as_ref().map(|id| id.resource_type.as_str());
        if kind.is_some_and(|kind| roles.contains(kind)) {
            let on = names.resource(&resource)?;
            if is_strong(&fold_text(&on)) {
                *entitlements.entry(on.to_string()).or_default() += 1;
            }
        }
        Ok(())
    })?;
    let mut org_roles: HashMap<&str, usize> = HashMap::new();
    for account in loaded.roster.iter().filter(|account| is_usable(account)) {
        let role = account.org_role.as_deref();
        if let Some(role) = role.filter(|role| is_strong(&fold_text(role))) {
            *org_roles.entry(role).or_default() += 1;
        }
    }
    let counted = |count: usize, noun| connector_core::text::counted(count, noun);
    let mut all: Vec<(String, String)> = entitlements
        .into_iter()
        .map(|(name, count)| (name, counted(count, "entitlement")))
        .collect();
    let roles = org_roles.into_iter();
    all.extend(roles.map(|(role, count)| {
        (
            role.to_owned(),
            format!("organisation role of {}", counted(count, "account")),
        )
    }));
    all.retain(|(name, _)| !name.trim().is_empty());
    all.sort();
    Ok(all)
}
