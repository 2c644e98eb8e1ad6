//! Plantings of accounts that nobody uses, that are easy to take over or shared, that belong to programs without an
//! owner, and of access that conflicts.

use connector_core::model::{AccountType, StatusKind};
use connector_sandbox::company::MAIL_DOMAIN;

use super::APPS;
use super::access::{leaver, stranger};
use super::builder::{Builder, Variant};
use super::company::{self, OKTA, PIPELINE, TITLES};
use super::model::{Account, DEACTIVATED};
use super::policy::UNUSED_DAYS;

pub(super) const VARIANTS: &[Variant] = &[
    ("not used for a day longer than is allowed", |b| {
        let key = used(b, -UNUSED_DAYS - 1, |_| {});
        b.expect("AC-06", APPS[OKTA], key);
    }),
    ("never used, created longer ago than is allowed", |b| {
        let created = b.on(-UNUSED_DAYS - 1);
        let key = used(b, 0, |a| {
            a.last_login = None;
            a.created = Some(created);
        });
        b.expect("AC-06", APPS[OKTA], key);
    }),
    ("never used, and when it was created is not known", |b| {
        let key = used(b, 0, |a| a.last_login = None);
        b.expect("AC-06", APPS[OKTA], key);
    }),
    ("an account of no person that is not used", |b| {
        let last = b.on(-400);
        let key = stranger(b, OKTA, |a| a.last_login = Some(last));
        b.expect("AC-02", APPS[OKTA], key.clone());
        b.expect("AC-06", APPS[OKTA], key);
    }),
    ("not: used as long ago as is allowed", |b| {
        used(b, -UNUSED_DAYS, |_| {});
    }),
    ("not: never used, created as long ago as is allowed", |b| {
        let created = b.on(-UNUSED_DAYS);
        used(b, 0, |a| {
            a.last_login = None;
            a.created = Some(created);
        });
    }),
    ("not: an unused account that is disabled", |b| {
        used(b, -400, |a| a.state = DEACTIVATED);
    }),
    ("not: an unused account of a leaver", |b| {
        let at = leaver(b, -30);
        let last = b.on(-400);
        let key = b.sole(OKTA, at, |a| a.last_login = Some(last));
        b.expect("AC-01", APPS[OKTA], key);
    }),
    ("an owner without a second factor", |b| {
        let key = owns(b, |a| a.mfa = Some(false));
        b.expect("AC-07", APPS[OKTA], key);
    }),
    ("an owner of whom no second factor is known", |b| {
        let key = owns(b, |a| a.mfa = None);
        b.expect("AC-07", APPS[OKTA], key);
    }),
    (
        "not: an owner without a second factor who is disabled",
        |b| {
            owns(b, |a| {
                a.mfa = Some(false);
                a.state = DEACTIVATED;
            });
        },
    ),
    (
        "not: an owner whose login goes through single sign-on",
        |b| {
            owns(b, |a| {
                a.mfa = Some(false);
                a.sso = true;
            });
        },
    ),
    ("not: no second factor and no power", |b| {
        used(b, -1, |a| a.mfa = Some(false));
    }),
    ("a conflict across two apps", |b| {
        let at = accountant(b);
        b.sole(OKTA, at, |a| a.roles = vec!["billing"]);
        second(b, at, |_| {});
        b.expect_person("AC-09", at);
    }),
    ("a conflict within one account", |b| {
        let at = accountant(b);
        b.sole(OKTA, at, |a| a.groups = vec!["finance", "admins"]);
        b.expect_person("AC-09", at);
    }),
    ("a conflict of an account of no person", |b| {
        let key = stranger(b, OKTA, |a| a.groups = vec!["finance", "admins"]);
        b.expect("AC-02", APPS[OKTA], key.clone());
        b.expect("AC-09", APPS[OKTA], key);
    }),
    (
        "not: one side of a conflict, and the other one disabled",
        |b| {
            let (one, other) = (accountant(b), accountant(b));
            b.sole(OKTA, one, |a| a.groups = vec!["finance"]);
            b.sole(OKTA, other, |a| a.roles = vec!["billing"]);
            second(b, other, |a| a.state = DEACTIVATED);
        },
    ),
    ("a shared mailbox by login", |b| {
        let at = b.take();
        let key = b.sole(OKTA, at, |a| {
            a.login = Some(format!("Support@{MAIL_DOMAIN}"))
        });
        b.expect("AC-10", APPS[OKTA], key);
    }),
    ("a shared mailbox of no person", |b| {
        let key = stranger(b, PIPELINE, |a| a.email = Some("info@mail.test".to_owned()));
        b.expect("AC-02", APPS[PIPELINE], key.clone());
        b.expect("AC-10", APPS[PIPELINE], key);
    }),
    ("not: an address that only sounds shared", |b| {
        let key = stranger(b, PIPELINE, |a| {
            a.email = Some("infosec.ada@mail.test".to_owned())
        });
        b.expect("AC-02", APPS[PIPELINE], key);
    }),
    ("a program whose owner has left", |b| {
        let at = leaver(b, -30);
        b.without_accounts(at);
        let owner = b.people[at].email.clone();
        let key = program(b, |a| a.manager_email = owner);
        b.expect("AC-11", APPS[PIPELINE], key);
    }),
    ("a program whose owner is in no HR file", |b| {
        let key = program(b, |a| a.manager_email = Some("gone@mail.test".to_owned()));
        b.expect("AC-11", APPS[PIPELINE], key);
    }),
    (
        "not: a program with the address of a shared mailbox and an owner",
        |b| {
            let owner = b.people[0].email.clone();
            program(b, |a| {
                a.email = Some("info@mail.test".to_owned());
                a.manager_email = owner;
            });
        },
    ),
    ("not: a program with an owner by the policy", |b| {
        let address = b.fresh("robot") + "@mail.test";
        let person = b.people[0].key();
        b.policy.service_owner(&address, &person);
        program(b, |a| a.email = Some(address));
    }),
];

/// How large a share of the accounts may be powerful. Comes last.
pub(super) const POWER: &[Variant] = &[
    ("more accounts are powerful than may be", |b| {
        // The other app has fewer powerful accounts than have to be there.
        let all = b.apps[PIPELINE].accounts.iter();
        let others = all.filter(|a| a.org_role.as_deref() != Some("member"));
        let others = others.count();
        let owns = |a: &&Account| {
            let is_usable = [StatusKind::Enabled, StatusKind::Unspecified].contains(&a.state.0);
            is_usable && a.roles.contains(&"owner") && a.owner == AccountType::Human
        };
        let owners = b.apps[OKTA].accounts.iter().filter(owns).count();
        b.policy.power(1, others + 1);
        if owners > others {
            b.expect("AC-08", APPS[OKTA], String::new());
        }
    }),
    ("not: as many accounts are powerful as may be", |_| {}),
];

/// The only account of a person at work, last used so many days after the day.
fn used(b: &mut Builder, days: i64, change: impl FnOnce(&mut Account)) -> String {
    let at = b.take();
    let last = b.on(days);
    b.sole(OKTA, at, |a| {
        a.last_login = Some(last);
        change(a);
    })
}

/// The only account of a person who may own, with the role.
fn owns(b: &mut Builder, change: impl FnOnce(&mut Account)) -> String {
    let at = b.take_owner();
    b.sole(OKTA, at, |a| {
        a.roles = vec!["owner"];
        change(a);
    })
}

/// A person who may pay.
fn accountant(b: &mut Builder) -> usize {
    let at = b.take();
    b.person(at).title = Some(TITLES[1].to_owned());
    at
}

/// A further account of a person, who audits with it.
fn second(b: &mut Builder, at: usize, change: impl FnOnce(&mut Account)) {
    let mut account = company::account(at, &b.people[at], String::new());
    account.org_role = Some("auditor".to_owned());
    change(&mut account);
    b.open(PIPELINE, account);
}

/// A program's account.
fn program(b: &mut Builder, change: impl FnOnce(&mut Account)) -> String {
    stranger(b, PIPELINE, |a| {
        a.owner = AccountType::Service;
        change(a);
    })
}
