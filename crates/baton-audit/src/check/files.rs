//! The files that a command about people and their accounts is given.

use std::path::{Path, PathBuf};

use connector_core::Result;

use super::input::Paths;
use super::policy::Policy;
use crate::history::system_of;
use crate::source::{OpenArgs, Pick, Source, choose_people};

/// HR files and files of apps of one company.
#[derive(Debug, clap::Args)]
pub(crate) struct CompanyArgs {
    /// Sync file of the HR system
    #[arg(value_name = "HR")]
    main: PathBuf,
    /// Sync files of apps
    #[arg(value_name = "APP")]
    apps: Vec<PathBuf>,
    /// Sync file of a further HR system of the same company; may be repeated
    #[arg(long, value_name = "HR")]
    hr: Vec<PathBuf>,
}

impl CompanyArgs {
    fn hr(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.main].into_iter().chain(&self.hr)
    }

    /// The files as they are, with nothing to compare them with.
    pub(crate) fn paths(&self) -> Paths {
        Paths {
            hr: self.hr().cloned().collect(),
            earlier: None,
            apps: self.apps.clone(),
            syncs: Vec::new(),
        }
    }
}

/// HR files, files of apps, and what the company decided about them.
#[derive(Debug, clap::Args)]
pub(crate) struct FilesArgs {
    #[command(flatten)]
    company: CompanyArgs,
    /// Earlier sync file of the HR system to compare with; may be repeated, and the newest counts. By default the sync
    /// before the one that is looked at in the file itself
    #[arg(long, value_name = "HR")]
    pub(crate) earlier: Vec<PathBuf>,
    /// Sync to look at in the file that holds it, by id or its beginning; may be repeated. In other files it is the newest
    /// finished full sync
    #[arg(long = "sync", value_name = "ID")]
    syncs: Vec<String>,
    #[command(flatten)]
    policy: SettingsArgs,
}

/// What the company decided.
#[derive(Debug, clap::Args)]
pub(crate) struct SettingsArgs {
    /// Policy of the company (TOML)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Accounts whose owner is known (CSV with the columns app, account, person; or TOML)
    #[arg(long, value_name = "FILE")]
    links: Option<PathBuf>,
}

impl FilesArgs {
    /// The paths by what the files are read for.
    ///
    /// # Errors
    /// When it cannot be said which of several earlier files is the newest, because one cannot be read.
    pub(crate) fn paths(&self, open: &OpenArgs) -> Result<Paths> {
        Ok(Paths {
            earlier: newest(&self.earlier, open)?,
            syncs: self.syncs.clone(),
            ..self.company.paths()
        })
    }

    /// What the HR systems are called by the names of their files without dates.
    pub(crate) fn hr_systems(&self) -> Vec<String> {
        let hr = self.company.hr();
        hr.map(|path| system_of(path, None)).collect()
    }

    /// As [`SettingsArgs::settings`].
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.policy.settings()
    }

    /// As [`SettingsArgs::policy`].
    ///
    /// # Errors
    /// As [`Policy::read`].
    pub(crate) fn policy(&self) -> Result<Policy> {
        self.policy.policy()
    }
}

impl SettingsArgs {
    /// The policy and the link file with what they are called, as far as they are given.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let settings = [("Policy", &self.policy), ("Links", &self.links)];
        let given = settings.into_iter();
        given.filter_map(|(what, path)| Some((what, path.as_deref()?)))
    }

    /// The policy with the links in it. Commands read it first: its mistakes are quicker to find than a large file is
    /// to read.
    ///
    /// # Errors
    /// As [`Policy::read`].
    pub(crate) fn policy(&self) -> Result<Policy> {
        let mut policy = match &self.policy {
            Some(path) => Policy::read(path)?,
            None => Policy::default(),
        };
        if let Some(path) = &self.links {
            policy.read_links(path)?;
        }
        Ok(policy)
    }
}

/// Of these files the one whose newest sync is the newest.
fn newest(files: &[PathBuf], open: &OpenArgs) -> Result<Option<PathBuf>> {
    if let [] | [_] = files {
        return Ok(files.first().cloned());
    }
    let at = |path: &PathBuf| -> Result<_> {
        let source = Source::open_by(path, open, |syncs| choose_people(syncs, Pick::Latest))?;
        Ok((source.seen_at(), path.clone()))
    };
    let all = files.iter().map(at).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().max().map(|(_, path)| path))
}
