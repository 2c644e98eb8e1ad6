//! `review start`: from files to a directory with a workbook for each reviewer.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use connector_core::text::counted_as;
use connector_core::{Context, Error, ErrorKind, Result};
use connector_evidence::digest;
use jiff::civil::Date;

use super::accesses::{Access, Accesses, too_many};
use super::assign::{Assigner, Book};
use super::folder::Folder;
use super::manifest::{
    Basis, By, FORMAT, FileDigest, MANIFEST, MAX_ROWS, Manifest, Ref, Review, Row, RowFinding,
    row_id,
};
use super::workbook::{write_csv, write_xlsx};
use crate::check::finding::{FileRead, Part};
use crate::check::{
    AppsRead, CheckContext, FilesArgs, Findings, Input, JoinedApp, Owner, Subject, examine,
};
use crate::console::{Console, Outcome};
use crate::identity::{Identity, Manager};
use crate::json;
use crate::outfile::Place;
use crate::source::{DayArgs, OpenArgs};
use crate::table::{self, Column, column};

/// The owner of an access whose account the file does not have.
pub(super) const NOT_IN_FILE: &str = "(not in the file)";

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(super) struct StartArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Who reviews an access
    #[arg(long, value_enum)]
    by: By,
    /// Directory for the review; it is made, or must be empty
    #[arg(long, value_name = "DIR")]
    out: Place,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// Runs the command.
pub(super) fn start(args: &StartArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let policy = args.files.policy()?;
    let paths = args.files.paths(&args.open)?;
    if paths.apps.is_empty() {
        let message = "no file of an app is given, so there is no access to review";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    let mut input = Input::open_on(&paths, &args.day, &args.open)?;
    input.read_states(&policy);
    let day = input.day(&args.day)?;
    let settings = args.files.settings().map(|(_, path)| setting(path));
    let basis = basis(&input, day, args.by, settings.collect::<Result<_>>()?);
    let findings = examine(&input, &policy, day)?;
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let mut assigner = Assigner::new(&context, args.by)?;
    let (review, of_groups) = review(basis, &context, &findings, &mut assigner)?;
    let manifest = Manifest::of(review);
    manifest.can_be_read()?;
    let folder = Folder::fresh(&args.out)?;
    let temp_dir = args.open.c1z_temp_dir.as_deref();
    for (at, workbook) in manifest.review.workbooks.iter().enumerate() {
        let name = &workbook.name;
        folder
            .write(&format!("{name}.xlsx"), |out| {
                write_xlsx(&manifest, at, temp_dir, out)
            })
            .and_then(|()| {
                folder.write(&format!("{name}.csv"), |out| write_csv(&manifest, at, out))
            })
            .during(format!("writing the workbook {name}"))?;
    }
    // Without a manifest there is no review, so it comes last.
    folder.write(MANIFEST, |out| json::write(out, &manifest))?;
    report(&manifest.review, console)?;
    let mut notes = std::mem::take(&mut assigner.notes);
    notes.extend(of_groups);
    let counted = |count: usize| counted_as(count, "access", "accesses");
    if assigner.fell_back > 0 {
        let accesses = counted(assigner.fell_back);
        notes.push(format!(
            "{accesses} had no other reviewer than the fallback"
        ));
    }
    if assigner.own > 0 {
        let accesses = counted(assigner.own);
        notes.push(format!("{accesses} can only be reviewed by who holds them"));
    }
    for note in context.notes.iter().chain(&notes) {
        console.note(note)?;
    }
    Ok(Outcome::Clean)
}

fn setting(path: &Path) -> Result<FileDigest> {
    let shown = path.display().to_string();
    let (sha256, ..) = digest(path).during(format!("reading {shown}"))?;
    Ok(FileDigest {
        label: shown.clone(),
        path: shown,
        sha256,
        sync_id: None,
        synced_at: None,
    })
}

fn basis(input: &Input, as_of: Date, by: By, settings: Vec<FileDigest>) -> Basis {
    let files = input.files();
    let of = |part: Part| {
        let files = files.iter().filter(|file| file.part == part);
        let digest = |file: &FileRead| FileDigest {
            label: file.label.clone(),
            path: file.path.clone(),
            sha256: file.sha256.clone(),
            sync_id: Some(file.sync_id.clone()),
            synced_at: file.synced_at,
        };
        files.map(digest).collect()
    };
    Basis {
        format: FORMAT.to_owned(),
        as_of,
        by,
        hr: of(Part::Hr),
        apps: of(Part::App),
        settings,
    }
}

/// The review, and a note about what groups hold for each app where they hold something.
fn review(
    basis: Basis,
    context: &CheckContext<'_>,
    findings: &Findings,
    assigner: &mut Assigner<'_, '_>,
) -> Result<(Review, Vec<String>)> {
    let seed = basis.seed();
    let findings = by_account(findings);
    let mut rows: Vec<(Book, Row)> = Vec::new();
    let mut notes = Vec::new();
    for (app, joined) in context.apps.iter().enumerate() {
        let accesses = Accesses::load(joined.file.loaded, MAX_ROWS - rows.len())?;
        if rows.len() + accesses.len() > MAX_ROWS {
            return Err(too_many());
        }
        if accesses.of_groups > 0 {
            let grants = counted_as(accesses.of_groups, "grant is", "grants are");
            let label = &basis.apps[app].label;
            notes.push(format!(
                "{label}: {grants} to groups; accounts that hold them through groups are reviewed"
            ));
        }
        for access in accesses.into_held() {
            let owner = access.at.and_then(|at| joined.owners.get(at));
            let book = assigner.book_of(app, owner);
            let mut row = row(&access, context, joined, owner, assigner);
            row.row = row_id(&seed, app, &row.account_id, row.kind, &row.access_id);
            row.app = app;
            let key = (joined.file.file, access.account_id.to_string());
            row.findings = findings.get(&key).cloned().unwrap_or_default();
            rows.push((book, row));
        }
    }
    if rows.is_empty() {
        let message = "the files of the apps hold no access, so there is nothing to review";
        return Err(Error::new(ErrorKind::Precondition, message));
    }
    let labels: Vec<String> = basis.apps.iter().map(|app| app.label.clone()).collect();
    let books: BTreeSet<Book> = rows.iter().map(|(book, _)| book.clone()).collect();
    let (workbooks, positions) = assigner.name_books(books, &labels);
    let placed = rows.into_iter().map(|(book, row)| Row {
        workbook: positions[&book],
        ..row
    });
    let mut rows: Vec<Row> = placed.collect();
    rows.sort_by_cached_key(|row| {
        let names = (row.owner.to_lowercase(), row.account.to_lowercase());
        let ids = (row.account_id.clone(), row.kind, row.access_id.clone());
        (row.workbook, row.app, names, ids)
    });
    let review = Review {
        basis,
        workbooks,
        rows,
    };
    Ok((review, notes))
}

/// The facts of an access. What the other files say of it, and its place, come after.
fn row(
    access: &Access,
    context: &CheckContext<'_>,
    app: &JoinedApp<'_>,
    owner: Option<&Owner>,
    assigner: &Assigner<'_, '_>,
) -> Row {
    let records = match owner {
        Some(Owner::Person { records, .. }) => &**records,
        _ => &[],
    };
    let known = context.known(records);
    let current = known
        .iter()
        .find(|(_, it)| !context.standing(it).has_left());
    let person = current.or(known.first());
    let text = |fact: fn(&Identity) -> Option<&str>| {
        person
            .and_then(|(_, person)| fact(person))
            .map(str::to_owned)
    };
    let manager = person.and_then(|(file, person)| match file.loaded.roster.manager(person) {
        Manager::Is(manager) => Some(manager.name.clone()),
        _ => person.manager.shown().map(str::to_owned),
    });
    let account = access.at.and_then(|at| app.file.loaded.roster.at(at));
    let id = access.account_id.to_string();
    let owner = match (owner, person) {
        (_, Some((_, person))) => person.name.clone(),
        (Some(Owner::Program), _) => "(a program)".to_owned(),
        (Some(Owner::Unclear { .. }), _) => "(unclear)".to_owned(),
        (Some(_), None) => "(unknown)".to_owned(),
        (None, None) => NOT_IN_FILE.to_owned(),
    };
    Row {
        row: String::new(),
        workbook: 0,
        app: 0,
        account: account.map_or(id, |account| account.name.clone()),
        account_id: Ref::clone(&access.account_id),
        status: account
            .map_or("unknown", |it| it.status.as_str())
            .to_owned(),
        owner,
        owner_ids: assigner.ids_of_able(records),
        title: text(|it| it.job_title.as_deref()),
        department: text(|it| it.department.as_deref()),
        manager,
        access: access.name.clone(),
        kind: access.kind,
        access_id: access.access_id.clone(),
        resource_id: access.resource_id.clone(),
        way: access.way(),
        direct: access.direct,
        via: access.via.iter().cloned().collect(),
        last_login: account.and_then(|it| it.last_login),
        findings: Vec::new(),
    }
}

/// The open findings about accounts, by the file's number and the account's id.
fn by_account(findings: &Findings) -> HashMap<(usize, String), Vec<RowFinding>> {
    let mut accounts: HashMap<(usize, String), Vec<RowFinding>> = HashMap::new();
    for finding in findings.findings.iter().filter(|it| it.accepted.is_none()) {
        if let Subject::Identity { file, key, .. } = &finding.subject {
            let of = accounts.entry((*file, key.to_string())).or_default();
            of.push(RowFinding {
                check: finding.check.id.to_owned(),
                message: finding.message.clone(),
            });
        }
    }
    accounts
}

/// A workbook as the command lists it.
struct Listed<'r> {
    workbook: &'r str,
    reviewer: &'r str,
    email: Option<&'r str>,
    accesses: u64,
}

fn report(review: &Review, console: &mut Console<'_>) -> Result<()> {
    let mut listed: Vec<Listed<'_>> = review
        .workbooks
        .iter()
        .map(|it| Listed {
            workbook: &it.name,
            reviewer: &it.reviewer,
            email: it.email.as_deref(),
            accesses: 0,
        })
        .collect();
    for row in &review.rows {
        listed[row.workbook].accesses += 1;
    }
    let columns: &[Column<Listed<'_>>] = &[
        column("workbook", "Workbook", |it| it.workbook.into()),
        column("reviewer", "Reviewer", |it| it.reviewer.into()),
        column("email", "E-mail", |it| table::Cell::some(it.email)),
        column("accesses", "Accesses", |it| it.accesses.into()),
    ];
    table::list(console, table::Format::Table, columns, &listed)
}
