//! Every shape of an answer.

use super::*;

fn page(json: &str) -> MemberPage {
    serde_json::from_str(json).unwrap()
}

fn member(json: &str) -> Member {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_envelope() {
    for (json, next) in [
        (r#"[{"id":"1"}]"#, None),
        (r#"{"items":[{"id":"1"}]}"#, None),
        (r#"{"items":[{"id":"1"}],"next_page_token":null}"#, None),
        (r#"{"items":[{"id":"1"}],"next_page_token":""}"#, None),
        (
            r#"{"items":[{"id":"1"}],"next_page_token":"a+/="}"#,
            Some(Next::Token("a+/=".into())),
        ),
        (
            r#"{"users":[{"id":"1"}],"next_page_token":7}"#,
            Some(Next::Token("7".into())),
        ),
        (r#"{"members":[{"id":"1"}],"items":null}"#, None),
        (
            r#"{"data":[{"id":"1"}],"page":{"next":"c","prev":null}}"#,
            Some(Next::Cursor("c".into())),
        ),
        (
            r#"{"data":[{"id":"1"}],"page":{"next":"/x?page%5Bcursor%5D=a%2Bb&y=1"}}"#,
            Some(Next::Cursor("a+b".into())),
        ),
        (r#"{"data":[{"id":"1"}],"page":{"next":null}}"#, None),
        (r#"{"data":[{"id":"1"}],"page":{"next":false}}"#, None),
        (
            r#"{"data":[{"id":"1"}],"page":{"next":{"cursor":"c"}}}"#,
            Some(Next::Unknown),
        ),
        (
            r#"{"items":[{"id":"1"}],"next_page_token":["t"]}"#,
            Some(Next::Unknown),
        ),
    ] {
        let page = page(json);
        let ids: Vec<_> = page
            .members
            .unwrap()
            .into_iter()
            .map(|m| m.id.unwrap())
            .collect();
        assert_eq!((ids, page.next), (vec!["1".to_owned()], next), "{json}");
    }
}

#[test]
fn another_document_is_not_an_empty_list() {
    for json in [
        r#"{}"#,
        r#"{"message":"hi"}"#,
        r#"{"items":null}"#,
        r#"{"next_page_token":"x"}"#,
        r#"{"items":{}}"#,
        r#"{"users":"x"}"#,
        "3",
        "null",
        "\"x\"",
    ] {
        assert_eq!(page(json).members, None, "{json}");
    }
    assert_eq!(page("[]").members, Some(vec![]));
    let odd = page(r#"[null, 7, {"id":"1"}]"#).members.unwrap();
    let ids: Vec<_> = odd.iter().map(|m| m.id.as_deref()).collect();
    assert_eq!(ids, [None, None, Some("1")], "an odd record costs itself");
}

#[test]
fn every_name_of_a_field() {
    for id in ["id", "user_id", "userId", "analytics_id"] {
        assert_eq!(
            member(&format!(r#"{{"{id}":"1"}}"#)).id.as_deref(),
            Some("1"),
            "{id}"
        );
    }
    for login in ["login", "username", "vcs_login", "external_login"] {
        assert_eq!(
            member(&format!(r#"{{"{login}":"l"}}"#)).login.as_deref(),
            Some("l"),
            "{login}"
        );
    }
    for name in ["name", "full_name", "display_name"] {
        assert_eq!(
            member(&format!(r#"{{"{name}":"n"}}"#)).name.as_deref(),
            Some("n"),
            "{name}"
        );
    }
    for email in ["email", "selected_email"] {
        assert_eq!(
            member(&format!(r#"{{"{email}":"e"}}"#)).email.as_deref(),
            Some("e"),
            "{email}"
        );
    }
    for role in ["role", "org_role", "organization_role", "roles"] {
        let expected = Some(Role::new("viewer"));
        assert_eq!(
            member(&format!(r#"{{"{role}":"viewer"}}"#)).role,
            expected,
            "{role}"
        );
    }
    for vcs in ["vcs_type", "vcs-type"] {
        assert_eq!(
            member(&format!(r#"{{"{vcs}":"github"}}"#))
                .vcs_type
                .as_deref(),
            Some("github")
        );
    }
}

#[test]
fn the_first_value_wins_and_nested_ones_fill_in() {
    let both = member(
        r#"{"id":null,"user_id":9,"name":" ","full_name":"F","role":"viewer",
            "user":{"id":"8","name":"N","login":"l","role":"admin"},
            "attributes":{"email":"a@lake.test"}}"#,
    );
    assert_eq!(
        (both.id.as_deref(), both.name.as_deref()),
        (Some("9"), Some("F"))
    );
    assert_eq!(
        (both.login.as_deref(), both.email.as_deref()),
        (Some("l"), Some("a@lake.test"))
    );
    assert_eq!(both.role, Some(Role::new("viewer")));
    assert_eq!(
        member(r#"{"user":"8","attributes":[1]}"#),
        Member::default()
    );
    for odd in ["null", "\"x\"", "7", "[1]"] {
        assert_eq!(member(odd), Member::default(), "{odd}");
    }
}

#[test]
fn states() {
    let state = |json: &str| member(json).state;
    for json in ["{}", r#"{"status":null}"#, r#"{"state":" "}"#] {
        assert_eq!(state(json), MemberStatus::Absent, "{json}");
    }
    for json in [
        r#"{"status":"pending"}"#,
        r#"{"status":null,"state":"Invited"}"#,
    ] {
        assert!(state(json).is_pending(), "{json}");
    }
    for json in [
        r#"{"status":{"a":1}}"#,
        r#"{"status":true}"#,
        r#"{"status":3,"state":"x"}"#,
    ] {
        assert_eq!(state(json), MemberStatus::Unreadable, "{json}");
    }
    for (json, kind) in [
        ("{}", StatusKind::Enabled),
        (r#"{"status":" Active"}"#, StatusKind::Enabled),
        (r#"{"status":"pending"}"#, StatusKind::Disabled),
        (r#"{"status":"suspended"}"#, StatusKind::Unspecified),
        (r#"{"status":7}"#, StatusKind::Unspecified),
    ] {
        assert_eq!(state(json).kind(), kind, "{json}");
    }
}

fn role_word(json: &str) -> Option<String> {
    let role = Role::read(&serde_json::from_str(json).unwrap());
    role.map(|role| role.word().into_owned())
}

#[test]
fn every_wording_of_a_role() {
    for (raw, expected) in [
        ("org-admin", "admin"),
        ("ORG-ADMIN", "admin"),
        ("Owner", "admin"),
        ("organization_admin", "admin"),
        ("org-contributor", "member"),
        ("Contributor", "member"),
        (" member ", "member"),
        ("org member", "member"),
        ("org-viewer", "viewer"),
        ("VIEWER", "viewer"),
        ("Auditor", "auditor"),
        ("project-admin", "project-admin"),
    ] {
        let role = Role::new(raw);
        assert_eq!((role.word().as_ref(), role.raw()), (expected, raw));
    }
}

#[test]
fn words_objects_and_lists() {
    for (json, expected) in [
        (r#""admin""#, Some("admin")),
        (r#"{"name":"org-viewer","id":7}"#, Some("viewer")),
        (r#"["viewer",{"name":"org-admin"},"member"]"#, Some("admin")),
        (r#"["auditor","viewer"]"#, Some("viewer")),
        (r#"[null,3.5,[1]]"#, None),
        ("[]", None),
        ("null", None),
        ("true", None),
        (r#"" ""#, None),
    ] {
        assert_eq!(role_word(json).as_deref(), expected, "{json}");
    }
}

#[test]
fn the_higher_role_counts() {
    let role = |word: &str| Some(Role::new(word));
    assert_eq!(Role::higher(role("viewer"), role("owner")), role("owner"));
    assert_eq!(Role::higher(role("admin"), role("owner")), role("admin"));
    assert_eq!(Role::higher(role("member"), None), role("member"));
    assert_eq!(Role::higher(None, role("x")), role("x"));
}
