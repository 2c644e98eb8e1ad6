//! Plantings of powerful and early access, and of access against the role rules.

use connector_core::model::AccountType;

use super::builder::{Builder, Variant};
use super::company::{OKTA, PIPELINE, TITLES};
use super::model::{DEACTIVATED, HIRED, ON_LEAVE, unclear};
use super::policy::{EARLY_DAYS, TREASURY};
use super::{APPS, HR};

pub(super) const VARIANTS: &[Variant] = &[
    ("a role against the rule", |b| {
        let at = b.take();
        let key = b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
        b.expect("AC-03", APPS[OKTA], key);
    }),
    ("an organisation role against the rule", |b| {
        let at = b.take();
        let key = b.sole(PIPELINE, at, |a| a.org_role = Some("OWNER".to_owned()));
        b.expect("AC-03", APPS[PIPELINE], key);
    }),
    ("a group against the rule", |b| {
        let at = b.take();
        let key = b.sole(OKTA, at, |a| a.groups = vec!["finance"]);
        b.expect("AC-03", APPS[OKTA], key);
    }),
    ("a role and a group against two rules", |b| {
        let at = b.take();
        let key = b.sole(OKTA, at, |a| {
            a.roles = vec!["owner", "billing"];
            a.groups = vec!["finance", "everyone"];
        });
        b.expect("AC-03", APPS[OKTA], key);
    }),
    ("an owner who may not pay", |b| {
        let at = b.take_owner();
        let key = b.sole(OKTA, at, |a| a.roles = vec!["owner", "billing"]);
        b.expect("AC-03", APPS[OKTA], key);
    }),
    ("a role without title and department", |b| {
        let at = b.take();
        let person = b.person(at);
        (person.title, person.department, person.department_id) = (None, None, None);
        let key = b.sole(OKTA, at, |a| a.roles = vec!["billing"]);
        b.expect_person("HR-01", at);
        b.expect("AC-03", APPS[OKTA], key);
    }),
    (
        "a role against the rule, state unclear, account in an unknown state",
        |b| {
            let at = b.take();
            b.person(at).state = unclear("arrangement 3");
            let key = b.sole(OKTA, at, |a| {
                a.roles = vec!["owner"];
                a.state = unclear("dormant");
            });
            b.expect("DQ-04", HR, "arrangement 3".to_owned());
            b.expect("DQ-04", APPS[OKTA], "dormant".to_owned());
            b.expect("AC-01", APPS[OKTA], key.clone());
            b.expect("AC-03", APPS[OKTA], key.clone());
            b.expect("AC-04", APPS[OKTA], key);
        },
    ),
    ("not: the title in other writing", |b| {
        let at = b.take();
        b.person(at).title = Some("PLATFORM  engineer".to_owned());
        b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
    }),
    ("not: the department allows it", |b| {
        let at = b.take();
        let id = b.department(TREASURY);
        b.person(at).department = Some(TREASURY.to_uppercase());
        b.person(at).department_id = Some(id);
        b.sole(OKTA, at, |a| {
            a.roles = vec!["billing"];
            a.groups = vec!["finance"];
        });
    }),
    ("not: the rule is for another app", |b| {
        let at = b.take();
        b.sole(PIPELINE, at, |a| {
            a.org_role = Some("Billing Manager".to_owned())
        });
    }),
    ("not: a disabled account, and a program's", |b| {
        let (one, other) = (b.take(), b.take());
        let responsible = b.people[one].email.clone().unwrap_or_default();
        b.sole(OKTA, one, |a| {
            a.roles = vec!["owner"];
            a.state = DEACTIVATED;
        });
        b.sole(OKTA, other, |a| {
            a.roles = vec!["owner", "billing"];
            a.owner = AccountType::Service;
            a.manager_email = Some(responsible);
        });
    }),
    ("an owner without a manager", |b| {
        let at = b.take_owner();
        b.person(at).without_manager();
        let key = b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
        b.expect_person("HR-02", at);
        b.expect("AC-04", APPS[OKTA], key);
    }),
    ("an owner on leave", |b| {
        let at = b.take_owner();
        b.person(at).state = ON_LEAVE;
        let key = b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
        b.expect("AC-04", APPS[OKTA], key);
    }),
    (
        "an administrator by organisation role, on leave and without a manager",
        |b| {
            let at = b.take();
            b.person(at).state = ON_LEAVE;
            b.person(at).without_manager();
            let key = b.sole(PIPELINE, at, |a| a.org_role = Some("org-admin".to_owned()));
            b.expect_person("HR-02", at);
            b.expect("AC-04", APPS[PIPELINE], key);
        },
    ),
    ("access a day too early", |b| {
        let at = begins(b, EARLY_DAYS + 1);
        let key = b.sole(OKTA, at, |_| {});
        b.expect("AC-04", APPS[OKTA], key);
    }),
    ("access before a first day that is not known", |b| {
        let at = b.take();
        b.person(at).state = HIRED;
        b.person(at).start = None;
        let key = b.sole(PIPELINE, at, |_| {});
        b.expect_person("HR-03", at);
        b.expect("AC-04", APPS[PIPELINE], key);
    }),
    (
        "access against the rule, of an administrator, far too early",
        |b| {
            let at = begins(b, 60);
            let key = b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
            b.expect("AC-03", APPS[OKTA], key.clone());
            b.expect("AC-04", APPS[OKTA], key);
        },
    ),
    ("not: access as early as is allowed", |b| {
        let at = begins(b, EARLY_DAYS);
        b.sole(OKTA, at, |_| {});
    }),
    ("not: an early account that is disabled", |b| {
        let at = begins(b, 60);
        b.sole(OKTA, at, |a| a.state = DEACTIVATED);
    }),
    ("not: an owner without a manager who is exempt", |b| {
        let at = b.take_owner();
        b.person(at).without_manager();
        let address = b.people[at].email.clone().unwrap_or_default();
        b.policy.exempt_email(&address);
        b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
    }),
    (
        "not: on leave, with access that only sounds powerful",
        |b| {
            let at = b.take();
            b.person(at).state = ON_LEAVE;
            b.sole(OKTA, at, |a| {
                a.roles = vec!["reader", "tenants"];
                a.groups = vec!["admins"];
            });
            let other = b.take();
            b.person(other).state = ON_LEAVE;
            b.sole(PIPELINE, other, |a| {
                a.org_role = Some("administrative-member".to_owned())
            });
        },
    ),
    ("an owner in a state that is not understood", |b| {
        let at = b.take_owner();
        b.person(at).state = unclear("arrangement 4");
        b.person(at).title = Some(TITLES[0].to_owned());
        let key = b.sole(OKTA, at, |a| a.roles = vec!["owner"]);
        b.expect("DQ-04", HR, "arrangement 4".to_owned());
        b.expect("AC-01", APPS[OKTA], key.clone());
        b.expect("AC-04", APPS[OKTA], key);
    }),
];

/// Makes a person begin so many days after the day.
fn begins(b: &mut Builder, days: i64) -> usize {
    let at = b.take();
    let first = b.on(days);
    b.person(at).state = HIRED;
    b.person(at).start = Some(first);
    at
}
