//! DQ-03: every file holds what it is read for.
//!
//! Raised for an HR file, or its earlier state, in which there are no people, and for the file of an app in which
//! there are no accounts, unless `[files] may_be_empty` names the file: what is not in a file cannot be found wrong,
//! so the checks that need it do not run, the critical ones among them. Raised, at most high, also for the file of an
//! app with grants whose principal is not in the file, because access that cannot be attributed is not looked at. A
//! grant that does not name who holds it or what is held is damage, and no command goes on with such a file. Runs
//! beside any selection of checks, for the files that these read.

use super::{
    ACCESS, Check, CheckContext, Collector, Evidence, Need, NumberedFile, Result, Severity,
    Subject, text,
};
use crate::check::access::Access;
use crate::identity::user_types;

pub(crate) const CHECK: Check = Check {
    id: "DQ-03",
    title: "Every file holds what it is read for",
    severity: Severity::Critical,
    controls: ACCESS,
    remedy: "Check the connector's permissions and sync again, or name the file in [files] may_be_empty.",
    needs: &[Need::AccountsIfAny],
    whole_file: true,
    always: true,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let earlier = context.pairs.iter().map(|(_, earlier)| earlier);
    for &file in context.hr.iter().chain(earlier) {
        if let Some(fault) = empty(context, file, "people")? {
            found.raise(Subject::File { file: file.file }, fault, Vec::new());
        }
    }
    for app in &context.apps {
        let file = app.file.file;
        let (lost, evidence) = unattributed(&app.access, file);
        let empty = empty(context, app.file, "accounts")?;
        let at_most = match empty {
            Some(_) => Severity::Critical,
            None => Severity::High,
        };
        let faults: Vec<String> = empty.into_iter().chain(lost).collect();
        if !faults.is_empty() {
            found.raise_at(at_most, Subject::File { file }, faults.join("; "), evidence);
        }
    }
    Ok(())
}

/// What is wrong with a file that holds no identities, unless it may.
fn empty(context: &CheckContext<'_>, file: NumberedFile<'_>, what: &str) -> Result<Option<String>> {
    let mut may_be_empty = context.policy.may_be_empty.iter();
    let may_be_empty = may_be_empty.any(|p| file.loaded.is_called(|name| p.fits(name)));
    if !file.loaded.roster.is_empty() || may_be_empty {
        return Ok(None);
    }
    let why = match user_types(&file.loaded.source)?.is_empty() {
        true => ": none of its resource types has the user trait",
        false => "",
    };
    Ok(Some(format!("holds no {what}{why}")))
}

/// What is wrong with grants that could not be attributed to anything, and examples of them.
fn unattributed(access: &Access<'_>, file: usize) -> (Option<String>, Vec<Evidence>) {
    let (lost, why) = (&access.unknown, "whose principal is not in the file");
    let all = text::counted(access.grants, "grant");
    let fault = (lost.count > 0).then(|| format!("has {} of {all} {why}", lost.count));
    let evidence = lost.examples.iter().map(|grant| Evidence {
        file,
        at: grant.row.clone(),
        external_id: grant.external_id.to_string(),
        says: format!("a grant {why}"),
    });
    (fault, evidence.collect())
}
