//! `verify`: checks what evidence states about a file against the file, and its signature.
//!
//! Every claim becomes a row: it holds, it fails, or it cannot be checked, and why. A claim that only the program which
//! wrote the evidence could know rests on the signature; without the public key, which must come another way than the
//! evidence, the signature is not checked and nothing else says that it holds.

mod claims;
mod figures;
mod file;

use std::path::PathBuf;

use connector_core::{Context, Error, ErrorKind, Result};
use connector_evidence::{Evidence, PublicKey};

use self::claims::{CLAIM_COLUMNS, Claims, Finding};
use crate::console::{Console, Outcome};
use crate::evidence::text_of;
use crate::source::OpenArgs;
use crate::table::{FormatArgs, Table, cells, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct VerifyArgs {
    /// Sync file (.c1z)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// What the connector wrote with --evidence
    #[arg(long, value_name = "EVIDENCE")]
    evidence: PathBuf,

    /// The public key that the evidence must be signed with: its text, which begins with ed25519:, or a file that holds it
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,

    #[command(flatten)]
    open: OpenArgs,

    #[command(flatten)]
    format: FormatArgs,
}

const AFTER_HELP: &str = "Exit codes: 0 no claim fails, 1 a claim fails, 3 wrong command line or key, 9 a file cannot be \
read.";

/// Runs the command.
pub(crate) fn verify(args: &VerifyArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let key = args.public_key.as_deref().map(public_key).transpose()?;
    let text = text_of(&args.evidence)?;
    let mut claims = Claims::default();
    match Evidence::parse(&text) {
        Err(error) => claims.fails("document", error.to_string()),
        Ok(evidence) => {
            claims.holds("document", &evidence.format);
            signature(&evidence, key.as_ref(), &mut claims);
            file::check(&evidence, &args.file, &args.open, &mut claims)?;
            figures::check(&evidence, &mut claims);
            figures::unchecked(&evidence, &mut claims);
        }
    }
    let mut table = Table::new(console, args.format.format(), headings(CLAIM_COLUMNS));
    for claim in claims.all() {
        table.row(&cells(CLAIM_COLUMNS, claim))?;
    }
    table.finish()?;
    Ok(match claims.any(Finding::Fails) {
        true => Outcome::Found,
        false => Outcome::Clean,
    })
}

fn signature(evidence: &Evidence, key: Option<&PublicKey>, claims: &mut Claims) {
    match (key, &evidence.signature) {
        (Some(key), _) => match evidence.check_signature(key) {
            Ok(()) => claims.holds("signature", &key.to_string()),
            Err(error) => claims.fails("signature", error.to_string()),
        },
        (None, Some(_)) => claims.unchecked("signature", "without --public-key it says nothing"),
        (None, None) => claims.unchecked("signature", "the document is not signed"),
    }
}

/// A key, or the one in a file.
///
/// # Errors
/// [`ErrorKind::Setting`] when it is none.
pub(crate) fn public_key(given: &str) -> Result<PublicKey> {
    let text = match given.starts_with("ed25519:") {
        true => given.to_owned(),
        false => text_of(given.as_ref()).map_err(|e| {
            let message = e.message().to_owned();
            Error::new(ErrorKind::Setting, message).hint("give the file KEY.pub that keygen wrote")
        })?,
    };
    text.parse().during("reading the public key")
}
