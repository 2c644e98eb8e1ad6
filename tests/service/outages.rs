//! G: a control plane that cannot be reached for a while.

use std::time::Duration;

use connector_core::clock::ManualClock;
use connector_sandbox::c1::{Method, seconds};
use connector_sandbox::company::Company;

use crate::world::World;

#[tokio::test]
async fn g7_an_outage_is_logged_when_it_begins_and_when_it_is_over() {
    let clock = ManualClock::at("2026-11-01T09:00:00Z".parse().expect("a time"));
    let world = World::with(Company::generate(3, 7), clock.clone());
    world.plane.next_poll(None, Some(seconds(200)));
    let waits = async |seconds| {
        let wait = Duration::from_secs(seconds);
        world.soon(|| clock.waiting().contains(&wait)).await;
        wait
    };
    let lines = |text| world.said.text().matches(text).count();
    let (began, over) = ("cannot be reached", "can be reached again");
    let watching = async || {
        let next_poll = waits(200).await;
        assert_eq!((lines(began), lines(over)), (0, 0));
        world.plane.fall_silent();
        clock.advance(next_poll);
        let time_limit = waits(360).await;
        clock.advance(time_limit);
        let pause = waits(1).await;
        world.plane.go_down();
        clock.advance(pause);
        let pause = waits(4).await;
        assert_eq!((lines(began), lines(over)), (1, 0));
        world.plane.come_up().expect("the port is still free");
        clock.advance(pause);
        waits(200).await;
        assert_eq!((lines(began), lines(over)), (1, 1));
    };
    let code = world.serve(world.connector.program, watching).await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert_eq!(world.plane.calls(Method::GetTask), 2);
    assert!(world.said.text().contains(r#""after_s":5"#));
    world.check();
}
