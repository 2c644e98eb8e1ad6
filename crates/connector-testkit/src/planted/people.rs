//! Plantings in single records of the HR file: titles, managers, first days, addresses, states and dates.
//!
//! A planting whose name begins with `not` changes something that is near a finding and is none.

use connector_core::model::AccountType;
use connector_sandbox::company::MAIL_DOMAIN;

use super::HR;
use super::builder::{Builder, Variant};
use super::model::{HIRED, ON_LEAVE, Person, TERMINATED, unclear};
use super::policy::{ALLOWED_SUBDOMAIN, EXEMPT_DEPARTMENT, UNICODE_DOMAIN};

pub(super) const VARIANTS: &[Variant] = &[
    ("no title", |b| {
        let at = b.take();
        b.person(at).title = None;
        b.expect_person("HR-01", at);
    }),
    ("no title, on leave", |b| {
        let at = b.take();
        b.person(at).title = None;
        b.person(at).state = ON_LEAVE;
        b.expect_person("HR-01", at);
    }),
    ("no title, but the state is not understood", |b| {
        let at = b.take();
        b.person(at).title = None;
        b.person(at).state = unclear("arrangement 1");
        b.without_accounts(at);
        b.expect("DQ-04", HR, "arrangement 1".to_owned());
    }),
    ("not: left, nothing but the last day is known", |b| {
        let at = b.take();
        let last = b.day - jiff::ToSpan::days(60);
        let person = b.person(at);
        person.left(last);
        person.without_manager();
        (person.title, person.email, person.start) = (None, None, None);
        b.without_accounts(at);
    }),
    (
        "not: no title yet, no address and no manager before the first day",
        |b| {
            let at = b.take();
            let first = b.on(12);
            let person = b.person(at);
            person.state = HIRED;
            person.start = Some(first);
            person.without_manager();
            (person.title, person.email) = (None, None);
            b.without_accounts(at);
        },
    ),
    ("not: a board member whom the policy leaves out", |b| {
        let at = b.take();
        let address = b.fresh("board.") + "@" + MAIL_DOMAIN;
        b.policy.leave_out(&address.to_uppercase());
        let person = b.person(at);
        person.without_manager();
        (person.title, person.start) = (None, None);
        person.email = Some(address);
        b.without_accounts(at);
    }),
    ("not: a record that is no human's", |b| {
        let at = b.take();
        let person = b.person(at);
        person.owner = AccountType::Service;
        person.without_manager();
        (person.title, person.start, person.email) = (None, None, None);
        b.without_accounts(at);
    }),
    ("no manager", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.expect_person("HR-02", at);
    }),
    ("no manager, on leave", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).state = ON_LEAVE;
        b.expect_person("HR-02", at);
    }),
    ("not: no manager, exempt by address in other case", |b| {
        let at = b.take();
        b.person(at).without_manager();
        let address = b.person(at).email.clone().unwrap_or_default();
        b.policy.exempt_email(&address.to_uppercase());
    }),
    ("not: no manager, exempt by employee number", |b| {
        let at = b.take();
        b.person(at).without_manager();
        let number = b.person(at).number.clone().unwrap_or_default();
        b.policy.exempt_number(&number.to_lowercase());
    }),
    ("not: no manager, exempt by title", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).title = Some("chief  PEOPLE officer".to_owned());
    }),
    ("not: no manager, exempt by department", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).department = Some(EXEMPT_DEPARTMENT.to_owned());
        b.person(at).department_id = Some("d0".to_owned());
    }),
    ("no manager, a title that only looks exempt", |b| {
        let at = b.take();
        b.person(at).without_manager();
        b.person(at).title = Some("Mischief Maker".to_owned());
        b.expect_person("HR-02", at);
    }),
    ("no first day", |b| {
        let at = b.take();
        b.person(at).start = None;
        b.expect_person("HR-03", at);
    }),
    ("a first day that is no date", |b| {
        let at = b.take();
        b.person(at).start = Some("next spring".to_owned());
        b.expect_person("HR-03", at);
    }),
    ("no first day before the first day", |b| {
        let at = b.take();
        b.person(at).state = HIRED;
        b.person(at).start = None;
        b.without_accounts(at);
        b.expect_person("HR-03", at);
    }),
    ("no address", |b| {
        let at = b.take();
        b.person(at).email = None;
        b.without_accounts(at);
        b.expect_person("HR-05", at);
    }),
    ("an address in a domain that is not allowed", |b| {
        let at = b.take();
        address(b, at, "lakeside.example.com.test");
        b.expect_person("HR-05", at);
    }),
    (
        "an address in a domain that is not allowed, before the first day",
        |b| {
            let at = b.take();
            let first = b.on(9);
            b.person(at).state = HIRED;
            b.person(at).start = Some(first);
            address(b, at, "mail.test");
            b.expect_person("HR-05", at);
        },
    ),
    ("an address that is none", |b| {
        let at = b.take();
        b.person(at).email = Some("front desk".to_owned());
        b.without_accounts(at);
        b.expect_person("HR-05", at);
    }),
    ("an address of two, in other case", |b| {
        let (one, other) = (b.take(), b.take());
        let same = address(b, one, MAIL_DOMAIN);
        b.person(other).email = Some(same.to_uppercase());
        b.without_accounts(other);
        b.expect_person("HR-05", one);
        b.expect_person("HR-05", other);
    }),
    ("an address of two, in other Unicode form", |b| {
        let (one, other) = (b.take(), b.take());
        let local = b.fresh("rene");
        b.person(one).email = Some(format!("{local}.ren\u{e9}@{MAIL_DOMAIN}"));
        b.person(other).email = Some(format!("{local}.rene\u{301}@{MAIL_DOMAIN}"));
        b.without_accounts(one);
        b.without_accounts(other);
        b.expect_person("HR-05", one);
        b.expect_person("HR-05", other);
    }),
    ("not: allowed domains in other writing", |b| {
        let (one, other, third) = (b.take(), b.take(), b.take());
        address(
            b,
            one,
            &ALLOWED_SUBDOMAIN.replace('*', "Design").to_uppercase(),
        );
        address(b, other, UNICODE_DOMAIN);
        address(b, third, "xn--bcher-kva.example");
    }),
    ("left without a last day", |b| {
        let at = b.take();
        b.person(at).state = TERMINATED;
        b.close(at);
        b.expect_person("HR-06", at);
    }),
    ("left, but the last day is still to come", |b| {
        let at = b.take();
        let last = b.on(1);
        b.person(at).state = TERMINATED;
        b.person(at).end = Some(last);
        b.close(at);
        b.expect_person("HR-06", at);
    }),
    ("the last day was yesterday", |b| {
        let at = b.take();
        b.person(at).end = Some(b.on(-1));
        b.without_accounts(at);
        b.expect_person("HR-06", at);
    }),
    ("the last day was long ago, on leave", |b| {
        let at = b.take();
        b.person(at).end = Some(b.on(-200));
        b.person(at).state = ON_LEAVE;
        b.without_accounts(at);
        b.expect_person("HR-06", at);
    }),
    ("the last day was long ago, state unclear", |b| {
        let at = b.take();
        b.person(at).end = Some(b.on(-31));
        b.person(at).state = unclear("arrangement 2");
        b.without_accounts(at);
        b.expect_person("HR-06", at);
        b.expect("DQ-04", HR, "arrangement 2".to_owned());
    }),
    ("starts after the end", |b| {
        let at = b.take();
        let person = b.on(40);
        b.person(at).start = Some(person);
        b.person(at).end = Some(b.on(39));
        b.person(at).state = HIRED;
        b.without_accounts(at);
        b.expect_person("HR-06", at);
    }),
    (
        "not: the last day is today, at work and left; one day only",
        |b| {
            let (one, other, third) = (b.take(), b.take(), b.take());
            let (today, tomorrow) = (b.on(0), b.on(1));
            b.person(one).end = Some(today.clone());
            b.person(other).end = Some(today);
            b.person(other).state = TERMINATED;
            b.close(other);
            b.person(third).start = Some(tomorrow.clone());
            b.person(third).end = Some(tomorrow);
            b.person(third).state = HIRED;
            b.without_accounts(third);
        },
    ),
    ("a number of two, written otherwise", |b| {
        let (one, other) = (b.take(), b.take());
        let number = b.person(one).number.clone().unwrap_or_default();
        b.person(other).number = Some(format!(" {} ", number.to_lowercase()));
        b.without_accounts(one);
        b.without_accounts(other);
        b.expect_first("HR-07", [one, other]);
    }),
    ("a number of three, the first two have left", |b| {
        let mut all = [b.take(), b.take(), b.take()];
        all.sort_unstable();
        let number = b.person(all[0]).number.clone();
        let last = b.day - jiff::ToSpan::days(400);
        for at in all {
            b.person(at).number = number.clone();
            b.without_accounts(at);
        }
        b.person(all[0]).left(last);
        b.person(all[1]).left(last);
        b.expect_person("HR-07", all[2]);
    }),
    ("came back under a new record", |b| {
        let at = b.take();
        let last = b.day - jiff::ToSpan::days(700);
        let person = b.person(at).clone();
        let mut former = Person::new(String::new(), person.name, TERMINATED);
        former.email = person.email.map(|email| email.to_uppercase());
        former.start = Some(b.on(-2000));
        former.left(last);
        b.add(former);
        b.without_accounts(at);
        b.expect_person("HR-07", at);
    }),
    ("two records of a person who left", |b| {
        let both = [b.take(), b.take()];
        let same = address(b, both[0], MAIL_DOMAIN);
        let last = b.day - jiff::ToSpan::days(90);
        for at in both {
            b.person(at).email = Some(same.clone());
            b.person(at).left(last);
            b.without_accounts(at);
        }
        b.expect_first("HR-07", both);
    }),
    (
        "not: the same name, and numbers that differ in zeros",
        |b| {
            let (one, other) = (b.take(), b.take());
            let number = b.fresh("9");
            let name = b.person(one).name.clone();
            b.person(one).number = Some(format!("N-{number}"));
            b.person(other).number = Some(format!("N-0{number}"));
            b.person(other).name = name;
            b.without_accounts(one);
            b.without_accounts(other);
        },
    ),
];

/// Gives a person a new address in a domain and takes their accounts away; returns the address.
fn address(b: &mut Builder, at: usize, domain: &str) -> String {
    let address = b.fresh("someone.") + "@" + domain;
    b.person(at).email = Some(address.clone());
    b.without_accounts(at);
    address
}
