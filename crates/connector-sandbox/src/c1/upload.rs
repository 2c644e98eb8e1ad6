//! `UploadAsset`: one file in one stream.

use axum::body::Body;
use axum::http::Response;
use connector_proto::c1::connectorapi::baton::v1::{
    UploadAssetRequest, UploadAssetResponse, UploadEof, UploadPart,
};
use sha2::{Digest, Sha256};

use super::checks;
use super::knobs::Fault;
use super::log::{Upload, What};
use super::service::Call;
use crate::grpc::{Messages, Refusal, answer};

/// Receives an upload and logs how it went, also when the client goes away.
pub(super) async fn receive(call: &Call, messages: Messages) -> Result<Response<Body>, Refusal> {
    let mut progress = Progress {
        call,
        upload: Upload::default(),
    };
    let outcome = progress.read(messages).await;
    if let Err(refusal) = &outcome {
        progress.upload.refused = Some(refusal.clone());
    }
    drop(progress);
    outcome
}

/// An upload on its way; logged when it ends or is dropped.
struct Progress<'a> {
    call: &'a Call,
    upload: Upload,
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        let upload = std::mem::take(&mut self.upload);
        self.call.shared.log(What::UploadEnded(upload));
    }
}

impl Progress<'_> {
    async fn read(&mut self, mut messages: Messages) -> Result<Response<Body>, Refusal> {
        let first = messages.next::<UploadAssetRequest>().await?;
        let Some(UploadPart::Metadata(metadata)) = first.and_then(|m| m.msg) else {
            self.call.shared.log(What::UploadBegan(None));
            return self.wrong("metadata must come first");
        };
        let shared = &self.call.shared;
        shared.log(What::UploadBegan(Some(metadata.clone())));
        self.upload.task_id = metadata.task_id.clone();
        self.call.checked(checks::metadata(&metadata))?;
        {
            let mut state = shared.state();
            state.tasks.of_host(&metadata.task_id, &metadata.host_id)?;
        }
        let fault = self.call.next_fault();
        let after_chunks = match &fault {
            Some(Fault::AfterChunks(n, _)) => Some(*n),
            Some(Fault::AtEnd(_) | Fault::AfterStoring(_)) | None => None,
            Some(_) => Some(0),
        };
        let eof = self
            .read_data(&mut messages, fault.as_ref(), after_chunks)
            .await?;
        if matches!(fault, Some(Fault::AtEnd(_))) {
            self.call.suffer(fault.clone()).await?;
        }
        self.check_end(&mut messages, &eof).await?;
        self.upload.complete = true;
        if let Some(record) = shared.state().tasks.get_mut(&metadata.task_id) {
            record.uploads.push(self.upload.bytes.clone());
        }
        if matches!(fault, Some(Fault::AfterStoring(_))) {
            self.call.suffer(fault).await?;
        }
        Ok(answer(&UploadAssetResponse::default()))
    }

    /// Reads all bytes and returns the message after them.
    async fn read_data(
        &mut self,
        messages: &mut Messages,
        fault: Option<&Fault>,
        after_chunks: Option<usize>,
    ) -> Result<UploadEof, Refusal> {
        loop {
            if after_chunks == Some(self.upload.chunks.len()) {
                self.call.suffer(fault.cloned()).await?;
            }
            self.call.shared.may_read().await;
            let message = messages.next::<UploadAssetRequest>().await?;
            match message.and_then(|m| m.msg) {
                Some(UploadPart::Data(data)) => {
                    self.call.checked(checks::chunk(data.data.len()))?;
                    self.upload.chunks.push(data.data.len());
                    self.upload.bytes.extend_from_slice(&data.data);
                    self.call.shared.touch();
                }
                Some(UploadPart::Eof(eof)) => return Ok(eof),
                Some(UploadPart::Metadata(_)) => return self.wrong("metadata came twice"),
                None => return self.wrong("the stream ended without eof"),
            }
        }
    }

    async fn check_end(&self, messages: &mut Messages, eof: &UploadEof) -> Result<(), Refusal> {
        if messages.next::<UploadAssetRequest>().await?.is_some() {
            return self.wrong("something follows eof");
        }
        if Sha256::digest(&self.upload.bytes).as_slice() != eof.sha256_checksum.as_slice() {
            return self.wrong("the digest is not that of the bytes");
        }
        Ok(())
    }

    /// A rule broken by the client.
    fn wrong<T>(&self, what: &str) -> Result<T, Refusal> {
        let refusal = Refusal::invalid(what);
        self.call.shared.object("UploadAsset", &refusal);
        Err(refusal)
    }
}
