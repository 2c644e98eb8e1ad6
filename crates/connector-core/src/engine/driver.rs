//! Walks the plan: runs listings as tasks, takes their messages in plan order and has each page stored.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::listing::{self, Listing};
use super::pages::Pages;
use super::plan::{self, Step};
use super::selection::Plan;
use super::trace;
use super::writer::Writer;
use super::{SyncEnv, interrupted};
use crate::connector::{Connector, PageMessage, Scope};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ResourceTypeId;
use crate::ledger::{self, Here};
use crate::model::{Entitlement, EntitlementTemplate, ResourceType, Trait};
use crate::progress::Event;
use crate::store::{Checkpoint, Phase, Place, Position, Rows, Store, StoredResource, Tally};
use crate::task;
use crate::verdict::{SentBy, Verdict};

/// A run under way.
pub(super) struct Driver<'a, C, S> {
    connector: Arc<C>,
    env: &'a SyncEnv,
    plan: Plan,
    pages: Pages<'a, S>,
    workers: usize,
    /// Where earlier work stopped; taken when the walk gets there.
    resume: Option<Position>,
    /// Set when going on from the stored work would only fail again.
    hopeless: bool,
    /// Listings started so far.
    started: u32,
    /// Their requests.
    sent: SentBy,
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
        let (resume, tally, listing) = match checkpoint {
            Some(c) => (Some(c.position), c.tally, c.listing),
            None => (None, Tally::default(), Tally::default()),
        };
        let mut pages = Pages::new(writer, env, &plan, tally, listing);
        pages.note_once(std::mem::take(&mut plan.warnings));
        Self {
            connector,
            env,
            plan,
            pages,
            workers: workers.max(1),
            resume,
            hopeless: false,
            started: 0,
            sent: SentBy::default(),
        }
    }

    /// What the run has counted.
    pub(super) const fn tally(&mut self) -> &mut Tally {
        &mut self.pages.tally
    }

    /// Whether all was read; for a run whose rows are checked.
    pub(super) fn verdict(&mut self) -> Verdict {
        Verdict::of(&self.pages.tally, &mut self.sent)
    }

    /// Whether a later run could go on from here instead of failing in the same place again.
    pub(super) fn worth_keeping(&self, error: &Error) -> bool {
        use ErrorKind::{Bug, Contract, NotFound, Setting};
        let lasting = matches!(error.kind(), Bug | Contract | NotFound | Setting);
        !self.hopeless && (self.pages.progressed || !lasting)
    }

    pub(super) async fn run(&mut self) -> Result<()> {
        for phase in Phase::ALL {
            if Some(phase) > self.plan.until {
                break;
            }
            // The work that is resumed may be in a later step.
            if self.resume.as_ref().is_none_or(|at| at.phase <= phase) {
                trace::within(trace::phase(phase), self.phase(phase)).await?;
            }
            if phase == Phase::Resources {
                self.require_users()?;
            }
        }
        Ok(())
    }

    /// A tenant without users is a fault of credential or audience, never an empty successful sync.
    fn require_users(&mut self) -> Result<()> {
        let is_empty = |t: &&ResourceType| {
            t.kind == Some(Trait::User) && self.pages.total(Phase::Resources, &t.id) == 0
        };
        let listed = self.plan.listed(Phase::Resources);
        let Some(empty) = listed.iter().find(is_empty) else {
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
        self.env.progress.event(&Event::Phase(phase));
        for step in plan::steps(phase, &self.plan.listed(phase)) {
            let from = match &self.resume {
                Some(at) if at.phase == phase && !step.types().contains(&at.resource_type) => {
                    continue;
                }
                Some(at) if at.phase == phase => self.resume.take(),
                _ => None,
            };
            match &step {
                Step::PerType(types) => self.per_type(phase, types, from).await?,
                Step::PerRow { listed, rows_of } => {
                    self.per_row(phase, listed, rows_of, from).await?;
                }
                Step::Templates(resource_type, templates) => {
                    self.templates(resource_type, templates, from).await?;
                }
            }
            for resource_type in step.types() {
                let total = self.pages.total(phase, resource_type);
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

    /// One listing for each type, from the type and cursor at which earlier work stopped.
    async fn per_type(
        &mut self,
        phase: Phase,
        types: &[ResourceTypeId],
        from: Option<Position>,
    ) -> Result<()> {
        let is_resumed =
            |t: &ResourceTypeId| from.as_ref().is_some_and(|at| *t == at.resource_type);
        let first = types.iter().position(is_resumed).unwrap_or(0);
        let of_type = |t: &ResourceTypeId| Listing {
            scope: Scope::Type(t.clone()),
            place: None,
            from: None,
            before: 0,
        };
        let mut listings: VecDeque<_> = types[first..].iter().map(of_type).collect();
        if let Some(at) = from {
            match (at.next, listings.front_mut()) {
                (Some(cursor), Some(first)) => first.from = Some(cursor),
                // The listing was complete.
                _ => drop(listings.pop_front()),
            }
        }
        self.listings(phase, listings).await
    }

    /// One listing for each stored resource of `rows_of`.
    async fn per_row(
        &mut self,
        phase: Phase,
        listed: &ResourceTypeId,
        rows_of: &ResourceTypeId,
        from: Option<Position>,
    ) -> Result<()> {
        // A listing that stopped between pages is walked again from its resource, at its cursor.
        let (mut place, mut cursor) = match from {
            Some(Position {
                place: Some(place),
                next,
                ..
            }) => match next {
                Some(cursor) => (place, Some(cursor)),
                None => (place.next(), None),
            },
            _ => (Place::default(), None),
        };
        loop {
            let rows = self.pages.stored(rows_of, place).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            place = last.place.next();
            let targets = self.plan.targets.as_ref();
            let is_wanted = |stored: &StoredResource| {
                targets.is_none_or(|targets| targets.asks(phase, listed, &stored.id))
            };
            let listing = |stored: StoredResource| Listing {
                scope: match phase {
                    Phase::Resources => Scope::Children {
                        child: listed.clone(),
                        parent: stored.id,
                    },
                    Phase::Entitlements | Phase::Grants => Scope::Resource(stored.id),
                },
                place: Some(stored.place),
                from: cursor.take(),
                before: 0,
            };
            let listings = rows.into_iter().filter(is_wanted).map(listing).collect();
            self.listings(phase, listings).await?;
        }
    }

    /// Writes the entitlements that every resource of a type has.
    async fn templates(
        &mut self,
        resource_type: &ResourceTypeId,
        templates: &[EntitlementTemplate],
        from: Option<Position>,
    ) -> Result<()> {
        let phase = Phase::Entitlements;
        let mut place = from
            .and_then(|at| at.place)
            .map_or_else(Place::default, Place::next);
        for number in 1.. {
            if self.env.cancel.is_cancelled() {
                return Err(interrupted());
            }
            let stored = self.pages.stored(resource_type, place).await?;
            let Some(last) = stored.last().map(|stored| stored.place) else {
                break;
            };
            place = last.next();
            let of = |r: StoredResource| {
                templates
                    .iter()
                    .map(move |t| Entitlement::from_template(t, r.id.clone(), &r.display_name))
            };
            let mut rows = Rows::Entitlements(stored.into_iter().flat_map(of).collect());
            let span = trace::page(phase, resource_type, number);
            span.record("rows", rows.len());
            self.keep_wanted(&mut rows);
            let position = Position {
                phase,
                resource_type: resource_type.clone(),
                place: Some(last),
                next: None,
            };
            let page = async {
                let mut page = Tally::default();
                self.pages.put(resource_type, rows, &mut page).await?;
                self.pages.commit(position, page).await
            };
            trace::within(span, page).await?;
        }
        Ok(())
    }

    /// Runs listings, up to `workers` at once, and stores their pages in order.
    async fn listings(&mut self, phase: Phase, waiting: VecDeque<Listing>) -> Result<()> {
        let mut tasks = JoinSet::new();
        let outcome = self.overlapping(phase, waiting, &mut tasks).await;
        // Listings whose messages are no longer read stop at once; nothing of them outlives the sync.
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
                && let Some(mut listing) = waiting.pop_front()
            {
                if listing.from.is_some() {
                    listing.before = self.pages.begun(phase);
                }
                let (sender, receiver) = listing::channel();
                let there = self.place(phase, &listing);
                let task = listing::run(self.connector.clone(), phase, listing.clone(), sender);
                tasks.spawn(task::in_context(ledger::within(there, task)));
                running.push_back((listing, receiver));
            }
            let Some((listing, receiver)) = running.pop_front() else {
                return Ok(());
            };
            self.drain(phase, &listing, receiver).await?;
            while tasks.try_join_next().is_some() {}
        }
    }

    /// Where the requests of the next listing belong in the plan, and what counts them.
    fn place(&mut self, phase: Phase, listing: &Listing) -> Here {
        self.started = self.started.saturating_add(1);
        Here {
            place: ledger::Place {
                listing: self.started,
                ..ledger::Place::default()
            },
            sent: Some(self.sent.of(phase, listing.scope.resource_type())),
        }
    }

    /// Stores the pages of one listing until it ends.
    async fn drain(
        &mut self,
        phase: Phase,
        listing: &Listing,
        mut messages: mpsc::Receiver<PageMessage>,
    ) -> Result<()> {
        let mut page = Tally::default();
        loop {
            let message = tokio::select! {
                biased;
                () = self.env.cancel.cancelled() => return Err(interrupted()),
                message = messages.recv() => message,
            };
            match message {
                Some(PageMessage::Rows(mut rows)) => {
                    self.keep_wanted(&mut rows);
                    let listed = listing.scope.resource_type();
                    self.pages.put(listed, rows, &mut page).await?;
                }
                Some(PageMessage::Restart) => {
                    page = Tally::default();
                    self.pages.restart(phase).await?;
                }
                Some(PageMessage::RestartListing) => {
                    page = Tally::default();
                    self.pages.restart_listing(phase).await?;
                }
                Some(PageMessage::End {
                    next,
                    warnings,
                    counts,
                    place,
                }) => {
                    page.warnings.merge(warnings);
                    let listed = listing.scope.resource_type();
                    page.counts.add_page(phase, listed, counts);
                    let ended = next.is_none();
                    let page = std::mem::take(&mut page);
                    self.pages.end(phase, listing, next, page).await?;
                    self.env.ledger.settle(place);
                    if ended {
                        return Ok(());
                    }
                }
                Some(PageMessage::Failed { error, endless }) => {
                    self.hopeless |= endless;
                    return self.pages.skip(phase, listing, error).await;
                }
                None => {
                    let message = "a listing stopped without an answer";
                    return Err(Error::new(ErrorKind::Bug, message));
                }
            }
        }
    }

    /// Removes rows that a run about single resources does not need.
    fn keep_wanted(&self, rows: &mut Rows) {
        if let Some(targets) = &self.plan.targets {
            targets.retain(rows);
        }
    }
}
