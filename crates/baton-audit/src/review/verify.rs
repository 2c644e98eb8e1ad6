//! `review verify`: which removals of a closed review newer files of the apps show.
//!
//! Access is looked for by the ids of account and entitlement, through groups in groups as well. Only a sync that ended
//! after the one that was reviewed can show that something is gone.

use std::path::PathBuf;

use connector_core::{Error, ErrorKind, Result};
use connector_evidence::{PublicKey, Signature};

use super::accesses::{Access, Accesses};
use super::close::CLOSED;
use super::kept::{self, Gone};
use super::manifest::{Kind, MAX_BYTES, parse_json, read_bounded};
use super::outputs::{Decided, EVIDENCE, EVIDENCE_FORMAT, Evidence};
use super::start::NOT_IN_FILE;
use super::workbook::Decision;
use crate::check::{LoadedFile, is_usable};
use crate::console::{Console, Outcome};
use crate::identity::Status;
use crate::source::{OpenArgs, Pick};
use crate::table::{Cell, Column, FormatArgs, Table, cells, column, detail, headings};
use crate::verify::public_key;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct VerifyArgs {
    /// Directory that `review close` wrote, or the directory of the review when it wrote there
    dir: PathBuf,
    /// Newer sync files of the apps, called as those of the review
    #[arg(value_name = "APP", required = true)]
    files: Vec<PathBuf>,
    /// The public key that the evidence must be signed with: its text, which begins with ed25519:, or a file that holds it
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    open: OpenArgs,
}

const AFTER_HELP: &str = "Exit codes: 0 every removal happened, 1 one did not or was not looked at, 3 wrong command line or \
key, 9 the evidence or a file cannot be read, or shows nothing.";

/// What became of an access that was to be taken away or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The account is there and does not hold it.
    Removed,
    /// The account is not there any more.
    AccountGone,
    /// The account holds it but is disabled or deleted.
    Disabled,
    /// The account holds it as before.
    Held,
    /// The account does not hold it any more, although it was kept.
    NotKept,
    /// No file of the app was given.
    NotLookedAt,
}

impl Fate {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::AccountGone => "account gone",
            Self::Disabled => "account disabled",
            Self::Held => "still held",
            Self::NotKept => "not held any more",
            Self::NotLookedAt => "not looked at",
        }
    }

    const fn is_done(self) -> bool {
        matches!(self, Self::Removed | Self::AccountGone | Self::Disabled)
    }
}

/// A newer file of an app and what is held in it.
struct Newer {
    file: LoadedFile,
    held: Accesses,
}

/// Runs the command.
pub(super) fn verify(args: &VerifyArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let key = args.public_key.as_deref().map(public_key).transpose()?;
    let (evidence, signed) = evidence(args, key.as_ref())?;
    let mut newer: Vec<Option<Newer>> = evidence.basis.apps.iter().map(|_| None).collect();
    for path in &args.files {
        let file = LoadedFile::open(path, Pick::Latest, &args.open)?;
        let at = app_of(&file, &evidence)?;
        if newer[at].is_some() {
            let label = &evidence.basis.apps[at].label;
            let message = format!("two files of the app {label} are given");
            return Err(Error::new(ErrorKind::Usage, message).hint("give each app once"));
        }
        let held = Accesses::load(&file, usize::MAX)?;
        kept::refuse(&file, &held, at, &evidence.decisions)?;
        newer[at] = Some(Newer { held, file });
    }
    let columns = columns();
    let mut table = Table::new(console, args.format.format(), headings(&columns));
    let (mut removals, mut done, mut outcome) = (0_u64, 0_u64, Outcome::Clean);
    let mut gone = Gone::default();
    for decided in &evidence.decisions {
        let app = decided.access.app;
        let newer = newer[app].as_ref();
        let (result, way) = match decided.decision {
            Decision::Remove | Decision::Change => result_of(decided, newer),
            Decision::Keep | Decision::NotMine => match newer.and_then(|it| lost(decided, it)) {
                Some(lost) => (lost, None),
                None => continue,
            },
        };
        gone.see(decided, result);
        if decided.decision == Decision::Remove {
            removals += 1;
            done += u64::from(result.is_done());
            if !result.is_done() {
                outcome = Outcome::Found;
            }
        }
        let line = Line {
            app: &evidence.basis.apps[app].label,
            sha256: newer.map(|it| it.file.source.sha256.as_str()),
            decided,
            result,
            way,
        };
        table.row(&cells(&columns, &line))?;
    }
    table.finish()?;
    let done = format!("{done} of {removals} removals are done");
    let notes = gone.notes().into_iter().chain([done]).chain(signed);
    for note in notes {
        console.note(&note)?;
    }
    Ok(outcome)
}

/// The evidence, and what is to be said of its signature.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read, or is not signed with the key that is given.
fn evidence(args: &VerifyArgs, key: Option<&PublicKey>) -> Result<(Evidence, Option<String>)> {
    let places = [
        args.dir.join(EVIDENCE),
        args.dir.join(CLOSED).join(EVIDENCE),
    ];
    let place = places.iter().find(|it| it.exists()).unwrap_or(&places[0]);
    let closed = |e: Error| e.hint("give the directory that `baton-audit review close` wrote");
    let bytes = read_bounded(place, MAX_BYTES).map_err(closed)?;
    let evidence: Evidence = parse_json(place, &bytes).map_err(closed)?;
    let refused = |what: &str| {
        let message = format!("{}: {what}", place.display());
        Err(Error::new(ErrorKind::Precondition, message))
    };
    let known = |it: &Decided| it.access.app < evidence.basis.apps.len();
    if evidence.format != EVIDENCE_FORMAT || !evidence.decisions.iter().all(known) {
        return refused("it is of another version");
    }
    let said = match (key, &evidence.signature) {
        (None, None) => None,
        (None, Some(_)) => {
            Some("the evidence is signed; without --public-key that says nothing".to_owned())
        }
        (Some(key), signature) => {
            if let Err(error) = Signature::check(signature.as_ref(), &evidence, key) {
                return refused(error.message());
            }
            // What this program does not know is not signed either.
            if evidence.to_bytes()? != bytes {
                return refused("it is not laid out as it was written");
            }
            Some(format!("the evidence is signed with {key}"))
        }
    };
    Ok((evidence, said))
}

/// The position of the app that a file is of.
fn app_of(file: &LoadedFile, evidence: &Evidence) -> Result<usize> {
    let shown = file.source.shown();
    let mut apps = evidence.basis.apps.iter().enumerate();
    let Some((at, app)) = apps.find(|(_, app)| file.is_called(|name| name == app.label)) else {
        let labels: Vec<&str> = evidence
            .basis
            .apps
            .iter()
            .map(|it| it.label.as_str())
            .collect();
        let message = format!(
            "{shown} is no app of the review, which has {}",
            labels.join(", ")
        );
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("a newer file has the name of the file that was reviewed"));
    };
    let is_newer = file.source.sha256 != app.sha256
        && (app.synced_at.is_none() || file.source.seen_at() > app.synced_at);
    match is_newer {
        true => Ok(at),
        false => {
            let message = format!("{shown} is not newer than the file that was reviewed");
            Err(Error::new(ErrorKind::Precondition, message)
                .hint("sync the app again after the removals"))
        }
    }
}

/// What became of an access, and the way in which it is still held.
fn result_of<'n>(decided: &Decided, newer: Option<&'n Newer>) -> (Fate, Option<&'n Access>) {
    let Some(newer) = newer else {
        return (Fate::NotLookedAt, None);
    };
    let row = &decided.access;
    let roster = &newer.file.roster;
    let account = roster.of_type(&row.account_id.resource_type, &row.account_id.id);
    let account = account.and_then(|at| roster.at(at));
    let held = newer.held.get(&row.account_id, row.kind, &row.access_id);
    let result = match (account, held) {
        (None, None) => Fate::AccountGone,
        (Some(account), _) if account.status == Status::Deleted => Fate::AccountGone,
        // The access was the account itself, which may hold something by now.
        (Some(account), None) if row.kind == Kind::Account => match is_usable(account) {
            true => Fate::Held,
            false => Fate::Disabled,
        },
        (Some(_), None) => Fate::Removed,
        (Some(account), Some(_)) if !is_usable(account) => Fate::Disabled,
        (_, Some(_)) => Fate::Held,
    };
    (result, held.filter(|_| result == Fate::Held))
}

/// What became of an access that was kept, when it is gone.
fn lost(decided: &Decided, newer: &Newer) -> Option<Fate> {
    let was_dangling = decided.access.owner == NOT_IN_FILE;
    match result_of(decided, Some(newer)).0 {
        Fate::AccountGone if !was_dangling => Some(Fate::AccountGone),
        Fate::AccountGone | Fate::Removed => Some(Fate::NotKept),
        Fate::Disabled | Fate::Held | Fate::NotKept | Fate::NotLookedAt => None,
    }
}

struct Line<'r> {
    app: &'r str,
    sha256: Option<&'r str>,
    decided: &'r Decided,
    result: Fate,
    way: Option<&'r Access>,
}

fn columns<'r>() -> Vec<Column<Line<'r>>> {
    vec![
        column("app", "App", |it: &Line<'_>| it.app.into()),
        column("account", "Account", |it| {
            it.decided.access.account.as_str().into()
        }),
        column("access", "Access", |it| {
            it.decided.access.access.as_str().into()
        }),
        column("decision", "Decision", |it| {
            it.decided.decision.as_str().into()
        }),
        column("result", "Result", |it| it.result.as_str().into()),
        column("way", "Way now", |it| {
            it.way.map(Access::way).unwrap_or_default().into()
        }),
        detail("account_id", |it| {
            it.decided.access.account_id.to_string().into()
        }),
        detail("access_id", |it| {
            it.decided.access.access_id.as_str().into()
        }),
        detail("row", |it| it.decided.access.row.as_str().into()),
        detail("file_sha256", |it| Cell::some(it.sha256)),
    ]
}
