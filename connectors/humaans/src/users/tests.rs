use super::*;

#[test]
fn status_words() {
    let of = |word| {
        let status = status(word);
        (status.kind, status.details)
    };
    let said = |word: &str| Some(Text::from(word));
    assert_eq!(of(None), (StatusKind::Unspecified, None));
    assert_eq!(of(Some("active")), (StatusKind::Enabled, None));
    assert_eq!(of(Some(" ACTIVE")), (StatusKind::Enabled, None));
    for word in ["newHire", "new_hire", "New hire", "NEW-HIRE"] {
        assert_eq!(
            of(Some(word)),
            (StatusKind::Enabled, said("newHire")),
            "{word}"
        );
    }
    for word in ["offboarded", "Off_Boarded"] {
        assert_eq!(of(Some(word)), (StatusKind::Disabled, said(word)), "{word}");
    }
    for word in ["sabbatical", "inactive", "activeSoon"] {
        assert_eq!(
            of(Some(word)),
            (StatusKind::Unspecified, said(word)),
            "{word}"
        );
    }
}

#[test]
fn a_person_with_nothing_but_an_id() {
    let person: Person = serde_json::from_str(r#"{"id":"pRs0n1"}"#).unwrap();
    let today = jiff::civil::date(2026, 11, 1);
    let user = user(&person, &Directory::new(today)).unwrap();
    assert_eq!(user.display_name, "user pRs0n1");
    assert!(user.profile.is_empty());
    assert_eq!(user.status, Some(Status::of(StatusKind::Unspecified)));
    assert_eq!(
        super::user(&Person::default(), &Directory::new(today)),
        None
    );
}
