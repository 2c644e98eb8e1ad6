//! Pages, cursors and links.

use baton_personio_sandbox::{CursorStyle, NextLink, PersonioOptions, person_id};
use serde_json::{Value, json};

use crate::tenant::{PEOPLE, Tenant, cursor, ids, tenant};

#[tokio::test]
async fn pages_hold_at_most_fifty_and_lead_on() {
    let tenant = tenant();
    assert_eq!(ids(&tenant.json("/v2/persons").await).len(), 10);
    let pages = tenant.walk("/v2/persons", 50).await;
    let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 20]);
    let expected: Vec<String> = tenant
        .personio
        .read(|c| c.people.iter().map(person_id).collect());
    assert_eq!(pages.concat(), expected);
    for (query, detail) in [
        ("limit=51", "Provided value for limit is not valid"),
        ("limit=0", "Provided value for limit is not valid"),
        ("cursor=AAAA", "Provided cursor is not valid"),
        ("id.foo=1", "Provided filter encoding is invalid."),
    ] {
        let (status, body) = tenant.get(&format!("/v2/persons?{query}")).await;
        assert_eq!(
            (status, &body["errors"][0]["detail"]),
            (400, &json!(detail))
        );
    }
}

#[tokio::test]
async fn cursors_must_be_sent_back_as_they_are_meant() {
    let tenant = tenant();
    let text = cursor(&tenant.json("/v2/persons?limit=50").await).unwrap();
    assert!(text.contains("%2B") && text.contains("%2F") && text.contains("%3D"));
    tenant.personio.edit(|_, o| o.cursors = CursorStyle::Bare);
    let bare = cursor(&tenant.json("/v2/persons?limit=50").await).unwrap();
    assert_eq!(
        bare.replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D"),
        text
    );
    let (status, _) = tenant.get(&format!("/v2/persons?cursor={bare}")).await;
    assert_eq!(status, 400, "an unescaped + is a blank");
}

#[tokio::test]
async fn links_come_in_many_shapes() {
    let shape = async |link| {
        let tenant = Tenant::with(PersonioOptions {
            next_link: link,
            ..PersonioOptions::default()
        });
        let mut first = tenant.json("/v2/persons?limit=50").await;
        let last = tenant.json("/v2/persons?limit=50&cursor=%2B%2F%2F%2BAAAAZAACAA%3D%3D");
        let mut last = last.await;
        let next = |page: &mut Value| page["_meta"]["links"].get_mut("next").map(Value::take);
        (next(&mut first).unwrap(), next(&mut last))
    };
    let href = |value: &Value| value["href"].as_str().unwrap().to_owned();
    let (next, end) = shape(NextLink::Object).await;
    assert!(href(&next).starts_with("https://api.personio.de/v2/persons?cursor="));
    assert_eq!(end, None);
    assert!(shape(NextLink::Text).await.0.is_string());
    assert_eq!(shape(NextLink::NullAtEnd).await.1, Some(Value::Null));
    assert_eq!(shape(NextLink::EmptyAtEnd).await.1, Some(json!({})));
    assert!(href(&shape(NextLink::Relative).await.0).starts_with("/v2/"));
    assert!(href(&shape(NextLink::Foreign).await.0).starts_with("https://elsewhere.test/"));
    assert!(!href(&shape(NextLink::WithoutCursor).await.0).contains("cursor"));
}

#[tokio::test]
async fn listings_that_loop_repeat_and_pause() {
    let options = |edit: fn(&mut PersonioOptions)| {
        let mut options = PersonioOptions::default();
        edit(&mut options);
        Tenant::with(options)
    };
    let looping = options(|o| o.looping = true);
    let first = cursor(&looping.json("/v2/persons?limit=50").await).unwrap();
    let path = format!("/v2/persons?limit=50&cursor={first}");
    assert_eq!(cursor(&looping.json(&path).await), Some(first));

    let repeating = options(|o| o.repeat_rows = true);
    let pages = repeating.walk("/v2/persons", 50).await;
    assert_eq!(pages[1][0], pages[0][49]);
    assert_eq!(pages.concat().len(), PEOPLE + 2);

    let pausing = options(|o| o.empty_page_after = Some(1));
    let sizes: Vec<usize> = pausing
        .walk("/v2/persons", 50)
        .await
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(sizes, [50, 0, 50, 20]);
}
