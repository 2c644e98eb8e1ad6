use super::*;

fn of(id: &'static str) -> ResourceType {
    ResourceType::new(ResourceTypeId::new(id), id, None)
}

#[test]
fn independent_types_share_a_step_and_dependent_ones_wait() {
    let ids = |names: &[&'static str]| {
        names
            .iter()
            .map(|n| ResourceTypeId::new(n))
            .collect::<Vec<_>>()
    };
    let types = [
        of("user"),
        of("site"),
        of("department").listed_after(ResourceTypeId::new("user")),
        of("room").child_of(ResourceTypeId::new("site")),
        of("team")
            .grants(GrantListing::PerResource)
            .entitlements(EntitlementListing::PerType),
    ];
    assert_eq!(
        steps(Phase::Resources, &types),
        [
            Step::PerType(ids(&["user", "site"])),
            Step::PerType(ids(&["department"])),
            Step::PerRow {
                listed: ResourceTypeId::new("room"),
                rows_of: ResourceTypeId::new("site")
            },
            Step::PerType(ids(&["team"])),
        ]
    );
    assert_eq!(
        steps(Phase::Entitlements, &types),
        [Step::PerType(ids(&["team"]))]
    );
    let team = ResourceTypeId::new("team");
    assert_eq!(
        steps(Phase::Grants, &types),
        [Step::PerRow {
            listed: team.clone(),
            rows_of: team
        }]
    );
}
