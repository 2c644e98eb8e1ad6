//! The run that is disturbed, and those before and after it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use connector_c1z::{C1zStore, Format, StoreOptions};
use connector_core::entropy::SyncId;
use connector_core::id::{Cursor, EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    Entitlement, EntitlementListing, Grant, GrantListing, Resource, ResourceType, Status,
    StatusKind, Trait, TraitData, UserTrait,
};
use connector_core::store::{Checkpoint, Phase, Position, Rows, RunSpec, Store, SyncType, Tally};
use connector_core::text::Text;
use connector_core::{Result, leftovers};
use jiff::{Timestamp, ToSpan};

use crate::member::member;

const USER: ResourceTypeId = ResourceTypeId::new("user");
const TEAM: ResourceTypeId = ResourceTypeId::new("team");

/// People of a page, and of a team.
const MANY: usize = 100;

/// Where a run is made: the file's directory and the temp directory, both of its own.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) out: PathBuf,
    pub(crate) temp: PathBuf,
    pub(crate) file: PathBuf,
}

impl Place {
    pub(crate) fn of(directory: &Path) -> Self {
        Self {
            out: directory.join("out"),
            temp: directory.join("temp"),
            file: directory.join("out/sync.c1z"),
        }
    }

    /// Makes the directories.
    pub(crate) fn make(directory: &Path) -> io::Result<Self> {
        let place = Self::of(directory);
        fs::create_dir_all(&place.out)?;
        fs::create_dir_all(&place.temp)?;
        Ok(place)
    }

    /// Opens the store as a program does, which removes first what killed ones have left.
    fn open(&self, format: Format, memory: usize) -> Result<C1zStore> {
        leftovers::sweep(&self.temp);
        let options = StoreOptions {
            temp_dir: Some(self.temp.clone()),
            sort_memory: (memory > 0).then_some(memory << 10),
            format: Some(format),
            ..StoreOptions::default()
        };
        C1zStore::open(&self.file, options)
    }
}

/// The start of the run of a day.
fn start(day: u8) -> Timestamp {
    Timestamp::UNIX_EPOCH + (24 * i64::from(day)).hours()
}

fn spec(day: u8) -> RunSpec {
    RunSpec {
        sync_id: SyncId::from_parts(start(day), [day; 16]),
        sync_type: SyncType::Full,
        started_at: start(day),
        fingerprint: "program settings credential".into(),
        resource_types: vec![
            ResourceType::new(USER, "User", Some(Trait::User)),
            ResourceType::new(TEAM, "Team", Some(Trait::Group))
                .entitlements(EntitlementListing::Templates(vec![member()]))
                .grants(GrantListing::PerType),
        ],
        targets: None,
    }
}

fn user(number: usize) -> Resource {
    let email = Some(format!("person.{number}@example.com"));
    let facts = UserTrait {
        email: email.as_deref().map(Text::from),
        login: email.as_deref().map(Text::from),
        employee_ids: vec![format!("E-{number}").into()],
        ..UserTrait::default()
    };
    let id = ResourceId::new(USER, format!("{number}"));
    let mut user = Resource::new(id, &format!("Person {number}"), TraitData::User(facts));
    user.profile.text("email", email.as_deref());
    user.profile.text("job_title", Some("Engineer"));
    user.status = Some(Status::of(StatusKind::Enabled));
    user
}

fn team_id(number: usize) -> ResourceId {
    ResourceId::new(TEAM, format!("{number}"))
}

fn grant(team: usize, user: usize) -> Grant {
    Grant {
        entitlement: EntitlementId::new(team_id(team), "member"),
        principal: ResourceId::new(USER, format!("{user}")),
    }
}

/// The pages of a company: people, teams, memberships, who has them. One person comes twice and one has gone.
fn pages(people: usize) -> impl Iterator<Item = Rows> {
    let teams = people.div_ceil(MANY);
    let of = move |team: usize| team * MANY..people.min((team + 1) * MANY);
    let users = (0..teams).map(move |page| Rows::from(of(page).map(user).collect::<Vec<_>>()));
    let again = [Rows::from(vec![user(0)])];
    let groups = (0..teams)
        .map(|number| Resource::new(team_id(number), &format!("Team {number}"), TraitData::Group));
    let groups = [Rows::from(groups.collect::<Vec<_>>())];
    let memberships = (0..teams).map(|number| {
        Entitlement::from_template(&member(), team_id(number), &format!("Team {number}"))
    });
    let memberships = [Rows::from(memberships.collect::<Vec<_>>())];
    let grants = (0..teams).map(move |team| {
        let grants = of(team).map(|user| grant(team, user));
        Rows::from(grants.collect::<Vec<_>>())
    });
    let gone = [Rows::from(vec![grant(0, people)])];
    users
        .chain(again)
        .chain(groups)
        .chain(memberships)
        .chain(grants)
        .chain(gone)
}

fn put_pages(store: &mut C1zStore, day: u8, people: usize) -> Result<()> {
    for rows in pages(people) {
        store.put(&rows, start(day) + 1.second())?;
        store.commit(&Checkpoint {
            position: Position {
                phase: Phase::Resources,
                resource_type: USER,
                place: None,
                next: Cursor::new("more"),
            },
            tally: Tally::default(),
            listing: Tally::default(),
        })?;
    }
    Ok(())
}

fn end(store: &mut C1zStore, day: u8) -> Result<()> {
    store.seal(&mut Tally::default())?;
    store.finish(start(day) + 2.seconds())?;
    Ok(())
}

/// A whole run, or the rest of the one of the day before; returns whether it was the latter.
pub(crate) fn whole(place: &Place, format: Format, day: u8, people: usize) -> Result<bool> {
    let mut store = place.open(format, 0)?;
    let resumed = store.begin(&spec(day))?.checkpoint.is_some();
    if !resumed {
        put_pages(&mut store, day, people)?;
    }
    end(&mut store, day - u8::from(resumed))?;
    Ok(resumed)
}

/// A run that stops behind its last page.
pub(crate) fn all_pages(place: &Place, format: Format, day: u8, people: usize) -> Result<()> {
    let mut store = place.open(format, 0)?;
    store.begin(&spec(day))?;
    put_pages(&mut store, day, people)
}

/// The day of the run that is disturbed.
pub(crate) const DAY: u8 = 2;

/// Ends the run that stands behind its last page, between two marks, and says what came of it: `done`, or whether the
/// work was kept and the error.
pub(crate) fn end_and_report(directory: &Path, format: Format, memory: usize) -> u8 {
    let place = Place::of(directory);
    let begun = place.open(format, memory).and_then(|mut store| {
        let begun = store.begin(&spec(DAY))?;
        Ok((store, begun.checkpoint.is_some()))
    });
    let Ok((mut store, true)) = begun else {
        let _ = writeln!(io::stdout(), "there is no run to end");
        return 1;
    };
    mark();
    let (report, code) = match end(&mut store, DAY) {
        Ok(()) => ("done".to_owned(), 0),
        Err(error) => {
            let kept = match store.abandon(true) {
                Ok(kept) => kept.to_string(),
                Err(problem) => format!("unknown ({problem})"),
            };
            let code = error.kind().policy().exit_code;
            (format!("kept={kept} {error}"), code)
        }
    };
    drop(store);
    leftovers::clear();
    mark();
    let _ = writeln!(io::stdout(), "{report}");
    code
}

/// Tells `inject` where the part begins and ends whose calls are counted.
fn mark() {
    let _ = io::stderr().write_all(b"\n");
}
