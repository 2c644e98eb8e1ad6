//! Calls as a connector makes them: authorised, sent through the transport, with a new access token where one helps.

use connector_core::error::{Error, Result};
use reqwest::{Response, StatusCode};
use tracing::debug;

use crate::auth::Authorizer;
use crate::call::Call;
use crate::pace::Slot;
use crate::transport::{Expect, Transport};
use crate::tries::Tries;

/// Everything needed to make calls.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) transport: Transport,
    pub(crate) auth: Authorizer,
    /// Adds what a failure means for the vendor.
    pub(crate) explain: fn(Error) -> Error,
    pub(crate) max_document: u64,
    pub(crate) max_element: usize,
}

impl Exchange {
    /// Sends `call` until an answer is as expected; its body is still to be read.
    ///
    /// # Errors
    /// When no answer is as expected within the retry policy.
    pub(crate) async fn open(
        &self,
        call: &Call,
        expect: Expect,
        tries: &mut Tries,
    ) -> Result<Response> {
        let transport = &self.transport;
        let url = call.url(&transport.base).map_err(|e| call.explain(e))?;
        loop {
            let before = transport.clock.elapsed();
            let (header, serial, proving) = match &self.auth {
                Authorizer::Fixed { header, .. } => (header.clone(), None, None),
                Authorizer::Minted(tokens) => {
                    let header = tokens.header(transport).await;
                    let (header, serial, proving) = header.map_err(|e| call.explain(e))?;
                    (Some(header), Some((tokens, serial)), proving)
                }
            };
            tries.held_back += transport.clock.elapsed().saturating_sub(before);

            let good = || serial.is_none_or(|(tokens, serial)| !tokens.is_refused(serial));
            let mut at = url.clone();
            let answer = transport.attempt(call, &mut at, header, good, tries).await;
            let Some(mut answer) = answer.transpose() else {
                continue;
            };
            if let (Ok(response), Some((tokens, serial))) = (&mut answer, serial) {
                if response.status().is_success() {
                    tokens.accepted(serial);
                }
                if response.status() == StatusCode::UNAUTHORIZED {
                    // The call that requests the new token may need the place of this one.
                    response.extensions_mut().remove::<Slot>();
                    let replaced = std::mem::replace(&mut tries.token_replaced, true);
                    if tokens.refused(serial, transport.vendor, expect) && !replaced {
                        debug!(target: "connector_http", vendor = transport.vendor, "the access token is refused");
                        continue;
                    }
                }
            }
            drop(proving);
            let judged = match answer {
                Ok(response) => {
                    let secrets = match response.status().is_success() {
                        true => Vec::new(),
                        false => self.auth.secrets(),
                    };
                    transport.judge(response, expect, &secrets).await
                }
                Err(failure) => Err(failure),
            };
            match judged {
                Ok(response) => {
                    tries.failures.limited = 0;
                    return Ok(response);
                }
                Err(failure) => transport.again(call, tries, failure).await?,
            }
        }
    }
}
