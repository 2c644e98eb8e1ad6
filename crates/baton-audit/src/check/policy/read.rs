//! Reads policy files.

use std::collections::BTreeMap;
use std::path::Path;

use connector_core::{Error, ErrorKind, Result};

use super::document::{Document, Section};
use super::link_file::{csv_links, links};
use super::{
    Acceptance, Accounts, AppOwner, Attribute, Conflict, Disabled, Facts, Moving, Pattern, Policy,
    Power, Reviewing, RoleRule, Selector, ServiceOwner, Shrink,
};
use crate::check::catalogue::{self, Check};
use crate::check::finding::Severity;
use crate::identity::{Lifecycle, fold_state};

/// Longest period in days that a policy may set: ten years.
const MAX_DAYS: u64 = 3650;
/// Keys of tables that describe people.
const OF_PEOPLE: &[(&str, Attribute)] = &[
    ("emails", Attribute::Email),
    ("employee_ids", Attribute::EmployeeId),
    ("titles", Attribute::Title),
    ("departments", Attribute::Department),
];
/// Keys of tables that describe accounts.
const OF_ACCOUNTS: &[(&str, Attribute)] = &[
    ("logins", Attribute::Login),
    ("emails", Attribute::Email),
    ("names", Attribute::Name),
];
/// Keys of the tables `profile` that describe people and accounts by further facts.
const OF_PROFILE: &[(&str, Attribute)] = &[
    ("location", Attribute::Location),
    ("employment_type", Attribute::EmploymentType),
    ("org_role", Attribute::OrgRole),
    ("last_login", Attribute::LastLogin),
    ("created_at", Attribute::CreatedAt),
    ("mfa", Attribute::Mfa),
    ("sso", Attribute::Sso),
];
/// Largest number of people that a policy may name.
const MAX_PEOPLE: u64 = 1_000_000_000;

impl Policy {
    /// Reads a policy file (TOML).
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the file cannot be read, [`ErrorKind::Setting`] with the lines when something
    /// in it is wrong.
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        Self::parse(&file, &text_of(path)?)
    }

    /// Makes a policy of the text of a file called `file`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] with the lines when something in it is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        Document::new(file, text).read(policy)
    }

    /// Adds the links of a link file: TOML when its name ends so, else CSV.
    ///
    /// # Errors
    /// As [`Policy::read`].
    pub fn read_links(&mut self, path: &Path) -> Result<()> {
        let file = path.display().to_string();
        let text = text_of(path)?;
        let is_toml = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        let links = match is_toml {
            true => Document::new(&file, &text).read(links)?,
            false => csv_links(&file, &text)?,
        };
        self.links.extend(links);
        Ok(())
    }
}

fn text_of(path: &Path) -> Result<String> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|e| {
        Error::new(ErrorKind::Precondition, format!("cannot read {shown}: {e}")).caused_by(e)
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorKind::Setting, format!("{shown} is not UTF-8 text")))
}

fn policy(top: &mut Section<'_>) -> Policy {
    let mut policy = Policy::default();
    top.section("people", |people| {
        policy.allowed_domains = people.patterns("allowed_domains", Pattern::for_domains);
        let days = people.number("early_access_days", MAX_DAYS);
        policy.early_access_days = days.unwrap_or_default();
    });
    top.section("exempt", |exempt| {
        policy.exempt_managers = exempt.section("managers", |it| selector(it, OF_PEOPLE));
        policy.out_of_scope = exempt.section("people", |it| selector(it, OF_PEOPLE));
    });
    policy.service_accounts = top.section("service_accounts", |it| selector(it, OF_ACCOUNTS));
    policy.email_only = top.section("join", |join| join.patterns("email_only", Pattern::new));
    policy.may_be_empty = top.section("files", |it| it.patterns("may_be_empty", Pattern::new));
    policy.states = top.section("states", states);
    (policy.admin, policy.power) = top.section("admin", |admin| {
        let names = admin.optional_patterns("names", Pattern::new);
        (names, power(admin))
    });
    policy.accounts = top.section("accounts", |it| Accounts {
        unused_days: it
            .number("unused_days", MAX_DAYS)
            .unwrap_or(Accounts::default().unused_days),
    });
    policy.shared_mailboxes = top.section("shared_mailboxes", |it| {
        it.optional_patterns("emails", Pattern::for_emails)
    });
    policy.service_owners = top.sections("service_owner", |it| {
        let person = it.needed_text("person");
        let accounts = selector(it, OF_ACCOUNTS);
        if accounts.patterns().next().is_none() {
            it.wrong("the owner of service accounts is for no accounts");
        }
        Some(ServiceOwner {
            accounts,
            person: person?.to_owned(),
        })
    });
    policy.conflicts = top.sections("conflict", conflict);
    policy.moves = top.section("moves", moves);
    policy.roles = top.sections("role", role);
    policy.grace_days = top.section("leavers", |it| it.number("grace_days", MAX_DAYS));
    policy.shrink = top.section("shrink", shrink);
    policy.facts = top.section("facts", facts);
    policy.severities = top.section("severity", severities);
    policy.disabled = top.sections("disabled", |it| {
        let (check, reason) = (needed_check(it), it.needed_text("reason"));
        Some(Disabled {
            check: check?,
            reason: reason?.to_owned(),
        })
    });
    policy.accepted = top.sections("accepted", acceptance);
    policy.review = top.section("review", reviewing);
    policy
}

fn selector(section: &mut Section<'_>, keys: &[(&str, Attribute)]) -> Selector {
    let patterns = |&(key, attribute): &(&str, Attribute)| {
        let make = match attribute {
            Attribute::Email => Pattern::for_emails,
            _ => Pattern::new,
        };
        (attribute, section.patterns(key, make))
    };
    let mut all: Vec<_> = keys.iter().map(patterns).collect();
    all.extend(section.section("profile", |profile| -> Vec<_> {
        let patterns = OF_PROFILE.iter();
        let patterns = patterns.map(|&(key, of)| (of, profile.patterns(key, Pattern::new)));
        patterns.collect()
    }));
    Selector(all)
}

fn role(rule: &mut Section<'_>) -> Option<RoleRule> {
    let place = rule.place();
    let name = rule.needed_text("name");
    let apps = rule.patterns("apps", Pattern::new);
    let access = rule.patterns("access", Pattern::new);
    let titles = rule.patterns("titles", Pattern::new);
    let departments = rule.patterns("departments", Pattern::new);
    if access.is_empty() {
        rule.wrong("the role rule names no access");
    }
    if titles.is_empty() && departments.is_empty() {
        rule.wrong("the role rule allows neither titles nor departments");
    }
    Some(RoleRule {
        name: name?.to_owned(),
        apps,
        access,
        titles,
        departments,
        place,
    })
}

fn conflict(section: &mut Section<'_>) -> Option<Conflict> {
    let name = section.needed_text("name");
    let one = section.patterns("one", Pattern::new);
    let other = section.patterns("other", Pattern::new);
    if one.is_empty() || other.is_empty() {
        section.wrong("the conflict names no access of one side (one, other)");
    }
    Some(Conflict {
        name: name?.to_owned(),
        one,
        other,
    })
}

fn power(section: &mut Section<'_>) -> Power {
    let usual = Power::default();
    let percent = section.number("max_percent", 100);
    let accounts = section.number("min_accounts", MAX_PEOPLE);
    Power {
        max_percent: percent.unwrap_or(usual.max_percent),
        min_accounts: accounts.unwrap_or(usual.min_accounts),
    }
}

fn shrink(section: &mut Section<'_>) -> Shrink {
    let usual = Shrink::default();
    let percent = section.number("max_percent", 100);
    let people = section.number("min_people", MAX_PEOPLE);
    Shrink {
        max_percent: percent.unwrap_or(usual.max_percent),
        min_people: people.unwrap_or(usual.min_people),
    }
}

fn facts(section: &mut Section<'_>) -> Facts {
    let usual = Facts::default();
    let filled = section.number("filled_percent", 100);
    let empty = section.number("empty_percent", 100);
    let people = section.number("min_people", MAX_PEOPLE);
    let facts = Facts {
        filled_percent: filled.unwrap_or(usual.filled_percent),
        empty_percent: empty.unwrap_or(usual.empty_percent),
        min_people: people.unwrap_or(usual.min_people),
    };
    if facts.empty_percent >= facts.filled_percent {
        section.wrong("empty_percent must be less than filled_percent");
    }
    facts
}

fn moves(section: &mut Section<'_>) -> Moving {
    let usual = Moving::default();
    let typical = section.number("typical_percent", 100);
    let untypical = section.number("untypical_percent", 100);
    let people = section.number("min_people", MAX_PEOPLE);
    let moves = Moving {
        typical_percent: typical.unwrap_or(usual.typical_percent),
        untypical_percent: untypical.unwrap_or(usual.untypical_percent),
        min_people: people.unwrap_or(usual.min_people),
    };
    if moves.untypical_percent >= moves.typical_percent {
        section.wrong("untypical_percent must be less than typical_percent");
    }
    if moves.min_people == 0 {
        section.wrong("min_people must be at least 1");
    }
    moves
}

fn severities(section: &mut Section<'_>) -> BTreeMap<&'static str, Severity> {
    let mut severities = BTreeMap::new();
    for id in section.others() {
        let severity = section.parsed(id, |word| {
            check(id)?;
            Severity::from_word(word).ok_or_else(|| {
                let words: Vec<_> = Severity::ALL.iter().map(|s| s.as_str()).collect();
                format!("there is no severity {word}, but {}", words.join(", "))
            })
        });
        if let (Some(severity), Ok(check)) = (severity, check(id)) {
            severities.insert(check.id, severity);
        }
    }
    severities
}

/// Words for states and the lifecycle that each means.
fn states(section: &mut Section<'_>) -> BTreeMap<String, Lifecycle> {
    let mut states = BTreeMap::new();
    for word in section.others() {
        let meaning = section.parsed(word, |meaning| {
            let known = Lifecycle::ALL.into_iter();
            let mut known = known.filter(|it| *it != Lifecycle::Unknown);
            known
                .clone()
                .find(|it| it.as_str() == meaning)
                .ok_or_else(|| {
                    let words: Vec<_> = known.by_ref().map(Lifecycle::as_str).collect();
                    format!("a state means one of {}, not {meaning}", words.join(", "))
                })
        });
        if let Some(meaning) = meaning {
            states.insert(fold_state(word), meaning);
        }
    }
    states
}

fn acceptance(section: &mut Section<'_>) -> Option<Acceptance> {
    let place = section.place();
    let check = needed_check(section);
    let subject = match check {
        Some(check) if check.whole_file => Some(section.text("subject").unwrap_or_default()),
        _ => section.needed_text("subject"),
    };
    let file = section.text("file").map(str::to_owned);
    let reason = section.needed_text("reason");
    let until = section.needed_date("until");
    Some(Acceptance {
        check: check?,
        subject: subject?.to_owned(),
        file,
        reason: reason?.to_owned(),
        until: until?,
        place,
    })
}

fn reviewing(section: &mut Section<'_>) -> Reviewing {
    Reviewing {
        fallback: section.text("fallback").map(str::to_owned),
        owners: section.sections("owner", |owner| {
            let place = owner.place();
            let apps = owner.patterns("apps", Pattern::new);
            if apps.is_empty() {
                owner.wrong("the owner has no apps");
            }
            Some(AppOwner {
                apps,
                person: owner.needed_text("person")?.to_owned(),
                place,
            })
        }),
    }
}

fn needed_check(section: &mut Section<'_>) -> Option<&'static Check> {
    section.needs("check");
    section.parsed("check", check)
}

fn check(id: &str) -> Result<&'static Check, String> {
    catalogue::by_id(id).ok_or_else(|| format!("there is no check {id}"))
}
