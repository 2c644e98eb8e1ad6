//! The messages byte for byte, against bytes that another implementation wrote.

use connector_core::text;
use connector_proto::c1::connector::v2::ListActionSchemasResponse;
use connector_proto::c1::connectorapi::baton::v1::{
    FinalState, FinishError, FinishSuccess, FinishTaskRequest, GetTaskResponse, HeartbeatRequest,
    HeartbeatResponse, SyncFullTask, Task, TaskType, Unread, UploadAssetRequest, UploadData,
    UploadEof, UploadMetadata, UploadPart,
};
use connector_proto::google::rpc::Status;
use connector_proto::pack;
use prost::Message;
use prost_types::Duration;
use sha2::{Digest, Sha256};

const TASK: &str = "2abcdefghijklmnopqrstuvwxyz";

fn hex(message: &impl Message) -> String {
    text::hex(message.encode_to_vec())
}

fn part(part: UploadPart) -> UploadAssetRequest {
    UploadAssetRequest { msg: Some(part) }
}

fn seconds(seconds: i64) -> Option<Duration> {
    Some(Duration { seconds, nanos: 0 })
}

fn finish(status: Option<(i32, &str)>, state: FinalState) -> FinishTaskRequest {
    FinishTaskRequest {
        host_id: "h".to_owned(),
        task_id: TASK.to_owned(),
        status: status.map(|(code, message)| Status {
            code,
            message: message.to_owned(),
            details: Vec::new(),
        }),
        final_state: Some(state),
    }
}

#[test]
fn uploads() {
    let metadata = part(UploadPart::Metadata(UploadMetadata {
        host_id: "h".to_owned(),
        task_id: TASK.to_owned(),
        annotations: Vec::new(),
    }));
    assert_eq!(
        hex(&metadata),
        "a206200a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797a"
    );
    let data = part(UploadPart::Data(UploadData {
        data: b"abc".to_vec(),
    }));
    assert_eq!(hex(&data), "aa06050a03616263");
    let eof = part(UploadPart::Eof(UploadEof {
        sha256_checksum: Sha256::digest(b"abc").to_vec(),
        annotations: Vec::new(),
    }));
    assert_eq!(
        hex(&eof),
        "b206220a20ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn ends_of_tasks() {
    let done = finish(None, FinalState::Success(FinishSuccess::default()));
    assert_eq!(
        hex(&done),
        "0a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797aaa0600"
    );
    let final_error = FinishError {
        non_retryable: true,
        ..FinishError::default()
    };
    let refused = finish(Some((12, "nope")), FinalState::Error(final_error));
    assert_eq!(
        hex(&refused),
        "0a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797a1a08080c12046e6f7065a206020801"
    );
    let failed = finish(Some((2, "x")), FinalState::Error(FinishError::default()));
    assert_eq!(
        hex(&failed),
        "0a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797a1a050802120178a20600"
    );
    let answer = pack(&ListActionSchemasResponse {});
    let answered = finish(
        None,
        FinalState::Success(FinishSuccess {
            response: Some(answer),
            ..FinishSuccess::default()
        }),
    );
    assert_eq!(
        hex(&answered),
        "0a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797aaa0641123f0a3d747970652e676f6f676c65617069732e636f6d2f63312e636f6e6e6563746f722e76322e4c697374416374696f6e536368656d6173526573706f6e7365"
    );
}

#[test]
fn tasks_and_heartbeats() {
    let sync = GetTaskResponse {
        task: Some(Task {
            id: TASK.to_owned(),
            status: 3,
            debug: false,
            task_type: Some(TaskType::SyncFull(SyncFullTask {
                skip_expand_grants: true,
                ..SyncFullTask::default()
            })),
        }),
        next_poll: seconds(30),
        next_heartbeat: seconds(20),
        annotations: Vec::new(),
    };
    assert_eq!(
        hex(&sync),
        "0a240a1b326162636465666768696a6b6c6d6e6f707172737475767778797a1003b2060210011202081e1a020814"
    );
    assert_eq!(GetTaskResponse::decode(&*sync.encode_to_vec()), Ok(sync));
    let idle = GetTaskResponse {
        task: Some(Task {
            task_type: Some(TaskType::None(Unread {})),
            ..Task::default()
        }),
        next_poll: seconds(60),
        ..GetTaskResponse::default()
    };
    assert_eq!(hex(&idle), "0a03a206001202083c");
    let beat = HeartbeatRequest {
        host_id: "h".to_owned(),
        task_id: TASK.to_owned(),
        ..HeartbeatRequest::default()
    };
    assert_eq!(
        hex(&beat),
        "0a0168121b326162636465666768696a6b6c6d6e6f707172737475767778797a"
    );
    let answer = HeartbeatResponse {
        next_heartbeat: seconds(30),
        cancelled: true,
        ..HeartbeatResponse::default()
    };
    assert_eq!(hex(&answer), "0a02081e1001");
}

#[test]
fn a_task_type_from_the_future_is_a_task_without_a_type() {
    // Field 200, an empty message, after the id.
    let mut bytes = Task {
        id: TASK.to_owned(),
        ..Task::default()
    }
    .encode_to_vec();
    bytes.extend([0xc2, 0x0c, 0x00]);
    let task = Task::decode(&*bytes).expect("a task");
    assert_eq!((task.id.as_str(), task.task_type), (TASK, None));
}
