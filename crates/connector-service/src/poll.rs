//! Asking for tasks: one at a time, or several at once, and never more than there are free slots.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use connector_core::task;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tracing::field;

use crate::backoff;
use crate::plane::{ControlPlane, PlaneError};
use crate::service::Service;
use crate::tasks::Tasks;
use crate::wire::{GetTaskRequest, GetTasksRequest, Task, TaskType};

/// The largest page that a control plane hands out.
const MAX_PAGE: usize = 100;

/// Tasks under way.
struct Crew {
    slots: Arc<Semaphore>,
    running: JoinSet<()>,
}

impl Crew {
    /// Waits for a free slot.
    async fn slot(&mut self) -> Option<OwnedSemaphorePermit> {
        while self.running.try_join_next().is_some() {}
        // The semaphore is never closed.
        self.slots.clone().acquire_owned().await.ok()
    }
}

impl<P: ControlPlane, T: Tasks> Service<P, T> {
    /// Polls until the service is stopped, then waits for the tasks under way.
    pub(crate) async fn poll_until_stopped(self: &Arc<Self>) {
        let mut crew = Crew {
            slots: Arc::new(Semaphore::new(self.config.concurrency.max(1))),
            running: JoinSet::new(),
        };
        let cancel = self.env.cancel.clone();
        tokio::select! {
            biased;
            () = cancel.cancelled() => {}
            () = self.poll(&mut crew) => {}
        }
        tracing::info!(
            tasks = self.active().len(),
            "stopping: no more tasks are taken"
        );
        let all = async { while crew.running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.config.grace, all).await.is_err() {
            tracing::warn!(tasks = self.active().len(), "tasks did not end in time");
            crew.running.abort_all();
        }
    }

    async fn poll(self: &Arc<Self>, crew: &mut Crew) {
        if self.config.batched {
            self.poll_batches(crew).await;
        } else {
            self.poll_single(crew).await;
        }
    }

    async fn poll_single(self: &Arc<Self>, crew: &mut Crew) {
        let mut errors = 0;
        while let Some(slot) = crew.slot().await {
            let request = GetTaskRequest {
                host_id: self.config.host_id.clone(),
            };
            let wait = match self.plane.get_task(request).await {
                Ok(answer) => {
                    errors = 0;
                    let started = match answer.task.filter(is_work) {
                        Some(task) => self.begin(crew, slot, task),
                        None => false,
                    };
                    backoff::next_poll(answer.next_poll, !started)
                }
                Err(error) => failed_poll(&mut errors, &error),
            };
            self.env.clock.sleep(wait).await;
        }
    }

    async fn poll_batches(self: &Arc<Self>, crew: &mut Crew) {
        let limit = self.config.concurrency.max(1);
        let mut queue = VecDeque::new();
        let mut errors = 0;
        // On the clock that never goes back.
        let mut due = Duration::ZERO;
        while let Some(slot) = crew.slot().await {
            let mut slot = Some(slot);
            let mut wait = self.begin_next(crew, &mut slot, &mut queue);
            let known = queue.len() + self.active().len();
            let now = self.env.clock.elapsed();
            if known < limit && now >= due {
                match self.plane.get_tasks(self.page(&queue, limit)).await {
                    Ok(answer) => {
                        errors = 0;
                        let before = queue.len();
                        self.enqueue(&mut queue, answer.tasks);
                        let idle = queue.len() == before;
                        due = self.env.clock.elapsed() + backoff::next_poll(answer.next_poll, idle);
                        wait |= self.begin_next(crew, &mut slot, &mut queue);
                    }
                    Err(error) => {
                        due = self.env.clock.elapsed() + failed_poll(&mut errors, &error);
                    }
                }
            }
            drop(slot);
            if !wait {
                let left = due.saturating_sub(self.env.clock.elapsed());
                self.env
                    .clock
                    .sleep(left.max(Duration::from_millis(100)))
                    .await;
            }
        }
    }

    /// Starts the next fetched task, if a slot is at hand.
    fn begin_next(
        self: &Arc<Self>,
        crew: &mut Crew,
        slot: &mut Option<OwnedSemaphorePermit>,
        queue: &mut VecDeque<Task>,
    ) -> bool {
        if queue.is_empty() {
            return false;
        }
        match (slot.take(), queue.pop_front()) {
            (Some(slot), Some(task)) => self.begin(crew, slot, task),
            (_, Some(task)) => {
                queue.push_front(task);
                false
            }
            _ => false,
        }
    }

    fn page(&self, queue: &VecDeque<Task>, limit: usize) -> GetTasksRequest {
        let mut known: Vec<_> = queue.iter().map(|task| task.id.clone()).collect();
        known.extend(self.active().iter().cloned());
        let size = (2 * limit).saturating_sub(known.len()).clamp(1, MAX_PAGE);
        GetTasksRequest {
            host_id: self.config.host_id.clone(),
            page_size: u32::try_from(size).unwrap_or(1),
            known_task_ids: known,
            annotations: Vec::new(),
        }
    }

    fn enqueue(&self, queue: &mut VecDeque<Task>, tasks: Vec<Task>) {
        for task in tasks.into_iter().filter(is_work) {
            let known = self.active().contains(&task.id) || queue.iter().any(|t| t.id == task.id);
            if known {
                tracing::warn!(task_id = task.id, "the task is already known");
            } else {
                queue.push_back(task);
            }
        }
    }

    /// Starts a task, unless it is already being worked on.
    fn begin(self: &Arc<Self>, crew: &mut Crew, slot: OwnedSemaphorePermit, task: Task) -> bool {
        let Some(active) = self.start(&task.id) else {
            tracing::warn!(task_id = task.id, "the task is already being worked on");
            return false;
        };
        let kind = task.task_type.as_ref().map_or("unknown", TaskType::name);
        let span = tracing::info_span!("task", task_id = task.id, kind, error.type = field::Empty);
        let service = self.clone();
        let work = async move {
            service.handle(&task).await;
            drop(active);
            drop(slot);
        };
        crew.running.spawn(task::in_span(span, work));
        true
    }
}

/// Whether it is a task, and not the word that there is none.
fn is_work(task: &Task) -> bool {
    !matches!(task.task_type, Some(TaskType::None(_)))
}

fn failed_poll(errors: &mut u32, error: &PlaneError) -> Duration {
    *errors = errors.saturating_add(1);
    let wait = backoff::after_failed_polls(*errors);
    tracing::warn!(%error, errors, retry_in_s = wait.as_secs(), "polling failed");
    wait
}
