//! The way of one request: to the vendor, to the vendor and into a recording, or to a recording alone.
//!
//! This is all that the client knows of recordings; what they hold and how is up to [`connector_core::tape`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use connector_core::error::{Error, ErrorKind};
use connector_core::tape::{Exchange, Fault, Head, Played, Player, Readable, Retry, Tape};
use reqwest::{Request, Response};
use url::Url;

use crate::call::Call;
use crate::failure::Failure;
use crate::limits;
use crate::retry::Cause;
use crate::transport::Transport;

/// What is read of the answer of a token endpoint.
const MINTED: Readable = "
secret access_token
plain expires_in
phrase(server_error|temporarily_unavailable) error
";
/// How long a request waits for another one to end the run, when the recorded run had ended before its answer came.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// An answer that is being written down; kept with the answer until it has been read or dropped.
#[derive(Clone)]
struct Recorded(Arc<Mutex<Box<dyn Exchange>>>);

/// Why there is no more of an answer from a recording; `None` when the recorded run did not read on.
#[derive(Clone)]
struct Breaks(Option<Fault>);

impl Transport {
    /// Sends `request`, or takes its answer from a recording.
    pub(crate) async fn execute(&self, call: &Call, request: Request) -> Result<Response, Failure> {
        match &self.tape {
            Tape::Off => self.ask(request).await,
            Tape::Record(recorder) => {
                let url = request.url().clone();
                let mut exchange = recorder.begin(self.described(call, &url), self.readable(call));
                let mut answer = self.ask(request).await;
                match &mut answer {
                    Ok(response) => {
                        exchange.answered(self.head(call, &url, response));
                        let recorded = Recorded(Arc::new(Mutex::new(exchange)));
                        response.extensions_mut().insert(recorded);
                    }
                    Err(failure) => exchange.ended(Some(self.fault(failure))),
                }
                answer
            }
            Tape::Replay(player) => self.play(&**player, call, request.url()).await,
        }
    }

    async fn ask(&self, request: Request) -> Result<Response, Failure> {
        match self.http.execute(request).await {
            Ok(response) => Ok(response),
            Err(e) => Err(self.connection.failure(e).await),
        }
    }

    /// The next piece of the body.
    pub(crate) async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Failure> {
        let piece = match response.chunk().await {
            Ok(piece) => Ok(piece),
            Err(e) => Err(self.connection.failure(e).await),
        };
        if let Some(Recorded(exchange)) = response.extensions().get() {
            let mut exchange = exchange.lock().unwrap_or_else(PoisonError::into_inner);
            match &piece {
                Ok(Some(piece)) => exchange.received(piece),
                Ok(None) => exchange.ended(None),
                Err(failure) => exchange.ended(Some(self.fault(failure))),
            }
        }
        match (piece, response.extensions().get()) {
            (Ok(None), Some(Breaks(fault))) => Err(Box::pin(broken(fault.as_ref())).await),
            (piece, _) => piece,
        }
    }

    /// Whether the recorded run sent `call` again; `None` when nothing is replayed.
    pub(crate) fn recorded_again(&self, call: &Call) -> Option<bool> {
        let Tape::Replay(player) = &self.tape else {
            return None;
        };
        let url = call.url(&self.base).ok()?;
        Some(player.goes_on(&self.described(call, &url), self.readable(call)))
    }

    async fn play(&self, player: &dyn Player, call: &Call, url: &Url) -> Result<Response, Failure> {
        let request = self.described(call, url);
        let Played {
            head,
            body,
            fault,
            unread,
        } = player
            .play(&request, self.readable(call))
            .map_err(stopped)?;
        let Some(head) = head else {
            return Err(broken(fault.as_ref()).await);
        };
        let mut answer = http::Response::builder().status(head.status);
        for (name, value) in &head.headers {
            answer = answer.header(name, value);
        }
        if let Some(to) = &head.to {
            let path = to.path.iter().map(|(segment, _)| segment.as_str());
            if let Some(mut location) = self.base.join(path) {
                location.query_pairs_mut().extend_pairs(&to.query);
                answer = answer.header("location", location.as_str());
            }
        }
        let mut answer = answer
            .body(body)
            .map_err(|_| Failure::contract("the recorded answer is none"))?;
        if unread || fault.is_some() {
            answer.extensions_mut().insert(Breaks(fault));
        }
        Ok(Response::from(answer))
    }

    fn readable(&self, call: &Call) -> Readable {
        if call.mints() { MINTED } else { self.readable }
    }

    /// The request as a recording knows it.
    fn described(&self, call: &Call, url: &Url) -> connector_core::tape::Request {
        let named = |segment: &String| call.names(segment);
        let path = self.base.below(url).into_iter();
        connector_core::tape::Request {
            class: call.endpoint_name().to_owned(),
            method: call.method.to_string(),
            path: path.map(|s| (named(&s), s)).map(|(n, s)| (s, n)).collect(),
            query: url
                .query_pairs()
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
            body: call.document().map_or_else(Vec::new, |body| body.to_vec()),
            mints: call.mints(),
        }
    }

    fn head(&self, call: &Call, url: &Url, response: &Response) -> Head {
        let location = response.headers().get(reqwest::header::LOCATION);
        let to = location
            .and_then(|to| url.join(to.to_str().ok()?).ok())
            .filter(|to| self.base.same_origin(to));
        Head {
            status: response.status().as_u16(),
            headers: limits::recorded(response.headers(), self.clock.now()),
            to: to.map(|to| self.described(call, &to)),
        }
    }

    /// What is written down of a failure. Where the vendor and the proxy are is of no use to a reader.
    fn fault(&self, failure: &Failure) -> Fault {
        let host = self.connection.route.host();
        let mut message = failure.message.clone();
        if let Some(proxy) = self.connection.route.proxy() {
            message = message.replace(&proxy.to_string(), "(an address)");
        }
        for name in [host.authority().as_str(), host.bare()] {
            message = message.replace(name, "the vendor's host");
        }
        Fault {
            kind: failure.kind,
            retry: match failure.cause {
                Cause::Final => Retry::Never,
                Cause::Unsent => Retry::Always,
                Cause::Passing | Cause::Limited(_) => Retry::WhenHarmless,
            },
            message,
        }
    }
}

/// The failure with which a recorded answer ends.
async fn broken(fault: Option<&Fault>) -> Failure {
    let Some(fault) = fault else {
        // Another request ended the recorded run; here it does, too.
        tokio::time::sleep(LAST_WAIT).await;
        let message = "the recorded run ended before this answer was complete";
        return Failure::new(ErrorKind::Precondition, Cause::Final, message);
    };
    let cause = match fault.retry {
        Retry::Never => Cause::Final,
        Retry::WhenHarmless => Cause::Passing,
        Retry::Always => Cause::Unsent,
    };
    Failure::new(fault.kind, cause, fault.message.clone()).hint("this is how the recorded run went")
}

fn stopped(error: Error) -> Failure {
    let failure = Failure::new(error.kind(), Cause::Final, error.message());
    match error.hint_text() {
        Some(hint) => failure.hint(hint.to_owned()),
        None => failure,
    }
}
