//! The service's name and the paths of its methods.

/// The service.
pub const SERVICE: &str = "c1.connectorapi.baton.v1.BatonService";
/// Unary.
pub const HELLO: &str = "/c1.connectorapi.baton.v1.BatonService/Hello";
/// Unary.
pub const GET_TASK: &str = "/c1.connectorapi.baton.v1.BatonService/GetTask";
/// Unary.
pub const GET_TASKS: &str = "/c1.connectorapi.baton.v1.BatonService/GetTasks";
/// Unary.
pub const HEARTBEAT: &str = "/c1.connectorapi.baton.v1.BatonService/Heartbeat";
/// Unary.
pub const FINISH_TASK: &str = "/c1.connectorapi.baton.v1.BatonService/FinishTask";
/// The client streams.
pub const UPLOAD_ASSET: &str = "/c1.connectorapi.baton.v1.BatonService/UploadAsset";
/// Unary; never called by the client.
pub const START_DEBUGGING: &str = "/c1.connectorapi.baton.v1.BatonService/StartDebugging";
/// The token endpoint on the same host.
pub const TOKEN: &str = "/auth/v1/token";
