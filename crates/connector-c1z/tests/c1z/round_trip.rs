//! Whatever the model can hold comes back from a file as it went in.

use connector_c1z::wire;
use connector_core::id::{EntitlementId, ResourceId};
use connector_core::model::{
    AccountType, Entitlement, Grant, Purpose, Resource, Status, StatusKind, TraitData, UserTrait,
};
use connector_core::profile::{Profile, ProfileValue};
use connector_core::text::Text;
use connector_proto::pick;
use jiff::Timestamp;
use proptest::prelude::*;
use prost_types::value::Kind;

use crate::support::*;

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9:_-]{1,20}", "\\PC{1,12}"]
}

fn text() -> impl Strategy<Value = Text> {
    word().prop_map(Text::from)
}

fn value() -> impl Strategy<Value = ProfileValue> {
    prop_oneof![
        text().prop_map(ProfileValue::Text),
        any::<bool>().prop_map(ProfileValue::Bool),
        (-1e12..1e12).prop_map(ProfileValue::Number),
        prop::collection::vec(text(), 0..4).prop_map(ProfileValue::List),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    prop::collection::vec((word(), value()), 0..6).prop_map(|facts| {
        let mut profile = Profile::new();
        facts.into_iter().for_each(|(k, v)| profile.set(k, v));
        profile
    })
}

fn status() -> impl Strategy<Value = Status> {
    let kind = prop::sample::select(vec![
        StatusKind::Unspecified,
        StatusKind::Enabled,
        StatusKind::Disabled,
        StatusKind::Deleted,
    ]);
    (kind, prop::option::of(text())).prop_map(|(kind, details)| Status { kind, details })
}

fn trait_data() -> impl Strategy<Value = TraitData> {
    let account = prop::sample::select(vec![
        AccountType::Human,
        AccountType::Service,
        AccountType::System,
    ]);
    let some = || prop::option::of(text());
    let user = (
        some(),
        some(),
        prop::collection::vec(text(), 0..3),
        some(),
        some(),
        account,
    );
    let user = user.prop_map(
        |(email, login, employee_ids, given_name, family_name, account_type)| {
            TraitData::User(UserTrait {
                email,
                login,
                employee_ids,
                given_name,
                family_name,
                account_type,
            })
        },
    );
    prop_oneof![
        4 => user,
        1 => Just(TraitData::None),
        1 => Just(TraitData::Group),
        1 => Just(TraitData::Role),
        1 => Just(TraitData::App),
    ]
}

fn resource() -> impl Strategy<Value = Resource> {
    let created = prop::option::of((-1_000_000_000i64..4_000_000_000, 0i32..1_000_000_000));
    (
        word(),
        word(),
        prop::option::of(text()),
        profile(),
        prop::option::of(status()),
        created,
        trait_data(),
    )
        .prop_map(
            |(id, name, description, profile, status, created, trait_data)| {
                let mut resource = Resource::new(user_id(&id), &name, trait_data);
                resource.description = description;
                resource.profile = profile;
                resource.status = status;
                resource.created_at = created.map(|(s, n)| Timestamp::new(s, n).unwrap());
                resource
            },
        )
}

fn facts(of: Option<&prost_types::Struct>) -> Profile {
    let mut profile = Profile::new();
    for (key, value) in of.map(|s| &s.fields).into_iter().flatten() {
        let text = |v: &prost_types::Value| match &v.kind {
            Some(Kind::StringValue(text)) => Text::from(text),
            other => panic!("{other:?}"),
        };
        let value = match value.kind.as_ref().unwrap() {
            Kind::StringValue(text) => ProfileValue::Text(text.into()),
            Kind::BoolValue(yes) => ProfileValue::Bool(*yes),
            Kind::NumberValue(number) => ProfileValue::Number(*number),
            Kind::ListValue(list) => ProfileValue::List(list.values.iter().map(text).collect()),
            other => panic!("{other:?}"),
        };
        profile.set(key.clone(), value);
    }
    profile
}

fn state(of: Option<&wire::Status>) -> Option<Status> {
    of.map(|status| Status {
        kind: [
            StatusKind::Unspecified,
            StatusKind::Enabled,
            StatusKind::Disabled,
            StatusKind::Deleted,
        ][usize::try_from(status.status).unwrap()],
        details: some(&status.details),
    })
}

fn some(text: &str) -> Option<Text> {
    (!text.is_empty()).then(|| text.into())
}

fn instant(of: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
    of.map(|t| {
        assert!(t.nanos >= 0);
        Timestamp::new(t.seconds, t.nanos).unwrap()
    })
}

/// The trait data, and its copies of what the resource says too.
fn trait_of(row: &wire::Resource) -> TraitData {
    let Some(any) = row.annotations.first() else {
        return TraitData::None;
    };
    assert_eq!(row.annotations.len(), 1);
    let read = |profile: Option<prost_types::Struct>| assert_eq!(profile, row.profile);
    let of = &row.annotations;
    match any
        .type_url
        .strip_prefix("type.googleapis.com/c1.connector.v2.")
    {
        Some("GroupTrait") => {
            read(pick::<wire::GroupTrait>(of).unwrap().unwrap().profile);
            TraitData::Group
        }
        Some("RoleTrait") => {
            read(pick::<wire::RoleTrait>(of).unwrap().unwrap().profile);
            TraitData::Role
        }
        Some("AppTrait") => {
            read(pick::<wire::AppTrait>(of).unwrap().unwrap().profile);
            TraitData::App
        }
        Some("UserTrait") => {
            let user = row.user_trait().unwrap();
            assert_eq!(user.status, row.status);
            assert_eq!(user.created_at, row.created_at);
            read(user.profile);
            let name = user.structured_name.unwrap_or_default();
            assert!(user.emails.iter().all(|email| email.is_primary));
            TraitData::User(UserTrait {
                email: user.emails.first().map(|email| Text::from(&email.address)),
                login: some(&user.login),
                employee_ids: user.employee_ids.into_iter().map(Text::from).collect(),
                given_name: some(&name.given_name),
                family_name: some(&name.family_name),
                account_type: match user.account_type {
                    1 => AccountType::Human,
                    2 => AccountType::Service,
                    3 => AccountType::System,
                    other => panic!("account type {other}"),
                },
            })
        }
        other => panic!("{other:?}"),
    }
}

fn read_back(row: &wire::Resource) -> Resource {
    let id = row.id.clone().unwrap();
    Resource {
        id: ResourceId::new(USER, id.resource),
        parent: row
            .parent_resource_id
            .clone()
            .map(|p| ResourceId::new(USER, p.resource)),
        display_name: Text::from(&row.display_name),
        description: some(&row.description),
        profile: facts(row.profile.as_ref()),
        status: state(row.status.as_ref()),
        created_at: instant(row.created_at.as_ref()),
        trait_data: trait_of(row),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resources_come_back(rows in prop::collection::vec(resource(), 1..12)) {
        let mut rows = rows;
        let mut seen = std::collections::HashSet::new();
        rows.retain(|row| seen.insert(row.id.clone()));
        // All but the first hang under the first.
        let top = rows[0].id.clone();
        rows.iter_mut().skip(1).for_each(|row| row.parent = Some(top.clone()));
        let scene = Scene::new();
        let (warnings, _) = scene.sync(1, vec![rows.clone().into()]);
        prop_assert_eq!(warnings, vec![]);
        let reader = scene.reader();
        let run = reader.latest_finished_full().unwrap().unwrap();
        let mut back = Vec::new();
        reader.for_each_resource(&run.sync_id, |row| {
            back.push(read_back(&row));
            Ok(())
        }).unwrap();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        prop_assert_eq!(back, rows);
    }

    #[test]
    fn entitlements_and_grants_come_back(ids in prop::collection::hash_set(word(), 1..8), slug in word(), text in word()) {
        let ids: Vec<_> = ids.into_iter().collect();
        let teams: Vec<_> = ids.iter().map(|id| team(id)).collect();
        let users: Vec<_> = ids.iter().map(|id| user(id)).collect();
        let mut entitlements: Vec<_> = teams.iter().zip([Purpose::Assignment, Purpose::Permission, Purpose::Ownership].iter().cycle()).map(|(team, purpose)| Entitlement {
            id: EntitlementId::new(team.id.clone(), slug.clone()),
            resource_name: team.display_name.to_string(),
            display_name: text.clone(),
            description: text.repeat(2),
            purpose: *purpose,
            grantable_to: vec![USER],
        }).collect();
        let mut grants: Vec<_> = entitlements.iter().zip(users.iter().rev()).map(|(e, u)| Grant {
            entitlement: e.id.clone(),
            principal: u.id.clone(),
        }).collect();
        // Plain joins of ids are ambiguous once a colon is in them; equal joins are one row.
        let unique = |all: Vec<String>| all.iter().collect::<std::collections::HashSet<_>>().len() == all.len();
        prop_assume!(unique(entitlements.iter().map(|e| e.id.to_string()).collect()));
        prop_assume!(unique(grants.iter().map(|g| format!("{}:{}", g.entitlement, g.principal)).collect()));
        let scene = Scene::new();
        let (warnings, _) = scene.sync(1, vec![users.into(), teams.into(), entitlements.clone().into(), grants.clone().into()]);
        prop_assert_eq!(warnings, vec![]);
        let reader = scene.reader();
        let run = reader.latest_finished_full().unwrap().unwrap();
        let mut entitlements_back = Vec::new();
        reader.for_each_entitlement(&run.sync_id, |row| {
            entitlements_back.push(read_entitlement(row));
            Ok(())
        }).unwrap();
        entitlements.sort_by(|a, b| a.id.resource.cmp(&b.id.resource));
        prop_assert_eq!(entitlements_back, entitlements);
        let mut grants_back = Vec::new();
        reader.for_each_grant(&run.sync_id, |row| {
            grants_back.push(read_grant(row, &slug));
            Ok(())
        }).unwrap();
        grants.sort_by(|a, b| a.entitlement.resource.cmp(&b.entitlement.resource));
        prop_assert_eq!(grants_back, grants);
    }
}

fn read_entitlement(row: wire::Entitlement) -> Entitlement {
    let resource = row.resource.unwrap();
    let id = EntitlementId::new(team_id(&resource.id.unwrap().resource), row.slug);
    assert_eq!(row.id, id.to_string());
    let grantable: Vec<_> = row
        .grantable_to
        .iter()
        .map(|t| (t.id.as_str(), t.display_name.as_str()))
        .collect();
    assert_eq!(grantable, [("user", "User")]);
    Entitlement {
        id,
        resource_name: resource.display_name,
        display_name: row.display_name,
        description: row.description,
        purpose: match row.purpose {
            1 => Purpose::Assignment,
            2 => Purpose::Permission,
            3 => Purpose::Ownership,
            other => panic!("purpose {other}"),
        },
        grantable_to: vec![USER],
    }
}

fn read_grant(row: wire::Grant, slug: &str) -> Grant {
    let entitlement = row.entitlement.unwrap();
    let on = entitlement.resource.unwrap().id.unwrap();
    let to = row.principal.unwrap().id.unwrap();
    assert_eq!(
        (on.resource_type.as_str(), to.resource_type.as_str()),
        ("team", "user")
    );
    let grant = Grant {
        entitlement: EntitlementId::new(team_id(&on.resource), slug.to_owned()),
        principal: user_id(&to.resource),
    };
    assert_eq!(entitlement.id, grant.entitlement.to_string());
    assert_eq!(row.id, format!("{}:{}", grant.entitlement, grant.principal));
    grant
}
