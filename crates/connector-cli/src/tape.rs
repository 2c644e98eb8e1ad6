//! `--record` and `--replay`: a run that is written down, and one whose answers come from such a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_c1z::{Format, StoreOptions, UNFINISHED_SUFFIX};
use connector_core::clock::SharedClock;
use connector_core::entropy::{SeededEntropy, SharedEntropy};
use connector_core::error::{Context, Error, ErrorKind, Result};
use connector_core::id::ResourceId;
use connector_core::output;
use connector_core::spec::{ConnectorSpec, FieldSpec, Kind, Settings, Value};
use connector_core::tape::Tape;
use connector_redact::{RedactionKey, Tokens};
use connector_trace::{RecordedClock, Trace, TraceWriter, Value as Recorded};

use crate::defaults::flags::{
    DRY_RUN, EVIDENCE, EVIDENCE_KEY, FILE, RECORD, REDACTION_KEY, REPLAY,
    SKIP_ENTITLEMENTS_AND_GRANTS, SKIP_GRANTS, SYNC_RESOURCE_TYPES, SYNC_RESOURCES,
};
use crate::invocation::Invocation;
use crate::parse::Action;

/// The longest key file that is read, in bytes.
const MAX_KEY_FILE: usize = 4096;
/// What stands in a recording for the vendor's host, and for a setting that it does not hold.
const HOST: &str = "https://vendor.example";
const REPLACED: &str = "replaced";

/// Said when the run itself succeeded.
const ONLY_RECORDING: &str = "the run itself succeeded; only its recording is missing";

/// What a run is recorded into or played back from.
pub(crate) enum Taped {
    /// Neither.
    No,
    Recording(Arc<TraceWriter>),
    Replaying(Arc<Trace>),
}

/// Time and randomness of a run, and where its exchanges go.
pub(crate) struct Reels {
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) tape: Tape,
}

/// Reads the recording that is to be played back, and gives the settings that were not given the values that the recorded
/// run had.
///
/// # Errors
/// [`ErrorKind::Precondition`] when the file is no recording, [`ErrorKind::Setting`] for one of another program.
pub(crate) fn replayed(
    spec: &ConnectorSpec,
    settings: &mut Settings,
    dir: &Path,
) -> Result<Option<Arc<Trace>>> {
    let Some(path) = settings.get(&REPLAY)? else {
        return Ok(None);
    };
    let trace = Trace::read(&dir.join(path))?;
    let start = trace.start();
    if start.program != spec.name {
        let message = format!("the recording is one of {}", start.program);
        let hint = format!("replay it with {}", start.program);
        return Err(REPLAY.error(Error::new(ErrorKind::Setting, message).hint(hint)));
    }
    for field in &recorded_fields(spec) {
        if settings.is_set(field.name()) {
            continue;
        }
        let value = match (start.settings.get(field.name()), field.kind()) {
            (Some(Recorded::Bool(on)), Kind::Bool) => Value::Bool(*on),
            (Some(Recorded::Int(number)), Kind::Int) => Value::Int(*number),
            (Some(Recorded::Text(text)), Kind::Text) => Value::Text(text.clone()),
            (Some(Recorded::List(items)), Kind::List) => Value::List(items.clone()),
            (_, Kind::Secret) => Value::Secret(REPLACED.into()),
            (_, Kind::Text) if field.is_required() => Value::Text(REPLACED.to_owned()),
            _ => continue,
        };
        settings.set(field.name(), value);
    }
    Ok(Some(Arc::new(trace)))
}

/// What the run is recorded into or played back from.
///
/// # Errors
/// When the recording cannot be begun or the key cannot be read.
pub(crate) fn open(
    spec: &ConnectorSpec,
    settings: &Settings,
    invocation: &Invocation,
    action: &Action,
    replayed: Option<Arc<Trace>>,
) -> Result<(Taped, Reels)> {
    let mut reels = Reels {
        clock: invocation.clock.clone(),
        entropy: invocation.entropy.clone(),
        tape: Tape::Off,
    };
    if let Some(trace) = replayed {
        if *action == Action::Sync && !settings.get(&DRY_RUN)? {
            replaces_nothing(settings, &invocation.current_dir)?;
        }
        reels.clock = Arc::new(RecordedClock::at(trace.start().started));
        // Everything that is drawn is the same each time.
        reels.entropy = Arc::new(SeededEntropy::new(0));
        reels.tape = Tape::Replay(trace.clone());
        return Ok((Taped::Replaying(trace), reels));
    }
    let path = settings.get(&RECORD)?;
    let Some(path) = path.filter(|_| action.asks_the_vendor()) else {
        return Ok((Taped::No, reels));
    };
    let dir = &invocation.current_dir;
    let place = place(&path, settings, dir).map_err(|problem| RECORD.error(problem))?;
    let tokens = Tokens::new(&key(settings, invocation)?);
    let kept = kept_settings(spec, settings, &tokens);
    let now = invocation.clock.now();
    let program = (spec.name, spec.version);
    let writer = TraceWriter::create(&place, tokens, program, now, kept);
    let writer = Arc::new(writer.map_err(|problem| RECORD.error(problem))?);
    reels.tape = Tape::Record(writer.clone());
    Ok((Taped::Recording(writer), reels))
}

/// Has a replay write the same file each time, whatever the environment says.
pub(crate) fn same_each_time(store: &mut StoreOptions) {
    store.format = store.format.or(Some(Format::V1));
    store.shrink = None;
    store.source_date = None;
}

/// Refuses to write what comes from a recording over a file that is there, which may be that of a sync, and in the place
/// of a sync that is not finished.
fn replaces_nothing(settings: &Settings, dir: &Path) -> Result<()> {
    let shown = settings.get(&FILE)?;
    let place = output::resolve(&dir.join(&shown)).map_err(|problem| FILE.error(problem))?;
    let has_content = |place: &Path| std::fs::metadata(place).is_ok_and(|about| about.len() > 0);
    let refused = |message: String, hint: &'static str| {
        let problem = Error::new(ErrorKind::Precondition, message).hint(hint);
        Err(FILE.error(problem))
    };
    if has_content(&place) {
        let message = format!("{shown} is there, and a replay replaces no file");
        return refused(message, "give another name, or remove the file");
    }
    let mut unfinished = place.into_os_string();
    unfinished.push(UNFINISHED_SUFFIX);
    if has_content(Path::new(&unfinished)) {
        let message = format!(
            "{shown}{UNFINISHED_SUFFIX} is there, the unfinished work of a sync, which a replay neither goes on with nor \
             replaces"
        );
        return refused(
            message,
            "give another name, or remove that file if no sync is to go on with it",
        );
    }
    Ok(())
}

/// The place of the recording, which must not be that of another file of the run.
fn place(path: &str, settings: &Settings, dir: &Path) -> Result<PathBuf> {
    let place = output::resolve(&dir.join(path))?;
    let others = [
        Some(settings.get(&FILE)?),
        settings.get(&EVIDENCE)?,
        settings.get(&EVIDENCE_KEY)?,
        settings.get(&REDACTION_KEY)?,
    ];
    let taken = |other: &String| output::resolve(&dir.join(other)).is_ok_and(|o| o == place);
    match others.iter().flatten().find(|other| taken(other)) {
        Some(other) => {
            let message = format!("the recording would replace {other}");
            let hint = "give the recording a name of its own, such as run.trace";
            Err(Error::new(ErrorKind::Setting, message).hint(hint))
        }
        None if !place.parent().is_some_and(Path::is_dir) => {
            let message = format!("the directory of {path} does not exist");
            Err(Error::new(ErrorKind::Precondition, message))
        }
        None => Ok(place),
    }
}

fn key(settings: &Settings, invocation: &Invocation) -> Result<RedactionKey> {
    let Some(path) = settings.get(&REDACTION_KEY)? else {
        return Ok(RedactionKey::fleeting(&*invocation.entropy));
    };
    let path = invocation.current_dir.join(path);
    let text = std::fs::read(&path)
        .map_err(|e| e.to_string())
        .and_then(|bytes| match bytes.len() <= MAX_KEY_FILE {
            true => String::from_utf8(bytes).map_err(|_| "it is no text".to_owned()),
            false => Err("it is too long for a key".to_owned()),
        });
    let text = text.map_err(|what| {
        let message = format!("{} cannot be read: {what}", path.display());
        REDACTION_KEY.error(Error::new(ErrorKind::Setting, message))
    })?;
    RedactionKey::parse(&text).map_err(|problem| REDACTION_KEY.error(problem))
}

/// The settings that decide what is requested.
fn recorded_fields(spec: &ConnectorSpec) -> Vec<FieldSpec> {
    let selection = [
        SYNC_RESOURCES.spec(),
        SYNC_RESOURCE_TYPES.spec(),
        SKIP_ENTITLEMENTS_AND_GRANTS.spec(),
        SKIP_GRANTS.spec(),
    ];
    spec.fields.iter().copied().chain(selection).collect()
}

/// The values of settings that a recording holds: no credential, no host, and of texts only those of fields that are
/// declared so.
fn kept_settings(
    spec: &ConnectorSpec,
    settings: &Settings,
    tokens: &Tokens,
) -> Vec<(String, Recorded)> {
    let kept = |field: &FieldSpec| {
        if !settings.is_set(field.name()) && field.kind() != Kind::Bool {
            return None;
        }
        let recorded = field.is_recorded() || field.name() == SYNC_RESOURCE_TYPES.name();
        Some(match settings.value(field)? {
            Value::Bool(on) => Recorded::Bool(on),
            Value::Int(number) => Recorded::Int(number),
            Value::Text(text) if text.contains("://") => Recorded::Text(HOST.to_owned()),
            Value::Text(text) if recorded => Recorded::Text(path(&text, tokens)?),
            Value::List(items) if field.name() == SYNC_RESOURCES.name() => {
                Recorded::List(items.iter().filter_map(|i| target(i, tokens)).collect())
            }
            Value::List(items) if recorded => {
                Recorded::List(items.iter().filter_map(|i| path(i, tokens)).collect())
            }
            Value::Text(_) | Value::List(_) | Value::Secret(_) => return None,
        })
    };
    let fields = recorded_fields(spec);
    let kept = fields
        .iter()
        .filter_map(|f| Some((f.name().to_owned(), kept(f)?)));
    kept.collect()
}

/// A resource to sync, whose id is the token that answers have.
fn target(bid: &str, tokens: &Tokens) -> Option<String> {
    let id = ResourceId::from_bid(bid)?;
    let resource_type = path(id.resource_type.as_str(), tokens)?;
    Some(format!("bid:r:{resource_type}/{}", tokens.id(&id.id)))
}

/// An id, or a path of plain words; `None` for anything else, which may be a credential in the wrong place.
fn path(text: &str, tokens: &Tokens) -> Option<String> {
    let plain = |part: &str| {
        let word = part.trim_matches(['{', '}']);
        let sign = |b: u8| b.is_ascii_lowercase() || b"_-.".contains(&b) || b.is_ascii_digit();
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.len() <= 32 && digits <= 5 && word.bytes().all(sign)
    };
    (tokens.id(text) == text || text.split('/').all(plain)).then(|| text.to_owned())
}

impl Taped {
    /// Whether the run goes on with no other one's work and leaves none: a recording and a replay are of whole runs.
    pub(crate) const fn is_of_a_whole_run(&self) -> bool {
        !matches!(self, Self::No)
    }

    /// What the run's unfinished work is told apart by.
    pub(crate) fn salt(&self, invocation: &Invocation) -> String {
        match self.is_of_a_whole_run() {
            false => String::new(),
            true => format!(" {:x}", invocation.entropy.next_u64()),
        }
    }

    /// Ends the recording, or tells what is odd about the replay.
    ///
    /// # Errors
    /// When the recording could not be written.
    pub(crate) fn finish(&self, outcome: Result<&u8, &Error>) -> Result<()> {
        match self {
            Self::No => {}
            Self::Recording(writer) => {
                let written = writer.finish(outcome.err()).during("recording the run");
                written.map_err(|problem| match (outcome, problem.hint_text()) {
                    (Err(_), _) => problem,
                    (Ok(_), None) => problem.hint(ONLY_RECORDING),
                    (Ok(_), Some(hint)) => {
                        let hint = format!("{hint}; {ONLY_RECORDING}");
                        problem.override_hint(hint)
                    }
                })?;
                if writer.is_fleeting() {
                    tracing::warn!(
                        "the recording was made with a key of this run alone, so it cannot be joined with other files; \
                         --redaction-key (BATON_REDACTION_KEY) names a key that stays"
                    );
                }
            }
            Self::Replaying(trace) => {
                if outcome.is_ok() && trace.left() > 0 {
                    let left = trace.left();
                    tracing::warn!(left, "the recording holds answers that were not asked for");
                }
            }
        }
        Ok(())
    }
}
