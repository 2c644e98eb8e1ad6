//! The handle on a control plane: what to do, how to misbehave, what was seen.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::{Error, ErrorKind, Result};
use connector_proto::c1::connectorapi::baton::v1::{SyncFullTask, TaskType};
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

use super::knobs::{Fault, Pace};
use super::listener::Listener;
use super::log::{Event, Method, Upload, What};
use super::shared::Shared;
use super::tasks::Record;
use super::token::TokenAnswer;

/// A control plane being served. Dropping it ends it.
pub struct Running {
    shared: Arc<Shared>,
    tls: Arc<ServerConfig>,
    authority: String,
    address: SocketAddr,
    listener: Mutex<Option<Listener>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Setting it up, and what a connector needs to reach it.
impl Running {
    pub(super) fn start(
        listen: SocketAddr,
        tls: Arc<ServerConfig>,
        shared: Arc<Shared>,
        authority: String,
    ) -> Result<Self> {
        let listener = Listener::start(listen, tls.clone(), shared.clone())
            .map_err(|e| cannot_listen(listen, &e))?;
        Ok(Self {
            shared,
            tls,
            authority,
            address: listener.address,
            listener: Mutex::new(Some(listener)),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `localhost:<port>`, the value of `BATON_C1_API_HOST`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// The certificate of its authority.
    pub fn authority_pem(&self) -> &str {
        &self.authority
    }

    /// The connector's client id.
    pub fn client_id(&self) -> &str {
        &self.shared.credential.client_id
    }

    /// The connector's client secret: a key made for this run, worth nothing elsewhere.
    pub fn client_secret(&self) -> &str {
        &self.shared.credential.client_secret
    }

    /// The variables that point a connector here. Its authority has to be trusted besides:
    /// [`Running::authority_pem`] in the file that `SSL_CERT_FILE` names.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("BATON_CLIENT_ID", self.client_id().to_owned()),
            ("BATON_CLIENT_SECRET", self.client_secret().to_owned()),
            ("BATON_C1_API_HOST", self.host()),
        ]
    }

    /// Frees the port and ends every connection; tasks and the log stay.
    pub fn go_down(&self) {
        let listener = self.listener().take();
        drop(listener);
    }

    /// Listens again, on the same port.
    ///
    /// # Errors
    /// When the port has been taken meanwhile.
    pub fn come_up(&self) -> Result<()> {
        let mut listener = self.listener();
        if listener.is_none() {
            let started = Listener::start(self.address, self.tls.clone(), self.shared.clone())
                .map_err(|e| cannot_listen(self.address, &e))?;
            *listener = Some(started);
        }
        Ok(())
    }

    /// Tells every connection to go away once its calls are answered.
    pub fn say_goodbye(&self) {
        if let Some(listener) = &*self.listener() {
            listener.say_goodbye();
        }
    }

    /// Makes every connection of now dead without closing it, as a router does that forgets connections: nothing is read from
    /// it or written to it any more. New connections are served.
    pub fn fall_silent(&self) {
        if let Some(listener) = &*self.listener() {
            listener.fall_silent();
        }
    }

    fn listener(&self) -> std::sync::MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Precondition,
        format!("cannot listen on {address}: {error}"),
    )
    .during("starting the control plane")
}

/// Tasks.
impl Running {
    /// Queues a full sync and returns the task's id.
    pub fn sync(&self, task: SyncFullTask) -> String {
        self.add(Some(TaskType::SyncFull(task)))
    }

    /// Queues a task; `None` is one without any type.
    pub fn add(&self, task_type: Option<TaskType>) -> String {
        self.add_with_fields(task_type, Vec::new())
    }

    /// As [`Running::add`], with encoded fields after those of the task.
    pub fn add_with_fields(&self, task_type: Option<TaskType>, fields: Vec<u8>) -> String {
        let (now, entropy) = (self.shared.clock.now(), self.shared.entropy.clone());
        let mut state = self.shared.state();
        state.tasks.add(task_type, fields, now, &*entropy)
    }

    /// A task as it is now.
    pub fn task(&self, id: &str) -> Option<Record> {
        self.shared.state().tasks.get(id).cloned()
    }

    /// Asks for a detailed log of a task.
    pub fn debug(&self, id: &str) {
        if let Some(record) = self.shared.state().tasks.get_mut(id) {
            record.task.debug = true;
        }
    }

    /// Hands a task out once more although it is leased.
    pub fn deliver_again(&self, id: &str) {
        self.shared.state().tasks.deliver_again(id);
    }

    /// Answers the task's heartbeats, from this one on, that it is cancelled; the first one is 1.
    pub fn cancel_from_heartbeat(&self, id: &str, number: u32) {
        if let Some(record) = self.shared.state().tasks.get_mut(id) {
            record.cancelled_from = Some(number);
        }
    }

    /// Cancels a task: the answer to its next heartbeat reports it as cancelled.
    pub fn cancel(&self, id: &str) {
        self.cancel_from_heartbeat(id, 0);
    }

    /// Removes a task, as if it had never existed.
    pub fn forget(&self, id: &str) {
        self.shared.state().tasks.forget(id);
    }
}

/// Makes the control plane misbehave.
impl Running {
    /// Sets what happens to the next calls of a method, one after the other; `None` is a call without a fault.
    pub fn script(&self, method: Method, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.shared.state().knobs.script(method, faults);
    }

    /// Sets what happens to every call of a method that no script covers.
    pub fn always(&self, method: Method, fault: Option<Fault>) {
        self.shared.state().knobs.stand(method, fault);
    }

    /// Sets the answers to the next token requests.
    pub fn script_tokens(&self, answers: impl IntoIterator<Item = TokenAnswer>) {
        self.shared.state().knobs.script_tokens(answers);
    }

    /// Sets the answer to every token request that no script covers.
    pub fn tokens(&self, answer: TokenAnswer) {
        self.shared.state().knobs.token = answer;
    }

    /// Makes every token handed out so far worthless.
    pub fn revoke_tokens(&self) {
        self.shared.revoke();
    }

    /// Sets `next_poll` in the answer to a poll that brings a task, and to one that brings none.
    pub fn next_poll(&self, busy: Pace, idle: Pace) {
        let mut state = self.shared.state();
        state.knobs.next_poll_busy = busy;
        state.knobs.next_poll_idle = idle;
    }

    /// Sets `next_heartbeat` in the answer to every heartbeat.
    pub fn next_heartbeat(&self, pace: Pace) {
        self.shared.state().knobs.next_heartbeat = pace;
    }

    /// Sets how long a task stays leased to a host that sends no heartbeat.
    pub fn lease(&self, lease: std::time::Duration) {
        self.shared.state().knobs.lease = lease;
    }

    /// Sets how often a task is handed out while it fails with an error that may be temporary.
    pub fn attempts(&self, attempts: u32) {
        self.shared.state().knobs.attempts = attempts;
    }

    /// Sets whether a poll without work is answered with a task of type `none` instead of no task.
    pub fn explicit_none(&self, explicit: bool) {
        self.shared.state().knobs.explicit_none = explicit;
    }

    /// Lets the calls go on that are held by [`Fault::Hold`].
    pub fn release(&self) {
        self.shared.release();
    }

    /// Reads no message of an upload after the first until [`Running::read_messages`].
    pub fn stop_reading(&self) {
        let chunks = &self.shared.chunks;
        chunks.forget_permits(chunks.available_permits());
    }

    /// Reads this many messages more.
    pub fn read_messages(&self, number: usize) {
        self.shared.chunks.add_permits(number);
    }
}

/// Returns what the control plane has seen.
impl Running {
    /// Everything so far, in order.
    pub fn events(&self) -> Vec<Event> {
        self.shared.state().events.clone()
    }

    /// Calls of a method so far, those that failed on purpose included.
    pub fn calls(&self, method: Method) -> usize {
        let of = |event: &&Event| event.what.method() == Some(method);
        self.shared.state().events.iter().filter(of).count()
    }

    /// Token requests so far.
    pub fn token_requests(&self) -> usize {
        let of = |event: &&Event| matches!(event.what, What::Token(_));
        self.shared.state().events.iter().filter(of).count()
    }

    /// Every upload that has ended, well or not.
    pub fn uploads(&self) -> Vec<Upload> {
        let state = self.shared.state();
        let ended = state.events.iter().filter_map(|event| match &event.what {
            What::UploadEnded(upload) => Some(upload.clone()),
            _ => None,
        });
        ended.collect()
    }

    /// Every rule that a client broke.
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }

    /// Every host that called `Hello` or polled.
    pub fn hosts(&self) -> Vec<String> {
        self.shared.state().hosts.iter().cloned().collect()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Connections that have not ended.
    pub fn open_connections(&self) -> usize {
        self.shared.state().open_connections
    }

    /// Connections so far that did not get past TLS.
    pub fn failed_handshakes(&self) -> usize {
        self.shared.state().failed_handshakes
    }

    /// Calls being answered now, without those held by [`Fault::Hold`].
    pub fn busy(&self) -> usize {
        let state = self.shared.state();
        state.in_flight.saturating_sub(state.held)
    }

    /// Calls that wait for the test: for [`Running::release`] or [`Running::read_messages`].
    pub fn held(&self) -> usize {
        self.shared.state().held
    }

    /// Changes whenever something happens.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes()
    }
}
