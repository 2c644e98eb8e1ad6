//! Plantings of access: accounts of leavers, of the wrong people, and accounts without an owner.
//!
//! The app with roles is read on the day, the other one [`LATE`] days before it; the policy allows [`GRACE_DAYS`]
//! after the last day.

use connector_core::model::{AccountType, StatusKind};
use connector_sandbox::company::MAIL_DOMAIN;
use jiff::ToSpan;

use super::builder::{Builder, Variant};
use super::company::{OKTA, PIPELINE};
use super::model::{Account, DEACTIVATED, Person, TERMINATED};
use super::policy::GRACE_DAYS;
use super::{APPS, LATE};

pub(super) const VARIANTS: &[Variant] = &[
    ("left, account by address in other case", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |a| {
            a.email = a.email.take().map(|e| e.to_uppercase())
        });
        overdue(b, OKTA, &key);
    }),
    ("left, account by address in other Unicode form", |b| {
        let at = leaver(b, -30);
        let local = b.fresh("zoe");
        b.person(at).email = Some(format!("{local}.zo\u{eb}@{MAIL_DOMAIN}"));
        let other = format!("{local}.zoe\u{308}@{MAIL_DOMAIN}");
        let key = b.sole(OKTA, at, |a| a.email = Some(other));
        overdue(b, OKTA, &key);
    }),
    ("left, account by employee number alone", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |a| {
            numbered(a, at);
            a.email = Some("private@mail.test".to_owned());
            a.login = None;
        });
        overdue(b, OKTA, &key);
    }),
    ("left, account by a login that is the address", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |a| a.email = None);
        overdue(b, OKTA, &key);
    }),
    ("left, account by a link", |b| {
        let at = leaver(b, -30);
        let person = b.people[at].key();
        let key = b.sole(PIPELINE, at, anonymous);
        b.policy.link(APPS[PIPELINE], &key, &person);
        overdue(b, PIPELINE, &key);
    }),
    ("left, account in an unknown state", |b| {
        let at = leaver(b, -400);
        let key = b.sole(PIPELINE, at, |a| {
            a.state = (StatusKind::Unspecified, "dormant?")
        });
        b.expect("DQ-04", APPS[PIPELINE], "dormant?".to_owned());
        overdue(b, PIPELINE, &key);
    }),
    ("left without a last day, account works", |b| {
        let at = b.take();
        b.person(at).state = TERMINATED;
        let key = b.sole(OKTA, at, |_| {});
        b.expect_person("HR-06", at);
        b.expect("AC-01", APPS[OKTA], key);
    }),
    ("left, account is disabled but holds a group", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |a| {
            a.state = DEACTIVATED;
            a.groups = vec!["everyone"];
        });
        b.expect("AC-01", APPS[OKTA], key);
    }),
    ("left as long ago as access may remain", |b| {
        within(b, OKTA, -GRACE_DAYS)
    }),
    ("left a day less long ago than access may remain", |b| {
        within(b, OKTA, 1 - GRACE_DAYS)
    }),
    ("the last day is over, but the state says at work", |b| {
        let at = b.take();
        b.person(at).end = Some(b.on(-30));
        let key = b.sole(OKTA, at, |_| {});
        b.expect_person("HR-06", at);
        overdue(b, OKTA, &key);
    }),
    ("left today", |b| within(b, OKTA, 0)),
    ("left a day longer ago than access may remain", |b| {
        let at = leaver(b, -GRACE_DAYS - 1);
        let key = b.sole(OKTA, at, |_| {});
        overdue(b, OKTA, &key);
    }),
    ("left too long ago, but the app was read before that", |b| {
        within(b, PIPELINE, -GRACE_DAYS - LATE);
    }),
    ("left too long ago when the app was read", |b| {
        let at = leaver(b, -GRACE_DAYS - LATE - 1);
        let key = b.sole(PIPELINE, at, |_| {});
        overdue(b, PIPELINE, &key);
    }),
    ("left, accepted until today", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |_| {});
        let today = b.on(0);
        b.expect_accepted("AC-01", APPS[OKTA], key, today);
    }),
    ("left, accepted until yesterday", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |_| {});
        let yesterday = b.on(-1);
        b.policy.accept("AC-01", &key, APPS[OKTA], &yesterday);
        overdue(b, OKTA, &key);
    }),
    (
        "not: left, accounts are disabled or deleted and empty",
        |b| {
            let (one, other) = (leaver(b, -30), leaver(b, -30));
            b.sole(OKTA, one, |a| a.state = DEACTIVATED);
            b.sole(PIPELINE, other, |a| {
                a.state = (StatusKind::Deleted, "deleted")
            });
        },
    ),
    ("not: came back, the account has the new number", |b| {
        let at = b.take();
        let last = b.day - 700.days();
        let mut former = Person::new(String::new(), "Former".to_owned(), TERMINATED);
        former.email = b.people[at].email.clone();
        former.number = Some(b.fresh("F-"));
        former.left(last);
        b.add(former);
        b.sole(OKTA, at, |a| numbered(a, at));
        b.expect_person("HR-07", at);
    }),
    ("not: came back, the account has the address of both", |b| {
        let at = b.take();
        let last = b.day - 700.days();
        let mut former = Person::new(String::new(), "Former".to_owned(), TERMINATED);
        former.email = b.people[at].email.clone();
        former.left(last);
        b.add(former);
        b.sole(OKTA, at, |_| {});
        b.expect_person("HR-07", at);
    }),
    ("left under two records with one address", |b| {
        let at = leaver(b, -30);
        let last = b.day - 700.days();
        let mut former = Person::new(String::new(), "Former".to_owned(), TERMINATED);
        former.email = b.people[at].email.clone();
        former.left(last);
        let former = b.add(former);
        let key = b.sole(OKTA, at, |_| {});
        b.expect_first("HR-07", [at, former]);
        overdue(b, OKTA, &key);
    }),
    ("not: a program's account with a leaver's address", |b| {
        let at = leaver(b, -30);
        let key = b.sole(OKTA, at, |a| a.owner = AccountType::Service);
        b.expect("AC-11", APPS[OKTA], key);
    }),
    ("account of no person", |b| {
        let address = b.fresh("visitor") + "@mail.test";
        let key = stranger(b, OKTA, |a| a.email = Some(address));
        b.expect("AC-02", APPS[OKTA], key);
    }),
    ("account of no person, with a person's name", |b| {
        let name = b.people[0].name.clone();
        let key = stranger(b, OKTA, |a| a.name = name);
        b.expect("AC-02", APPS[OKTA], key);
    }),
    ("account of no person, powerful", |b| {
        let key = stranger(b, OKTA, |a| a.roles = vec!["owner"]);
        b.expect("AC-02", APPS[OKTA], key);
    }),
    ("account by a login that is no address", |b| {
        let key = stranger(b, PIPELINE, |a| a.login = Some("octo-cat".to_owned()));
        b.expect("AC-02", APPS[PIPELINE], key);
    }),
    ("account by an address of two", |b| {
        let (one, other) = (b.take(), b.take());
        b.without_accounts(one);
        b.person(one).email = b.people[other].email.clone();
        let key = b.sole(OKTA, other, |_| {});
        b.expect_person("HR-05", one);
        b.expect_person("HR-05", other);
        b.expect("AC-02", APPS[OKTA], key);
    }),
    ("account by a number of two", |b| {
        let (one, other) = (b.take(), b.take());
        b.without_accounts(one);
        b.person(one).number = b.people[other].number.clone();
        let key = b.sole(OKTA, other, |a| {
            numbered(a, other);
            anonymous_address(a);
        });
        b.expect_first("HR-07", [one, other]);
        b.expect("AC-02", APPS[OKTA], key);
    }),
    (
        "account by the number of one and the address of another",
        |b| {
            let (one, other) = (b.take(), b.take());
            b.without_accounts(one);
            let key = b.sole(OKTA, other, |a| numbered(a, one));
            b.expect("AC-02", APPS[OKTA], key);
        },
    ),
    (
        "account by the address of a person with another number",
        |b| {
            let at = b.take();
            let number = b.fresh("X-");
            let key = b.sole(OKTA, at, |a| a.number = Some(number));
            b.expect("AC-02", APPS[OKTA], key);
        },
    ),
    ("account of no person, accepted", |b| {
        let key = stranger(b, PIPELINE, |_| {});
        let later = b.on(90);
        b.expect_accepted("AC-02", APPS[PIPELINE], key, later);
    }),
    ("account of no person, accepted in another app", |b| {
        let key = stranger(b, PIPELINE, |_| {});
        let later = b.on(90);
        b.policy.accept("AC-02", &key, APPS[OKTA], &later);
        b.expect("AC-02", APPS[PIPELINE], key);
    }),
    ("not: programs' accounts by type, login and address", |b| {
        let address = b.fresh("backup") + "@mail.test";
        b.policy.service_email(&address.to_uppercase());
        stranger(b, OKTA, |a| a.owner = AccountType::System);
        let bot = stranger(b, PIPELINE, |a| a.login = Some("Release-BOT".to_owned()));
        let backup = stranger(b, OKTA, |a| a.email = Some(address));
        b.expect("AC-11", APPS[PIPELINE], bot);
        b.expect("AC-11", APPS[OKTA], backup);
    }),
    ("not: an account of no person that is disabled", |b| {
        stranger(b, OKTA, |a| a.state = DEACTIVATED);
    }),
    (
        "not: an account of no person with a link by login to a number",
        |b| {
            let at = b.take();
            let login = b.fresh("handle-");
            let number = b.people[at].number.clone().unwrap_or_default();
            b.sole(PIPELINE, at, |a| {
                anonymous(a);
                a.login = Some(login.clone());
            });
            b.policy.link(
                APPS[PIPELINE],
                &login.to_uppercase(),
                &number.to_lowercase(),
            );
        },
    ),
    (
        "not: the number decides where the address says nothing, and the other way round",
        |b| {
            let (one, other) = (b.take(), b.take());
            b.sole(OKTA, one, |a| {
                numbered(a, one);
                anonymous_address(a);
            });
            b.person(other).number = None;
            b.sole(OKTA, other, |a| numbered(a, 999_999));
        },
    ),
];

/// Makes a person a leaver whose last day is so many days after the day.
pub(super) fn leaver(b: &mut Builder, days: i64) -> usize {
    let at = b.take();
    let last = b.day + days.days();
    b.person(at).left(last);
    at
}

/// The employee number of the person at a position, written otherwise.
fn numbered(account: &mut Account, at: usize) {
    account.number = Some(format!("e-{at:05} "));
}

fn anonymous_address(account: &mut Account) {
    account.email = None;
    account.login = None;
}

/// Removes everything that shows whose account it is.
fn anonymous(account: &mut Account) {
    anonymous_address(account);
    account.number = None;
    account.name = "unnamed".to_owned();
}

/// Adds an account without an owner; returns how findings name it.
pub(super) fn stranger(b: &mut Builder, app: usize, change: impl FnOnce(&mut Account)) -> String {
    let mut account = super::company::account(0, &b.people[0], String::new());
    anonymous(&mut account);
    account.person = None;
    change(&mut account);
    b.open(app, account)
}

/// A usable account after the time allowed for it.
fn overdue(b: &mut Builder, app: usize, key: &str) {
    b.expect("AC-01", APPS[app], key.to_owned());
}

/// Adds a usable account of a leaver whose last day leaves it open whether the account is overdue; AC-01 must still
/// find it.
fn within(b: &mut Builder, app: usize, days: i64) {
    let at = leaver(b, days);
    let key = b.sole(app, at, |_| {});
    b.expect("AC-01", APPS[app], key);
}
