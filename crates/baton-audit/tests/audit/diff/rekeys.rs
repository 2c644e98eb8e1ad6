//! Who is found again under another id, and who is only listed.

use baton_audit::diff::By;
use baton_audit::diff::people::{Class, compare};
use baton_audit::identity::Lifecycle;

use super::person::{DAY, With, key, one, person, roster, said};

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
fn an_address_given_to_another_person_is_no_proof() {
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
    // Another person who keeps the id and has the address too is no candidate.
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
}
