//! Polling for tasks: one at a time, or several at once, and never more than there are free slots.

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
use connector_proto::c1::connectorapi::baton::v1::{
    GetTaskRequest, GetTasksRequest, Task, TaskType,
};

/// The largest page that a control plane hands out.
const MAX_PAGE: usize = 100;

/// Time limit of a poll. Whether a control plane keeps a poll open is not documented; one that does must answer before its
/// client's next poll could be due, and no client waits for more than 5 minutes between polls. An answer that no client waits for
/// any more may hold a task.
const POLL: Duration = Duration::from_secs(360);

/// Tasks under way, and the slots that limit them.
struct TaskSlots {
    free: Arc<Semaphore>,
    running: JoinSet<()>,
}

impl TaskSlots {
    /// Waits for a free slot.
    async fn next(&mut self) -> Option<OwnedSemaphorePermit> {
        while self.running.try_join_next().is_some() {}
        // The semaphore is never closed.
        self.free.clone().acquire_owned().await.ok()
    }
}

impl<P: ControlPlane, T: Tasks> Service<P, T> {
    /// Polls until the service is stopped, then waits for the tasks under way.
    pub(crate) async fn poll_until_stopped(self: &Arc<Self>) {
        let mut slots = TaskSlots {
            free: Arc::new(Semaphore::new(self.config.concurrency.max(1))),
            running: JoinSet::new(),
        };
        let cancel = self.env.cancel.clone();
        tokio::select! {
            biased;
            () = cancel.cancelled() => {}
            () = self.poll(&mut slots) => {}
        }
        tracing::info!(
            tasks = self.active().len(),
            "stopping: no more tasks are taken"
        );
        let all = async { while slots.running.join_next().await.is_some() {} };
        tokio::select! {
            biased;
            () = all => {}
            () = self.env.clock.sleep(self.config.grace) => {
                tracing::warn!(tasks = self.active().len(), "tasks did not end in time");
                slots.running.abort_all();
            }
        }
    }

    async fn poll(self: &Arc<Self>, slots: &mut TaskSlots) {
        if self.config.batched {
            self.poll_batches(slots).await;
        } else {
            self.poll_single(slots).await;
        }
    }

    async fn poll_single(self: &Arc<Self>, slots: &mut TaskSlots) {
        let mut errors = 0;
        while let Some(slot) = slots.next().await {
            let request = GetTaskRequest {
                host_id: self.config.host_id.clone(),
            };
            let wait = match self.call(POLL, self.plane.get_task(request)).await {
                Ok(answer) => {
                    errors = 0;
                    let started = match answer.task.filter(is_work) {
                        Some(task) => self.begin(slots, slot, task),
                        None => false,
                    };
                    backoff::next_poll(answer.next_poll, !started)
                }
                Err(error) => failed_poll(&mut errors, &error),
            };
            self.env.clock.sleep(wait).await;
        }
    }

    async fn poll_batches(self: &Arc<Self>, slots: &mut TaskSlots) {
        let limit = self.config.concurrency.max(1);
        let mut queue = VecDeque::new();
        let mut errors = 0;
        // When the next poll is due, on the clock that never goes back.
        let mut due = Duration::ZERO;
        while let Some(slot) = slots.next().await {
            let mut slot = Some(slot);
            let mut wait = self.begin_next(slots, &mut slot, &mut queue);
            let known = queue.len() + self.active().len();
            let now = self.env.clock.elapsed();
            if known < limit && now >= due {
                let page = self.page(&queue, limit);
                match self.call(POLL, self.plane.get_tasks(page)).await {
                    Ok(answer) => {
                        errors = 0;
                        let before = queue.len();
                        self.enqueue(&mut queue, answer.tasks);
                        let idle = queue.len() == before;
                        due = self.env.clock.elapsed() + backoff::next_poll(answer.next_poll, idle);
                        wait |= self.begin_next(slots, &mut slot, &mut queue);
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
        slots: &mut TaskSlots,
        slot: &mut Option<OwnedSemaphorePermit>,
        queue: &mut VecDeque<Task>,
    ) -> bool {
        if queue.is_empty() {
            return false;
        }
        match (slot.take(), queue.pop_front()) {
            (Some(slot), Some(task)) => self.begin(slots, slot, task),
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
    fn begin(
        self: &Arc<Self>,
        slots: &mut TaskSlots,
        slot: OwnedSemaphorePermit,
        task: Task,
    ) -> bool {
        let Some(active) = self.start(&task.id) else {
            tracing::warn!(task_id = task.id, "the task is already being worked on");
            return false;
        };
        let task_type = task.task_type.as_ref().map_or("unknown", TaskType::name);
        // Every log line of the task carries the first two fields.
        let span =
            tracing::info_span!("task", task_id = task.id, task_type, error.type = field::Empty);
        let service = self.clone();
        let work = async move {
            service.handle(&task).await;
            drop(active);
            drop(slot);
        };
        slots.running.spawn(task::in_span(span, work));
        true
    }
}

/// Whether it is a task: a control plane may send one of type `none` when there is no work.
fn is_work(task: &Task) -> bool {
    !matches!(task.task_type, Some(TaskType::None(_)))
}

fn failed_poll(errors: &mut u32, error: &PlaneError) -> Duration {
    *errors = errors.saturating_add(1);
    let wait = backoff::after_failed_polls(*errors);
    tracing::warn!(%error, errors, retry_in_s = wait.as_secs(), "polling failed");
    wait
}
