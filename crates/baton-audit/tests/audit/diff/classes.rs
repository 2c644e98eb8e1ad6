//! Which class a person is put into.

use baton_audit::diff::people::{Class, compare};
use baton_audit::identity::{Identity, Lifecycle};
use jiff::civil::date;

use super::person::{DAY, With, one, person, roster, said};

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
fn a_person_new_or_gone() {
    use Lifecycle::{Active, Deceased, Leave, Prehire, Terminated, Unknown};
    let empty = roster([]);
    let arrived = [
        (Active, "joiner"),
        (Leave, "joiner"),
        (Prehire, "future_joiner"),
        (Unknown, "appeared"),
        (Terminated, "historical"),
    ];
    for (now, class) in arrived {
        let found = said(&empty, &roster([person("1").lifecycle(now)]));
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
        let found = said(&roster([person("1").lifecycle(then)]), &empty);
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
    let empty = roster([]);
    assert_eq!(said(&empty, &new), "future_joiner user:1");
    let joined = compare(&empty, &new, DAY, date(2026, 3, 9));
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
