use super::*;

fn class(path: &str) -> Class {
    Class {
        method: "GET".to_owned(),
        path: path.to_owned(),
    }
}

fn sha(text: &str) -> Sha {
    Sha256::digest(text).into()
}

async fn call(ledger: &Ledger, place: (u32, u32, u32), body: &str) {
    let (listing, page, item) = place;
    let to = Place {
        listing,
        page,
        item,
    };
    let work = async {
        let mut entry = ledger.call(class("people"));
        entry.sent(false);
        entry.receive(b"an answer that breaks off");
        entry.restart();
        entry.receive(body.as_bytes());
        entry.complete();
    };
    at(|place| *place = to, work).await;
}

#[tokio::test]
async fn bodies_are_combined_in_the_order_of_the_plan_however_they_arrive() {
    let ordered = Ledger::hashing();
    for (place, body) in [
        ((1, 1, 0), "a"),
        ((1, 1, 2), "b"),
        ((1, 2, 0), "c"),
        ((2, 1, 0), "d"),
    ] {
        call(&ordered, place, body).await;
    }
    let mixed = Ledger::hashing();
    for (place, body) in [((1, 2, 0), "c"), ((1, 1, 2), "b"), ((1, 1, 0), "a")] {
        call(&mixed, place, body).await;
    }
    mixed.settle(Place {
        listing: 1,
        page: 1,
        item: 0,
    });
    call(&mixed, (2, 1, 0), "d").await;
    assert_eq!(mixed.summary(), ordered.summary());
    let expected = ["a", "b", "c", "d"]
        .map(sha)
        .into_iter()
        .fold([0; 32], combine);
    let requests = &ordered.summary().requests[0];
    assert_eq!(requests.sha256, Some(text::hex(expected)));
    assert_eq!((requests.sent, requests.answers, requests.bytes), (4, 4, 4));
}

#[test]
fn calls_of_one_place_count_in_the_order_in_which_they_were_begun() {
    let ledger = Ledger::hashing();
    let (first, second) = (ledger.call(class("people")), ledger.call(class("people")));
    second.answered(1, Some(sha("2")));
    first.answered(1, Some(sha("1")));
    let expected = ["1", "2"].map(sha).into_iter().fold([0; 32], combine);
    assert_eq!(
        ledger.summary().requests[0].sha256,
        Some(text::hex(expected))
    );
}

#[tokio::test]
async fn repetitions_are_counted_for_the_class_and_for_the_listing() {
    let (ledger, sent) = (Ledger::hashing(), Arc::new(Sent::default()));
    let there = Here {
        sent: Some(sent.clone()),
        ..Here::default()
    };
    let entry = within(there, async { ledger.call(class("token")) }).await;
    entry.sent(false);
    entry.sent(true);
    entry.complete_unhashed(9);
    let requests = &ledger.summary().requests[0];
    assert_eq!((requests.sent, requests.retries), (2, 1));
    assert_eq!(requests.sha256, None);
    assert_eq!(sent.counts(), (2, 1));
    assert_eq!(ledger.summary().retries(), 1);
}

#[test]
fn no_more_servers_are_remembered_than_a_vendor_has_machines() {
    let ledger = Ledger::hashing();
    for n in 0..100 {
        ledger.peer("api.example.com", &[n]);
    }
    assert_eq!(ledger.summary().peers.len(), MAX_PEERS);
}
