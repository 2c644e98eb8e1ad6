//! `review status`: what is made of workbooks as people return them.

use std::fs;

use crate::company::Company;

/// `state why` of each open access.
fn open(company: &Company) -> Vec<String> {
    let ran = company.review(&["status", "@review", "--open", "--json"]);
    let open: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, u8::from(!open.is_empty()), "{}", ran.err);
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap().to_owned();
    let line = |it| {
        let (account, access) = (text(it, "account_id"), text(it, "access"));
        format!(
            "{account} {access}: {}: {}",
            text(it, "state"),
            text(it, "why")
        )
    };
    open.iter().map(line).collect()
}

/// The error of a review whose files cannot be used.
fn refused(company: &Company) -> String {
    let ran = company.review(&["status", "@review"]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""), "{}", ran.err);
    ran.err
}

#[test]
fn what_is_decided_is_counted_by_workbook() {
    let company = Company::new();
    company.start();
    company.decide("tomás-rey", |row| match row[2].as_str() {
        "user:gh-jo" => (" REMOVE", "has left"),
        _ if row[8] == "Administrator role" => ("Change", ""),
        _ => ("Keep ", ""),
    });
    company.decide("ines-vidal", |_| ("keep", "runs it"));
    company.decide("unassigned", |row| match row[2].as_str() {
        "user:bot" => ("not  Mine", ""),
        _ => ("", ""),
    });
    let ran = company.review(&["status", "@review"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    insta::assert_snapshot!(ran.out, @r"
    Workbook    Reviewer    Accesses  Keep  Remove  Change  Undecided  Contradicting
    ines-vidal  Ines Vidal  1         1     0       0       0          0
    tomás-rey   Tomás Rey   6         2     3       0       1          0
    unassigned  unassigned  2         0     0       0       2          0
    ");
    assert_eq!(
        open(&company),
        [
            "user:gh-li Administrator role: undecided: change in tomás-rey.csv row 7 has no comment that says what it becomes",
            "user:bot the account: undecided: unassigned says that somebody else has to decide",
            "user:gh-ines the account: undecided: nothing is decided",
        ]
    );
}

#[test]
fn rows_may_be_sorted_given_on_doubled_and_deleted() {
    let company = Company::new();
    company.start();
    company.decide("ines-vidal", |_| ("keep", ""));
    company.decide("tomás-rey", |_| ("keep", ""));
    let mut tomas = company.rows("tomás-rey");
    tomas.reverse();
    // A row that was copied, and another that Tomás was asked about instead of the fallback.
    tomas.push(tomas[0].clone());
    let mut bot = company.rows("unassigned").remove(0);
    bot[12] = "remove".to_owned();
    tomas.push(bot);
    tomas.push(vec![String::new(); 15]);
    company.save("Tomás-Rey (1).csv", &tomas);
    fs::remove_file(company.in_review("tomás-rey.csv")).unwrap();
    fs::remove_file(company.in_review("tomás-rey.xlsx")).unwrap();
    // The workbook of the fallback comes back without a row.
    let rest = company.rows("unassigned").split_off(1);
    company.save("unassigned.csv", &rest);
    fs::remove_file(company.in_review("unassigned.xlsx")).unwrap();
    assert_eq!(
        open(&company),
        ["user:gh-ines the account: undecided: nothing is decided"]
    );
    fs::remove_file(company.in_review("Tomás-Rey (1).csv")).unwrap();
    fs::write(company.in_review("notes.txt"), "x").unwrap();
    fs::write(company.in_review(".~lock.a.csv#"), "x").unwrap();
    let ran = company.review(&["status", "@review", "--csv"]);
    assert_eq!(
        ran.err,
        "note: notes.txt is no workbook and was not read\nnote: no file of the workbook tomás-rey is there\n"
    );
    assert_eq!(open(&company).len(), 6 + 2);
    assert_eq!(
        open(&company)[0],
        "user:gh-jo On call member: undecided: the row is in no returned file"
    );
}

#[test]
fn words_that_contradict_or_mean_nothing_are_named() {
    let company = Company::new();
    company.start();
    company.decide("tomás-rey", |_| ("keep", ""));
    company.decide("unassigned", |_| ("keep", ""));
    company.decide("ines-vidal", |_| ("perhaps", ""));
    let mut other = company.rows("tomás-rey");
    other.truncate(1);
    other[0][12] = "remove".to_owned();
    let rows_before = company.rows("unassigned");
    let mut own = rows_before[1].clone();
    own[12] = "keep".to_owned();
    company.save("zoe.csv", &other);
    let state = "user:gh-jo On call member: contradicting: keep in tomás-rey.csv row 2, remove in zoe.csv row 2";
    assert_eq!(
        open(&company),
        [
            "user:gh-tomas admin: undecided: \"perhaps\" in ines-vidal.csv row 2 is no decision",
            state,
        ]
    );
    // Ines was not asked about her own account and may not decide on it.
    fs::remove_file(company.in_review("unassigned.csv")).unwrap();
    company.save("ines-vidal.csv", &[own]);
    assert_eq!(
        open(&company)[2..],
        [
            "user:bot the account: undecided: nothing is decided",
            "user:gh-ines the account: undecided: Ines Vidal decided on their own access in ines-vidal.csv row 2",
        ]
    );
    // Who was asked has decided as well, in a file that comes later.
    let mut asked = rows_before;
    asked.iter_mut().for_each(|row| row[12] = "keep".to_owned());
    company.save("unassigned.csv", &asked);
    assert_eq!(
        open(&company),
        ["user:gh-tomas admin: undecided: nothing is decided", state]
    );
}

#[test]
fn what_does_not_belong_to_the_review_is_refused() {
    let company = Company::new();
    company.start();
    let rows = company.rows("tomás-rey");
    let mut sorted_in_part = rows.clone();
    (sorted_in_part[0][14], sorted_in_part[3][14]) = (rows[3][14].clone(), rows[0][14].clone());
    company.save("tomás-rey.csv", &sorted_in_part);
    assert_eq!(
        refused(&company),
        format!(
            "baton-audit: tomás-rey.csv does not belong to the review: row 2 has the account of another row than {}; row 5 has the account of another row than {}\nhint: it may be of another review, or sorted by some of its columns alone; take the workbook that was sent out\n",
            rows[3][14], rows[0][14]
        )
    );
    let mut foreign = rows.clone();
    foreign[0][14] = "r-00000000000000000000".to_owned();
    foreign[1][14] = String::new();
    foreign[1][12] = "keep".to_owned();
    company.save("tomás-rey.csv", &foreign);
    assert!(refused(&company).contains(
        "row 2 (r-00000000000000000000) is not of this review; row 3 has a decision and no row id"
    ));
    fs::write(company.in_review("tomás-rey.csv"), "a,b\n1,2\n").unwrap();
    assert!(
        refused(&company)
            .starts_with("baton-audit: tomás-rey.csv has no column row; it has a, b\n")
    );
    fs::remove_file(company.in_review("tomás-rey.csv")).unwrap();
    fs::write(company.in_review("tomás-rey.ods"), "x").unwrap();
    assert!(refused(&company).starts_with("baton-audit: tomás-rey.ods cannot be read\n"));
    fs::remove_file(company.in_review("tomás-rey.ods")).unwrap();
    // A workbook of a review of the same files for another day.
    fs::rename(company.files.path("review"), company.files.path("old")).unwrap();
    let ran = company.review(&[
        "start",
        "@hr.c1z",
        "@pipeline.c1z",
        "--by",
        "manager",
        "--as-of",
        "2026-03-11",
        "--out",
        "@review",
    ]);
    assert_eq!(ran.code, 0);
    fs::copy(
        company.files.path("old/ines-vidal.xlsx"),
        company.in_review("old.xlsx"),
    )
    .unwrap();
    assert!(refused(&company).contains(") is not of this review"));
}

#[test]
fn a_manifest_that_was_changed_or_is_missing_is_refused() {
    let company = Company::new();
    company.start();
    let path = company.in_review("review.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Li Wen", "Lu Wen")).unwrap();
    assert!(refused(&company).starts_with(
        "baton-audit: review/review.json is not as it was written: its digest is another one\n"
    ));
    fs::write(&path, "{}").unwrap();
    assert!(refused(&company).contains("review/review.json cannot be understood"));
    fs::remove_file(&path).unwrap();
    assert!(
        refused(&company)
            .contains("hint: give the directory that `baton-audit review start` wrote\n")
    );
}

#[test]
fn workbooks_in_a_directory_within_are_not_passed_over_in_silence() {
    let company = Company::new();
    company.start();
    let within = company.in_review("returned");
    fs::create_dir(&within).unwrap();
    fs::rename(company.in_review("tomás-rey.csv"), within.join("t.csv")).unwrap();
    fs::remove_file(company.in_review("tomás-rey.xlsx")).unwrap();
    let ran = company.review(&["status", "@review"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "note: returned is no file; what may be in it was not read\n\
         note: no file of the workbook tomás-rey is there\n"
    );
}
