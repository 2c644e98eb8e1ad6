//! The rules that the messages declare.

use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, GetTasksRequest, HeartbeatRequest, HelloRequest, UploadMetadata,
};

use crate::grpc::Refusal;

type Checked = Result<(), Refusal>;

fn rule(holds: bool, what: &str) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(Refusal::invalid(what))
    }
}

pub(super) fn host(id: &str) -> Checked {
    rule(
        (1..=256).contains(&id.chars().count()),
        "host_id must have 1 to 256 characters",
    )
}

fn task(id: &str) -> Checked {
    let well_formed = id.len() == 27 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    rule(well_formed, "task_id must be 27 letters and digits")
}

fn annotations(number: usize) -> Checked {
    rule(number <= 16, "at most 16 annotations are allowed")
}

pub(super) fn hello(request: &HelloRequest) -> Checked {
    host(&request.host_id)?;
    annotations(request.annotations.len())?;
    let metadata = request.connector_metadata.as_ref();
    let metadata = metadata.ok_or_else(|| Refusal::invalid("connector_metadata is required"))?;
    rule(
        !metadata.display_name.is_empty(),
        "connector_metadata.display_name must not be empty",
    )?;
    rule(
        metadata.help_url.is_empty() || metadata.help_url.starts_with("https://"),
        "connector_metadata.help_url must be an https address",
    )?;
    let build = request.build_info.clone().unwrap_or_default();
    let os = request.os_info.clone().unwrap_or_default();
    let facts = [
        build.lang_version,
        build.package,
        build.package_version,
        os.hostname,
        os.os,
        os.platform,
        os.platform_version,
        os.platform_family,
        os.kernel_version,
        os.kernel_arch,
        os.virtualization_system,
    ];
    for fact in facts {
        // The protocol does not declare them as required, but registration is reported to need every one of them.
        rule(!fact.is_empty(), "a fact about the host or build is empty")?;
        rule(fact.chars().count() <= 256, "a fact is too long")?;
    }
    Ok(())
}

pub(super) fn get_tasks(request: &GetTasksRequest) -> Checked {
    host(&request.host_id)?;
    annotations(request.annotations.len())?;
    rule(
        (1..=100).contains(&request.page_size),
        "page_size must be 1 to 100",
    )?;
    request.known_task_ids.iter().try_for_each(|id| task(id))
}

pub(super) fn heartbeat(request: &HeartbeatRequest) -> Checked {
    host(&request.host_id)?;
    annotations(request.annotations.len())?;
    task(&request.task_id)
}

pub(super) fn finish(request: &FinishTaskRequest) -> Checked {
    use connector_proto::c1::connectorapi::baton::v1::FinalState;
    host(&request.host_id)?;
    task(&request.task_id)?;
    match &request.final_state {
        Some(FinalState::Success(success)) => annotations(success.annotations.len()),
        Some(FinalState::Error(error)) => annotations(error.annotations.len()),
        None => Err(Refusal::invalid("final_state is required")),
    }
}

pub(super) fn metadata(request: &UploadMetadata) -> Checked {
    host(&request.host_id)?;
    annotations(request.annotations.len())?;
    task(&request.task_id)
}

pub(super) fn chunk(length: usize) -> Checked {
    rule(
        (1..=1 << 20).contains(&length),
        "data must have 1 to 1048576 bytes",
    )
}
