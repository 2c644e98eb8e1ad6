use super::*;
use crate::engine::Watch;
use crate::model::Resource;

/// Numbers on pages of ten, whose details fail as `fails` decides.
struct Numbers {
    pages: u32,
    fails: fn(u32) -> Option<ErrorKind>,
    /// A cursor that is not accepted, and the cursor that the last page repeats.
    refused: Option<&'static str>,
    repeated: Option<&'static str>,
}

impl Numbers {
    fn new(pages: u32, fails: fn(u32) -> Option<ErrorKind>) -> Self {
        Self {
            pages,
            fails,
            refused: None,
            repeated: None,
        }
    }
}

impl Source for Numbers {
    type Record = u32;
    type Detail = String;

    const VENDOR: &'static str = "Vendor";
    const RECORDS: &'static str = "persons";
    const DETAILS: &'static str = "employments";

    async fn page(&self, cursor: Option<&str>) -> Result<Listed<u32>> {
        if cursor.is_some() && cursor == self.refused {
            let error = Error::new(ErrorKind::Contract, "no such cursor");
            return Ok(Listed::CursorRefused(error));
        }
        let number: u32 = cursor.map_or(0, |text| text.parse().unwrap());
        let next = (number + 1 < self.pages).then(|| (number + 1).to_string());
        Ok(Listed::Page {
            records: (number * 10..number * 10 + 10).collect(),
            next: next.or_else(|| self.repeated.map(str::to_owned)),
        })
    }

    async fn detail(&self, record: &u32) -> Result<Option<String>> {
        // Later records of a page are answered first.
        for _ in 0..10 - record % 10 {
            tokio::task::yield_now().await;
        }
        match (self.fails)(*record) {
            Some(kind) => Err(Error::new(kind, format!("{record} failed"))),
            None => Ok((*record != 3).then(|| format!("detail {record}"))),
        }
    }

    fn hint(_: ErrorKind) -> &'static str {
        "wait"
    }
}

/// Reads a listing from `cursor` to its end, or to its first error.
async fn read(fan_out: &FanOut<Numbers>, cursor: Option<Cursor>) -> (Vec<u32>, Result<()>) {
    let mut records = Vec::new();
    let result = read_into(fan_out, cursor, &mut records, &mut Vec::new()).await;
    (records, result)
}

async fn read_into(
    fan_out: &FanOut<Numbers>,
    mut cursor: Option<Cursor>,
    records: &mut Vec<u32>,
    reasons: &mut Vec<String>,
) -> Result<()> {
    loop {
        let mut to = page();
        let page = fan_out.page(cursor.as_ref(), &mut to).await;
        if to.into_watch().starts_again() {
            reasons.push(page.unwrap_err().message().to_owned());
            records.clear();
            cursor = None;
            continue;
        }
        let mut page = page?;
        while let Some(row) = page.next().await? {
            if let Ok(Some(detail)) = row.detail {
                assert_eq!(detail, format!("detail {}", row.record));
            }
            records.push(row.record);
        }
        cursor = page.finish()?;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// The engine's page.
fn page() -> Page<Resource> {
    Page::new(tokio::sync::mpsc::channel(1).0, Watch::default())
}

fn fan_out(numbers: Numbers) -> FanOut<Numbers> {
    FanOut::new(Arc::new(numbers))
}

fn cursor(page: &str, failed: u64, records: u64) -> Option<Cursor> {
    let position = Position {
        page: Some(page.to_owned()),
        tally: Tally { failed, records },
    };
    Some(Cursor::encode(&position).unwrap())
}

#[tokio::test]
async fn rows_come_in_the_order_of_the_pages_with_and_without_details() {
    let one_fails = |n| (n == 14).then_some(ErrorKind::NotFound);
    let (records, result) = read(&fan_out(Numbers::new(3, one_fails)), None).await;
    result.unwrap();
    assert_eq!(records, (0..30).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failure_that_concerns_every_record_fails_the_listing() {
    let limited = |n| (n == 14).then_some(ErrorKind::RateLimited);
    let (records, result) = read(&fan_out(Numbers::new(3, limited)), None).await;
    // Later records of a page are answered first, so the failure comes before the rows 10 to 13.
    assert_eq!(records, (0..10).collect::<Vec<_>>());
    assert_eq!(result.unwrap_err().message(), "14 failed");
}

/// Endless pages of ten whose details are never answered, but for one that is refused.
struct Stuck {
    refused: u32,
    asked: Arc<std::sync::Mutex<Vec<u32>>>,
    /// Held by each detail under way.
    under_way: Arc<()>,
}

impl Source for Stuck {
    type Record = u32;
    type Detail = String;

    const VENDOR: &'static str = "Vendor";
    const RECORDS: &'static str = "persons";
    const DETAILS: &'static str = "employments";

    async fn page(&self, cursor: Option<&str>) -> Result<Listed<u32>> {
        let number: u32 = cursor.map_or(0, |text| text.parse().unwrap());
        Ok(Listed::Page {
            records: (number * 10..number * 10 + 10).collect(),
            next: Some((number + 1).to_string()),
        })
    }

    async fn detail(&self, record: &u32) -> Result<Option<String>> {
        let _under_way = Arc::clone(&self.under_way);
        self.asked.lock().unwrap().push(*record);
        if *record != self.refused {
            std::future::pending::<()>().await;
        }
        // The page ahead has begun by now.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        Err(Error::new(ErrorKind::Credential, "refused"))
    }

    fn hint(_: ErrorKind) -> &'static str {
        "wait"
    }
}

#[tokio::test]
async fn a_refused_credential_stops_everything_that_is_queued() {
    let (asked, under_way) = (Arc::default(), Arc::new(()));
    let source = Stuck {
        refused: 5,
        asked: Arc::clone(&asked),
        under_way: Arc::clone(&under_way),
    };
    let fan_out = FanOut::new(Arc::new(source));
    let mut page = fan_out.page(None, &mut page()).await.unwrap();
    let error = page.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    drop(page);
    // One reference is the test's and one the source's; the details under way have been dropped.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(Arc::strong_count(&under_way), 2);
    assert_eq!(*asked.lock().unwrap(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn too_many_failures_fail_the_listing_at_its_end() {
    let fifth_and_one = |n| (n % 5 == 0 || n == 1).then_some(ErrorKind::NotFound);
    let (records, result) = read(&fan_out(Numbers::new(10, fifth_and_one)), None).await;
    assert_eq!(records.len(), 100);
    let error = result.unwrap_err();
    assert_eq!(error.hint_text(), Some("wait"));
    // A record without a detail to request does not count.
    assert_eq!(
        error.to_string(),
        "reading employments: the employments of 21 of 99 persons could not be read (the last: 95 failed)"
    );
}

#[tokio::test]
async fn a_resumed_listing_goes_on_or_starts_again() {
    let never = |_| None;
    let all: Vec<u32> = (0..30).collect();
    for (page, failed, expected, reason) in [
        ("2", 0, &all[20..], None),
        (
            "2",
            20,
            &all[..],
            Some("many employments could not be read before the run was resumed"),
        ),
        (
            "old",
            0,
            &all[..],
            Some("the place to go on from is no longer accepted (no such cursor)"),
        ),
    ] {
        let mut numbers = Numbers::new(3, never);
        numbers.refused = Some("old");
        let (mut records, mut reasons) = (Vec::new(), Vec::new());
        let from = cursor(page, failed, 20);
        read_into(&fan_out(numbers), from, &mut records, &mut reasons)
            .await
            .unwrap();
        assert_eq!(records, expected);
        assert_eq!(reasons, reason.into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_cursor_that_is_refused_within_one_process_or_repeated_is_an_error() {
    let never = |_| None;
    let mut forgetful = Numbers::new(3, never);
    forgetful.refused = Some("2");
    let (records, result) = read(&fan_out(forgetful), None).await;
    assert_eq!(records.len(), 20);
    assert_eq!(result.unwrap_err().message(), "no such cursor");

    let mut looping = Numbers::new(3, never);
    looping.repeated = Some("1");
    let (records, result) = read(&fan_out(looping), None).await;
    assert_eq!(records.len(), 20);
    let message = "the vendor sent a page cursor again after 2 pages, the listing would never end";
    assert_eq!(result.unwrap_err().message(), message);
}

fn tally(failed: u64, records: u64) -> Tally {
    Tally { failed, records }
}

#[test]
fn twenty_and_more_than_a_fifth_are_an_outage() {
    for (failed, records, outage) in [
        (0, 0, false),
        (19, 19, false),
        (20, 20, true),
        (20, 99, true),
        (20, 100, false),
        (21, 100, true),
        (200, 1_000, false),
        (201, 1_000, true),
    ] {
        let tally = tally(failed, records);
        assert_eq!(tally.is_outage(), outage, "{failed}/{records}");
        let verdict = tally.verdict::<Numbers>(&Streak::default());
        assert_eq!(verdict.is_err(), outage);
    }
}

#[test]
fn the_verdict_names_the_last_failure() {
    let (mut tally, mut streak) = (tally(19, 19), Streak::default());
    let forbidden = Error::new(ErrorKind::Permission, "Vendor answered 403 Forbidden");
    tally
        .add_failed::<Numbers>(&mut streak, &forbidden)
        .unwrap();
    let error = tally.verdict::<Numbers>(&streak).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert_eq!(
        error.to_string(),
        "reading employments: the employments of 20 of 20 persons could not be read (the last: Vendor answered \
         403 Forbidden)"
    );
}

#[test]
fn only_a_failing_vendor_in_a_row_ends_at_once() {
    let failing = Error::new(ErrorKind::Upstream, "Vendor answered 502 Bad Gateway");
    let missing = Error::new(ErrorKind::NotFound, "Vendor answered 404");
    let (mut total, mut streak) = (Tally::default(), Streak::default());
    let mut fail = |times: usize, error: &Error| -> Result<()> {
        (0..times).try_for_each(|_| total.add_failed::<Numbers>(&mut streak, error))
    };
    fail(50, &missing).unwrap();
    fail(19, &failing).unwrap();
    total.add_read(&mut streak);
    let mut fail = |times: usize, error: &Error| -> Result<()> {
        (0..times).try_for_each(|_| total.add_failed::<Numbers>(&mut streak, error))
    };
    fail(19, &failing).unwrap();
    let error = fail(1, &failing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(
        error.message(),
        "Vendor fails to serve employments, of 20 persons in a row (the last: Vendor answered 502 Bad Gateway)"
    );
    assert_eq!(total, tally(89, 90));
}
