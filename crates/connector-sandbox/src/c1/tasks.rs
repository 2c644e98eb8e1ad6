//! The tasks: queued, leased to a host, finished.

use std::collections::VecDeque;
use std::time::Duration;

use connector_core::entropy::{Entropy, SyncId};
use connector_proto::c1::connectorapi::baton::v1::{FinalState, FinishTaskRequest, Task, TaskType};
use jiff::Timestamp;
use prost::Message;

use crate::grpc::Refusal;

/// How far a task is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Waiting for a connector.
    Queued,
    /// Handed out to a connector.
    Leased {
        /// The host that it is leased to.
        host: String,
        /// When the lease ends, unless a heartbeat comes before.
        until: Timestamp,
    },
    /// The task has ended.
    Finished,
}

/// One task and everything that happened to it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The task as it is sent.
    pub task: Task,
    /// Bytes sent after the task's own, for fields that are in no client's schema.
    pub extra: Vec<u8>,
    /// How far it is.
    pub stage: Stage,
    /// How often it was handed out.
    pub deliveries: u32,
    /// Heartbeats received.
    pub heartbeats: u32,
    /// From this heartbeat on the answer is that the task is cancelled; the first one is 1.
    pub cancelled_from: Option<u32>,
    /// Complete uploads, in order.
    pub uploads: Vec<Vec<u8>>,
    /// Every `FinishTask` that was accepted.
    pub outcomes: Vec<FinishTaskRequest>,
}

/// All tasks, in the order in which they were requested.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    records: Vec<Record>,
    again: VecDeque<String>,
}

impl Tasks {
    pub(super) fn add(
        &mut self,
        task_type: Option<TaskType>,
        extra: Vec<u8>,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> String {
        let id = SyncId::generate(now, entropy).to_string();
        self.records.push(Record {
            task: Task {
                id: id.clone(),
                status: 1,
                debug: false,
                task_type,
            },
            extra,
            stage: Stage::Queued,
            deliveries: 0,
            heartbeats: 0,
            cancelled_from: None,
            uploads: Vec::new(),
            outcomes: Vec::new(),
        });
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|r| r.task.id == id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.records.iter_mut().find(|r| r.task.id == id)
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.records.retain(|r| r.task.id != id);
    }

    /// Hands this task out once more although it is leased.
    pub(super) fn deliver_again(&mut self, id: &str) {
        self.again.push_back(id.to_owned());
    }

    /// Leases up to `most` tasks to `host`; each as the bytes of its message.
    pub(super) fn lease(
        &mut self,
        host: &str,
        most: usize,
        known: &[String],
        now: Timestamp,
        lease: Duration,
    ) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        while out.len() < most
            && let Some(id) = self.again.pop_front()
        {
            out.extend(self.get_mut(&id).map(|r| r.hand_out(host, now, lease)));
        }
        for record in &mut self.records {
            if matches!(&record.stage, Stage::Leased { until, .. } if *until <= now) {
                record.stage = Stage::Queued;
            }
            if out.len() < most && record.stage == Stage::Queued && !known.contains(&record.task.id)
            {
                out.push(record.hand_out(host, now, lease));
            }
        }
        out
    }

    /// The task's record when `host` works on it.
    pub(super) fn of_host(&mut self, id: &str, host: &str) -> Result<&mut Record, Refusal> {
        let unknown = || Refusal::new(5, "no such task");
        let record = self.get_mut(id).ok_or_else(unknown)?;
        match &record.stage {
            Stage::Leased { host: owner, .. } if owner == host => Ok(record),
            Stage::Leased { .. } => Err(Refusal::new(7, "the task is leased to another host")),
            // A late or repeated report about a task that has ended is not an error.
            Stage::Finished => Ok(record),
            Stage::Queued => Err(Refusal::new(9, "the task is not leased")),
        }
    }
}

impl Record {
    fn hand_out(&mut self, host: &str, now: Timestamp, lease: Duration) -> Vec<u8> {
        self.deliveries += 1;
        self.task.status = 3;
        self.stage = Stage::Leased {
            host: host.to_owned(),
            until: later(now, lease),
        };
        let mut bytes = self.task.encode_to_vec();
        bytes.extend_from_slice(&self.extra);
        bytes
    }

    /// Counts a heartbeat and tells whether the task is cancelled.
    pub(super) fn heartbeat(&mut self, now: Timestamp, lease: Duration) -> bool {
        self.heartbeats += 1;
        if let Stage::Leased { until, .. } = &mut self.stage {
            *until = later(now, lease);
        }
        self.cancelled_from
            .is_some_and(|first| self.heartbeats >= first)
    }

    /// Ends the task, or queues it again after a failure that may pass.
    pub(super) fn finish(&mut self, outcome: FinishTaskRequest, attempts: u32) {
        let passing =
            matches!(&outcome.final_state, Some(FinalState::Error(e)) if !e.non_retryable);
        self.stage = if passing && self.deliveries < attempts {
            Stage::Queued
        } else {
            Stage::Finished
        };
        self.outcomes.push(outcome);
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
