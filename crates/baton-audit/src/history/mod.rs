//! `history`: what dated files say about time: when findings opened and closed, how long the access of leavers stayed,
//! and who joined, moved and left in which month.
//!
//! `series` finds the syncs, `replay` judges each day with a sync, and `History` is what comes of it. A month without
//! files has no numbers, and access that is still open counts with its days so far.

mod about;
mod accounts;
mod figures;
mod findings;
mod leavers;
mod lines;
mod movement;
mod name;
mod output;
mod people;
mod replay;
mod series;
mod sums;

use std::path::PathBuf;

use connector_core::Result;
use jiff::tz::TimeZone;

pub(crate) use self::name::{differ_by_date_alone, system_of};
pub(crate) use self::output::Listing;
use self::replay::replay;
use self::series::Series;
pub(crate) use self::sums::History;
use crate::check::{Policy, SettingsArgs};
use crate::console::{Console, Outcome};
use crate::source::{OpenArgs, ZoneArgs};
use crate::table::FormatArgs;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct HistoryArgs {
    /// Sync files of the HR system and of apps from many days, or directories of them. Files of one system have one name
    /// but for their dates
    #[arg(value_name = "FILE|DIR", required = true)]
    files: Vec<PathBuf>,
    /// Name of the HR system, as the files are called without their dates; may be repeated. By default the only one whose
    /// people have a title, a department, a manager or a first day
    #[arg(long, value_name = "NAME")]
    hr: Vec<String>,
    #[command(flatten)]
    policy: SettingsArgs,
    /// Days after which the access of a leaver must be gone; by default the grace period of the policy
    #[arg(long, value_name = "DAYS")]
    limit: Option<u16>,
    /// Print this listing alone
    #[arg(long, value_enum, value_name = "LISTING")]
    list: Option<output::Listing>,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    open: OpenArgs,
}

const AFTER_HELP: &str = "Exit codes: 0 no leaver's access stayed longer than the limit, or there is no limit, 1 some did, \
3 wrong command line, policy or link, 9 a file cannot be read.";

/// Runs the command.
pub(crate) fn history(args: &HistoryArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let policy = args.policy.policy()?;
    let given = Given {
        files: &args.files,
        hr: &args.hr,
        likely_hr: &[],
        policy: &policy,
        limit: args.limit,
        zone: &args.zone.timezone,
        open: &args.open,
    };
    let history = given.history()?;
    output::write(&history, args.list, args.format.format(), console)?;
    Ok(match history.over() {
        0 => Outcome::Clean,
        _ => Outcome::Found,
    })
}

/// What a history is made of.
pub(crate) struct Given<'a> {
    pub(crate) files: &'a [PathBuf],
    /// Names of the HR systems.
    pub(crate) hr: &'a [String],
    /// Names of systems that are HR systems if they are among those of the files.
    pub(crate) likely_hr: &'a [String],
    pub(crate) policy: &'a Policy,
    pub(crate) limit: Option<u16>,
    pub(crate) zone: &'a TimeZone,
    pub(crate) open: &'a OpenArgs,
}

impl Given<'_> {
    /// Reads the files.
    ///
    /// # Errors
    /// As [`Series::find`] and [`replay`].
    pub(crate) fn history(&self) -> Result<History> {
        let series = Series::find(self)?;
        let seen = replay(&series, self.policy, self.zone, self.open)?;
        let limit = self.limit.or(self.policy.grace_days);
        History::of(series, seen, limit)
    }
}
