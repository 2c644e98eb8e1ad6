//! One HTML page about a set of files: people, movement, findings, reporting lines and what it all rests on.
//!
//! The page needs no other file and is complete without its script, which only sorts and filters rows and opens
//! sections. Its templates are checked by the compiler (`maud`), text only gets into them escaped, and the page's own
//! policy forbids the browser to load or run anything else. The same files give the same page, byte for byte.

mod access;
mod chart;
mod figures;
mod files;
mod findings;
mod history;
mod lines;
mod movement;
mod page;
mod parts;
mod people;
mod plot;
mod timeline;
mod value;

use std::path::{Path, PathBuf};

use connector_core::{Context, Result};
use connector_evidence::digest;
use maud::Markup;

use self::access::Access;
use self::figures::is_person;
use self::files::FileCounts;
use self::timeline::Timeline;
use crate::check::finding::{FileRead, Part};
use crate::check::input::LoadedFile;
use crate::check::{
    AppsRead, CheckContext, FilesArgs, Findings, Input, Policy, Severity, examine_in,
};
use crate::console::{Console, Outcome, write_failed};
use crate::history::{Given, History};
use crate::identity::Identity;
use crate::managers::Graph;
use crate::outfile::{self, Out};
use crate::source::{DayArgs, OpenArgs};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Evidence of one of the files, to be carried into the output; may be repeated
    #[arg(long, value_name = "EVIDENCE")]
    evidence: Vec<PathBuf>,
    /// Dated sync files of the HR system and of apps, or a directory of them, for a section on what changed over time; may
    /// be repeated
    #[arg(long, value_name = "FILE|DIR")]
    history: Vec<PathBuf>,
    /// The page to write; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    out: Out,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// What the page is about.
struct ReportData<'a> {
    input: &'a Input,
    findings: &'a Findings,
    labels: Vec<String>,
    /// The files as [`Findings::files`] has them, with what each holds.
    files: Vec<(&'a LoadedFile, FileCounts)>,
    /// The reporting lines of each HR file.
    graphs: Vec<Graph>,
    timeline: Timeline,
    others: Vec<OtherFile>,
    access: Access,
    history: Option<History>,
}

/// A file that was read and is no sync file, such as the policy.
struct OtherFile {
    what: &'static str,
    path: String,
    sha256: String,
}

impl ReportData<'_> {
    /// The people of all HR files as they are now.
    fn people(&self) -> impl Iterator<Item = &Identity> {
        let people = self.input.hr.iter().flat_map(|hr| hr.now.roster.iter());
        people.filter(|identity| is_person(identity))
    }

    /// What the file at a position of [`Findings::files`] is called.
    fn label(&self, file: usize) -> &str {
        self.labels.get(file).map_or("", String::as_str)
    }

    /// Names a file and links to where it is described.
    fn file(&self, file: usize) -> Markup {
        parts::file_link(file, self.label(file))
    }
}

/// Writes the page.
pub(crate) fn report(args: &ReportArgs, console: &mut Console<'_>) -> Result<Outcome> {
    args.out.file().map_or(Ok(()), outfile::check)?;
    let policy = args.files.policy()?;
    let others = args.files.settings().map(other);
    let others = others.collect::<Result<_>>()?;
    let mut history = history(args, &policy)?;
    let mut input = Input::open_on(&args.files.paths(&args.open)?, &args.day, &args.open)?;
    input.attach(&args.evidence)?;
    input.read_states(&policy);
    let as_of = input.day(&args.day)?;
    let strange = history
        .as_mut()
        .map(|it| it.compare_with(&input, &args.open));
    let mut notes = strange.transpose()?.unwrap_or_default();
    let context = CheckContext::new(&input, &policy, as_of, AppsRead::Access)?;
    let findings = examine_in(&context, &input, |_| true)?;
    notes.extend_from_slice(&context.misplaced);
    let labels = names(&findings.files);
    let access = Access::of(&context, &labels)?;
    drop(context);
    let now = input.hr.iter().map(|hr| &hr.now);
    let earlier = input.hr.iter().filter_map(|hr| hr.earlier.as_ref());
    let files = now.chain(earlier).chain(&input.apps);
    let files = files.map(|file| Ok((file, FileCounts::of(file)?)));
    let graphs = input.hr.iter().map(|hr| Graph::of(&hr.now.roster, as_of));
    let data = ReportData {
        input: &input,
        findings: &findings,
        labels,
        files: files.collect::<Result<_>>()?,
        graphs: graphs.collect(),
        timeline: Timeline::of(&input, &args.files.earlier, &args.open)?,
        others,
        access,
        history,
    };
    let page = page::page(&data).into_string();
    let people = parts::counted(data.people().count(), "person", "people");
    let open = findings.open_at(Severity::Note).count();
    let open = parts::counted(open, "open finding", "open findings");
    match args.out.file() {
        Some(path) => {
            outfile::write(path, |out| {
                out.write_all(page.as_bytes()).map_err(write_failed)
            })?;
            writeln!(console.out, "{}: {people}, {open}", path.display()).map_err(write_failed)?;
        }
        None => {
            console
                .out
                .write_all(page.as_bytes())
                .map_err(write_failed)?;
            notes.insert(0, format!("{people}, {open}"));
        }
    }
    for note in notes {
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}

/// What each file is called. An earlier sync of a file that is there twice has the file's name.
fn names(files: &[FileRead]) -> Vec<String> {
    let mut names: Vec<String> = files.iter().map(|file| file.label.clone()).collect();
    for at in 0..files.len() {
        let now = |file: &FileRead| file.part == Part::Hr && file.path == files[at].path;
        if files[at].part == Part::EarlierHr
            && let Some(now) = files.iter().position(now)
        {
            names[at] = format!("{}, earlier", names[now]);
        }
    }
    names
}

/// A file beside the sync files, with its digest.
fn other((what, path): (&'static str, &Path)) -> Result<OtherFile> {
    let (sha256, ..) = digest(path).during(format!("reading {}", path.display()))?;
    let path = path.display().to_string();
    Ok(OtherFile { what, path, sha256 })
}

/// What the dated files say about time, when some are given. The HR system is the one whose file the report is about,
/// when the dated files have it.
fn history(args: &ReportArgs, policy: &Policy) -> Result<Option<History>> {
    let given = Given {
        files: &args.history,
        hr: &[],
        likely_hr: &args.files.hr_systems(),
        policy,
        limit: None,
        zone: &args.day.zone.timezone,
        open: &args.open,
    };
    (!args.history.is_empty())
        .then(|| given.history())
        .transpose()
}
