//! The files that a command about people and their accounts is given.

use std::path::{Path, PathBuf};

use connector_core::Result;

use super::input::Paths;
use super::policy::Policy;

/// HR files, files of apps, and what the company decided about them.
#[derive(Debug, clap::Args)]
pub(crate) struct FilesArgs {
    /// Sync file of the HR system
    #[arg(value_name = "HR")]
    main: PathBuf,
    /// Sync files of apps
    #[arg(value_name = "APP")]
    apps: Vec<PathBuf>,
    /// Sync file of a further HR system of the same company; may be repeated
    #[arg(long, value_name = "HR")]
    hr: Vec<PathBuf>,
    /// Earlier sync file of the HR system to compare with; by default the sync before the newest in the file itself
    #[arg(long, value_name = "HR")]
    earlier: Option<PathBuf>,
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
    pub(crate) fn paths(&self) -> Paths {
        Paths {
            hr: [&self.main].into_iter().chain(&self.hr).cloned().collect(),
            earlier: self.earlier.clone(),
            apps: self.apps.clone(),
        }
    }

    /// The policy and the link file, as far as they are given.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &Path> {
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
    /// The policy and the link file, as far as they are given.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &Path> {
        let settings = [&self.policy, &self.links].into_iter().flatten();
        settings.map(PathBuf::as_path)
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
