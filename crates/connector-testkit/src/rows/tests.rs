use super::*;

#[test]
fn fields_of_the_resource_and_its_profile() {
    let text = "sync: full\nresource type user\n  display name: User\nresource user:1\n  display name: A: B\n  \
                    profile:\n    email: \"a@lake.test\"\nresource user:2\nentitlement x\n  slug: y\n";
    let rows = parse(text);
    let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["user:1", "user:2"]);
    assert_eq!(
        rows[0].line(&["display name", "email", "slug"]),
        "A: B | a@lake.test | -"
    );
    assert_eq!(rows[1].get("slug"), "-");
}
