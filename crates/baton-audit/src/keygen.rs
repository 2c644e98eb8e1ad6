//! `keygen`: makes a key, in a file that only its owner may read and that no other file is replaced by.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use connector_core::{Error, ErrorKind, Result};
use connector_evidence::{SecretKey, new_redaction_key};
use secrecy::zeroize::Zeroizing;

use crate::console::{Console, Outcome, write_failed};
use crate::outfile::{self, Draft, Place};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct KeygenArgs {
    /// What the key is for
    #[arg(long, value_enum, value_name = "KIND", default_value = "evidence")]
    kind: Kind,

    /// The file of the key; one that is there is never replaced
    #[arg(long, value_name = "KEY")]
    out: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Ed25519, to sign evidence: the private key in KEY, the public key in KEY.pub
    Evidence,
    /// 32 random bytes, to replace people by tokens that are equal in all files under the key
    Redaction,
}

/// Runs the command.
pub(crate) fn keygen(args: &KeygenArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let mut random = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *random).map_err(|e| {
        let message = format!("the system delivers no randomness: {e}");
        Error::new(ErrorKind::Precondition, message)
    })?;
    let mut say = |what: &str, path: &Path| {
        writeln!(console.out, "{what}: {}", path.display()).map_err(write_failed)
    };
    match args.kind {
        Kind::Redaction => {
            is_free(&args.out)?;
            write_new(&args.out, &new_redaction_key(&random))?;
            say("redaction key", &args.out)?;
        }
        Kind::Evidence => {
            let (key, text) = SecretKey::generate(&random)?;
            let public = with_ending(&args.out, ".pub");
            is_free(&args.out)?;
            is_free(&public)?;
            write_new(&args.out, &text)?;
            write_new(&public, &key.public().to_string())?;
            say("private key", &args.out)?;
            say("public key", &public)?;
            writeln!(console.out, "{}", key.public()).map_err(write_failed)?;
        }
    }
    Ok(Outcome::Clean)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Refuses a name that is taken, by a dangling link too.
fn is_free(path: &Path) -> Result<()> {
    outfile::check(path)?;
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) => {
            let message = format!(
                "{} is there already, and a key is never replaced",
                path.display()
            );
            Err(Error::new(ErrorKind::Precondition, message)
                .hint("give another name, or remove the old key if nothing needs it any more"))
        }
    }
}

fn write_new(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut draft = Draft::begin(path)?;
    writeln!(draft, "{text}").map_err(|e| outfile::failed("cannot write", path, &e))?;
    draft.end()?.publish(false)
}
