//! `Task`: what a control plane wants done.

use prost_types::Any;

use crate::c1::connector::v2::Resource;

/// One piece of work.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Task {
    /// 27 letters and digits.
    #[prost(string, tag = "1")]
    pub id: String,
    /// 1 pending, 2 scheduled, 3 running, 4 finished; not used by the client.
    #[prost(int32, tag = "2")]
    pub status: i32,
    /// A detailed log is wanted.
    #[prost(bool, tag = "3")]
    pub debug: bool,
    /// What to do. Absent also for a type that came after this was written.
    #[prost(
        oneof = "TaskType",
        tags = "100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123"
    )]
    pub task_type: Option<TaskType>,
}

/// The types of tasks.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum TaskType {
    /// Nothing to do.
    #[prost(message, tag = "100")]
    None(Unread),
    /// Call `Hello` again, with the task's id.
    #[prost(message, tag = "101")]
    Hello(Unread),
    /// Sync and upload the file.
    #[prost(message, tag = "102")]
    SyncFull(SyncFullTask),
    /// `grant`.
    #[prost(message, tag = "103")]
    Grant(Unread),
    /// `revoke`.
    #[prost(message, tag = "104")]
    Revoke(Unread),
    /// `create_account`.
    #[prost(message, tag = "105")]
    CreateAccount(Unread),
    /// `create_resource`.
    #[prost(message, tag = "106")]
    CreateResource(Unread),
    /// `delete_resource`.
    #[prost(message, tag = "107")]
    DeleteResource(Unread),
    /// `rotate_credentials`.
    #[prost(message, tag = "108")]
    RotateCredentials(Unread),
    /// `event_feed`.
    #[prost(message, tag = "109")]
    EventFeed(Unread),
    /// `create_ticket_task`.
    #[prost(message, tag = "110")]
    CreateTicket(Unread),
    /// `list_ticket_schemas`.
    #[prost(message, tag = "111")]
    ListTicketSchemas(Unread),
    /// `get_ticket`.
    #[prost(message, tag = "112")]
    GetTicket(Unread),
    /// `bulk_create_tickets`.
    #[prost(message, tag = "113")]
    BulkCreateTickets(Unread),
    /// `bulk_get_tickets`.
    #[prost(message, tag = "114")]
    BulkGetTickets(Unread),
    /// `action_list_schemas`.
    #[prost(message, tag = "115")]
    ActionListSchemas(Unread),
    /// `action_get_schema`.
    #[prost(message, tag = "116")]
    ActionGetSchema(Unread),
    /// `action_invoke`.
    #[prost(message, tag = "117")]
    ActionInvoke(Unread),
    /// `action_status`.
    #[prost(message, tag = "118")]
    ActionStatus(Unread),
    /// `create_sync_diff`.
    #[prost(message, tag = "119")]
    CreateSyncDiff(Unread),
    /// `compact_syncs`.
    #[prost(message, tag = "120")]
    CompactSyncs(Unread),
    /// `list_event_feeds`.
    #[prost(message, tag = "121")]
    ListEventFeeds(Unread),
    /// `list_events`.
    #[prost(message, tag = "122")]
    ListEvents(Unread),
    /// `issue_credential`.
    #[prost(message, tag = "123")]
    IssueCredential(Unread),
}

impl TaskType {
    /// The type's name in the protocol, for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None(_) => "none",
            Self::Hello(_) => "hello",
            Self::SyncFull(_) => "sync_full",
            Self::Grant(_) => "grant",
            Self::Revoke(_) => "revoke",
            Self::CreateAccount(_) => "create_account",
            Self::CreateResource(_) => "create_resource",
            Self::DeleteResource(_) => "delete_resource",
            Self::RotateCredentials(_) => "rotate_credentials",
            Self::EventFeed(_) => "event_feed",
            Self::CreateTicket(_) => "create_ticket_task",
            Self::ListTicketSchemas(_) => "list_ticket_schemas",
            Self::GetTicket(_) => "get_ticket",
            Self::BulkCreateTickets(_) => "bulk_create_tickets",
            Self::BulkGetTickets(_) => "bulk_get_tickets",
            Self::ActionListSchemas(_) => "action_list_schemas",
            Self::ActionGetSchema(_) => "action_get_schema",
            Self::ActionInvoke(_) => "action_invoke",
            Self::ActionStatus(_) => "action_status",
            Self::CreateSyncDiff(_) => "create_sync_diff",
            Self::CompactSyncs(_) => "compact_syncs",
            Self::ListEventFeeds(_) => "list_event_feeds",
            Self::ListEvents(_) => "list_events",
            Self::IssueCredential(_) => "issue_credential",
        }
    }
}

/// The contents of a task whose type is all that a connector that only reads needs to know; fields are skipped.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Unread {}

/// `Task.SyncFullTask`: sync and upload the file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SyncFullTask {
    /// Ignored.
    #[prost(message, repeated, tag = "1")]
    pub annotations: Vec<Any>,
    /// Leave nested grants as they are.
    #[prost(bool, tag = "2")]
    pub skip_expand_grants: bool,
    /// Resource types and resources only.
    #[prost(bool, tag = "3")]
    pub skip_entitlements_and_grants: bool,
    /// Only these resources.
    #[prost(message, repeated, tag = "4")]
    pub targeted_sync_resources: Vec<Resource>,
    /// Only these types; empty means what the connector is set to.
    #[prost(string, repeated, tag = "5")]
    pub sync_resource_type_ids: Vec<String>,
    /// Entitlements, but no grants.
    #[prost(bool, tag = "6")]
    pub skip_grants: bool,
    /// `pebble`, `sqlite` or empty.
    #[prost(string, tag = "7")]
    pub storage_engine: String,
}
