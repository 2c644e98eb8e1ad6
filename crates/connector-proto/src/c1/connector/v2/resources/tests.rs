use std::collections::BTreeMap;

use prost_types::Value;

use super::*;

fn profile(title: &str) -> Struct {
    let value = Value {
        kind: Some(Kind::StringValue(title.to_owned())),
    };
    Struct {
        fields: BTreeMap::from([("job_title".to_owned(), value)]),
    }
}

fn ada(of_trait: Option<Struct>) -> UserTrait {
    UserTrait {
        profile: of_trait,
        login: "ada".to_owned(),
        ..UserTrait::default()
    }
}

fn resource(own: Option<Struct>, of_trait: Vec<u8>) -> Resource {
    Resource {
        profile: own,
        annotations: vec![Any {
            type_url: UserTrait::TYPE_URL.to_owned(),
            value: of_trait,
        }],
        ..Resource::default()
    }
}

#[test]
fn a_profile_that_is_the_resources_own_is_left_out() {
    let trait_data = ada(Some(profile("Engineer"))).encode_to_vec();
    let it = resource(Some(profile("Engineer")), trait_data);
    assert_eq!(it.user_trait_apart(), Some((ada(None), true)));
    assert_eq!(it.user_trait(), Some(ada(Some(profile("Engineer")))));
}

#[test]
fn any_other_profile_stays() {
    let other = ada(Some(profile("Director")));
    for own in [Some(profile("Engineer")), Some(Struct::default()), None] {
        let it = resource(own, other.encode_to_vec());
        assert_eq!(it.user_trait_apart(), Some((other.clone(), false)));
    }
    let none = resource(Some(profile("Engineer")), ada(None).encode_to_vec());
    assert_eq!(none.user_trait_apart(), Some((ada(None), false)));
}

#[test]
fn a_profile_in_two_parts_is_one() {
    let engineer = ada(Some(profile("Engineer"))).encode_to_vec();
    let director = UserTrait {
        profile: Some(profile("Director")),
        ..UserTrait::default()
    };
    let parts = [engineer, director.encode_to_vec()].concat();
    let it = resource(Some(profile("Director")), parts);
    let whole = ada(Some(profile("Director")));
    assert_eq!(it.user_trait_apart(), Some((whole, false)));
}

#[test]
fn a_trait_that_cannot_be_read_is_none() {
    for broken in [&[0x1a, 0x05, 0x01][..], &[0x1a, 0x00, 0x0f], &[0x00]] {
        let it = resource(Some(Struct::default()), broken.to_vec());
        assert_eq!(it.user_trait_apart(), None, "{broken:?}");
        assert_eq!(it.user_trait(), None, "{broken:?}");
    }
    assert_eq!(Resource::default().user_trait_apart(), None);
}
