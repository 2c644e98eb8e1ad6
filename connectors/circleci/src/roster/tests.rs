use super::*;

fn member(id: &str, role: &str, state: &str) -> Member {
    Member {
        id: (!id.is_empty()).then(|| id.to_owned()),
        role: (!role.is_empty()).then(|| Role::new(role)),
        state: match state {
            "" => MemberStatus::Absent,
            "?" => MemberStatus::Unreadable,
            word => MemberStatus::Word(word.to_owned()),
        },
        ..Member::default()
    }
}

#[test]
fn two_records_of_a_person_become_one() {
    for (first, second, role, state) in [
        (("viewer", ""), ("admin", ""), "admin", ""),
        (("admin", ""), ("viewer", ""), "admin", ""),
        (("", "pending"), ("member", ""), "member", ""),
        (("admin", ""), ("", "invited"), "admin", ""),
        (("admin", "suspended"), ("admin", ""), "admin", "suspended"),
        (("admin", "active"), ("", "pending"), "admin", "active"),
        (("", "invited"), ("admin", "active"), "admin", "active"),
        (("admin", ""), ("admin", "?"), "admin", "?"),
    ] {
        let mut roster = Roster::start();
        let page = vec![
            member("1", first.0, first.1),
            member("1", second.0, second.1),
        ];
        let added = roster.add(page).unwrap();
        assert_eq!(added.ids, ["1"]);
        assert_eq!(roster.get("1").unwrap().member, member("1", role, state));
        let codes: Vec<_> = added.warnings.iter().map(|w| w.code.as_str()).collect();
        assert_eq!(codes, ["member-repeated"]);
    }
}

#[test]
fn absent_values_are_filled_and_present_ones_stay() {
    let mut roster = Roster::start();
    let named = |name: &str, email: Option<&str>| Member {
        name: Some(name.to_owned()),
        email: email.map(str::to_owned),
        ..member("1", "", "")
    };
    roster.add(vec![named("First", None)]).unwrap();
    let added = roster.add(vec![named("Second", Some("e"))]).unwrap();
    assert_eq!(added.ids, ["1"], "it is stored again");
    assert_eq!(roster.get("1").unwrap().member, named("First", Some("e")));
    let added = roster.add(vec![named("Third", None)]).unwrap();
    assert!(added.ids.is_empty(), "nothing new, nothing to store");
}

#[test]
fn who_has_no_id_is_left_out_and_counted() {
    let mut roster = Roster::start();
    let page = vec![
        member("", "", ""),
        member("", "", "pending"),
        member("1", "", ""),
    ];
    let added = roster.add(page).unwrap();
    let warnings: Vec<_> = added
        .warnings
        .iter()
        .map(|w| (w.code.as_str(), w.count))
        .collect();
    assert_eq!(
        warnings,
        [("invitation-without-id", 1), ("member-without-id", 1)]
    );
    assert_eq!(added.ids, ["1"]);
    let error = Roster::start().add(vec![member("", "", "")]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert!(Roster::start().add(vec![member("", "", "pending")]).is_ok());
}
