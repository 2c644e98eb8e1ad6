//! A service that keeps the counts of its last sync holds back one that lacks too many people.

use std::sync::atomic::{AtomicU32, Ordering};

use baton_demo::Program;
use connector_core::Result;
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::{Cursor, ResourceId, ResourceTypeId};
use connector_core::model::{Resource, ResourceType, Trait, TraitData, UserTrait};
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_core::warning::Warning;
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;

use crate::world::{World, over};

/// A connector with a number of people.
struct Shrinking;

static PEOPLE: AtomicU32 = AtomicU32::new(0);

const USER: ResourceTypeId = ResourceTypeId::new("user");

impl App for Shrinking {
    type Connector = Self;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-shrinking",
            display_name: "Shrinking",
            version: "1.0.0",
            resource_types: vec![ResourceType::new(USER, "User", Some(Trait::User))],
            ..ConnectorSpec::default()
        }
    }

    fn connect(_: &Settings, _: &Runtime) -> Result<Self> {
        Ok(Self)
    }
}

impl Connector for Shrinking {
    async fn validate(&self) -> Result<Vec<Warning>> {
        Ok(Vec::new())
    }

    fn requests(&self) -> u64 {
        0
    }
}

impl ResourceLister for Shrinking {
    async fn list_resources(
        &self,
        _: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        for n in 0..PEOPLE.load(Ordering::SeqCst) {
            let data = TraitData::User(UserTrait::default());
            let id = ResourceId::new(USER, n.to_string());
            page.push(Resource::new(id, "Ada", data)).await?;
        }
        Ok(None)
    }
}

impl EntitlementLister for Shrinking {}

impl GrantLister for Shrinking {}

/// Starts the service, has it run one task with so many people, and stops it. Returns the failure, if there was one.
async fn task(world: &World, people: u32) -> Option<(i32, String, bool)> {
    PEOPLE.store(people, Ordering::SeqCst);
    let task = world.plane.sync(SyncFullTask::default());
    let program: Program = |invocation| Box::pin(connector_cli::run::<Shrinking>(invocation));
    let watching = async || world.until(|plane| over(plane, &task)).await;
    let code = world.serve(program, watching).await;
    assert_eq!(code, 0, "{}", world.said.text());
    world.check();
    let uploads = world.plane.task(&task).expect("a task").uploads.len();
    (uploads == 0).then(|| world.failure(&task))
}

#[tokio::test]
async fn a_sudden_loss_fails_the_task_for_good_until_it_is_accepted() {
    let mut world = World::new();
    let state = tempfile::tempdir().expect("a temporary directory");
    // Without a place to keep counts there is nothing to compare with.
    assert_eq!(task(&world, 100).await, None);
    assert_eq!(task(&world, 10).await, None);
    world
        .environment
        .insert("BATON_STATE_DIR".to_owned(), state.path().into());
    assert_eq!(task(&world, 100).await, None);
    assert_eq!(task(&world, 80).await, None);
    let text = "20 of 80 enabled people would be gone or disabled (more than 20%; the new sync has 60); the sync was not uploaded: look at the vendor's data, or restart the service once with --accept-shrink if the new sync is right";
    for _ in 0..2 {
        let (code, message, non_retryable) = task(&world, 60).await.expect("a failure");
        assert_eq!((code, non_retryable), (9, true));
        assert!(message.ends_with(text), "{message}");
    }
    let accept = "BATON_ACCEPT_SHRINK".to_owned();
    world.environment.insert(accept.clone(), "true".into());
    assert_eq!(task(&world, 60).await, None);
    world.environment.remove(&accept);
    assert_eq!(task(&world, 60).await, None);
    assert!(task(&world, 40).await.is_some());
    let kept = std::fs::read_dir(state.path()).expect("the directory");
    assert_eq!(kept.count(), 1);
}
