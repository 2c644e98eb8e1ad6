use futures_util::StreamExt;

use super::*;

async fn sizes_of(bytes: usize) -> (usize, Vec<usize>, bool) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sync.c1z");
    let content: Vec<u8> = (0..bytes).map(|i| (i % 251) as u8).collect();
    std::fs::write(&file, &content).unwrap();
    let upload = Upload::prepare("h", "t", &file).await.unwrap();
    let messages: Vec<_> = upload.messages().map(|m| m.msg.unwrap()).collect().await;
    let (mut metadata, mut sizes, mut sent, mut whole) = (0, Vec::new(), Vec::new(), false);
    for (i, part) in messages.iter().enumerate() {
        match part {
            UploadPart::Metadata(m) => {
                assert_eq!((i, m.host_id.as_str(), m.task_id.as_str()), (0, "h", "t"));
                metadata += 1;
            }
            UploadPart::Data(data) => {
                sizes.push(data.data.len());
                sent.extend_from_slice(&data.data);
            }
            UploadPart::Eof(eof) => {
                assert_eq!(i, messages.len() - 1);
                whole = eof.sha256_checksum == Sha256::digest(&content).to_vec();
            }
        }
    }
    assert!(sent == content);
    (metadata, sizes, whole)
}

#[tokio::test]
async fn chunks_of_every_size() {
    for (bytes, chunks) in [
        (0, vec![]),
        (1, vec![1]),
        (CHUNK - 1, vec![CHUNK - 1]),
        (CHUNK, vec![CHUNK]),
        (CHUNK + 1, vec![CHUNK, 1]),
        (5 * 1024 * 1024, vec![CHUNK; 10]),
    ] {
        assert_eq!(sizes_of(bytes).await, (1, chunks, true), "{bytes}");
    }
}

#[tokio::test]
async fn a_chunk_is_read_when_the_receiver_is_ready_for_it_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sync.c1z");
    std::fs::write(&file, vec![7; 10 * CHUNK]).unwrap();
    let upload = Upload::prepare("h", "t", &file).await.unwrap();
    let mut messages = Box::pin(upload.messages());
    for _ in 0..3 {
        messages.next().await.unwrap();
    }
    File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(0)
        .unwrap();
    // Two chunks were taken; the rest of the file is gone by the time it would be read.
    let rest: Vec<_> = messages.map(|m| m.msg.unwrap()).collect().await;
    assert!(matches!(&rest[..], [UploadPart::Eof(_)]));
}

#[tokio::test]
async fn a_file_that_shrinks_or_goes_away_is_never_complete() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sync.c1z");
    std::fs::write(&file, b"abc").unwrap();
    let upload = Upload::prepare("h", "t", &file).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(upload.messages().count().await, 0);
}
