use jiff::civil::date;

use super::*;

#[test]
fn dates_decide_where_a_person_stands_on_a_day() {
    use Lifecycle::{Active, Onboarding, Prehire, Terminated, Unknown};
    let (today, before, after) = (
        date(2026, 3, 1),
        Some(date(2026, 2, 28)),
        Some(date(2026, 3, 2)),
    );
    let cases = [
        (Active, after, None, Prehire),
        (Active, Some(today), None, Active),
        (Active, before, before, Active),
        (Onboarding, after, None, Prehire),
        (Prehire, after, None, Prehire),
        (Prehire, None, None, Prehire),
        (Prehire, Some(today), None, Onboarding),
        (Unknown, before, before, Terminated),
        (Unknown, before, Some(today), Unknown),
        (Unknown, after, None, Prehire),
        (Terminated, after, after, Terminated),
    ];
    for (lifecycle, start_date, end_date, expected) in cases {
        let user = connector_c1z::wire::Resource {
            id: Some(connector_c1z::wire::ResourceId::default()),
            ..Default::default()
        };
        let mut person = read(
            connector_c1z::RowAt::Key(Box::default()),
            &user,
            &mut Shared::default(),
        )
        .unwrap();
        (person.lifecycle, person.start_date, person.end_date) = (lifecycle, start_date, end_date);
        let found = person.lifecycle_on(today);
        assert_eq!(found, expected, "{lifecycle:?} {start_date:?} {end_date:?}");
    }
}

#[test]
fn each_of_very_many_addresses_is_there_once_and_in_order() {
    let addresses = (0..100).map(|at| format!(" {}@example.com", at % 40));
    let user = connector_c1z::wire::UserTrait {
        emails: addresses
            .map(|address| connector_c1z::wire::Email {
                address,
                is_primary: false,
            })
            .collect(),
        ..Default::default()
    };
    let resource = connector_c1z::wire::Resource {
        id: Some(connector_c1z::wire::ResourceId::default()),
        annotations: vec![prost_types::Any::from_msg(&user).unwrap()],
        ..Default::default()
    };
    let row = connector_c1z::RowAt::Key(Box::default());
    let person = read(row, &resource, &mut Shared::default()).unwrap();
    let once: Vec<String> = (0..40).map(|at| format!("{at}@example.com")).collect();
    assert_eq!(person.emails, once);
}
