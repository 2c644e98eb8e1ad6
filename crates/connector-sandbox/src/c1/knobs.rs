//! What the control plane does on purpose, beyond being correct.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::log::Method;
use super::token::TokenAnswer;
use crate::grpc::Refusal;

/// What happens to a call instead of, or before, its proper answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// It is answered with this status.
    Refuse(Refusal),
    /// Its connection is closed without an answer.
    Cut,
    /// It is answered only after [`super::Running::release`], or never.
    Hold,
    /// It is answered after this time on the machine's clock.
    Delay(Duration),
    /// Its answer is longer than clients accept.
    Oversized,
    /// For uploads: the fault happens when this many data messages have been read.
    AfterChunks(usize, Box<Self>),
    /// For uploads: the fault happens when the last message has been read, and nothing is kept.
    AtEnd(Box<Self>),
    /// For uploads and `FinishTask`: the fault happens when everything has been accepted and kept.
    AfterStoring(Box<Self>),
}

impl Fault {
    /// A status with this code.
    pub fn status(code: u16) -> Self {
        Self::Refuse(Refusal::new(code, "scripted"))
    }
}

/// Durations as the protocol has them: absent, or any number, sensible or not.
pub type Pace = Option<prost_types::Duration>;

/// Everything that can be set while the control plane runs.
#[derive(Debug)]
pub(super) struct Knobs {
    scripts: HashMap<Method, VecDeque<Option<Fault>>>,
    standing: HashMap<Method, Fault>,
    token_script: VecDeque<TokenAnswer>,
    pub(super) token: TokenAnswer,
    /// After a poll that brought a task.
    pub(super) next_poll_busy: Pace,
    /// After a poll that brought none.
    pub(super) next_poll_idle: Pace,
    pub(super) next_heartbeat: Pace,
    pub(super) lease: Duration,
    pub(super) attempts: u32,
    /// Whether "nothing to do" is a task of type `none` instead of no task.
    pub(super) explicit_none: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            scripts: HashMap::new(),
            standing: HashMap::new(),
            token_script: VecDeque::new(),
            token: TokenAnswer::default(),
            next_poll_busy: Some(seconds(0)),
            next_poll_idle: Some(seconds(60)),
            next_heartbeat: Some(seconds(30)),
            lease: Duration::from_secs(900),
            attempts: 1,
            explicit_none: false,
        }
    }
}

impl Knobs {
    pub(super) fn script(
        &mut self,
        method: Method,
        faults: impl IntoIterator<Item = Option<Fault>>,
    ) {
        self.scripts.entry(method).or_default().extend(faults);
    }

    pub(super) fn stand(&mut self, method: Method, fault: Option<Fault>) {
        match fault {
            Some(fault) => self.standing.insert(method, fault),
            None => self.standing.remove(&method),
        };
    }

    /// What happens to the next call of this method.
    pub(super) fn fault(&mut self, method: Method) -> Option<Fault> {
        let scripted = self.scripts.get_mut(&method).and_then(VecDeque::pop_front);
        scripted.unwrap_or_else(|| self.standing.get(&method).cloned())
    }

    pub(super) fn script_tokens(&mut self, answers: impl IntoIterator<Item = TokenAnswer>) {
        self.token_script.extend(answers);
    }

    pub(super) fn token_answer(&mut self) -> TokenAnswer {
        self.token_script
            .pop_front()
            .unwrap_or_else(|| self.token.clone())
    }

    pub(super) fn next_poll(&self, busy: bool) -> Pace {
        if busy {
            self.next_poll_busy
        } else {
            self.next_poll_idle
        }
    }
}

/// This many seconds as a protocol duration.
pub fn seconds(seconds: i64) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos: 0 }
}
