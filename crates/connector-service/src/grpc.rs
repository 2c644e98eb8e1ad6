//! The control plane over the network: tokens by HTTPS, calls by gRPC on connections that are made again as needed.

use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_net::grpc::{self, CallError, Channels, Watch};
use connector_net::{Host, Roots, Route, http_client};
use prost::Message;
use reqwest::redirect::Policy;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use tonic_prost::ProstCodec;

use crate::config::ServiceConfig;
use crate::plane::{ControlPlane, PlaneError, PlaneResult};
use crate::token::{TokenSource, TokenTransport};
use crate::upload::Upload;
use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTaskResponse, GetTasksRequest,
    GetTasksResponse, HeartbeatRequest, HeartbeatResponse, HelloRequest, HelloResponse,
    UploadAssetResponse, method,
};

/// The most time that a token request may take: as long as connecting may.
const TOKEN_LIMIT: Duration = Duration::from_secs(30);
/// The longest token answer that is read.
const MAX_TOKEN_ANSWER: usize = 1 << 20;

/// The control plane over the network.
#[derive(Debug)]
pub struct GrpcPlane {
    calls: Channels,
    /// Connections of their own: a receiver that reads slowly must not hold up the heartbeats.
    uploads: Channels,
    tokens: TokenSource<HttpTokens>,
}

impl GrpcPlane {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the host or the certificates cannot be used.
    pub fn new(config: &ServiceConfig, clock: SharedClock, entropy: SharedEntropy) -> Result<Self> {
        let id = config.credential.id();
        let host = api_host(config)?;
        let mut roots = Roots::system();
        roots.add_pem(&config.extra_roots)?;
        let version = &config.service.program.version;
        let user_agent = format!("{} baton-sdk/{version}", id.name());
        let route = Route::from_env(host, &roots)?;
        let channels = || {
            let (route, user_agent) = (route.clone(), user_agent.clone());
            Channels::new(route, Some(&roots), user_agent, Watch::Closely)
        };
        let tokens = HttpTokens::new(config, route.clone(), &roots)?;
        Ok(Self {
            calls: channels()?,
            uploads: channels()?,
            tokens: TokenSource::new(tokens, config.credential.clone(), clock, entropy),
        })
    }

    /// Makes a call, once more with a new token when the control plane no longer accepts the old one.
    async fn unary<Q, A>(&self, path: &'static str, request: Q) -> PlaneResult<A>
    where
        Q: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        let (token, serial) = self.tokens.header().await?;
        match self.call(path, request.clone(), &token).await {
            Err(error) if error.code == Code::Unauthenticated => {
                self.tokens.forget(serial);
                let (token, _) = self.tokens.header().await?;
                self.call(path, request, &token).await
            }
            answer => answer,
        }
    }

    async fn call<Q, A>(&self, path: &'static str, request: Q, token: &str) -> PlaneResult<A>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let request = authorized(request, token)?;
        Ok(grpc::unary(&self.calls.channel(), path, request).await?)
    }

    async fn stream(&self, upload: Upload, token: &str) -> PlaneResult<UploadAssetResponse> {
        let request = authorized(upload.messages(), token)?;
        let path = PathAndQuery::from_static(method::UPLOAD_ASSET);
        let mut client = grpc::client(&self.uploads.channel()).await?;
        let answer = client
            .client_streaming(request, path, ProstCodec::default())
            .await;
        Ok(answer.map_err(CallError::from)?.into_inner())
    }
}

impl ControlPlane for GrpcPlane {
    fn reconnect(&self) {
        self.calls.renew();
    }

    async fn hello(&self, request: HelloRequest) -> PlaneResult<HelloResponse> {
        self.unary(method::HELLO, request).await
    }

    async fn get_task(&self, request: GetTaskRequest) -> PlaneResult<GetTaskResponse> {
        self.unary(method::GET_TASK, request).await
    }

    async fn get_tasks(&self, request: GetTasksRequest) -> PlaneResult<GetTasksResponse> {
        self.unary(method::GET_TASKS, request).await
    }

    async fn heartbeat(&self, request: HeartbeatRequest) -> PlaneResult<HeartbeatResponse> {
        self.unary(method::HEARTBEAT, request).await
    }

    async fn finish_task(&self, request: FinishTaskRequest) -> PlaneResult<FinishTaskResponse> {
        self.unary(method::FINISH_TASK, request).await
    }

    async fn upload(&self, upload: Upload) -> PlaneResult<UploadAssetResponse> {
        let (token, serial) = self.tokens.header().await?;
        let answer = self.stream(upload, &token).await;
        if answer
            .as_ref()
            .is_err_and(|e| e.code == Code::Unauthenticated)
        {
            self.tokens.forget(serial);
        }
        answer
    }
}

impl From<CallError> for PlaneError {
    fn from(error: CallError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            is_unanswered: error.is_connection,
        }
    }
}

/// The host that is called: the client id's, unless another one is set.
fn api_host(config: &ServiceConfig) -> Result<Host> {
    let set = config.api_host.as_deref().filter(|host| !host.is_empty());
    let authority = set.unwrap_or(config.credential.id().authority());
    Host::parse(authority).ok_or_else(|| {
        Error::new(
            ErrorKind::Setting,
            format!("the control plane's host cannot be used: {authority}"),
        )
        .hint("it comes from the client id or from BATON_C1_API_HOST, as host or host:port")
    })
}

fn authorized<T>(message: T, token: &str) -> PlaneResult<Request<T>> {
    let mut value = MetadataValue::try_from(token)
        .map_err(|_| PlaneError::new(Code::Internal, "the token cannot be sent in a header"))?;
    value.set_sensitive(true);
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", value);
    Ok(request)
}

/// Token requests over HTTPS.
#[derive(Debug)]
struct HttpTokens {
    client: reqwest::Client,
    route: Route,
    url: String,
}

impl HttpTokens {
    fn new(config: &ServiceConfig, route: Route, roots: &Roots) -> Result<Self> {
        let version = &config.service.program.version;
        let user_agent = format!("baton-c1-credential-provider baton-sdk/{version}");
        let client = http_client(
            roots,
            route.proxy(),
            &user_agent,
            config.http_timeout.min(TOKEN_LIMIT),
            |builder| {
                builder
                    .https_only(true)
                    // The assertion is a credential and goes to the control plane alone.
                    .redirect(Policy::none())
                    // Requests are rare, and an idle connection may have died without a word.
                    .pool_max_idle_per_host(0)
            },
        )?;
        let url = format!("https://{}{}", route.host().authority(), method::TOKEN);
        Ok(Self { client, route, url })
    }
}

impl HttpTokens {
    /// Status and body of the answer to a form; `None` when it is too long.
    async fn answer(&self, form: String) -> reqwest::Result<Option<(u16, Vec<u8>)>> {
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_TOKEN_ANSWER {
                return Ok(None);
            }
        }
        Ok(Some((status, body)))
    }
}

impl TokenTransport for HttpTokens {
    async fn post(&self, form: String) -> Result<(u16, Vec<u8>), String> {
        match self.answer(form).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err("the answer is too long".to_owned()),
            Err(error) => {
                let error = error.without_url();
                Err(self.route.reason("the control plane", &error).await)
            }
        }
    }
}

#[cfg(test)]
mod tests;
