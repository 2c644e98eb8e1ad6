//! Holds a store in the middle of sealing.

use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

/// Where a store waits.
#[derive(Debug)]
pub(crate) struct SealGate {
    reached: oneshot::Sender<()>,
    opened: mpsc::Receiver<()>,
}

impl SealGate {
    /// A gate, what becomes ready when a store waits at it, and what lets the store go on.
    pub(crate) fn new() -> (Self, oneshot::Receiver<()>, mpsc::Sender<()>) {
        let (reached, waiting) = oneshot::channel();
        let (open, opened) = mpsc::channel();
        (Self { reached, opened }, waiting, open)
    }

    /// Waits until the gate is open. The limit only keeps a defect from hanging the test.
    pub(crate) fn pass(self) {
        self.reached.send(()).unwrap();
        let _ = self.opened.recv_timeout(Duration::from_secs(10));
    }
}
