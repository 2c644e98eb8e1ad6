//! A test's edit of what a fake is about to send.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// An edit applied to each record just before sending.
#[derive(Clone)]
pub struct Rewrite(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl Rewrite {
    /// Applies `edit` to every record.
    pub fn new(edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self(Arc::new(edit))
    }

    /// Edits one record.
    pub fn apply(&self, record: &mut Value) {
        (self.0)(record);
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rewrite")
    }
}
