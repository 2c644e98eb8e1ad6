//! What was decided: the returned files of a directory, matched with the rows of the review.
//!
//! A row that is not of this review, or whose account or access is not the one of its id, is an error: somebody sorted a
//! part of the columns, or took the workbook of another review. The same row may stand in several files, the CSV and the
//! XLSX of one workbook among them; what is blank in one says nothing against the other. *Not mine* says only that
//! another file decides.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

use connector_core::{Error, ErrorKind, Result, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::close::CLOSED;
use super::manifest::{MANIFEST, Manifest, Review, Row};
use super::reading::{self, Returned};
use super::workbook::Decision;
use crate::outfile::failed;

/// Mistakes that an error lists.
const LISTED: usize = 5;

/// A returned file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReturnedFile {
    /// Its name in the directory.
    pub(super) file: String,
    /// SHA-256 of it, in hexadecimal.
    pub(super) sha256: String,
    /// When it was changed last, as the file system has it.
    pub(super) modified: Option<Timestamp>,
    /// Position of the workbook that it is.
    pub(super) workbook: usize,
}

/// Where a row of the review stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It is decided in the file at this position.
    Decided {
        decision: Decision,
        comment: String,
        file: usize,
    },
    /// It is not; why, without a final period.
    Undecided(String),
    /// Files or rows say different things; which, without a final period.
    Contradicting(String),
}

/// All that was returned.
#[derive(Debug)]
pub(super) struct Decisions {
    /// The returned files in order of their names.
    pub(super) files: Vec<ReturnedFile>,
    /// Where each row of the review stands, in its order.
    pub(super) states: Vec<State>,
    /// What an operator should know; each one sentence without a final period.
    pub(super) notes: Vec<String>,
}

/// What one row of a file says.
#[derive(Debug)]
struct Mark {
    file: usize,
    line: u64,
    said: Said,
    comment: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Decision(Decision),
    /// A word that is no decision.
    Other(String),
    Formula,
}

impl Decisions {
    /// Reads the returned files in the directory of a review.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when a file cannot be used or does not belong to the review.
    pub(super) fn read(dir: &Path, manifest: &Manifest) -> Result<Self> {
        let review = &manifest.review;
        let (names, mut notes) = returned_names(dir)?;
        let positions: HashMap<&str, usize> = review
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.row.as_str(), at))
            .collect();
        let workbooks = review.workbooks.iter().enumerate();
        let workbooks: HashMap<String, usize> = workbooks
            .map(|(at, it)| (it.name.nfc().collect(), at))
            .collect();
        let mut marks: Vec<Vec<Mark>> = review.rows.iter().map(|_| Vec::new()).collect();
        let mut files = Vec::new();
        for name in names {
            let path = dir.join(&name);
            let table = reading::read(&path)?;
            let rows = belonging(&name, table.rows, review, &positions)?;
            let workbook = workbook_of(&name, &rows, review, &workbooks);
            let modified = fs::metadata(&path).and_then(|it| it.modified());
            let modified = modified.ok().and_then(|it| Timestamp::try_from(it).ok());
            for (at, returned) in rows {
                marks[at].push(Mark::of(files.len(), returned));
            }
            files.push(ReturnedFile {
                file: name,
                sha256: table.sha256,
                modified,
                workbook,
            });
        }
        let returned: HashSet<usize> = files.iter().map(|file| file.workbook).collect();
        for (at, workbook) in review.workbooks.iter().enumerate() {
            if !returned.contains(&at) {
                notes.push(format!(
                    "no file of the workbook {} is there",
                    workbook.name
                ));
            }
        }
        let states = review.rows.iter().zip(&marks);
        let states = states.map(|(row, marks)| state(row, marks, review, &files));
        Ok(Self {
            states: states.collect(),
            files,
            notes,
        })
    }
}

/// The names of the files to read, in order, and what is said of the others.
fn returned_names(dir: &Path) -> Result<(Vec<String>, Vec<String>)> {
    let entries = fs::read_dir(dir).map_err(|e| failed("cannot read", dir, &e))?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut no_files: BTreeSet<String> = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(|e| failed("cannot read", dir, &e))?;
        let is_file = fs::metadata(entry.path()).is_ok_and(|it| it.is_file());
        let name = entry.file_name().to_string_lossy().into_owned();
        // Spreadsheet programs leave such files beside a workbook that is open.
        if !name.starts_with(['.', '~']) && name != MANIFEST && name != CLOSED {
            if is_file {
                names.insert(name)
            } else {
                no_files.insert(name)
            };
        }
    }
    let ending = |name: &str| {
        let ending = Path::new(name).extension().unwrap_or_default();
        ending.to_string_lossy().to_lowercase()
    };
    let sheets = ["ods", "xls", "xlsm", "xlsb", "numbers"];
    if let Some(other) = names
        .iter()
        .find(|it| sheets.contains(&ending(it).as_str()))
    {
        let message = format!("{} cannot be read", text::printable(other, 200));
        return Err(Error::new(ErrorKind::Precondition, message).hint(
            "save it as an Excel workbook (.xlsx) or as CSV, and take it out of the directory",
        ));
    }
    let (read, left): (Vec<String>, Vec<String>) = names
        .into_iter()
        .partition(|name| matches!(ending(name).as_str(), "xlsx" | "csv"));
    let left = left.iter().map(|name| {
        let name = text::printable(name, 200);
        format!("{name} is no workbook and was not read")
    });
    let no_files = no_files.iter().map(|name| {
        let name = text::printable(name, 200);
        format!("{name} is no file; what may be in it was not read")
    });
    Ok((read, left.chain(no_files).collect()))
}

/// The rows with their positions in the review. Rows without an id that say nothing are left out.
fn belonging(
    file: &str,
    rows: Vec<Returned>,
    review: &Review,
    positions: &HashMap<&str, usize>,
) -> Result<Vec<(usize, Returned)>> {
    let (mut known, mut wrong) = (Vec::new(), Vec::new());
    for returned in rows {
        let line = returned.line;
        match positions.get(returned.row.as_str()) {
            Some(&at) => match moved(&returned, &review.rows[at]) {
                None => known.push((at, returned)),
                Some(what) => wrong.push(format!(
                    "row {line} has {what} of another row than {}",
                    returned.row
                )),
            },
            None if returned.row.is_empty() => {
                if !returned.decision.is_empty() {
                    wrong.push(format!("row {line} has a decision and no row id"));
                }
            }
            None => wrong.push(format!(
                "row {line} ({}) is not of this review",
                returned.row
            )),
        }
    }
    if wrong.is_empty() {
        return Ok(known);
    }
    let more = match wrong.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    wrong.truncate(LISTED);
    let file = text::printable(file, 200);
    let message = format!(
        "{file} does not belong to the review: {}{more}",
        wrong.join("; ")
    );
    Err(Error::new(ErrorKind::Precondition, message).hint(
        "it may be of another review, or sorted by some of its columns alone; take the workbook that was sent out",
    ))
}

/// What of a returned row is another row's, when something is.
fn moved(returned: &Returned, row: &Row) -> Option<&'static str> {
    let differs = |one: &str, other: &str| folded(one) != folded(other);
    if differs(&returned.account_id, &row.account_id.to_string()) {
        return Some("the account");
    }
    differs(&returned.access, &row.access).then_some("the access")
}

/// A fact as far as no spreadsheet changes it: letters and digits without case, and no zeros in front.
fn folded(text: &str) -> String {
    let text = text::printable(text, text::MAX_VALUE_BYTES);
    let plain = text.nfkc().filter(|c| c.is_alphanumeric());
    let plain: String = plain.flat_map(char::to_lowercase).collect();
    plain.trim_start_matches('0').to_owned()
}

/// The workbook that a file is: the one whose name it begins with, the longest such name; else the one that most of its
/// rows are of.
fn workbook_of(
    file: &str,
    rows: &[(usize, Returned)],
    review: &Review,
    names: &HashMap<String, usize>,
) -> usize {
    let stem: String = file.nfc().flat_map(char::to_lowercase).collect();
    let stem = stem.rsplit_once('.').map_or("", |(stem, _)| stem);
    // The longest name that the stem begins with and that ends there as a word.
    let ends = stem.char_indices().map(|(at, _)| at).chain([stem.len()]);
    let ends = ends.filter(|&end| !stem[end..].starts_with(char::is_alphanumeric));
    let mut named = ends.filter_map(|end| names.get(&stem[..end]));
    if let Some(&at) = named.next_back() {
        return at;
    }
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, _) in rows {
        *counts.entry(review.rows[*at].workbook).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|&(_, count)| count);
    most.map_or(0, |(workbook, _)| workbook)
}

impl Mark {
    fn of(file: usize, returned: Returned) -> Self {
        let said = match Decision::from_cell(&returned.decision) {
            _ if returned.is_formula => Said::Formula,
            Some(decision) => Said::Decision(decision),
            None if returned.decision.is_empty() => Said::Nothing,
            None => Said::Other(returned.decision),
        };
        Self {
            file,
            line: returned.line,
            said,
            comment: returned.comment,
        }
    }
}

/// Where a row stands by all that was said of it.
fn state(row: &Row, marks: &[Mark], review: &Review, files: &[ReturnedFile]) -> State {
    let place = |mark: &Mark| {
        let file = text::printable(&files[mark.file].file, 200);
        format!("{file} row {}", mark.line)
    };
    if marks.is_empty() {
        return State::Undecided("the row is in no returned file".to_owned());
    }
    let decided = |mark: &&Mark| match mark.said {
        Said::Decision(decision) => decision != Decision::NotMine,
        _ => false,
    };
    let deciding: Vec<&Mark> = marks.iter().filter(decided).collect();
    let words: BTreeSet<Decision> = deciding.iter().filter_map(|it| it.decision()).collect();
    if words.len() > 1 {
        let said = deciding.iter().map(|mark| {
            let word = mark.decision().map_or("", Decision::as_str);
            format!("{word} in {}", place(mark))
        });
        return State::Contradicting(said.collect::<Vec<_>>().join(", "));
    }
    for mark in marks {
        match &mark.said {
            Said::Other(word) => {
                let word = text::printable(word, 60);
                let place = place(mark);
                return State::Undecided(format!("\"{word}\" in {place} is no decision"));
            }
            Said::Formula => {
                return State::Undecided(format!("a formula decides in {}", place(mark)));
            }
            Said::Nothing | Said::Decision(_) => {}
        }
    }
    let Some(&first) = deciding.first() else {
        let not_mine = marks.iter().find(|mark| mark.decision().is_some());
        return State::Undecided(match not_mine {
            Some(mark) => {
                let by = &review.workbooks[files[mark.file].workbook].reviewer;
                format!("{by} says that somebody else has to decide")
            }
            None => "nothing is decided".to_owned(),
        });
    };
    let is_own = |mark: &Mark| {
        let by = files[mark.file].workbook;
        let person = review.workbooks[by].person.as_ref();
        by != row.workbook && person.is_some_and(|person| row.owner_ids.contains(person))
    };
    let of_others: Vec<&Mark> = deciding.into_iter().filter(|it| !is_own(it)).collect();
    let Some(&first) = of_others.first() else {
        return State::Undecided(format!(
            "{} decided on their own access in {}",
            review.workbooks[files[first.file].workbook].reviewer,
            place(first)
        ));
    };
    let comments = of_others.iter().map(|mark| mark.comment.as_str());
    let mut comments: Vec<&str> = comments.filter(|it| !it.is_empty()).collect();
    comments.dedup();
    let (decision, comment) = (first.decision(), comments.join("; "));
    match decision {
        Some(Decision::Change) if comment.is_empty() => State::Undecided(format!(
            "change in {} has no comment that says what it becomes",
            place(first)
        )),
        Some(decision) => State::Decided {
            decision,
            comment,
            file: first.file,
        },
        None => State::Undecided("nothing is decided".to_owned()),
    }
}

impl Mark {
    fn decision(&self) -> Option<Decision> {
        match self.said {
            Said::Decision(decision) => Some(decision),
            _ => None,
        }
    }
}
