//! What members become, whatever shape they come in.

use std::collections::BTreeMap;

use crate::support::{Subjected, agreeing, org};
use baton_circleci_sandbox::{
    self as fake, CircleCiOptions, Envelope, Kind, Paging, RateLimit, Role, edge,
};
use connector_sandbox::faults::{Answer, Fault, Rule, When};
use connector_testkit::rows::{self, Row};
use connector_testkit::run::{Bench, decoded};
use serde_json::json;

const MEMBERS: &str = "/organizations/";
const ACCOUNTS: &str = "/api/v2/user/";

/// The users of a file by their id.
fn users(bench: &Bench<Subjected>) -> BTreeMap<String, Row> {
    let rows = rows::parse(&bench.rows()).into_iter();
    let id = |row: &Row| row.id.trim_start_matches("user:").to_owned();
    rows.map(|row| (id(&row), row)).collect()
}

/// Name, status, e-mail, login, role, the role's own word, VCS and state of each case; long text is cut, and the
/// mail domain is left out. Cases that are not here have no user.
const CASES: &[&str] = &[
    "name-null: edge-name-null | enabled | - | edge-name-null | member | member | - | -",
    "name-empty: edge-name-empty | enabled | edge.name-empty@ | edge-name-empty | member | member | - | -",
    "name-missing: edge.name-missing@ | enabled | edge.name-missing@ | edge.name-missing@ | member | member | - | -",
    "login-missing: Edge login-missing | enabled | edge.login-missing@ | edge.login-missing@ | member | member | - | -",
    "nothing-but-an-id: user <id> | enabled | - | - | - | - | - | -",
    "same-login-1: Edge same-login-1 | enabled | edge.same-login-1@ | edge-same | member | member | - | -",
    "same-login-2: Edge same-login-2 | enabled | edge.same-login-2@ | edge-same | member | member | - | -",
    "email-not-an-address: Edge email-not-an-address | enabled | - | edge-email-not-an-address | member | member | - | -",
    "name-right-to-left: \u{202e}ليلى | enabled | edge.name-right-to-left@ | edge-name-right-to-left | member | member | - | -",
    "name-hostile: [31mRed '); DROP TABLE users;  | enabled | edge.name-hostile@ | [31mRed '); DROP TABLE users;  | member | member | - | -",
    "name-very-long: ĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀ | enabled | edge.name-very-long@ | ĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀ | member | member | - | -",
    "nested-user: Edge nested-user | enabled | edge.nested-user@ | edge-nested-user | admin | admin | - | -",
    "other-names: Edge other-names | enabled | edge.other-names@ | edge-other-names | viewer | org-viewer | bitbucket | -",
    "camel-case-id: Edge camel | enabled | - | edge-camel | viewer | viewer | - | -",
    "attributes: Edge attributes | enabled | edge.attributes@ | edge-attributes | admin | admin | - | -",
    "id-number: Edge id-number | enabled | edge.id-number@ | edge-id-number | member | member | - | -",
    "vcs-known: Edge vcs-known | enabled | edge.vcs-known@ | edge-vcs-known | member | member | github | -",
    "unknown-keys: Edge unknown-keys | enabled | edge.unknown-keys@ | edge-unknown-keys | member | member | - | -",
    "odd-values: user <id> | enabled | - | - | - | - | - | -",
    "role-upper-case: Edge role-upper-case | enabled | edge.role-upper-case@ | edge-role-upper-case | admin | ORG-ADMIN | - | -",
    "role-owner: Edge role-owner | enabled | edge.role-owner@ | edge-role-owner | admin | Owner | - | -",
    "role-underscore: Edge role-underscore | enabled | edge.role-underscore@ | edge-role-underscore | admin | organization_admin | - | -",
    "role-contributor: Edge role-contributor | enabled | edge.role-contributor@ | edge-role-contributor | member | org-contributor | - | -",
    "role-unknown: Edge role-unknown | enabled | edge.role-unknown@ | edge-role-unknown | auditor | Auditor | - | -",
    "role-of-a-project: Edge role-of-a-project | enabled | edge.role-of-a-project@ | edge-role-of-a-project | project-admin | project-admin | - | -",
    "role-missing: Edge role-missing | enabled | edge.role-missing@ | edge-role-missing | - | - | - | -",
    "role-list: Edge role-list | enabled | edge.role-list@ | edge-role-list | admin | org-admin | - | -",
    "role-objects: Edge role-objects | enabled | edge.role-objects@ | edge-role-objects | member | org-contributor | - | -",
    "role-object: Edge role-object | enabled | edge.role-object@ | edge-role-object | viewer | org-viewer | - | -",
    "pending: Edge pending | disabled (pending) | edge.pending@ | edge.pending@ | member | member | - | pending",
    "invited: Edge invited | disabled (pending) | edge.invited@ | edge-invited | member | member | - | Invited",
    "state-unknown: Edge state-unknown | unspecified (suspended) | edge.state-unknown@ | edge-state-unknown | member | member | - | suspended",
    "state-unreadable: Edge state-unreadable | unspecified | edge.state-unreadable@ | edge-state-unreadable | member | member | - | -",
    "state-blank: Edge state-blank | enabled | edge.state-blank@ | edge-state-blank | member | member | - | -",
    "twice: Edge twice | enabled | edge.twice@ | edge-twice | admin | admin | - | -",
    "invited-and-member: Edge invited-and-member | enabled | edge.invited-and-member@ | edge-invited-and-member | admin | admin | - | -",
    "state-active: Edge state-active | enabled | edge.state-active@ | edge-state-active | member | member | - | Active",
];

#[test]
fn edge_cases_become_these_users() {
    let fields = [
        "display name",
        "status",
        "email (primary)",
        "login",
        "org_role",
        "org_role_raw",
        "vcs_type",
        "lifecycle_state",
    ];
    let cases = edge::members();
    let bench = org(
        1,
        CircleCiOptions {
            extra_members: cases.iter().map(|c| c.record.clone()).collect(),
            ..agreeing()
        },
    );
    let outcome = bench.sync().expect(0);
    for (code, count) in [
        ("member-without-id", 3),
        ("invitation-without-id", 1),
        ("member-repeated", 2),
    ] {
        let warning = format!("\"code\":\"{code}\"");
        let at = outcome
            .stderr
            .find(&warning)
            .unwrap_or_else(|| panic!("{code}: {}", outcome.stderr));
        let rest = &outcome.stderr[at..];
        assert!(
            rest[..rest.find('}').unwrap()].contains(&format!("\"count\":{count}")),
            "{rest}"
        );
    }
    let mut users = users(&bench);
    users
        .remove(&bench.fake.members()[0].id)
        .expect("the one ordinary member");
    let mut found = Vec::new();
    for case in &cases {
        let id = match case.case.as_str() {
            "id-number" => "900719925474099301".to_owned(),
            case => edge::id(case),
        };
        if let Some(row) = users.remove(&id) {
            let values = fields.map(|f| {
                let value = row
                    .get(f)
                    .replace("@lakeside.example.com", "@")
                    .replace(&id, "<id>");
                value.chars().take(30).collect::<String>()
            });
            found.push(format!("{}: {}", case.case, values.join(" | ")));
        }
    }
    assert_eq!(found, CASES);
    assert_eq!(users, BTreeMap::new());
}

#[test]
fn an_odd_record_costs_itself_and_is_counted() {
    let plain = org(10, agreeing());
    plain.sync().expect(0);
    let bench = org(
        10,
        CircleCiOptions {
            extra_members: vec![
                json!(null),
                json!(7),
                json!(["x"]),
                json!({"id": null, "login": "a"}),
            ],
            ..agreeing()
        },
    );
    let outcome = bench.sync().expect(0);
    assert_eq!(bench.rows(), plain.rows());
    let warning = "{\"code\":\"member-without-id\",\"message\":\"members without an id were left out\",\"count\":4}";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
}

#[test]
fn every_kind_of_mismatch_is_in_the_file_as_it_is_at_the_vendor() {
    let bench = org(300, CircleCiOptions::default());
    let outcome = bench.sync().expect(0);
    let users = users(&bench);
    let members = bench.fake.members();
    assert_eq!(users.len(), members.len());
    for member in &members {
        let row = &users[&member.id];
        let status = if member.kind == Kind::Invited {
            "disabled (pending)"
        } else {
            "enabled"
        };
        assert_eq!(row.get("status"), status, "{member:?}");
        for (field, expected) in [
            ("email", &member.email),
            ("vcs_login", &member.login),
            ("display_name", &member.name),
        ] {
            // Values of a profile are shown escaped.
            let expected = expected
                .as_ref()
                .map_or("-".to_owned(), |text| format!("{text:?}"));
            assert_eq!(row.get(field), expected.trim_matches('"'), "{field}");
        }
        let role = match member.role {
            Role::Admin => "admin",
            Role::Contributor => "member",
            Role::Viewer => "viewer",
        };
        assert_eq!(row.get("org_role"), role);
    }
    for kind in [
        Kind::Leaver,
        Kind::LoginOnly,
        Kind::OtherEmail,
        Kind::Invited,
        Kind::Bot,
    ] {
        assert!(!bench.fake.planted(kind).is_empty(), "{kind:?}");
    }
    // One machine has no name; who was invited is not asked for.
    assert_eq!(outcome.asked(ACCOUNTS), 1);
    let file = decoded(&bench.file());
    assert!(
        !String::from_utf8_lossy(&file).contains("avatars.example.com"),
        "a picture is in the file"
    );
}

#[test]
fn every_envelope_and_way_of_paging_gives_the_same_rows() {
    let with = |envelope, paging, page_size| {
        let options = CircleCiOptions {
            envelope,
            paging,
            page_size,
            ..agreeing()
        };
        let bench = org(11, options);
        let outcome = bench.sync().expect(0);
        (bench.rows(), outcome.asked(MEMBERS))
    };
    let (rows, asked) = with(Envelope::Items, Paging::Plain, 50);
    assert_eq!(asked, 2, "one probe, one page");
    for (envelope, paging, page_size, pages) in [
        (Envelope::Items, Paging::Plain, 2, 6),
        (Envelope::Items, Paging::Plain, 11, 1),
        (Envelope::Items, Paging::Plain, 10, 2),
        (Envelope::Users, Paging::Plain, 2, 6),
        (Envelope::Members, Paging::EmptyTokenAtEnd, 2, 6),
        (Envelope::Data, Paging::Plain, 2, 6),
        (Envelope::Data, Paging::EmptyPages, 2, 11),
        (Envelope::Items, Paging::EmptyPages, 4, 5),
        (Envelope::Items, Paging::Overlapping, 4, 3),
        (Envelope::Array, Paging::Plain, 2, 1),
    ] {
        let (found, asked) = with(envelope, paging, page_size);
        assert_eq!(found, rows, "{envelope:?} {paging:?} {page_size}");
        assert_eq!(asked, 1 + pages, "{envelope:?} {paging:?} {page_size}");
    }
}

#[test]
fn a_listing_that_never_ends_is_an_error() {
    let again = "listing resources of user: the vendor sent 4 pages in a row without a new row, the listing would never end";
    let token = "listing resources of user: the vendor sent a page cursor again after 1 pages, the listing would never end";
    for (paging, pages, said) in [
        (Paging::FreshTokens, 5, again),
        (Paging::SameToken, 2, token),
    ] {
        let bench = org(
            60,
            CircleCiOptions {
                paging,
                ..agreeing()
            },
        );
        let outcome = bench.sync().expect(13);
        assert!(outcome.error().contains(said), "{}", outcome.error());
        assert_eq!(outcome.asked(MEMBERS), 1 + pages, "{paging:?}");
        assert!(!bench.file().exists());
    }
}

#[test]
fn accounts_are_asked_for_only_when_something_is_missing() {
    let nameless = CircleCiOptions {
        rewrite: Some(|record| record["name"] = json!(null)),
        ..agreeing()
    };
    let bench = org(30, agreeing());
    assert_eq!(bench.sync().expect(0).asked(ACCOUNTS), 0);
    let rows = bench.rows();
    let bench = org(30, nameless);
    assert_eq!(bench.sync().expect(0).asked(ACCOUNTS), 30);
    assert_eq!(bench.rows(), rows, "the account has what the list lacks");

    // An account that is not shown, or not to us: what the list says stays.
    let deleted = bench.fake.members()[3].id.clone();
    bench
        .fake
        .edit(|_, o| o.unknown_users.insert(deleted.clone()));
    let second = bench.fake.members()[4].id.clone();
    bench
        .faults
        .add(Rule::always(Fault::status(403)).path(&second));
    let outcome = bench.sync().expect(0);
    assert!(
        outcome.stderr.contains("account-unreadable"),
        "{}",
        outcome.stderr
    );
    let users = users(&bench);
    assert_eq!(users.len(), 30);
    for id in [deleted, second] {
        assert_eq!(users[&id].get("display name"), users[&id].get("vcs_login"));
    }

    // What may pass fails the sync rather than rename an account.
    bench
        .faults
        .add(Rule::always(Fault::status(500)).path(ACCOUNTS));
    bench.sync().expect(14);
}

#[test]
fn a_plain_text_limit_is_waited_for() {
    let bench = org(30, agreeing());
    bench.sync().expect(0);
    let rows = bench.rows();
    let limited = Answer::status(429)
        .header("content-type", "text/plain")
        .body("Rate limited.");
    bench.faults.add(
        Rule::always(limited.clone())
            .path(MEMBERS)
            .when(When::Range(1..=3)),
    );
    let outcome = bench.sync().expect(0);
    assert_eq!((outcome.asked(MEMBERS), bench.rows()), (5, rows));

    let limit = RateLimit {
        per_minute: 0,
        retry_after: false,
        plain_text: true,
    };
    let bench = org(
        30,
        CircleCiOptions {
            rate_limit: Some(limit),
            ..agreeing()
        },
    );
    let outcome = bench.sync().expect(14);
    assert!(
        outcome
            .error()
            .contains("CircleCI answered 429 Too Many Requests (gave up after 8 tries)")
    );
}

#[test]
fn a_token_that_expires_between_pages_ends_the_run_and_keeps_the_old_file() {
    let bench = org(120, agreeing());
    bench.sync().expect(0);
    let before = bench.bytes();
    bench.faults.add(
        Rule::always(Fault::status(401))
            .path(MEMBERS)
            .when(When::From(3)),
    );
    let outcome = bench.sync().expect(16);
    assert!(
        outcome.error().contains("BATON_CIRCLECI_API_TOKEN"),
        "{}",
        outcome.error()
    );
    assert_eq!(bench.bytes(), before);
}

#[test]
fn a_list_without_the_tokens_own_user_is_doubtful() {
    let bench = org(30, agreeing());
    let quiet = bench.sync().expect(0);
    assert!(!quiet.stderr.contains("token-user-not-listed"));
    let other = fake::member_id("other");
    let record = json!({"items": [{"id": other, "login": "a", "name": "A", "role": "viewer"}]});
    bench.fake.edit(|_, o| o.raw_members = Some(record));
    let outcome = bench.run(&["--accept-shrink"]).expect(0);
    assert!(
        outcome.stderr.contains("token-user-not-listed"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn role_words_and_login_hosts_are_kept_when_the_vendor_says_them() {
    let bench = org(
        60,
        CircleCiOptions {
            org_role_words: true,
            tell_vcs: true,
            ..agreeing()
        },
    );
    bench.sync().expect(0);
    let users = users(&bench);
    for member in bench.fake.members() {
        let row = &users[&member.id];
        let (role, raw) = match member.role {
            Role::Admin => ("admin", "org-admin"),
            Role::Contributor => ("member", "org-contributor"),
            Role::Viewer => ("viewer", "org-viewer"),
        };
        assert_eq!((row.get("org_role"), row.get("org_role_raw")), (role, raw));
        assert_eq!(row.get("vcs_type"), member.vcs);
    }
}
