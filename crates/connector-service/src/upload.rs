//! Sending a file: who it belongs to, its bytes in chunks, its digest.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_core::task;
use futures_util::Stream;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tracing::{Instrument, Span, dispatcher};

use connector_proto::c1::connectorapi::baton::v1::{
    UploadAssetRequest, UploadData, UploadEof, UploadMetadata, UploadPart,
};

/// Bytes per message.
const CHUNK: usize = 512 * 1024;

/// A file to send.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The process.
    pub host_id: String,
    /// The task the file belongs to.
    pub task_id: String,
    /// The file.
    pub file: PathBuf,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// Notified when the connection takes a message.
    pub(crate) taken: Arc<Notify>,
}

impl Upload {
    /// Reads the file once for its digest.
    ///
    /// # Errors
    /// What kept the file from being read.
    pub async fn prepare(host_id: &str, task_id: &str, file: &Path) -> io::Result<Self> {
        let path = file.to_owned();
        let digest = tokio::task::spawn_blocking(move || digest(&path))
            .await
            .map_err(io::Error::other)??;
        Ok(Self {
            host_id: host_id.to_owned(),
            task_id: task_id.to_owned(),
            file: file.to_owned(),
            digest,
            taken: Arc::default(),
        })
    }

    /// The messages of the upload, read from the file one chunk at a time. A file that can no longer be read ends
    /// them early, without the digest, so that no receiver takes them for complete.
    pub fn messages(self) -> impl Stream<Item = UploadAssetRequest> + Send + 'static {
        // The connection's own task reads the messages, but what is logged meanwhile belongs to the task of here.
        let (dispatch, span) = (dispatcher::get_default(Clone::clone), Span::current());
        let progress = self.taken.clone();
        futures_util::stream::unfold(Step::Metadata(self), move |step| {
            progress.notify_one();
            let taken = step.take().instrument(span.clone());
            let taken = task::with_subscriber(dispatch.clone(), taken);
            async move {
                let (part, next) = taken.await?;
                Some((UploadAssetRequest { msg: Some(part) }, next))
            }
        })
    }
}

/// What the next message is.
enum Step {
    Metadata(Upload),
    Data(File, [u8; 32]),
    End,
}

impl Step {
    async fn take(self) -> Option<(UploadPart, Self)> {
        match self {
            Self::Metadata(upload) => {
                let file = File::open(&upload.file).map_err(log_unreadable).ok()?;
                let metadata = UploadMetadata {
                    host_id: upload.host_id,
                    task_id: upload.task_id,
                    annotations: Vec::new(),
                };
                let next = Self::Data(file, upload.digest);
                Some((UploadPart::Metadata(metadata), next))
            }
            Self::Data(mut file, digest) => {
                let read = tokio::task::spawn_blocking(move || {
                    let mut data = Vec::with_capacity(CHUNK);
                    (&mut file).take(CHUNK as u64).read_to_end(&mut data)?;
                    Ok::<_, io::Error>((file, data))
                });
                let (file, data) = read.await.ok()?.map_err(log_unreadable).ok()?;
                if data.is_empty() {
                    let eof = UploadEof {
                        sha256_checksum: digest.to_vec(),
                        annotations: Vec::new(),
                    };
                    return Some((UploadPart::Eof(eof), Self::End));
                }
                let part = UploadPart::Data(UploadData { data });
                Some((part, Self::Data(file, digest)))
            }
            Self::End => None,
        }
    }
}

fn log_unreadable(error: io::Error) {
    tracing::error!(%error, "the file to upload can no longer be read");
}

fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&buffer[..n]),
        }
    }
}

#[cfg(test)]
mod tests;
