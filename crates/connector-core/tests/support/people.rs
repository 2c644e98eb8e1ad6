//! A vendor of people whose every answer a test computes from the request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::engine::{self, SyncOptions};
use connector_core::id::{Cursor, ResourceId};
use connector_core::model::{Resource, ResourceType, Trait, TraitData, UserTrait};
use connector_core::paging::Batch;
use connector_core::progress::SyncReport;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use super::{Disk, MemoryStore, USER, env, options};

/// What the vendor answers.
pub(crate) enum Given {
    /// Ids of rows and of rows that the connector leaves out, the stated total, the next cursor.
    Rows {
        ids: Vec<u64>,
        left_out: Vec<Option<u64>>,
        total: Option<u64>,
        next: Option<String>,
    },
    /// A page by offset, and the part after this one.
    Batch(Batch<String>, Option<u32>),
    Fail(ErrorKind),
    /// Rows, and then the listing starts again.
    Again(Vec<u64>),
    Hang,
}

impl Given {
    pub(crate) fn rows(ids: impl IntoIterator<Item = u64>, next: Option<u64>) -> Self {
        Self::Rows {
            ids: ids.into_iter().collect(),
            left_out: Vec::new(),
            total: None,
            next: next.map(|n| n.to_string()),
        }
    }

    pub(crate) fn of(mut self, stated: u64) -> Self {
        if let Self::Rows { total, .. } = &mut self {
            *total = Some(stated);
        }
        self
    }

    pub(crate) fn leaving_out(mut self, ids: impl IntoIterator<Item = Option<u64>>) -> Self {
        if let Self::Rows { left_out, .. } = &mut self {
            left_out.extend(ids);
        }
        self
    }
}

/// Answers by the number of the request, from 0, and the request.
pub(crate) type Answers = dyn Fn(u64, &PageRequest) -> Given + Send + Sync;

pub(crate) struct People {
    answers: Box<Answers>,
    asked: AtomicU64,
}

impl People {
    pub(crate) fn new(
        answers: impl Fn(u64, &PageRequest) -> Given + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            answers: Box::new(answers),
            asked: AtomicU64::new(0),
        })
    }

    /// Runs a sync of the people.
    pub(crate) async fn sync(self: &Arc<Self>, disk: &Arc<Mutex<Disk>>) -> Result<SyncReport> {
        let options = SyncOptions {
            resource_types: vec![ResourceType::new(USER, "User", Some(Trait::User))],
            ..options(1)
        };
        engine::sync(self.clone(), MemoryStore::over(disk), options, env()).await
    }
}

fn user(id: &str) -> Resource {
    let data = TraitData::User(UserTrait::default());
    Resource::new(ResourceId::new(USER, id), id, data)
}

impl ResourceLister for People {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        page.warn(Warning::new("page", "a page was read"));
        match (self.answers)(number, request) {
            Given::Rows {
                ids,
                left_out,
                total,
                next,
            } => {
                total.into_iter().for_each(|total| page.total(total));
                for id in ids {
                    page.push(user(&id.to_string())).await?;
                }
                for id in left_out {
                    page.leave_out(id.map(|id| id.to_string()).as_deref());
                }
                Ok(next.and_then(Cursor::new))
            }
            Given::Batch(batch, following) => {
                let at = request.offset()?;
                let id = |id: &String| Some(id.clone()).filter(|id| id != "-");
                let known: Vec<Option<String>> = batch.records.iter().map(id).collect();
                let batch = Batch {
                    records: known,
                    total: batch.total,
                    limit: batch.limit,
                };
                let (records, next) = page.by_offset(at, batch, |id| id.as_deref())?;
                for id in records.into_iter().flatten() {
                    page.push(user(&id)).await?;
                }
                let next = next.or(following.map(connector_core::paging::Offset::part));
                next.as_ref().map(Cursor::encode).transpose()
            }
            Given::Fail(kind) => Err(Error::new(kind, "scripted")),
            Given::Again(ids) => {
                for id in ids {
                    page.push(user(&id.to_string())).await?;
                }
                Err(page.start_again("the place is lost"))
            }
            Given::Hang => std::future::pending().await,
        }
    }
}

impl EntitlementLister for People {}

impl GrantLister for People {}

impl Connector for People {
    async fn validate(&self) -> Result<Vec<Warning>> {
        Ok(Vec::new())
    }

    fn requests(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}
