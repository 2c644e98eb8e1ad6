use proptest::prelude::*;

use super::*;

#[test]
fn public_id_strings() {
    let group = ResourceId::new(ResourceTypeId::new("group"), "g1");
    assert_eq!(group.to_string(), "group:g1");
    assert_eq!(
        EntitlementId::new(group, "member").to_string(),
        "group:g1:member"
    );
    assert_eq!(Cursor::new(""), None);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Place {
    Page { skip: u64, token: Option<String> },
    Pass(i16, Vec<String>),
    Last,
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        (any::<u64>(), any::<Option<String>>())
            .prop_map(|(skip, token)| Place::Page { skip, token }),
        (any::<i16>(), any::<Vec<String>>()).prop_map(|(n, words)| Place::Pass(n, words)),
        Just(Place::Last),
    ]
}

proptest! {
    #[test]
    fn a_place_survives_as_a_cursor(place in place()) {
        let cursor = Cursor::encode(&place).unwrap();
        prop_assert_eq!(cursor.decode::<Place>().unwrap(), place);
    }

    #[test]
    fn other_text_is_an_error_or_means_what_it_says(text in ".{1,40}") {
        let cursor = Cursor::new(text).unwrap();
        match cursor.decode::<Place>() {
            Ok(place) => prop_assert_eq!(Cursor::encode(&place).unwrap(), cursor),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Precondition),
        }
    }
}

#[test]
fn cursors_of_another_shape_are_refused() {
    for other in [
        "2",
        "token x",
        r#"{"Page":{"skip":1}}"#,
        r#"{"Page":{"skip":1,"token":null,"more":true}}"#,
        r#"{"Page":{"token":null,"skip":1}}"#,
        r#" "Last""#,
    ] {
        let error = Cursor::new(other).unwrap().decode::<Place>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition, "{other}");
        assert!(error.hint_text().is_some());
    }
}

#[test]
fn bids_of_resources() {
    let read = |bid| ResourceId::from_bid(bid).map(|id| id.to_string());
    for (bid, id) in [
        ("bid:r:user/42", "user:42"),
        ("bid:r:org/9/team/5", "team:5"),
        (r"bid:r:user/a\/b\:c\\d", r"user:a/b:c\d"),
    ] {
        assert_eq!(read(bid).as_deref(), Some(id));
    }
    for wrong in [
        "",
        "abc",
        "user/42",
        "bid:r:",
        "bid:r:user",
        "bid:r:user/",
        "bid:r:/42",
        "bid:r:a/b/c",
        "bid:r:a/b/c/d/e",
        "bid:r:user/4:2",
        "bid:e:team/5:member",
        r"bid:r:user/42\",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn over_long_and_empty_ids_are_invalid() {
    let user = ResourceTypeId::new("user");
    assert!(ResourceId::new(user.clone(), "1").is_valid());
    assert!(!ResourceId::new(user.clone(), "").is_valid());
    assert!(!ResourceId::new(user.clone(), "7\u{fffd}").is_valid());
    assert!(!ResourceId::new(user, "x".repeat(MAX_ID_BYTES + 1)).is_valid());
}
