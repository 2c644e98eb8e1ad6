//! Who is a member: the company's people with the mismatches every organization has.

use connector_core::entropy::{Entropy, SeededEntropy};

use super::options::Mismatches;
use connector_sandbox::company::{Company, Lifecycle, MAIL_DOMAIN, Person};

/// How an account relates to the company's list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person with the work e-mail address the company knows, if it knows one.
    Ordinary,
    /// The same for a person who has left the company.
    Leaver,
    /// A person whose account has a VCS login and no e-mail address.
    LoginOnly,
    /// A person whose account has another e-mail address than the company knows.
    OtherEmail,
    /// A person who was invited and has not accepted.
    Invited,
    /// A machine's account, which belongs to no person.
    Bot,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// May do everything.
    Admin,
    /// May run things, such as pipelines.
    Contributor,
    /// May only look.
    Viewer,
}

/// One member of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account's id.
    pub id: String,
    /// The id of the person in the company; `None` for a bot.
    pub person: Option<String>,
    /// How the account relates to the company.
    pub kind: Kind,
    /// The login at the version control system; a person who has not accepted the invitation has none.
    pub login: Option<String>,
    /// The account's name.
    pub name: Option<String>,
    /// The account's e-mail address.
    pub email: Option<String>,
    /// What the member may do.
    pub role: Role,
    /// The version control system of the login.
    pub vcs: &'static str,
}

/// The account id of a person: it depends on the person's id and on nothing else.
pub fn member_id(person: &str) -> String {
    account_id(&format!("person {person}"))
}

/// An id in the usual form of a version 4 UUID.
pub(crate) fn account_id(subject: &str) -> String {
    let bits = draws(subject);
    let [high, low] = [bits.next_u64(), bits.next_u64()];
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0xc << 60)) | (0x8 << 60);
    let text = format!("{high:016x}{low:016x}");
    let parts = [
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..],
    ];
    parts.join("-")
}

/// Repeatable numbers for a subject (FNV-1a as start value).
fn draws(subject: &str) -> SeededEntropy {
    let seed = subject
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    SeededEntropy::new(seed)
}

/// A number below 1,000 that is a person's own for one question.
fn lot(question: &str, person: &Person) -> u64 {
    draws(&format!("{question} {}", person.id)).next_u64() % 1_000
}

/// All members in the order in which they are listed: bots first, then people in the company's order.
pub(crate) fn members(company: &Company, mismatches: Mismatches) -> Vec<Member> {
    match mismatches {
        Mismatches::None => {
            let people = company.people.iter();
            people.map(|p| member(p, Kind::Ordinary)).collect()
        }
        Mismatches::Typical => {
            let people = company.people.iter().zip(kinds(company));
            let people = people.filter_map(|(p, kind)| Some(member(p, kind?)));
            bots().into_iter().chain(people).collect()
        }
    }
}

/// The kind of each person's account; `None` for people without one. A number derived from the person decides
/// (`lot`). A kind that no person drew goes to the suitable person with the lowest number, so that a small company
/// has every kind too.
fn kinds(company: &Company) -> Vec<Option<Kind>> {
    let people = &company.people;
    let mut kinds: Vec<_> = people.iter().map(drawn).collect();
    let left = |p: &Person| p.lifecycle == Lifecycle::Terminated;
    let works = |p: &Person| !left(p) && p.lifecycle != Lifecycle::Hired;
    for wanted in [
        Some(Kind::Leaver),
        None,
        Some(Kind::LoginOnly),
        Some(Kind::OtherEmail),
    ] {
        let fits = |p: &Person| {
            if wanted == Some(Kind::Leaver) {
                left(p)
            } else {
                works(p)
            }
        };
        let replaced = if wanted == Some(Kind::Leaver) {
            None
        } else {
            Some(Kind::Ordinary)
        };
        let has = |at: &usize| kinds[*at] == wanted && fits(&people[*at]);
        if (0..people.len()).any(|at| has(&at)) {
            continue;
        }
        // The head of the company keeps an ordinary account.
        let free = (1..people.len()).filter(|&at| kinds[at] == replaced && fits(&people[at]));
        if let Some(at) = free.min_by_key(|&at| lot("account", &people[at])) {
            kinds[at] = wanted;
        }
    }
    kinds
}

fn drawn(person: &Person) -> Option<Kind> {
    match (&person.lifecycle, lot("account", person)) {
        (Lifecycle::Terminated, 0..350) => Some(Kind::Leaver),
        (Lifecycle::Terminated, _) => None,
        (Lifecycle::Hired, _) => Some(Kind::Invited),
        (_, 0..80) => None,
        (_, 80..120) => Some(Kind::LoginOnly),
        (_, 120..160) => Some(Kind::OtherEmail),
        (_, 160..175) => Some(Kind::Invited),
        _ => Some(Kind::Ordinary),
    }
}

fn member(person: &Person, kind: Kind) -> Member {
    let work = person.email.clone();
    let local = work.as_deref().and_then(|e| e.split_once('@'));
    let login = match local {
        Some((local, _)) => local.replace('.', "-"),
        None => format!("dev-{}", person.employee_number),
    };
    let accepted = kind != Kind::Invited;
    let number = person.employee_number;
    Member {
        id: member_id(&person.id),
        email: match kind {
            Kind::LoginOnly => None,
            Kind::OtherEmail => Some(format!("{login}@users.noreply.example.com")),
            // A person cannot be invited without an e-mail address.
            Kind::Invited => work.or_else(|| Some(format!("invited.{number}@{MAIL_DOMAIN}"))),
            Kind::Ordinary | Kind::Leaver | Kind::Bot => work,
        },
        person: Some(person.id.clone()),
        kind,
        login: accepted.then_some(login),
        name: accepted.then(|| person.display_name.clone()),
        role: match lot("role", person) {
            0..50 => Role::Admin,
            50..150 => Role::Viewer,
            _ => Role::Contributor,
        },
        vcs: if lot("vcs", person) < 900 {
            "github"
        } else {
            "bitbucket"
        },
    }
}

/// The machines' accounts. The first one holds the standard token.
fn bots() -> [Member; 2] {
    let bot = |login: &str, name: Option<&str>, email: Option<&str>, role| Member {
        id: account_id(&format!("bot {login}")),
        person: None,
        kind: Kind::Bot,
        login: Some(login.to_owned()),
        name: name.map(str::to_owned),
        email: email.map(str::to_owned),
        role,
        vcs: "github",
    };
    let address = format!("ci@{MAIL_DOMAIN}");
    [
        bot(
            "lakeside-ci",
            Some("Lakeside CI"),
            Some(&address),
            Role::Admin,
        ),
        bot("deploy-bot", None, None, Role::Contributor),
    ]
}

#[cfg(test)]
mod tests;
