//! A store in memory and a scripted vendor for the engine's tests.

mod gate;
pub(crate) mod people;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use connector_core::clock::TestClock;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister, Scope,
};
use connector_core::engine::{self, Selection, SyncEnv, SyncOptions};
use connector_core::entropy::SeededEntropy;
use connector_core::id::{Cursor, EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    Entitlement, EntitlementListing, EntitlementTemplate, Grant, GrantListing, Purpose, Resource,
    ResourceType, Trait, TraitData, UserTrait,
};
use connector_core::progress::{Silent, SyncReport};
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Phase, Place, Rows, RunSpec, Store, StoredResource, Tally,
};
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub(crate) use gate::SealGate;

pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
pub(crate) const TEAM: ResourceTypeId = ResourceTypeId::new("team");

/// What survives a run: committed rows as text, and the checkpoint.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) rows: Vec<String>,
    pub(crate) resources: Vec<(ResourceId, String)>,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) finished: Option<Vec<String>>,
    pub(crate) commits: usize,
    pub(crate) fail_put: bool,
    /// Set when sealing waits.
    pub(crate) gate: Option<SealGate>,
    /// What happened to the store and to the sync, for tests of their order.
    pub(crate) events: Vec<&'static str>,
}

/// A store over a [`Disk`] that outlives it.
pub(crate) struct MemoryStore {
    disk: Arc<Mutex<Disk>>,
    open: Vec<(String, Option<(ResourceId, String)>)>,
    /// Set when the open page drops rows: those of the step with this mark, but the first `kept`.
    dropping: Option<(&'static str, usize)>,
}

impl MemoryStore {
    pub(crate) fn over(disk: &Arc<Mutex<Disk>>) -> Self {
        Self {
            disk: disk.clone(),
            open: Vec::new(),
            dropping: None,
        }
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.disk.lock().unwrap().events.push("closed");
    }
}

impl Store for MemoryStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        let checkpoint = self.disk.lock().unwrap().checkpoint.clone();
        Ok(Begun {
            sync_id: run.sync_id.clone(),
            started_at: run.started_at,
            checkpoint,
        })
    }

    fn put(&mut self, rows: Rows, _at: Timestamp) -> Result<()> {
        if self.disk.lock().unwrap().fail_put {
            return Err(Error::new(ErrorKind::Precondition, "the disk is full"));
        }
        match rows {
            Rows::Resources(rows) => self.open.extend(
                rows.into_iter()
                    .map(|r| (format!("r {}", r.id), Some((r.id.clone(), r.display_name)))),
            ),
            Rows::Entitlements(rows) => {
                self.open.extend(
                    rows.into_iter()
                        .map(|e| (format!("e {} {}", e.id, e.display_name), None)),
                );
            }
            Rows::Grants(rows) => {
                self.open.extend(
                    rows.into_iter()
                        .map(|g| (format!("g {} {}", g.entitlement, g.principal), None)),
                );
            }
        }
        Ok(())
    }

    fn restart_page(&mut self) -> Result<()> {
        self.open.clear();
        self.dropping = None;
        Ok(())
    }

    fn restart_listing(&mut self, phase: Phase, kept: u64) -> Result<()> {
        self.open.clear();
        let mark = match phase {
            Phase::Resources => "r ",
            Phase::Entitlements => "e ",
            Phase::Grants => "g ",
        };
        self.dropping = Some((mark, usize::try_from(kept).unwrap()));
        Ok(())
    }

    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let mut disk = self.disk.lock().unwrap();
        if let Some((mark, kept)) = self.dropping.take() {
            let mut before = kept;
            disk.rows.retain(|row| {
                let keeps = !row.starts_with(mark) || before > 0;
                before = before.saturating_sub(usize::from(row.starts_with(mark)));
                keeps
            });
            if mark == "r " {
                disk.resources.truncate(kept);
            }
        }
        for (row, resource) in self.open.drain(..) {
            disk.rows.push(row);
            disk.resources.extend(resource);
        }
        disk.checkpoint = Some(checkpoint.clone());
        disk.commits += 1;
        Ok(())
    }

    fn resources(
        &mut self,
        of: &ResourceTypeId,
        from: Place,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let disk = self.disk.lock().unwrap();
        let all = disk
            .resources
            .iter()
            .enumerate()
            .map(|(at, (id, name))| StoredResource {
                place: Place(at as u64 + 1),
                id: id.clone(),
                display_name: name.clone(),
            });
        Ok(all
            .filter(|r| r.place >= from && r.id.resource_type == *of)
            .take(limit)
            .collect())
    }

    fn seal(&mut self, _tally: &mut Tally) -> Result<Vec<Warning>> {
        let gate = self.disk.lock().unwrap().gate.take();
        if let Some(gate) = gate {
            gate.pass();
            self.disk.lock().unwrap().events.push("sealed");
        }
        Ok(Vec::new())
    }

    fn finish(&mut self, _ended_at: Timestamp) -> Result<FileSummary> {
        let mut disk = self.disk.lock().unwrap();
        disk.finished = Some(disk.rows.clone());
        disk.checkpoint = None;
        Ok(FileSummary {
            path: "memory".into(),
            decoded_bytes: 0,
            file_bytes: 0,
        })
    }

    fn abandon(&mut self, keep: bool) -> Result<bool> {
        self.open.clear();
        let mut disk = self.disk.lock().unwrap();
        if !keep {
            *disk = Disk::default();
        }
        Ok(disk.checkpoint.is_some())
    }
}

/// One scripted answer.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Rows by id and the next cursor.
    Page(Vec<&'static str>, Option<&'static str>),
    /// Rows that do not count, then rows that do.
    Broken(Vec<&'static str>, Vec<&'static str>),
    Fail(ErrorKind),
    Hang,
    Panic,
}

/// A vendor that answers by listing (`user`, `team`, `grants team:a`, …) and cursor.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) types: Vec<ResourceType>,
    pub(crate) answers: HashMap<(String, String), Answer>,
    pub(crate) asked: Mutex<Vec<String>>,
    pub(crate) invalid: Option<ErrorKind>,
}

impl Scripted {
    /// Users in pages, one team after them with templates and grants per team.
    pub(crate) fn company() -> Self {
        let member = EntitlementTemplate {
            slug: "member",
            purpose: Purpose::Assignment,
            display_name: "{} member",
            description: "Member of {}",
            grantable_to: vec![USER],
        };
        let types = vec![
            ResourceType::new(USER, "User", Some(Trait::User)),
            ResourceType::new(TEAM, "Team", Some(Trait::Group))
                .entitlements(EntitlementListing::Templates(vec![member]))
                .grants(GrantListing::PerResource),
        ];
        let mut it = Self {
            types,
            ..Self::default()
        };
        it.on("user", "", Answer::Page(vec!["1", "2"], Some("p2")));
        it.on("user", "p2", Answer::Page(vec![], Some("p3")));
        it.on("user", "p3", Answer::Page(vec!["3"], None));
        it.on("team", "", Answer::Page(vec!["a", "b"], None));
        it.on("grants team:a", "", Answer::Page(vec!["1"], Some("g2")));
        it.on("grants team:a", "g2", Answer::Page(vec!["2"], None));
        it.on("grants team:b", "", Answer::Page(vec!["3"], None));
        it
    }

    pub(crate) fn on(&mut self, listing: &str, cursor: &str, answer: Answer) {
        self.answers
            .insert((listing.to_owned(), cursor.to_owned()), answer);
    }

    async fn answer<T>(
        &self,
        listing: String,
        request: &PageRequest,
        page: &mut Page<T>,
        row: impl Fn(&str) -> T,
    ) -> Result<Option<Cursor>>
    where
        Vec<T>: Into<Rows>,
    {
        let cursor = request
            .cursor
            .as_ref()
            .map_or("", |c| c.as_str())
            .to_owned();
        self.asked
            .lock()
            .unwrap()
            .push(format!("{listing} {cursor}").trim_end().to_owned());
        let answer = self
            .answers
            .get(&(listing, cursor))
            .cloned()
            .unwrap_or(Answer::Fail(ErrorKind::NotFound));
        match answer {
            Answer::Page(ids, next) => {
                for id in ids {
                    page.push(row(id)).await?;
                }
                Ok(next.and_then(Cursor::new))
            }
            Answer::Broken(lost, ids) => {
                for id in lost {
                    page.push(row(id)).await?;
                }
                page.restart().await?;
                for id in ids {
                    page.push(row(id)).await?;
                }
                Ok(None)
            }
            Answer::Fail(kind) => Err(Error::new(kind, "scripted")),
            Answer::Hang => std::future::pending().await,
            Answer::Panic => panic!("scripted"),
        }
    }
}

impl ResourceLister for Scripted {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let of = request.scope.resource_type().clone();
        let kind = self.types.iter().find(|t| t.id == of).and_then(|t| t.kind);
        let (listing, parent) = match &request.scope {
            Scope::Children { child, parent } => {
                (format!("{child} of {parent}"), Some(parent.clone()))
            }
            scope => (scope.resource_type().to_string(), None),
        };
        self.answer(listing, request, page, |id| {
            let data = match kind {
                Some(Trait::User) => TraitData::User(UserTrait::default()),
                Some(_) => TraitData::Group,
                None => TraitData::None,
            };
            // A leading `!` asks for a row of the wrong kind.
            let data = if id.starts_with('!') {
                TraitData::App
            } else {
                data
            };
            let id = if id == "-" { "" } else { id };
            let mut r = Resource::new(ResourceId::new(of.clone(), id), &format!("{of} {id}"), data);
            r.parent.clone_from(&parent);
            r
        })
        .await
    }
}

impl EntitlementLister for Scripted {
    async fn list_entitlements(
        &self,
        request: &PageRequest,
        page: &mut Page<Entitlement>,
    ) -> Result<Option<Cursor>> {
        let Scope::Resource(on) = request.scope.clone() else {
            unreachable!("per resource")
        };
        self.answer(format!("entitlements {on}"), request, page, |slug| {
            Entitlement {
                id: EntitlementId::new(on.clone(), slug.to_owned()),
                resource_name: String::new(),
                display_name: slug.to_owned(),
                description: String::new(),
                purpose: Purpose::Permission,
                grantable_to: vec![USER],
            }
        })
        .await
    }
}

impl GrantLister for Scripted {
    async fn list_grants(
        &self,
        request: &PageRequest,
        page: &mut Page<Grant>,
    ) -> Result<Option<Cursor>> {
        let Scope::Resource(on) = request.scope.clone() else {
            unreachable!("per resource")
        };
        self.answer(format!("grants {on}"), request, page, |id| Grant {
            entitlement: EntitlementId::new(on.clone(), "member"),
            principal: ResourceId::new(USER, id),
        })
        .await
    }
}

impl Connector for Scripted {
    async fn validate(&self) -> Result<Vec<Warning>> {
        match self.invalid {
            Some(kind) => Err(Error::new(kind, "not valid")),
            None => Ok(vec![Warning::new("probe", "something is off")]),
        }
    }

    fn requests(&self) -> u64 {
        self.asked.lock().unwrap().len() as u64
    }
}

pub(crate) fn env() -> SyncEnv {
    SyncEnv {
        clock: TestClock::at("2026-11-01T00:00:00Z".parse().unwrap()),
        entropy: Arc::new(SeededEntropy::new(1)),
        progress: Arc::new(Silent),
        cancel: CancellationToken::new(),
    }
}

/// Options of a run; [`run`] fills in the vendor's types.
pub(crate) fn options(workers: usize) -> SyncOptions {
    SyncOptions {
        resource_types: Vec::new(),
        selection: Selection::default(),
        workers,
        fingerprint: "f".into(),
    }
}

/// Runs one sync of everything the vendor lists.
pub(crate) async fn run(
    vendor: &Arc<Scripted>,
    disk: &Arc<Mutex<Disk>>,
    options: SyncOptions,
    env: SyncEnv,
) -> Result<SyncReport> {
    let options = SyncOptions {
        resource_types: vendor.types.clone(),
        ..options
    };
    engine::sync(vendor.clone(), MemoryStore::over(disk), options, env).await
}
