//! Listings that would never end, that end too early, or whose rows move.

use std::sync::Mutex;

use connector_core::connector::{Connector, PageRequest};
use connector_core::id::Cursor;
use connector_core::paging::{Batch, Offset};
use connector_core::{ErrorKind, Result};

use super::{SharedDisk, finished};
use crate::support::people::{Given, People};

const END: &str = ", the listing would never end";

/// A vendor that fails a sync with this message, after so many requests; nothing is left to go on with.
#[track_caller]
fn fails(
    message: &str,
    requests: u64,
    answers: impl Fn(u64, &PageRequest) -> Given + Send + Sync + 'static,
) {
    let (vendor, disk) = (People::new(answers), SharedDisk::default());
    let error = block_on(vendor.sync(&disk)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("listing resources of user: {message}")
    );
    assert_eq!(error.kind().policy().exit_code, 13);
    assert_eq!(vendor.requests(), requests);
    assert_eq!(finished(&disk), None);
    if message.ends_with(END) {
        assert_eq!(disk.lock().unwrap().checkpoint, None);
    }
}

fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// The rows of users with these ids.
fn users(ids: impl IntoIterator<Item = u64>) -> Vec<String> {
    ids.into_iter().map(|id| format!("r user:{id}")).collect()
}

#[test]
fn rows_that_come_again_end_the_sync() {
    let again = |rows: u64| {
        format!(
            "the vendor sent 4 pages in a row without a new row, the last one with {rows} that had come before{END}"
        )
    };
    // A B A B, each time with a new cursor.
    fails(&again(2), 6, |n, _| {
        Given::rows([n % 2, n % 2 + 2], Some(n))
    });
    fails(&again(100), 5, |n, _| Given::rows(0..100, Some(n)));
    let empty = format!("the vendor sent 4 pages in a row without a new row{END}");
    fails(&empty, 5, |n, _| {
        Given::rows(if n == 0 { 0..2 } else { 0..0 }, Some(n))
    });
    // Rows without an id cannot be told from those that came before.
    fails(&again(2), 4, |n, _| {
        Given::rows([], Some(n)).leaving_out([None, None])
    });
    fails(
        &format!("the vendor sent a page cursor again after 2 pages{END}"),
        3,
        |n, _| Given::rows([n], Some(n % 2)),
    );
}

#[test]
fn three_pages_without_a_new_row_go_on() {
    let vendor = People::new(|n, _| match n {
        0 => Given::rows(0..2, Some(0)),
        1 | 3 | 5 | 6 => Given::rows([], Some(n)),
        2 => Given::rows(0..1, Some(n)),
        // Left out, but new.
        4 => Given::rows([], Some(n)).leaving_out([Some(9)]),
        7 => Given::rows(1..2, Some(n)),
        _ => Given::rows(2..4, None),
    });
    let disk = SharedDisk::default();
    block_on(vendor.sync(&disk)).unwrap();
    assert_eq!(finished(&disk).unwrap(), users([0, 1, 0, 1, 2, 3]));
}

#[test]
fn more_pages_than_the_total_can_fill_end_the_sync() {
    fails(
        &format!("the vendor sent 21 pages although its total of 150 rows fills 2{END}"),
        21,
        |n, _| match n {
            0 => Given::rows(0..100, Some(0)).of(150),
            n => Given::rows([1000 + n], Some(n)),
        },
    );
}

#[test]
fn a_listing_that_ends_before_its_total_is_read_again() {
    // Complete at the third reading; rows, counts and warnings of the first two are taken back.
    let vendor = People::new(|n, _| match n {
        0 | 2 | 4 => Given::rows([1, 2], Some(1)).of(5),
        1 | 3 => Given::rows([3], None),
        _ => Given::rows([3], None).leaving_out([Some(4), None]),
    });
    let disk = SharedDisk::default();
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!(finished(&disk).unwrap(), users([1, 2, 3]));
    let tally = report.tally;
    assert_eq!(super::counts(&tally.rows.resources), "user=3");
    let warnings: Vec<_> = tally.warnings.iter().map(|w| w.count).collect();
    assert_eq!((warnings, tally.listings), (vec![2], 1));

    // A row that comes twice does not make up for one that is missing.
    let message = "the vendor stated a total of 4 rows and sent 3, 3 times";
    fails(message, 6, |n, _| match n % 2 {
        0 => Given::rows([1, 2], Some(1)).of(4),
        _ => Given::rows([2, 3], None),
    });
    fails(
        "the vendor stated a total of 300 rows and sent 0, 3 times",
        3,
        |_, _| Given::rows([], None).of(300),
    );
}

#[test]
fn a_total_counts_what_an_earlier_run_has_stored() {
    let answer = |request: &PageRequest| match request.cursor {
        None => Given::rows([1, 2], Some(1)).of(3),
        Some(_) => Given::rows([3], None).of(3),
    };
    let disk = SharedDisk::default();
    let failing = People::new(move |n, request| match n {
        1 => Given::Fail(ErrorKind::Upstream),
        _ => answer(request),
    });
    block_on(failing.sync(&disk)).unwrap_err();
    let vendor = People::new(move |_, request| answer(request));
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!((report.resumed, report.requests), (true, 1));
    assert_eq!(finished(&disk).unwrap(), users([1, 2, 3]));
}

/// Rows `from..to` of a list, as a server cuts them.
fn cut(list: &[u64], at: Offset, limit: usize) -> Batch<String> {
    let from = usize::try_from(at.first()).unwrap();
    let rows = list.iter().skip(from).take(limit);
    Batch {
        records: rows.map(ToString::to_string).collect(),
        total: Some(list.len() as u64),
        limit: limit as u64,
    }
}

/// A list in pages of `limit`, from which a row goes before each of these requests.
fn shrinking(limit: usize, before: &'static [u64]) -> impl Fn(u64, &PageRequest) -> Given {
    let list = Mutex::new((0..12).collect::<Vec<u64>>());
    move |n, request| {
        let mut list = list.lock().unwrap();
        if before.contains(&n) {
            list.remove(0);
        }
        Given::Batch(cut(&list, request.offset().unwrap(), limit), None)
    }
}

#[test]
fn pages_by_offset_overlap_by_one_row() {
    for (limit, requests) in [(2, 12), (3, 6), (5, 3), (12, 2), (13, 1)] {
        let vendor = People::new(shrinking(limit, &[]));
        let disk = SharedDisk::default();
        let report = block_on(vendor.sync(&disk)).unwrap();
        assert_eq!(finished(&disk).unwrap(), users(0..12), "{limit}");
        assert_eq!(report.requests, requests, "{limit}");
    }
    fails(
        "the vendor sends one row per page, too few to page by offset",
        2,
        shrinking(1, &[]),
    );
}

#[test]
fn a_listing_whose_rows_move_starts_again() {
    // Read whole at the second try, without the person who is gone.
    let vendor = People::new(shrinking(5, &[1]));
    let disk = SharedDisk::default();
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!(finished(&disk).unwrap(), users(1..12));
    assert_eq!(super::counts(&report.tally.rows.resources), "user=11");
    assert_eq!(report.requests, 2 + 3);

    fails(
        "the total changed from 7 to 6 while pages were read, 6 times",
        12,
        shrinking(5, &[1, 3, 5, 7, 9, 11]),
    );
    // One goes and another one comes: the total does not show it.
    fails(
        "row 5 was no longer where it had been while pages were read, 6 times",
        12,
        |n, request| {
            let list: Vec<u64> = (n..n + 12).collect();
            Given::Batch(cut(&list, request.offset().unwrap(), 5), None)
        },
    );
}

#[test]
fn a_page_by_offset_that_is_empty_too_early_is_no_end() {
    fails(
        "row 5 was no longer where it had been while pages were read, 6 times",
        12,
        |n, request| {
            let list: Vec<u64> = (0..12).collect();
            let mut batch = cut(&list, request.offset().unwrap(), 5);
            batch.records.truncate(5 - 5 * (n % 2) as usize);
            Given::Batch(batch, None)
        },
    );
    // The row of the page before, and no other.
    fails(
        "the vendor stated a total of 12 rows and sent 5, 3 times",
        6,
        |n, request| {
            let list: Vec<u64> = (0..12).collect();
            let mut batch = cut(&list, request.offset().unwrap(), 5);
            batch.records.truncate(5 - 4 * (n % 2) as usize);
            Given::Batch(batch, None)
        },
    );
}

#[test]
fn each_part_of_a_listing_has_its_own_total() {
    // The second part is empty although it states a total.
    fails(
        "the vendor stated a total of 3 rows and sent 0, 3 times",
        9,
        |n, request| {
            let (list, stated) = match n % 3 {
                0 | 1 => ((0..6).collect(), 6),
                _ => (Vec::new(), 3),
            };
            let mut batch = cut(&list, request.offset().unwrap(), 5);
            batch.total = Some(stated);
            Given::Batch(
                batch,
                Some(1).filter(|_| request.offset().unwrap().part == 0),
            )
        },
    );
    // The same people in both parts are no rows that came again.
    let vendor = People::new(|_, request| {
        let at = request.offset().unwrap();
        let list: Vec<u64> = (0..30).collect();
        Given::Batch(cut(&list, at, 3), Some(1).filter(|_| at.part == 0))
    });
    let disk = SharedDisk::default();
    block_on(vendor.sync(&disk)).unwrap();
    assert_eq!(finished(&disk).unwrap(), users((0..30).chain(0..30)));
}

#[test]
fn a_resumed_run_starts_a_listing_by_offset_from_its_beginning() {
    let disk = SharedDisk::default();
    let failing = People::new(|n, request| match n {
        2 => Given::Fail(ErrorKind::Upstream),
        _ => Given::Batch(
            cut(&(0..12).collect::<Vec<_>>(), request.offset().unwrap(), 5),
            None,
        ),
    });
    block_on(failing.sync(&disk)).unwrap_err();
    assert_eq!(disk.lock().unwrap().rows, users(0..9));
    // Three people have gone since.
    let vendor = People::new(|_, request| {
        let list: Vec<u64> = (3..12).collect();
        Given::Batch(cut(&list, request.offset().unwrap(), 5), None)
    });
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!(finished(&disk).unwrap(), users(3..12));
    assert_eq!(super::counts(&report.tally.rows.resources), "user=9");
    assert!(report.resumed);
}

#[test]
fn a_connector_may_have_its_listing_start_again() {
    let disk = SharedDisk::default();
    let failing = People::new(|n, _| match n {
        2 => Given::Fail(ErrorKind::Upstream),
        n => Given::rows([n], Some(n)),
    });
    block_on(failing.sync(&disk)).unwrap_err();
    assert_eq!(disk.lock().unwrap().rows, users([0, 1]));
    // Person 1 has gone since; what was stored goes, too, and so do the rows of the page that is given up.
    let vendor = People::new(|n, request| match &request.cursor {
        Some(at) if at.as_str() == "1" => Given::Again((50..150).collect()),
        Some(_) => Given::rows([3], None),
        None => Given::rows([0, 2], Some(n + 9)),
    });
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!((report.resumed, report.requests), (true, 3));
    assert_eq!(finished(&disk).unwrap(), users([0, 2, 3]));
    assert_eq!(super::counts(&report.tally.rows.resources), "user=3");

    fails("the place is lost, 6 times", 12, |n, _| match n % 2 {
        0 => Given::rows([1, 2], Some(n)),
        _ => Given::Again(vec![3]),
    });
}

#[test]
fn a_run_that_was_dropped_goes_on_from_its_last_page() {
    let disk = SharedDisk::default();
    let hanging = People::new(|n, _| match n {
        2 => Given::Hang,
        n => Given::rows([n], Some(n)),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let two_pages = async {
            while disk.lock().unwrap().commits < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = hanging.sync(&disk) => panic!("the vendor hangs"),
            () = two_pages => {}
        }
    });
    let vendor = People::new(|n, request| {
        assert_eq!(request.cursor, Cursor::new("1"), "request {n}");
        Given::rows([2], None)
    });
    let report = block_on(vendor.sync(&disk)).unwrap();
    assert_eq!((report.resumed, report.requests), (true, 1));
    assert_eq!(finished(&disk).unwrap(), users([0, 1, 2]));
}
