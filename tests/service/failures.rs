//! D and F: waits and failures of the vendor, and of the connector itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use baton_demo::Program;
use connector_core::Result;
use connector_core::clock::{ManualClock, SystemClock};
use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::{Cursor, ResourceId, ResourceTypeId};
use connector_core::model::{Resource, ResourceType, Trait, TraitData, UserTrait};
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_core::warning::Warning;
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{Method, Running, seconds};
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, Wait, When};

use crate::world::{World, over};

/// Runs the service until its only task is over.
async fn failed(world: &World) -> (i32, String, bool) {
    let task = world.plane.sync(SyncFullTask::default());
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0, "{}", world.said.text());
    world.check();
    world.failure(&task)
}

#[tokio::test]
async fn d7_heartbeats_go_on_while_the_vendor_makes_the_sync_wait() {
    let start = "2026-11-01T09:00:00Z".parse().expect("a time");
    let clock = ManualClock::at(start);
    let world = World::with(Company::generate(60, 7), clock.clone());
    let limited = Fault::too_many_requests(Wait::Seconds(200));
    world.faults.add(
        Rule::always(limited)
            .path(world.connector.vendor.people)
            .when(When::Nth(2)),
    );
    // Of all waits only that for the next heartbeat is 30 seconds long.
    world.plane.next_poll(Some(seconds(0)), Some(seconds(300)));
    let task = world.plane.sync(SyncFullTask::default());
    let beats = |plane: &Running| plane.calls(Method::Heartbeat);
    let watching = async || {
        let waits = |seconds| clock.waiting().contains(&Duration::from_secs(seconds));
        world.soon(|| waits(200)).await;
        let asked = world.vendor.request_count();
        for beat in 2..=7 {
            world.soon(|| waits(30)).await;
            clock.advance(Duration::from_secs(30));
            world.until(|plane| beats(plane) == beat).await;
        }
        assert_eq!(
            world.vendor.request_count(),
            asked,
            "the vendor was asked too early"
        );
        assert!(!over(&world.plane, &task));
        // 180 seconds are over.
        clock.advance(Duration::from_secs(20));
        world.until(|plane| over(plane, &task)).await;
    };
    let code = world.serve(world.connector.program, watching).await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert!(world.uploaded(&task).contains("\nresource user:"));
    world.check();
}

#[tokio::test]
async fn f1_a_credential_that_the_vendor_refuses_fails_the_task_with_16() {
    let world = World::new();
    world.fail_listing(Fault::status(401));
    let (code, message, non_retryable) = failed(&world).await;
    assert_eq!((code, non_retryable), (16, false), "{message}");
    let answered = format!("{} answered 401", world.connector.spec.display_name);
    assert!(message.contains(&answered), "{message}");
}

#[tokio::test]
async fn f2_a_company_without_people_is_never_uploaded() {
    let world = World::with(Company::generate(0, 7), SystemClock::shared());
    let (code, message, non_retryable) = failed(&world).await;
    assert_eq!((code, non_retryable), (9, true), "{message}");
}

/// A connector with a defect: its first probe and its second listing panic.
struct Defective;

static PROBES: AtomicUsize = AtomicUsize::new(0);
static LISTINGS: AtomicUsize = AtomicUsize::new(0);

const USER: ResourceTypeId = ResourceTypeId::new("user");

fn types() -> Vec<ResourceType> {
    vec![ResourceType::new(USER, "User", Some(Trait::User))]
}

impl App for Defective {
    type Connector = Self;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-defective",
            display_name: "Defective",
            version: "1.0.0",
            resource_types: types(),
            ..ConnectorSpec::default()
        }
    }

    fn connect(_: &Settings, _: &Runtime) -> Result<Self> {
        Ok(Self)
    }
}

impl Connector for Defective {
    async fn validate(&self) -> Result<Vec<Warning>> {
        let probes = PROBES.fetch_add(1, Ordering::SeqCst);
        assert!(probes > 0, "a defect in validation");
        Ok(Vec::new())
    }

    fn requests(&self) -> u64 {
        0
    }
}

impl ResourceLister for Defective {
    async fn list_resources(
        &self,
        _: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let listings = LISTINGS.fetch_add(1, Ordering::SeqCst);
        assert!(listings != 1, "a defect in a listing");
        let data = TraitData::User(UserTrait::default());
        let person = Resource::new(ResourceId::new(USER, "1"), "Ada", data);
        page.push(person).await?;
        Ok(None)
    }
}

impl EntitlementLister for Defective {}

impl GrantLister for Defective {}

#[tokio::test]
async fn f3_a_connector_that_panics_loses_its_task_and_nothing_else() {
    let world = World::new();
    let tasks = [(); 3].map(|()| world.plane.sync(SyncFullTask::default()));
    let all = |plane: &Running| tasks.iter().all(|t| over(plane, t));
    let defective: Program = |invocation| Box::pin(connector_cli::run::<Defective>(invocation));
    let code = world
        .serve(defective, async || world.until(all).await)
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    let reports = tasks.iter().map(|task| {
        let outcome = &world.plane.task(task).expect("a task").outcomes[0];
        outcome
            .status
            .clone()
            .map(|status| (status.code, status.message))
    });
    let mut reports: Vec<_> = reports.collect();
    // Tasks run at the same time, so that any of them may meet a defect.
    reports.sort_unstable();
    let defect = |message: &str| Some((13, message.to_owned()));
    assert_eq!(
        reports,
        [
            None,
            defect("Internal Server Error"),
            defect("a listing stopped without an answer")
        ]
    );
    world.check();
}
