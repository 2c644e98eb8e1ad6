//! For whatever two syncs hold: the difference turns one into the other, puts each person into one place and guesses
//! nothing.

use connector_c1z::RowAt;
use std::collections::HashMap;

use baton_audit::diff::people::{Class, PeopleDiff, compare, people};
use baton_audit::diff::{By, Facts, Field};
use baton_audit::identity::{
    AccountType, Identity, Key, Lifecycle, ManagerRef, Roster, Status, fold_email, fold_number,
};
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::person::{DAY, With, key, person, roster};

/// Few values each, so that ids, numbers, addresses and names meet again in all combinations.
fn any_person() -> impl Strategy<Value = Identity> {
    let ids = (
        select(&["user", "user", "login"][..]),
        select(&["1", "2", "3", "4", "5", "6"][..]),
    );
    let emails = [
        "a@example.com",
        "A@Example.com",
        "b@example.com",
        "c@example.com",
        "none",
        "",
    ];
    let numbers = ["E-1", "e-1", "2", "3", " "];
    let words = |words: &'static [&'static str]| option::of(select(words));
    let days = |days: &'static [i8]| option::of(select(days).prop_map(day));
    let names = (
        select(&["Ada", "Bo", "user:1"][..]),
        words(&["employed", "Leave"]),
    );
    let keys = (
        vec(select(emails.to_vec()), 0..3),
        vec(select(numbers.to_vec()), 0..3),
        vec(select(&["ada", "bo"][..]), 0..2),
    );
    let state = (
        select(&Lifecycle::ALL[..]),
        select(&Status::ALL[..]),
        select(
            &[
                AccountType::Human,
                AccountType::Service,
                AccountType::System,
            ][..],
        ),
    );
    let work = (
        words(&["Engineer", "engineer", "Lead"]),
        words(&["Sales", "Legal"]),
        words(&["7", "8"]),
        words(&["Oslo", "Bergen"]),
        words(&["full time"]),
        words(&["admin", "member"]),
    );
    let manager = (
        words(&["1", "2", "99"]),
        words(&["a@example.com", "x"]),
        words(&["Ada", ""]),
    );
    let dates = (days(&[1, 2, 3]), days(&[1, 3]));
    let logins = (option::of(any::<bool>()), option::of(any::<bool>()));
    (ids, names, keys, state, work, manager, dates, logins).prop_map(
        |(ids, names, keys, state, work, manager, dates, logins)| {
            let texts = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
            let owned = |text: Option<&str>| text.map(str::to_owned);
            Identity {
                row: RowAt::Key(Box::default()),
                key: key(ids.0, ids.1),
                name: names.0.to_owned(),
                status: state.1,
                state_word: names.1.map(Into::into),
                lifecycle: state.0,
                by_policy: false,
                account_type: state.2,
                emails: texts(keys.0),
                logins: texts(keys.2),
                employee_ids: texts(keys.1),
                job_title: work.0.map(Into::into),
                department: work.1.map(Into::into),
                department_id: work.2.map(Into::into),
                location: work.3.map(Into::into),
                employment_type: work.4.map(Into::into),
                org_role: work.5.map(Into::into),
                manager: ManagerRef {
                    id: owned(manager.0),
                    email: owned(manager.1),
                    name: owned(manager.2),
                },
                start_date: dates.0,
                end_date: dates.1,
                last_login: None,
                created_at: None,
                mfa: logins.0,
                sso: logins.1,
            }
        },
    )
}

fn day(day: i8) -> Date {
    Date::constant(2026, 3, day)
}

/// What became of a person in the next sync.
#[derive(Debug, Clone)]
enum Fate {
    Stays,
    Goes,
    Is(Box<Identity>),
    GetsId(&'static str),
    Leaves,
}

/// A roster and what became of it, or two that have nothing to do with each other.
fn two_rosters() -> impl Strategy<Value = (Roster, Roster)> {
    let fate = prop_oneof![
        3 => Just(Fate::Stays),
        1 => Just(Fate::Goes),
        1 => Just(Fate::Leaves),
        1 => any_person().prop_map(|p| Fate::Is(Box::new(p))),
        2 => select(&["7", "8", "9"][..]).prop_map(Fate::GetsId),
    ];
    let related =
        (vec((any_person(), fate), 0..9), vec(any_person(), 0..3)).prop_map(|(all, more)| {
            let old = roster(all.iter().map(|(person, _)| person.clone()));
            let next = all
                .into_iter()
                .filter_map(|(person, fate)| become_of(person, fate));
            (old, roster(next.chain(more)))
        });
    let unrelated = (vec(any_person(), 0..9), vec(any_person(), 0..9));
    prop_oneof![
        2 => related,
        1 => unrelated.prop_map(|(old, new)| (roster(old), roster(new))),
    ]
}

fn become_of(person: Identity, fate: Fate) -> Option<Identity> {
    match fate {
        Fate::Stays => Some(person),
        Fate::Goes => None,
        Fate::Is(other) => Some(Identity {
            key: person.key,
            ..*other
        }),
        Fate::GetsId(id) => Some(person.with(|p| p.key.id = id.to_owned())),
        Fate::Leaves => Some(person.left()),
    }
}

/// How often each id of a side is spoken of.
fn told<'a>(keys: impl Iterator<Item = &'a Key>) -> HashMap<&'a Key, usize> {
    keys.fold(HashMap::new(), |mut told, key| {
        *told.entry(key).or_default() += 1;
        told
    })
}

/// The folded numbers or addresses of a person.
fn keys(person: &Identity, by: By) -> Vec<String> {
    match by {
        By::EmployeeNumber => person
            .employee_ids
            .iter()
            .filter_map(|n| fold_number(n))
            .collect(),
        By::Email => person.emails.iter().filter_map(|e| fold_email(e)).collect(),
    }
}

fn share(by: By, a: &Identity, b: &Identity) -> bool {
    let (a, b) = (keys(a, by), keys(b, by));
    a.iter().any(|key| b.contains(key))
}

fn check_classes(diff: &PeopleDiff<'_>) -> Result<(), TestCaseError> {
    for change in &diff.changes {
        let then = change.before.map(|p| p.lifecycle_on(diff.old_day));
        let now = change.after.map(|p| p.lifecycle_on(diff.new_day));
        let had_left = change
            .former
            .or(change.before)
            .map(|p| p.lifecycle_on(diff.old_day).has_left());
        let fits = match change.class {
            Class::Vanished => now.is_none() && had_left == Some(false),
            Class::Removed => now.is_none() && had_left == Some(true),
            Class::Leaver => now.is_some_and(|l| l.has_left()) && had_left == Some(false),
            Class::Joiner => then.is_none() && now.is_some_and(|l| l.is_employed()),
            Class::FutureJoiner => then.is_none() && now == Some(Lifecycle::Prehire),
            Class::Appeared => then.is_none() && now == Some(Lifecycle::Unknown),
            Class::Historical => then.is_none() && now.is_some_and(|l| l.has_left()),
            Class::Rehire => {
                had_left == Some(true)
                    && now.is_some_and(|l| l.is_employed() || l == Lifecycle::Prehire)
            }
            Class::OnLeave => now == Some(Lifecycle::Leave) && then != now,
            Class::Returned => {
                then == Some(Lifecycle::Leave) && now.is_some_and(|l| l.is_employed())
            }
            Class::Started => {
                then == Some(Lifecycle::Prehire) && now.is_some_and(|l| l.is_employed())
            }
            Class::Mover => !change.moves.is_empty() && had_left == Some(false),
            Class::ReKeyed => change.other_key().is_some(),
            Class::Changed => !change.changes.is_empty(),
        };
        prop_assert!(fits, "{change:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn carrying_out_the_difference_gives_the_new_sync((old, new) in two_rosters()) {
        let diff = compare(&old, &new, DAY, DAY);
        prop_assert_eq!(diff.apply(&people(&old)), people(&new));
    }

    #[test]
    fn a_sync_does_not_differ_from_itself(all in vec(any_person(), 0..9)) {
        let all = roster(all);
        let diff = compare(&all, &all, DAY, DAY);
        prop_assert!(diff.is_empty(), "{:?}", diff);
        prop_assert_eq!(diff.unchanged, diff.old_total);
    }

    #[test]
    fn each_person_is_in_one_place((old, new) in two_rosters()) {
        let diff = compare(&old, &new, DAY, DAY);
        let before = diff.changes.iter().filter_map(|c| c.before);
        let before = before.chain(diff.ambiguous.iter().flat_map(|g| g.old.iter().copied()));
        let after = diff.changes.iter().filter_map(|c| c.after);
        let after = after.chain(diff.ambiguous.iter().flat_map(|g| g.new.iter().copied()));
        let (before, after) = (told(before.map(|p| &p.key)), told(after.map(|p| &p.key)));
        prop_assert!(before.values().chain(after.values()).all(|times| *times == 1));
        prop_assert_eq!(before.len() as u64 + diff.unchanged, diff.old_total);
        prop_assert_eq!(after.len() as u64 + diff.unchanged, diff.new_total);
        prop_assert_eq!(diff.old_total as usize, people(&old).len());
        check_classes(&diff)?;
    }

    #[test]
    fn no_person_is_found_again_without_proof((old, new) in two_rosters()) {
        let diff = compare(&old, &new, DAY, DAY);
        for change in &diff.changes {
            let Some(earlier) = change.other_key() else { continue };
            let (before, after) = (old.get(earlier).unwrap(), change.after.unwrap());
            prop_assert!(!change.found_by.is_empty());
            prop_assert!(change.found_by.iter().all(|&by| share(by, before, after)));
            prop_assert!(old.get(&after.key).is_none(), "a known id was taken for a new one");
            prop_assert!(change.former.is_some() || new.get(earlier).is_none());
            // One thing that they share leads to no other person.
            let by = change.found_by[0];
            let alike = |a: &Identity, b: &Identity| a.key.resource_type == b.key.resource_type;
            // Whoever has left or may have has not come back.
            let may_be = |p: &Identity| {
                let now = p.lifecycle_on(DAY);
                change.former.is_none() || now.is_employed() || now == Lifecycle::Prehire
            };
            let arrived = people(&new).into_keys().filter(|key| old.get(key).is_none());
            let arrived: Vec<_> = arrived.filter_map(|key| new.get(key)).collect();
            let gone = people(&old).into_keys().filter(|key| new.get(key).is_none());
            let gone: Vec<_> = gone.filter_map(|key| old.get(key)).collect();
            let proof = keys(before, by).into_iter().find(|key| {
                let has = |p: &Identity| keys(p, by).contains(key);
                let later = arrived.iter().filter(|p| alike(p, after) && may_be(p) && has(p));
                let earlier = gone.iter().filter(|p| alike(p, before) && has(p));
                later.count() == 1 && earlier.count() == usize::from(change.former.is_none())
            });
            prop_assert!(proof.is_some());
        }
    }
}

/// `person` with one of the facts of `other`.
fn with_one_of(person: &Identity, other: &Identity, which: usize) -> Identity {
    let mut person = person.clone();
    let other = other.clone();
    match which {
        0 => person.name = other.name,
        1 => person.status = other.status,
        2 => person.state_word = other.state_word,
        3 => person.lifecycle = other.lifecycle,
        4 => person.account_type = other.account_type,
        5 => person.emails = other.emails,
        6 => person.logins = other.logins,
        7 => person.employee_ids = other.employee_ids,
        8 => person.job_title = other.job_title,
        9 => person.department = other.department,
        10 => person.department_id = other.department_id,
        11 => person.location = other.location,
        12 => person.employment_type = other.employment_type,
        13 => person.org_role = other.org_role,
        14 => person.manager.id = other.manager.id,
        15 => person.manager.email = other.manager.email,
        16 => person.manager.name = other.manager.name,
        17 => person.start_date = other.start_date,
        18 => person.end_date = other.end_date,
        19 => person.mfa = other.mfa,
        _ => person.sso = other.sso,
    }
    person
}

proptest! {
    #[test]
    fn every_fact_counts(person in any_person(), other in any_person()) {
        for (which, field) in Field::ALL.into_iter().enumerate() {
            let changed = with_one_of(&person, &other, which);
            let changes = Facts::of(&person).changes(&Facts::of(&changed));
            let fields: Vec<_> = changes.iter().map(|change| change.field).collect();
            let expected = if changed == person { vec![] } else { vec![field] };
            prop_assert_eq!(fields, expected);
        }
    }
}

#[test]
fn of_two_records_with_one_id_the_last_counts() {
    let twice = roster([person("1").named("First"), person("1").named("Last")]);
    let once = roster([person("1").named("Last")]);
    assert_eq!(people(&twice), people(&once));
    assert!(compare(&twice, &once, DAY, DAY).is_empty());
}
