//! The paths of the service's methods, and of the token endpoint beside them.

/// Presents the connector.
pub const HELLO: &str = "/c1.connectorapi.baton.v1.BatonService/Hello";
/// Takes one task.
pub const GET_TASK: &str = "/c1.connectorapi.baton.v1.BatonService/GetTask";
/// Takes several tasks.
pub const GET_TASKS: &str = "/c1.connectorapi.baton.v1.BatonService/GetTasks";
/// Reports that a task is still being worked on.
pub const HEARTBEAT: &str = "/c1.connectorapi.baton.v1.BatonService/Heartbeat";
/// Reports how a task ended.
pub const FINISH_TASK: &str = "/c1.connectorapi.baton.v1.BatonService/FinishTask";
/// Uploads a file; the client streams, all other methods are unary.
pub const UPLOAD_ASSET: &str = "/c1.connectorapi.baton.v1.BatonService/UploadAsset";
/// The OAuth token endpoint on the same host; plain HTTP, not gRPC.
pub const TOKEN: &str = "/auth/v1/token";
