//! A test's edit of what a fake is about to send: of each record, or of a whole answer.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// An edit applied to each record, or to an answer, just before sending.
#[derive(Clone)]
pub struct Rewrite(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl Rewrite {
    /// Applies `edit` to every record or answer.
    pub fn new(edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self(Arc::new(edit))
    }

    /// Edits one record or answer.
    pub fn apply(&self, record: &mut Value) {
        (self.0)(record);
    }
}

/// Clones of one edit are equal.
impl PartialEq for Rewrite {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rewrite")
    }
}
