//! What the verdict counts of ids: those seen, and those seen again.

use super::{SharedDisk, sync};
use crate::support::*;

/// Pages, ids seen and rows seen again of the users of a vendor whose listing was changed.
async fn counted(change: impl FnOnce(&mut Scripted)) -> (u64, u64, u64) {
    let mut vendor = Scripted::company();
    change(&mut vendor);
    let report = sync(vendor, &SharedDisk::default()).await.unwrap();
    let mut listings = report.verdict.listings.iter();
    let users = listings.find(|l| l.resource_type == USER).unwrap();
    (users.pages, users.seen, users.repeated)
}

#[tokio::test]
async fn a_row_that_comes_again_is_counted_as_repeated_in_any_page() {
    let page = |ids: &[&'static str], next| Answer::Page(ids.to_vec(), next);
    assert_eq!(counted(|_| ()).await, (3, 3, 0));
    // Within the only page.
    let only = counted(|v| v.on("user", "", page(&["1", "2", "1", "3", "1"], None)));
    assert_eq!(only.await, (1, 3, 2));
    // Within the first of several pages.
    let first = counted(|v| v.on("user", "", page(&["1", "2", "2"], Some("p2"))));
    assert_eq!(first.await, (3, 3, 1));
    // In a later page: of an earlier page, and within the page.
    let later = counted(|v| v.on("user", "p3", page(&["3", "1", "3"], None)));
    assert_eq!(later.await, (3, 3, 2));
}

#[tokio::test]
async fn rows_of_a_reading_that_broke_off_are_not_repeated_by_the_next_one() {
    let broken = |lost: &[&'static str], ids: &[&'static str]| {
        let answer = Answer::Broken(lost.to_vec(), ids.to_vec());
        counted(move |v| v.on("user", "", answer))
    };
    assert_eq!(broken(&["1", "2"], &["1", "2", "3"]).await, (1, 3, 0));
    assert_eq!(broken(&["1"], &["1", "2", "3", "3"]).await, (1, 3, 1));
}
