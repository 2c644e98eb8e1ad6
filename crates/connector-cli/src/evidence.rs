//! `--evidence`: what is stated about the file that a single run wrote, and the key that signs it.
//!
//! Path and key are checked before anything is asked of the vendor. The document is written when the file is in its place,
//! in one step and for its owner alone. A run that fails leaves an earlier document as it was, beside the file it is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::id::ResourceTypeId;
use connector_core::ledger::Summary;
use connector_core::output;
use connector_core::progress::SyncReport;
use connector_core::spec::{ConnectorSpec, FieldSpec, Runtime, Settings, Value};
use connector_core::store::{FileSummary, RowCounts};
use connector_core::text;
use connector_evidence::{
    Evidence, FORMAT, FileFacts, FileFormat, Program, SecretKey, SettingsFacts, SyncFacts,
    WarningFacts,
};

use crate::defaults::all_fields;
use crate::defaults::flags::{EVIDENCE, EVIDENCE_KEY, FILE};
use crate::fingerprint::credentials;
use crate::json::Object;

/// The commit that the program was built from, where the build says it.
const COMMIT: Option<&str> = option_env!("BATON_COMMIT");

/// How the settings that say where rows come from are named.
const ADDRESS: &str = "base-url";

/// Where the evidence of a run goes, and what signs it.
pub(crate) struct Plan {
    /// As the operator wrote it.
    shown: String,
    path: PathBuf,
    file: PathBuf,
    key: Option<SecretKey>,
    host_id: String,
}

impl Plan {
    /// Reads the settings; none when no evidence is wanted. Paths are relative to `dir`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when there is no key in the key file, or evidence would replace the file or the key;
    /// [`ErrorKind::Precondition`] when it cannot be written to its place.
    pub(crate) fn of(settings: &Settings, dir: &Path, host_id: String) -> Result<Option<Self>> {
        let Some(shown) = settings.get(&EVIDENCE)? else {
            return Ok(None);
        };
        let wrong = |problem: Error| EVIDENCE.error(problem);
        let path = output::resolve(&dir.join(&shown)).map_err(wrong)?;
        let file = dir.join(settings.get(&FILE)?);
        let key = settings.get(&EVIDENCE_KEY)?;
        let key_path = key.as_ref().map(|key| dir.join(key));
        let taken = [Some(&file), key_path.as_ref()].into_iter().flatten();
        for other in taken {
            if output::resolve(other).is_ok_and(|other| other == path) {
                let message = "the evidence would replace the file or the key";
                return Err(wrong(Error::new(ErrorKind::Setting, message).hint(
                    "give the evidence a name of its own, such as sync.evidence.json",
                )));
            }
        }
        if !path.parent().is_some_and(Path::is_dir) {
            let message = format!("the directory of {shown} does not exist");
            return Err(wrong(Error::new(ErrorKind::Precondition, message)));
        }
        Ok(Some(Self {
            key: key_path
                .map(|path| SecretKey::read(&path).map_err(|e| EVIDENCE_KEY.error(e)))
                .transpose()?,
            shown,
            path,
            file,
            host_id,
        }))
    }

    /// Writes the evidence of a sync whose file is in its place.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the evidence cannot be written; the file stays.
    pub(crate) fn write(
        &self,
        spec: &ConnectorSpec,
        settings: &Settings,
        runtime: &Runtime,
        report: &SyncReport,
    ) -> Result<()> {
        let failed = |error: Error| {
            error
                .during("writing the evidence")
                .hint("the file itself is in its place; sync again for evidence of it")
        };
        let facts = file_facts(&self.file, &report.file).map_err(failed)?;
        let mut evidence = Evidence {
            format: FORMAT.to_owned(),
            file: facts,
            program: Program {
                name: spec.name.to_owned(),
                version: spec.version.to_owned(),
                commit: COMMIT
                    .filter(|c| !c.is_empty())
                    .unwrap_or("unknown")
                    .to_owned(),
            },
            settings: self.settings_facts(spec, settings),
            host_id: self.host_id.clone(),
            sync: SyncFacts {
                id: report.sync_id.as_str().to_owned(),
                kind: report.sync_type.as_str().to_owned(),
                resumed: report.resumed,
                started_at: report.started_at,
                ended_at: report.ended_at,
                written_at: runtime.clock.now(),
            },
            rows: rows(&report.tally.rows),
            verdict: report.verdict.clone(),
            requests: Vec::new(),
            tls: Vec::new(),
            warnings: report
                .tally
                .warnings
                .iter()
                .map(WarningFacts::from)
                .collect(),
            signature: None,
        };
        Summary {
            requests: evidence.requests,
            peers: evidence.tls,
        } = runtime.ledger.summary();
        if let Some(key) = &self.key {
            evidence.sign(key);
        }
        output::write_private(&self.path, evidence.to_text().as_bytes()).map_err(|e| {
            let message = format!("cannot write {}: {e}", self.shown);
            failed(Error::new(ErrorKind::Precondition, message).caused_by(e))
        })
    }

    /// The line of the summary about evidence that is written.
    pub(crate) fn line(&self) -> String {
        let signed = match &self.key {
            Some(key) => format!("signed with {}", key.public()),
            None => "not signed".to_owned(),
        };
        format!(
            "  evidence: {} ({signed})\n",
            text::printable(&self.shown, 1024)
        )
    }

    /// The fields of the log line about it.
    pub(crate) fn for_log(&self) -> Object {
        let mut out = Object::new();
        out.put("evidence_path", self.shown.as_str());
        out.put("signed", self.key.is_some());
        out
    }

    fn settings_facts(&self, spec: &ConnectorSpec, settings: &Settings) -> SettingsFacts {
        let fields = all_fields(spec);
        let set = fields.iter().map(FieldSpec::name);
        let mut set: Vec<_> = set.filter(|name| settings.is_set(name)).collect();
        set.sort_unstable();
        let addresses = spec
            .fields
            .iter()
            .filter(|field| field.name().ends_with(ADDRESS));
        let value = |field: &FieldSpec| match settings.value(field)? {
            Value::Text(text) => Some((field.name().to_owned(), address(&text))),
            _ => None,
        };
        let fingerprint = |key: &SecretKey| key.fingerprint(&credentials(spec, settings));
        SettingsFacts {
            set: set.into_iter().map(str::to_owned).collect(),
            values: addresses.filter_map(value).collect(),
            credential: self.key.as_ref().map(fingerprint),
        }
    }
}

/// What can be said of the file that was written to `path`: what was written, not what is there by now.
fn file_facts(path: &Path, written: &FileSummary) -> Result<FileFacts> {
    let format = FileFormat::of_version(written.version)
        .ok_or_else(|| Error::new(ErrorKind::Bug, "the file has no format"))?;
    let name = path.file_name().unwrap_or_default();
    Ok(FileFacts {
        name: name.to_string_lossy().into_owned(),
        sha256: written.sha256.clone(),
        bytes: written.file_bytes,
        format,
    })
}

/// A URL without user name, password, query and fragment, which may hold secrets.
fn address(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

fn rows(counts: &RowCounts) -> RowCounts<String> {
    let by_name = |counts: &BTreeMap<ResourceTypeId, u64>| {
        let named = counts
            .iter()
            .map(|(id, count)| (id.as_str().to_owned(), *count));
        named.collect()
    };
    RowCounts {
        resources: by_name(&counts.resources),
        entitlements: by_name(&counts.entitlements),
        grants: by_name(&counts.grants),
    }
}

#[cfg(test)]
mod tests;
