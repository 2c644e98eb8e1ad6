use super::*;

fn of(members: &[Member], kind: Kind) -> usize {
    members.iter().filter(|m| m.kind == kind).count()
}

#[test]
fn ids_look_like_uuids_and_depend_on_the_person_alone() {
    let id = member_id("3000000901123456789");
    let lengths: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    assert!(
        id[14..].starts_with('4') && "89ab".contains(&id[19..20]),
        "{id}"
    );
    let mut company = Company::generate(60, 3);
    let ids = |company: &Company| -> Vec<String> {
        let members = members(company, Mismatches::Typical);
        members.into_iter().map(|m| m.id).collect()
    };
    let before = ids(&company);
    for person in &mut company.people {
        person.email = None;
        "X".clone_into(&mut person.display_name);
    }
    assert_eq!(ids(&company), before);
    let distinct: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!(distinct.len(), before.len());
}

#[test]
fn every_kind_of_mismatch_is_there_in_a_small_and_a_large_company() {
    for people in [20, 50, 300, 2_000] {
        let company = Company::generate(people, 1);
        let members = members(&company, Mismatches::Typical);
        let kinds = [
            Kind::Leaver,
            Kind::LoginOnly,
            Kind::OtherEmail,
            Kind::Invited,
            Kind::Bot,
        ];
        for kind in kinds {
            assert!(of(&members, kind) > 0, "{kind:?} of {people}");
        }
        let left = company.count(&Lifecycle::Terminated);
        assert!(of(&members, Kind::Leaver) <= left);
        assert!(members.len() - 2 < people, "a person is no member");
    }
}

#[test]
fn without_mismatches_every_person_is_a_member() {
    let company = Company::generate(30, 1);
    let members = members(&company, Mismatches::None);
    assert_eq!(members.len(), 30);
    assert_eq!(of(&members, Kind::Ordinary), 30);
}
