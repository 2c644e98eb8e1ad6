use super::*;
use crate::model::{EntitlementTemplate, Purpose, Trait};

fn id(name: &'static str) -> ResourceTypeId {
    ResourceTypeId::new(name)
}

/// Users; sites, with rooms and lockers below; teams of users that are listed after them; and a list of cars.
fn types() -> Vec<ResourceType> {
    let member = EntitlementTemplate {
        slug: "member",
        purpose: Purpose::Assignment,
        display_name: "{}",
        description: "{}",
        grantable_to: vec![id("user")],
    };
    let of = |name| ResourceType::new(id(name), name, None);
    vec![
        ResourceType::new(id("user"), "user", Some(Trait::User)),
        of("site"),
        of("room").child_of(id("site")),
        of("locker").child_of(id("room")),
        of("team")
            .entitlements(EntitlementListing::Templates(vec![member]))
            .grants(GrantListing::PerType)
            .listed_after(id("site")),
        of("car")
            .entitlements(EntitlementListing::PerResource)
            .grants(GrantListing::PerResource),
    ]
}

fn plan(targets: &[(&'static str, &str)], until: Phase) -> Plan {
    let selection = Selection {
        targets: targets
            .iter()
            .map(|(t, name)| ResourceId::new(id(t), *name))
            .collect(),
        until: Some(until),
        ..Selection::default()
    };
    assert_eq!(selection.sync_type(), SyncType::Partial);
    selection.resolve(&types()).unwrap()
}

fn listed(plan: &Plan, phase: Phase) -> Vec<String> {
    let listed = plan.listed(phase).into_iter();
    listed.map(|t| t.id.to_string()).collect()
}

#[test]
fn only_listings_that_a_target_needs_are_read() {
    for (target, until, resources) in [
        ("user", Phase::Grants, &["user"][..]),
        // Rooms and lockers are below a site.
        ("site", Phase::Grants, &["site", "room", "locker"]),
        // A room is found only below a site.
        ("room", Phase::Grants, &["site", "room", "locker"]),
        // Users hold what is on a team, and sites are listed before.
        ("team", Phase::Grants, &["user", "site", "team"]),
        ("team", Phase::Entitlements, &["site", "team"]),
        // The entitlements on a car declare no types of principals in advance, so that all types have to be listed.
        (
            "car",
            Phase::Grants,
            &["user", "site", "room", "locker", "team", "car"],
        ),
        ("car", Phase::Resources, &["car"]),
        // A type that the connector does not have.
        ("boat", Phase::Grants, &[]),
    ] {
        let plan = plan(&[(target, "1")], until);
        assert_eq!(listed(&plan, Phase::Resources), resources, "{target}");
        let own = if target == "boat" { &[][..] } else { &[target] };
        assert_eq!(listed(&plan, Phase::Grants), own, "{target}");
        // The file has all types, as any run of this connector.
        assert_eq!(plan.types.len(), 6);
    }
}

#[test]
fn listings_per_resource_are_asked_for_where_they_can_matter() {
    let asked = |targets: &[(&'static str, &str)], listed, of: (&'static str, &str)| {
        let plan = plan(targets, Phase::Grants);
        let of = ResourceId::new(id(of.0), of.1);
        let targets = plan.targets.unwrap();
        targets.asks(Phase::Resources, &id(listed), &of)
    };
    let site = [("site", "a")];
    assert!(asked(&site, "room", ("site", "a")));
    assert!(!asked(&site, "room", ("site", "b")));
    assert!(asked(&site, "locker", ("room", "1")));
    // A room is looked for everywhere, its lockers only in it.
    let room = [("room", "1")];
    assert!(asked(&room, "room", ("site", "b")));
    assert!(asked(&room, "locker", ("room", "1")));
    assert!(!asked(&room, "locker", ("room", "2")));
    // Room 2 may be below the site.
    let both = [("room", "1"), ("site", "a")];
    assert!(asked(&both, "locker", ("room", "2")));

    let targets = plan(&[("car", "1")], Phase::Grants).targets.unwrap();
    let car = |name| ResourceId::new(id("car"), name);
    assert!(targets.asks(Phase::Grants, &id("car"), &car("1")));
    assert!(!targets.asks(Phase::Grants, &id("car"), &car("2")));
}

#[test]
fn targets_outside_the_types_are_left_out_with_a_word() {
    let target = |t: &'static str| ResourceId::new(id(t), "1");
    let mut selection = Selection {
        resource_types: vec![id("user")],
        targets: vec![target("user"), target("car")],
        ..Selection::default()
    };
    let plan = selection.resolve(&types()).unwrap();
    let warnings: Vec<_> = plan.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["resources asked for were left out because their type is not synced (car:1)"]
    );
    assert_eq!(plan.targets.unwrap().sorted(), [target("user")]);
    // With none left everything of the types is read.
    selection.targets.remove(0);
    let plan = selection.resolve(&types()).unwrap();
    assert!(plan.targets.is_none());
    assert_eq!(listed(&plan, Phase::Resources), ["user"]);
    assert_eq!(selection.sync_type(), SyncType::Partial);
}

#[test]
fn what_is_left_out_decides_the_type_of_the_sync() {
    let of = |until| {
        let selection = Selection {
            until,
            ..Selection::default()
        };
        selection.sync_type()
    };
    assert_eq!(of(Some(Phase::Grants)), SyncType::Full);
    assert_eq!(of(Some(Phase::Entitlements)), SyncType::Full);
    assert_eq!(of(Some(Phase::Resources)), SyncType::ResourcesOnly);
    assert_eq!(of(None), SyncType::Full);
}
