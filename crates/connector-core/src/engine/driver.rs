//! Walks the plan: runs listings as tasks, takes their messages in plan order and has each page stored together
//! with the checkpoint that moves past it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::admit::{self, Admission};
use super::listing::{self, Listing};
use super::plan::{self, Step};
use super::selection::Plan;
use super::trace;
use super::writer::Writer;
use super::{SyncEnv, interrupted};
use crate::connector::{Connector, PageMessage, Scope};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{Cursor, ResourceTypeId};
use crate::model::{Entitlement, EntitlementTemplate, ResourceType, Trait};
use crate::progress::Event;
use crate::store::{Checkpoint, Phase, Position, Rows, Store, StoredResource, Tally};
use crate::task;
use crate::warning::Warning;

/// Stored resources read at once while walking them.
const ROWS: usize = 1000;

/// A run under way.
pub(super) struct Driver<'a, C, S> {
    connector: Arc<C>,
    writer: &'a Writer<S>,
    env: &'a SyncEnv,
    plan: Plan,
    admission: Admission,
    workers: usize,
    tally: Tally,
    /// Where earlier work stopped; taken when the walk gets there.
    resume: Option<Position>,
    /// Whether this process has stored a page.
    progressed: bool,
    /// Set when going on from the stored work would only fail again.
    hopeless: bool,
}

impl<'a, C: Connector, S: Store> Driver<'a, C, S> {
    pub(super) fn new(
        connector: Arc<C>,
        writer: &'a Writer<S>,
        env: &'a SyncEnv,
        mut plan: Plan,
        workers: usize,
        checkpoint: Option<Checkpoint>,
    ) -> Self {
        let (resume, tally) = match checkpoint {
            Some(c) => (Some(c.position), c.tally),
            None => (None, Tally::default()),
        };
        let warnings = std::mem::take(&mut plan.warnings);
        let mut driver = Self {
            connector,
            writer,
            env,
            admission: Admission::new(plan.types.clone()),
            plan,
            workers: workers.max(1),
            tally,
            resume,
            progressed: false,
            hopeless: false,
        };
        driver.note_once(warnings);
        driver
    }

    /// Counts what was found before the first listing, once even when the run is resumed.
    pub(super) fn note_once(&mut self, warnings: Vec<Warning>) {
        for warning in warnings {
            if !self
                .tally
                .warnings
                .iter()
                .any(|seen| seen.code == warning.code)
            {
                self.tally.warnings.add(warning);
            }
        }
    }

    pub(super) fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }

    pub(super) fn put_tally(&mut self, tally: Tally) {
        self.tally = tally;
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally
    }

    /// Whether a later run could go on from here instead of failing in the same place again.
    pub(super) fn worth_keeping(&self, error: &Error) -> bool {
        use ErrorKind::{Bug, Contract, NotFound, Setting};
        !self.hopeless
            && (self.progressed || !matches!(error.kind(), Bug | Contract | NotFound | Setting))
    }

    pub(super) async fn run(&mut self) -> Result<()> {
        for phase in [Phase::Resources, Phase::Entitlements, Phase::Grants] {
            if Some(phase) > self.plan.until {
                break;
            }
            self.phase(phase).await?;
            if phase == Phase::Resources {
                self.require_users()?;
            }
        }
        Ok(())
    }

    /// A tenant without users is a fault of credential or audience, never an empty successful sync.
    fn require_users(&mut self) -> Result<()> {
        let is_empty = |t: &&ResourceType| self.tally.resources.get(&t.id).is_none_or(|n| *n == 0);
        let listed = self.plan.listed(Phase::Resources);
        let Some(empty) = listed
            .iter()
            .filter(|t| t.kind == Some(Trait::User))
            .find(is_empty)
        else {
            return Ok(());
        };
        let message = format!(
            "the vendor returned no {} at all, which is never right",
            empty.id
        );
        self.hopeless = true;
        Err(Error::new(ErrorKind::Precondition, message)
            .during(format!("listing {}", empty.id))
            .hint("check which people the credential may see; the old file was left as it is"))
    }

    async fn phase(&mut self, phase: Phase) -> Result<()> {
        if self.resume.as_ref().is_some_and(|at| at.phase > phase) {
            return Ok(());
        }
        trace::within(trace::phase(phase), self.steps(phase)).await
    }

    async fn steps(&mut self, phase: Phase) -> Result<()> {
        self.env.progress.event(&Event::Phase(phase));
        for step in plan::steps(phase, &self.plan.listed(phase)) {
            let from = match &self.resume {
                Some(at) if at.phase == phase && !step.types().contains(&at.resource_type) => {
                    continue;
                }
                Some(at) if at.phase == phase => self.resume.take(),
                _ => None,
            };
            self.step(phase, &step, from).await?;
            for resource_type in step.types() {
                let total = self.total(phase, resource_type);
                self.env.progress.event(&Event::Listed {
                    phase,
                    resource_type,
                    total,
                });
            }
        }
        // Work that stopped in this phase at a type the plan no longer has cannot be: the fingerprint covers types.
        self.resume.take_if(|at| at.phase == phase);
        Ok(())
    }

    async fn step(&mut self, phase: Phase, step: &Step, from: Option<Position>) -> Result<()> {
        match step {
            Step::PerType(types) => {
                let at = from
                    .as_ref()
                    .and_then(|at| types.iter().position(|t| *t == at.resource_type))
                    .unwrap_or(0);
                let mut listings: VecDeque<_> = types[at..]
                    .iter()
                    .map(|t| Listing {
                        scope: Scope::Type(t.clone()),
                        row: None,
                        from: None,
                    })
                    .collect();
                match (from, listings.front_mut()) {
                    (
                        Some(Position {
                            next: Some(cursor), ..
                        }),
                        Some(first),
                    ) => first.from = Some(cursor),
                    (Some(_), Some(_)) => drop(listings.pop_front()),
                    _ => {}
                }
                self.listings(phase, listings).await
            }
            Step::PerRow { listed, rows_of } => self.per_row(phase, listed, rows_of, from).await,
            Step::Templates(resource_type, templates) => {
                self.templates(resource_type, templates, from).await
            }
        }
    }

    async fn per_row(
        &mut self,
        phase: Phase,
        listed: &ResourceTypeId,
        rows_of: &ResourceTypeId,
        from: Option<Position>,
    ) -> Result<()> {
        // A listing that stopped between pages is walked again from its row, at its cursor.
        let (mut after, mut cursor) = match from {
            Some(Position {
                row: Some(row),
                next: Some(cursor),
                ..
            }) => (row - 1, Some(cursor)),
            Some(Position { row: Some(row), .. }) => (row, None),
            _ => (0, None),
        };
        loop {
            let rows = self.stored(rows_of, after).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.row;
            let asked = |stored: &StoredResource| match &self.plan.targets {
                Some(targets) => targets.asks(phase, listed, &stored.id),
                None => true,
            };
            let listings = rows
                .into_iter()
                .filter(asked)
                .map(|stored| Listing {
                    scope: if phase == Phase::Resources {
                        Scope::Children {
                            child: listed.clone(),
                            parent: stored.id,
                        }
                    } else {
                        Scope::Resource(stored.id)
                    },
                    row: Some(stored.row),
                    from: cursor.take(),
                })
                .collect();
            self.listings(phase, listings).await?;
        }
    }

    async fn templates(
        &mut self,
        resource_type: &ResourceTypeId,
        templates: &[EntitlementTemplate],
        from: Option<Position>,
    ) -> Result<()> {
        let mut after = from.and_then(|at| at.row).unwrap_or(0);
        for number in 1.. {
            self.check_cancelled()?;
            let stored = self.stored(resource_type, after).await?;
            let Some(last) = stored.last() else {
                break;
            };
            after = last.row;
            let of = |r: StoredResource| {
                templates
                    .iter()
                    .map(move |t| Entitlement::from_template(t, r.id.clone(), &r.display_name))
            };
            let rows = stored.into_iter().flat_map(of).collect::<Vec<_>>();
            let position = Position {
                phase: Phase::Entitlements,
                resource_type: resource_type.clone(),
                row: Some(after),
                next: None,
            };
            let span = trace::page(Phase::Entitlements, resource_type, number);
            span.record("rows", rows.len());
            let page = async {
                let mut page = Tally::default();
                self.put(resource_type, Rows::Entitlements(rows), &mut page)
                    .await?;
                self.commit(position, page).await
            };
            trace::within(span, page).await?;
        }
        Ok(())
    }

    /// Runs listings, up to `workers` at once, and stores their pages in order.
    async fn listings(&mut self, phase: Phase, waiting: VecDeque<Listing>) -> Result<()> {
        let mut tasks = JoinSet::new();
        let outcome = self.overlapping(phase, waiting, &mut tasks).await;
        // Those that nobody hears any more stop at once; nothing of them outlives the sync.
        while tasks.join_next().await.is_some() {}
        outcome
    }

    async fn overlapping(
        &mut self,
        phase: Phase,
        mut waiting: VecDeque<Listing>,
        tasks: &mut JoinSet<()>,
    ) -> Result<()> {
        let mut running = VecDeque::new();
        loop {
            while running.len() < self.workers
                && let Some(listing) = waiting.pop_front()
            {
                let (sender, receiver) = listing::channel();
                let task = listing::run(self.connector.clone(), phase, listing.clone(), sender);
                tasks.spawn(task::in_context(task));
                running.push_back((listing, receiver));
            }
            let Some((listing, receiver)) = running.pop_front() else {
                return Ok(());
            };
            self.drain(phase, &listing, receiver).await?;
            while tasks.try_join_next().is_some() {}
        }
    }

    async fn drain(
        &mut self,
        phase: Phase,
        listing: &Listing,
        mut messages: mpsc::Receiver<PageMessage>,
    ) -> Result<()> {
        let listed = listing.scope.resource_type();
        let mut page = Tally::default();
        loop {
            let message = tokio::select! {
                biased;
                () = self.env.cancel.cancelled() => return Err(interrupted()),
                message = messages.recv() => message,
            };
            match message {
                Some(PageMessage::Rows(rows)) => self.put(listed, rows, &mut page).await?,
                Some(PageMessage::Restart) => {
                    page = Tally::default();
                    self.writer.post(|store| store.restart_page()).await?;
                }
                Some(PageMessage::End { next, warnings }) => {
                    page.warnings.merge(warnings);
                    let ended = next.is_none();
                    self.tally.listings += u64::from(ended);
                    self.commit(position(phase, listing, next), std::mem::take(&mut page))
                        .await?;
                    if ended {
                        return Ok(());
                    }
                }
                Some(PageMessage::Failed(error)) => {
                    return self.failed(phase, listing, error).await;
                }
                None => {
                    return Err(Error::new(
                        ErrorKind::Bug,
                        "a listing stopped without an answer",
                    ));
                }
            }
        }
    }

    /// A resource that is gone since it was listed costs its own listing; everything else stops the sync.
    async fn failed(&mut self, phase: Phase, listing: &Listing, error: Error) -> Result<()> {
        let (Scope::Resource(resource)
        | Scope::Children {
            parent: resource, ..
        }) = &listing.scope
        else {
            return Err(error);
        };
        if error.kind() != ErrorKind::NotFound {
            return Err(error);
        }
        self.writer.post(|store| store.restart_page()).await?;
        self.tally.listings += 1;
        self.tally.skipped += 1;
        let (skipped, all) = (self.tally.skipped, self.tally.listings);
        if skipped > 10 && skipped * 10 > all {
            return Err(
                error.hint("too many resources are gone since they were listed; sync again")
            );
        }
        let message = format!(
            "{} of a resource were skipped because the vendor no longer knows it",
            phase.as_str()
        );
        let mut page = Tally::default();
        page.warnings.add(
            Warning::new(&format!("gone-{}", phase.as_str()), message)
                .example(resource.to_string()),
        );
        self.commit(position(phase, listing, None), page).await
    }

    async fn put(
        &mut self,
        listed: &ResourceTypeId,
        mut rows: Rows,
        page: &mut Tally,
    ) -> Result<()> {
        if let Some(targets) = &self.plan.targets {
            targets.retain(&mut rows);
        }
        let (phase, count) = match &rows {
            Rows::Resources(rows) => (Phase::Resources, rows.len()),
            Rows::Entitlements(rows) => (Phase::Entitlements, rows.len()),
            Rows::Grants(rows) => (Phase::Grants, rows.len()),
        };
        let rows = self.admission.admit(listed, rows, page)?;
        self.env.progress.event(&Event::Rows {
            phase,
            resource_type: listed,
            rows: count as u64,
        });
        let at = self.env.clock.now();
        self.writer.post(move |store| store.put(rows, at)).await
    }

    async fn commit(&mut self, position: Position, page: Tally) -> Result<()> {
        let (phase, resource_type) = (position.phase, position.resource_type.clone());
        let before = self.total(phase, &resource_type);
        admit::add(&mut self.tally, page);
        let checkpoint = Checkpoint {
            position,
            tally: self.tally.clone(),
        };
        self.writer
            .call(move |store| store.commit(&checkpoint))
            .await?;
        self.progressed = true;
        let total = self.total(phase, &resource_type);
        let rows = total - before;
        self.env.progress.event(&Event::Page {
            phase,
            resource_type: &resource_type,
            rows,
            total,
        });
        Ok(())
    }

    async fn stored(
        &self,
        resource_type: &ResourceTypeId,
        after: i64,
    ) -> Result<Vec<StoredResource>> {
        let resource_type = resource_type.clone();
        self.writer
            .call(move |store| store.resources(&resource_type, after, ROWS))
            .await
    }

    fn total(&self, phase: Phase, resource_type: &ResourceTypeId) -> u64 {
        let counts: &BTreeMap<_, _> = match phase {
            Phase::Resources => &self.tally.resources,
            Phase::Entitlements => &self.tally.entitlements,
            Phase::Grants => &self.tally.grants,
        };
        counts.get(resource_type).copied().unwrap_or(0)
    }

    fn check_cancelled(&self) -> Result<()> {
        if self.env.cancel.is_cancelled() {
            Err(interrupted())
        } else {
            Ok(())
        }
    }
}

fn position(phase: Phase, listing: &Listing, next: Option<Cursor>) -> Position {
    Position {
        phase,
        resource_type: listing.scope.resource_type().clone(),
        row: listing.row,
        next,
    }
}
