//! Which class somebody is put into, and who is found again under another id.

use baton_audit::diff::people::{Class, compare};
use baton_audit::diff::{Aspect, By};
use baton_audit::identity::{Identity, Lifecycle, Roster};
use jiff::civil::date;

use super::person::{DAY, With, key, person, roster};

/// One line per person who differs, then one per ambiguous group.
fn said(old: &Roster, new: &Roster) -> String {
    let diff = compare(old, new, DAY, DAY);
    let changes = diff.changes.iter().map(|change| {
        let mut line = format!("{} {}", change.class.as_str(), change.person().unwrap().key);
        if let Some(other) = change.other_key() {
            let by: Vec<_> = change.found_by.iter().map(|by| by.as_str()).collect();
            line += &format!(" was {other} by {}", by.join("+"));
        }
        for moved in &change.moves {
            let end = |end: &Option<String>| end.clone().unwrap_or_else(|| "nothing".to_owned());
            let (from, to) = (end(&moved.from), end(&moved.to));
            line += &format!("; {} {from} > {to}", moved.aspect.as_str());
        }
        line
    });
    let groups = diff.ambiguous.iter().map(|group| {
        let keys = |people: &[&Identity]| {
            let keys: Vec<_> = people.iter().map(|p| p.key.to_string()).collect();
            keys.join(",")
        };
        let shared = group
            .shared
            .iter()
            .map(|(by, value)| format!("{}={value}", by.as_str()));
        format!(
            "ambiguous old[{}] former[{}] new[{}] {}{}",
            keys(&group.old),
            keys(&group.former),
            keys(&group.new),
            shared.collect::<Vec<_>>().join(" "),
            if group.is_doubt() { " in doubt" } else { "" },
        )
    });
    changes.chain(groups).collect::<Vec<_>>().join("\n")
}

fn one(before: Identity, after: Identity) -> String {
    said(&roster([before]), &roster([after]))
}

#[test]
fn the_same_id_with_another_state() {
    use Lifecycle::{Active, Leave, Onboarding, Prehire, Retired, Terminated, Unknown};
    let cases = [
        (Active, Active, ""),
        (Active, Terminated, "leaver"),
        (Leave, Retired, "leaver"),
        (Unknown, Terminated, "leaver"),
        (Prehire, Terminated, "leaver"),
        (Active, Leave, "on_leave"),
        (Prehire, Leave, "on_leave"),
        (Leave, Active, "returned"),
        (Leave, Unknown, "changed"),
        (Prehire, Onboarding, "started"),
        (Prehire, Unknown, "changed"),
        (Onboarding, Active, "changed"),
        (Terminated, Active, "rehire"),
        (Terminated, Leave, "rehire"),
        (Retired, Prehire, "rehire"),
        (Terminated, Unknown, "changed"),
        (Terminated, Retired, "changed"),
        (Unknown, Active, "changed"),
    ];
    for (then, now, class) in cases {
        let found = one(person("1").lifecycle(then), person("1").lifecycle(now));
        let expected = if class.is_empty() {
            String::new()
        } else {
            format!("{class} user:1")
        };
        assert_eq!(found, expected, "{then:?} {now:?}");
    }
}

#[test]
fn somebody_new_or_gone() {
    use Lifecycle::{Active, Deceased, Leave, Prehire, Terminated, Unknown};
    let nobody = roster([]);
    let arrived = [
        (Active, "joiner"),
        (Leave, "joiner"),
        (Prehire, "future_joiner"),
        (Unknown, "appeared"),
        (Terminated, "historical"),
    ];
    for (now, class) in arrived {
        let found = said(&nobody, &roster([person("1").lifecycle(now)]));
        assert_eq!(found, format!("{class} user:1"));
    }
    let gone = [
        (Active, "vanished"),
        (Prehire, "vanished"),
        (Unknown, "vanished"),
        (Terminated, "removed"),
        (Deceased, "removed"),
    ];
    for (then, class) in gone {
        let found = said(&roster([person("1").lifecycle(then)]), &nobody);
        assert_eq!(found, format!("{class} user:1"));
    }
}

#[test]
fn the_day_decides_who_is_still_to_come() {
    let later = person("1").with(|p| p.start_date = Some(date(2026, 3, 9)));
    let (old, new) = (roster([later.clone()]), roster([later]));
    assert!(compare(&old, &new, DAY, DAY).is_empty());
    let started = compare(&old, &new, DAY, date(2026, 3, 9));
    assert_eq!(started.count(Class::Started), 1);
    assert_eq!(started.changes[0].changes, []);
    let nobody = roster([]);
    assert_eq!(said(&nobody, &new), "future_joiner user:1");
    let joined = compare(&nobody, &new, DAY, date(2026, 3, 9));
    assert_eq!(joined.count(Class::Joiner), 1);
}

#[test]
fn a_move_is_another_thing_and_not_another_writing() {
    let at = |title: &str, place: &str| {
        person("1").with(|p| {
            p.job_title = Some(title.into());
            p.location = Some(place.into());
        })
    };
    let moved = one(at("Engineer", "Oslo"), at("Lead", "Bergen"));
    assert_eq!(
        moved,
        "mover user:1; title Engineer > Lead; location Oslo > Bergen"
    );
    assert_eq!(
        one(at("Engineer", "Oslo"), at("engineer ", "OSLO")),
        "changed user:1"
    );

    let dept = |name: &str, id: Option<&str>| {
        person("1").with(|p| {
            p.department = (!name.is_empty()).then(|| name.into());
            p.department_id = id.map(Into::into);
        })
    };
    let cases = [
        (
            dept("Sales", None),
            dept("Legal", None),
            "mover user:1; department Sales > Legal",
        ),
        (
            dept("Sales", None),
            dept("", None),
            "mover user:1; department Sales > nothing",
        ),
        (
            dept("Sales", Some("7")),
            dept("Revenue", Some("7")),
            "changed user:1",
        ),
        (
            dept("Sales", None),
            dept("Sales", Some("7")),
            "changed user:1",
        ),
        (
            dept("Sales", Some("7")),
            dept("Sales", Some("8")),
            "mover user:1; department Sales (7) > Sales (8)",
        ),
    ];
    for (before, after, expected) in cases {
        assert_eq!(one(before, after), expected);
    }
    let left = |title: &str| at(title, "Oslo").left();
    assert_eq!(
        one(left("Engineer"), left("Lead")),
        "changed user:1; title Engineer > Lead"
    );
    assert_eq!(
        one(at("Engineer", "Oslo"), left("Lead")),
        "leaver user:1; title Engineer > Lead"
    );
}

#[test]
fn another_manager_is_another_person() {
    let boss = |id: &str, email: &str| person(id).named(&format!("Boss {id}")).email(email);
    let (a, b) = (boss("8", "a@example.com"), boss("9", "b@example.com"));
    let by_email = |email: &str| {
        let report = person("1");
        report.with(|p| p.manager.email = Some(email.to_owned()))
    };
    let two = |report: Identity| roster([a.clone(), b.clone(), report]);
    let moved = "mover user:1; manager Boss 8 > Boss 9";
    assert_eq!(
        said(
            &two(person("1").manager_id("8")),
            &two(person("1").manager_id("9"))
        ),
        moved
    );
    assert_eq!(
        said(
            &two(by_email("a@example.com")),
            &two(by_email("B@example.com"))
        ),
        moved
    );
    assert_eq!(
        said(
            &two(person("1").manager_id("8")),
            &two(by_email("b@example.com"))
        ),
        moved
    );
    let same = said(
        &two(person("1").manager_id("8")),
        &two(by_email("A@example.com")),
    );
    assert_eq!(same, "changed user:1");
    let lost = said(&two(person("1").manager_id("8")), &two(person("1")));
    assert_eq!(lost, "mover user:1; manager Boss 8 > nothing");

    // The manager has another address, another id, or is gone: the report stands where they stood.
    let renamed = roster([
        boss("8", "new@example.com"),
        b.clone(),
        by_email("new@example.com"),
    ]);
    assert_eq!(
        said(&two(by_email("a@example.com")), &renamed),
        "changed user:1\nchanged user:8"
    );
    let rekeyed = roster([
        boss("80", "a@example.com").named("Boss 8"),
        b.clone(),
        person("1").manager_id("80"),
    ]);
    assert_eq!(
        said(&two(person("1").manager_id("8")), &rekeyed),
        "re_keyed user:80 was user:8 by email\nchanged user:1"
    );
    let gone = roster([
        b.clone(),
        person("1")
            .manager_id("8")
            .with(|p| p.job_title = Some("X".into())),
    ]);
    assert_eq!(
        said(&two(person("1").manager_id("8")), &gone),
        "vanished user:8\nmover user:1; title nothing > X"
    );
    let unknown = |name: &str| person("1").with(|p| p.manager.name = Some(name.to_owned()));
    assert_eq!(
        one(unknown("Kim  Park"), unknown("kim park")),
        "changed user:1"
    );
    assert_eq!(
        one(unknown("Kim Park"), unknown("Ada Berg")),
        "mover user:1; manager Kim Park > Ada Berg"
    );
}

#[test]
fn the_same_address_or_number_under_a_new_id() {
    let cases = [
        (
            person("1").email("Ada@Example.com"),
            person("2").email("ada@example.com"),
            "re_keyed user:2 was user:1 by email",
        ),
        (
            person("1").number("E-1"),
            person("2").number("e-1 "),
            "re_keyed user:2 was user:1 by employee_number",
        ),
        (
            person("1").number("E-1").email("ada@example.com"),
            person("2").number("E-1").email("ada@example.com"),
            "re_keyed user:2 was user:1 by employee_number+email",
        ),
        (
            person("1").number("E-1").left(),
            person("2").number("E-1"),
            "rehire user:2 was user:1 by employee_number",
        ),
        (
            person("1").number("E-1"),
            person("2").number("E-1").left(),
            "leaver user:2 was user:1 by employee_number",
        ),
        (
            person("1").number("E-1").left(),
            person("2").number("E-1").left(),
            "re_keyed user:2 was user:1 by employee_number",
        ),
        // The contract changed, the person did not.
        (
            person("1")
                .named("Ada Berg")
                .number("C-1")
                .email("ada@example.com"),
            person("2")
                .named("Ada  BERG")
                .number("E-9")
                .email("ada@example.com"),
            "re_keyed user:2 was user:1 by email",
        ),
        // A new name and address under the number one always had, and nothing that says otherwise.
        (
            person("1").number("E-1"),
            person("2").number("E-1").email("ada@example.com"),
            "re_keyed user:2 was user:1 by employee_number",
        ),
        (person("1"), person("2"), "vanished user:1\njoiner user:2"),
    ];
    for (before, after, expected) in cases {
        assert_eq!(one(before, after), expected);
    }
}

#[test]
fn an_address_given_to_somebody_else_is_no_proof() {
    let before = person("1")
        .named("John Smith")
        .number("E-1")
        .email("jsmith@example.com");
    let after = person("2")
        .named("Jane Smith")
        .number("E-9")
        .email("jsmith@example.com");
    let listed = "ambiguous old[user:1] former[] new[user:2] email=jsmith@example.com in doubt";
    assert_eq!(one(before.clone(), after.clone()), listed);
    // So is a number of another company when name and address are others too.
    let other = person("2")
        .named("Jane Smith")
        .number("E-1")
        .email("jane@example.com");
    assert_eq!(
        one(before.clone(), other),
        "ambiguous old[user:1] former[] new[user:2] employee_number=e-1 in doubt"
    );
    // A name that only stands in for a missing one contradicts nothing.
    let nameless = after.named("user:2");
    assert_eq!(one(before, nameless), "re_keyed user:2 was user:1 by email");
}

#[test]
fn what_fits_twice_is_listed() {
    let (ada, bob) = (person("1").email("a@example.com"), person("2").number("B"));
    let torn = person("3").email("a@example.com").number("B");
    assert_eq!(
        said(&roster([ada.clone(), bob]), &roster([torn])),
        "ambiguous old[user:1,user:2] former[] new[user:3] employee_number=b email=a@example.com"
    );
    let twice = roster([
        person("3").email("a@example.com"),
        person("4").email("A@example.com"),
    ]);
    assert_eq!(
        said(&roster([ada.clone()]), &twice),
        "ambiguous old[user:1] former[] new[user:3,user:4] email=a@example.com"
    );
    // Somebody else who keeps the id and has the address too is no candidate.
    let keeps = person("5").email("a@example.com");
    assert_eq!(
        said(
            &roster([ada, keeps.clone()]),
            &roster([keeps, person("3").email("a@example.com")])
        ),
        "re_keyed user:3 was user:1 by email"
    );
}

#[test]
fn numbers_come_before_a_shared_mailbox() {
    let team = |id: &str, number: &str| person(id).number(number).email("team@example.com");
    assert_eq!(
        said(
            &roster([team("1", "A"), team("2", "B")]),
            &roster([
                team("11", "A"),
                team("12", "B"),
                person("13").email("team@example.com")
            ])
        ),
        "joiner user:13\n\
         re_keyed user:11 was user:1 by employee_number+email\n\
         re_keyed user:12 was user:2 by employee_number+email"
    );
    assert_eq!(
        said(
            &roster([
                person("1").email("t@example.com"),
                person("2").email("t@example.com")
            ]),
            &roster([
                person("3").email("t@example.com"),
                person("4").email("t@example.com")
            ])
        ),
        "ambiguous old[user:1,user:2] former[] new[user:3,user:4] email=t@example.com"
    );
}

#[test]
fn who_is_left_over_is_no_proof() {
    let shared = "t@example.com";
    let old = roster([
        person("1").number("A").email(shared),
        person("2").email(shared),
    ]);
    let new = roster([
        person("11").number("A").email(shared),
        person("12").email(shared),
    ]);
    assert_eq!(
        said(&old, &new),
        "re_keyed user:11 was user:1 by employee_number+email\n\
         ambiguous old[user:2] former[] new[user:12] email=t@example.com in doubt"
    );
}

#[test]
fn back_under_a_new_id_while_the_old_record_is_still_there() {
    let former = person("1").number("E-1").email("ada@example.com").left();
    let back = person("2").number("E-1").email("ada@example.com");
    let still = || roster([former.clone()]);
    assert_eq!(
        said(&still(), &roster([former.clone(), back.clone()])),
        "rehire user:2 was user:1 by employee_number+email"
    );
    let (old, new) = (still(), roster([former.clone(), back.clone()]));
    let diff = compare(&old, &new, DAY, DAY);
    assert_eq!((diff.unchanged, diff.old_total, diff.new_total), (1, 1, 2));
    assert_eq!(diff.changes[0].before, None);
    assert_eq!(diff.changes[0].found_by, [By::EmployeeNumber, By::Email]);

    let to_come = back.clone().lifecycle(Lifecycle::Prehire);
    assert_eq!(
        said(&still(), &roster([former.clone(), to_come])),
        "rehire user:2 was user:1 by employee_number+email"
    );
    let cases = [
        (back.clone().left(), "historical user:2"),
        (
            back.clone().lifecycle(Lifecycle::Unknown),
            "appeared user:2",
        ),
    ];
    for (arrived, expected) in cases {
        assert_eq!(said(&still(), &roster([former.clone(), arrived])), expected);
    }
    // Whoever had not left did not come back: a second record is a joiner.
    let working = person("1").number("E-1");
    assert_eq!(
        said(&roster([working.clone()]), &roster([working, back.clone()])),
        "joiner user:2"
    );
    let twice = person("3").number("E-1").left();
    assert_eq!(
        said(
            &roster([former.clone(), twice.clone()]),
            &roster([former, twice, back])
        ),
        "ambiguous old[] former[user:1,user:3] new[user:2] employee_number=e-1 email=ada@example.com"
    );
}

#[test]
fn types_that_both_have_are_not_mixed() {
    let of = |resource_type: &str, id: &str| {
        person(id)
            .email("ada@example.com")
            .with(|p| p.key = key(resource_type, id))
    };
    // Another connector for the same people.
    assert_eq!(
        one(of("employee", "1"), of("user", "9")),
        "re_keyed user:9 was employee:1 by email"
    );
    // A person and a login of the same person, both with new ids.
    assert_eq!(
        said(
            &roster([of("person", "1"), of("login", "1")]),
            &roster([of("person", "2"), of("login", "2")])
        ),
        "re_keyed login:2 was login:1 by email\nre_keyed person:2 was person:1 by email"
    );
}

#[test]
fn who_cannot_be_found_counts_as_missing() {
    let old = roster([
        person("1").email("a@example.com"),
        person("2").email("a@example.com"),
        person("3").email("a@example.com").left(),
        person("4"),
        person("5").left(),
        person("6"),
    ]);
    let new = roster([person("9").email("a@example.com"), person("6")]);
    let diff = compare(&old, &new, DAY, DAY);
    assert_eq!(diff.ambiguous.len(), 1);
    assert_eq!(diff.count(Class::Vanished), 1);
    assert_eq!(diff.count(Class::Removed), 1);
    assert_eq!((diff.missing(), diff.old_present), (3, 4));
    assert_eq!(Aspect::Manager.as_str(), "manager");
}
