//! The control plane over the network: tokens by HTTPS, calls by gRPC on connections that are made again as needed.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use prost::Message;
use tonic::codegen::http::Uri;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::config::ServiceConfig;
use crate::plane::{Answer, ControlPlane, PlaneError};
use crate::proxy::Way;
use crate::tls::{self, Host};
use crate::token::{TokenSource, TokenTransport};
use crate::upload::Upload;
use crate::wire::{
    FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTaskResponse, GetTasksRequest,
    GetTasksResponse, HeartbeatRequest, HeartbeatResponse, HelloRequest, HelloResponse,
    UploadAssetResponse, method,
};

/// Time to connect, handshake included.
const CONNECT: Duration = Duration::from_secs(30);
/// Pings while a call is open, so that a call on a dead connection ends. Servers refuse more frequent ones.
const PING: Duration = Duration::from_secs(330);
/// The longest token answer that is read.
const MAX_TOKEN_ANSWER: usize = 1 << 20;

/// The control plane over the network.
#[derive(Debug)]
pub struct GrpcPlane {
    channel: Channel,
    /// Connections of their own: a receiver that reads slowly must not hold up the heartbeats.
    uploads: Channel,
    tokens: TokenSource<HttpTokens>,
}

impl GrpcPlane {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the host or the certificates cannot be used.
    pub fn new(config: &ServiceConfig, clock: SharedClock, entropy: SharedEntropy) -> Result<Self> {
        let id = config.credential.id();
        let over = config.api_host.as_deref().filter(|host| !host.is_empty());
        let host = Host::parse(over.unwrap_or(id.authority()))?;
        let version = &config.service.program.version;
        let tokens = HttpTokens::new(config, &host, version)?;
        Ok(Self {
            channel: channel(config, host.clone(), id.name(), version)?,
            uploads: channel(config, host, id.name(), version)?,
            tokens: TokenSource::new(tokens, config.credential.clone(), clock, entropy),
        })
    }

    /// Makes a call, once more with a new token when the control plane no longer accepts the old one.
    async fn unary<Q, A>(&self, path: &'static str, request: Q) -> Answer<A>
    where
        Q: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        let token = self.tokens.header().await?;
        match self.call(path, request.clone(), &token).await {
            Err(error) if error.code == Code::Unauthenticated => {
                self.tokens.forget(&token).await;
                let token = self.tokens.header().await?;
                self.call(path, request, &token).await
            }
            answer => answer,
        }
    }

    async fn call<Q, A>(&self, path: &'static str, request: Q, token: &str) -> Answer<A>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        client.ready().await.map_err(unreachable)?;
        let request = authorized(request, token)?;
        let codec = ProstCodec::<Q, A>::default();
        let answer = client
            .unary(request, PathAndQuery::from_static(path), codec)
            .await;
        Ok(answer.map_err(failed)?.into_inner())
    }

    async fn stream(&self, upload: Upload, token: &str) -> Answer<UploadAssetResponse> {
        let mut client = tonic::client::Grpc::new(self.uploads.clone());
        client.ready().await.map_err(unreachable)?;
        let request = authorized(upload.messages(), token)?;
        let path = PathAndQuery::from_static(method::UPLOAD_ASSET);
        let answer = client
            .client_streaming(request, path, ProstCodec::default())
            .await;
        Ok(answer.map_err(failed)?.into_inner())
    }
}

impl ControlPlane for GrpcPlane {
    async fn hello(&self, request: HelloRequest) -> Answer<HelloResponse> {
        self.unary(method::HELLO, request).await
    }

    async fn get_task(&self, request: GetTaskRequest) -> Answer<GetTaskResponse> {
        self.unary(method::GET_TASK, request).await
    }

    async fn get_tasks(&self, request: GetTasksRequest) -> Answer<GetTasksResponse> {
        self.unary(method::GET_TASKS, request).await
    }

    async fn heartbeat(&self, request: HeartbeatRequest) -> Answer<HeartbeatResponse> {
        self.unary(method::HEARTBEAT, request).await
    }

    async fn finish_task(&self, request: FinishTaskRequest) -> Answer<FinishTaskResponse> {
        self.unary(method::FINISH_TASK, request).await
    }

    async fn upload(&self, upload: Upload) -> Answer<UploadAssetResponse> {
        let token = self.tokens.header().await?;
        let answer = self.stream(upload, &token).await;
        if answer
            .as_ref()
            .is_err_and(|e| e.code == Code::Unauthenticated)
        {
            self.tokens.forget(&token).await;
        }
        answer
    }
}

fn channel(config: &ServiceConfig, host: Host, name: &str, version: &str) -> Result<Channel> {
    let authority = host.authority();
    let wrong = |e: Box<dyn StdError + Send + Sync>| {
        Error::new(ErrorKind::Setting, "the gRPC client cannot be set up").caused_by(e)
    };
    let origin: Uri = format!("https://{authority}")
        .parse()
        .map_err(|e| wrong(Box::new(e)))?;
    // The scheme of this address only says that the connector below does TLS itself.
    let endpoint = Endpoint::from_shared(format!("http://{authority}"))
        .and_then(|endpoint| endpoint.user_agent(format!("{name} baton-sdk/{version}")))
        .map_err(|e| wrong(Box::new(e)))?
        .origin(origin)
        .connect_timeout(CONNECT)
        .http2_keep_alive_interval(PING);
    let tls = Arc::new(tls::client_config(&config.extra_roots, &[b"h2"])?);
    let way = Way::of_process(host);
    let connector = tower::service_fn(move |_: Uri| tls::connect(way.clone(), tls.clone()));
    Ok(endpoint.connect_with_connector_lazy(connector))
}

fn authorized<T>(message: T, token: &str) -> Answer<Request<T>> {
    let mut value = MetadataValue::try_from(token)
        .map_err(|_| PlaneError::new(Code::Internal, "the token cannot be sent in a header"))?;
    value.set_sensitive(true);
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", value);
    Ok(request)
}

fn unreachable(error: tonic::transport::Error) -> PlaneError {
    PlaneError::new(Code::Unavailable, chain(&error))
}

fn failed(status: Status) -> PlaneError {
    let message = match status.source() {
        Some(source) => format!("{}: {}", status.message(), chain(source)),
        None => status.message().to_owned(),
    };
    PlaneError::new(status.code(), message)
}

/// An error and its causes, each said once.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = source.source();
    }
    text
}

/// Token requests over HTTPS.
#[derive(Debug)]
struct HttpTokens {
    client: reqwest::Client,
    url: String,
}

impl HttpTokens {
    fn new(config: &ServiceConfig, host: &Host, version: &str) -> Result<Self> {
        let tls = tls::client_config(&config.extra_roots, &[b"h2", b"http/1.1"])?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .user_agent(format!("baton-c1-credential-provider baton-sdk/{version}"))
            .timeout(config.http_timeout)
            .connect_timeout(CONNECT.min(config.http_timeout));
        if host.is_loopback() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| {
            Error::new(ErrorKind::Setting, "the HTTP client cannot be set up").caused_by(e)
        })?;
        let url = format!("https://{}{}", host.authority(), method::TOKEN);
        Ok(Self { client, url })
    }
}

impl TokenTransport for HttpTokens {
    async fn post(&self, form: String) -> Result<(u16, Vec<u8>), String> {
        let told = |e: reqwest::Error| chain(&e.without_url());
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let mut response = request.send().await.map_err(told)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(told)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_TOKEN_ANSWER {
                return Err("the answer is too long".to_owned());
            }
        }
        Ok((status, body))
    }
}
