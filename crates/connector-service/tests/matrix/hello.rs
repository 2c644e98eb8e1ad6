//! C: the start.

use connector_sandbox::c1::{Fault, Method};

use crate::bench::Bench;
use crate::work::Work;

#[tokio::test]
async fn c1_a_failing_hello_is_repeated_with_growing_pauses() {
    let mut bench = Bench::new(Work::default());
    let faults = [14, 13, 8].map(|code| Some(Fault::status(code)));
    bench.plane.script(Method::Hello, faults);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    let gaps = bench.gaps(Method::Hello);
    assert_eq!(gaps.len(), 3);
    for (gap, base) in gaps.iter().zip([1.0, 2.0, 4.0]) {
        // Up to a tenth more.
        assert!((base..base * 1.1).contains(&gap.as_secs_f64()), "{gaps:?}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn c2_a_refused_hello_ends_the_service() {
    for (code, exit) in [(16, 16), (7, 7), (3, 3), (12, 12), (9, 9), (5, 5)] {
        let mut bench = Bench::new(Work::default());
        bench.plane.always(Method::Hello, Some(Fault::status(code)));
        bench.start();
        let error = bench.end().await.expect_err("it cannot go on");
        assert_eq!(error.kind().policy().exit_code, exit);
        // A token that may have been at fault is replaced once.
        let tries = if code == 16 { 2 } else { 1 };
        assert_eq!(bench.calls(Method::Hello), tries);
        assert_eq!(bench.calls(Method::GetTask), 0);
    }
}

#[tokio::test]
async fn c3_a_control_plane_that_is_down_is_waited_for() {
    let mut bench = Bench::new(Work::default());
    bench.plane.go_down();
    bench.start();
    let waited = bench.clock.waits();
    bench.until(|b| b.clock.waits() > waited + 5).await;
    assert_eq!(bench.plane.token_requests(), 0);
    bench.plane.come_up().expect("the port is still free");
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    assert_eq!(bench.calls(Method::Hello), 1);
    bench.finish().await;
}

#[tokio::test]
async fn c4_the_hello_holds_what_registration_needs() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    let hello = &bench.hellos()[0];
    assert_eq!(hello.host_id, "host-1");
    let metadata = hello.connector_metadata.as_ref().expect("metadata");
    assert_eq!(metadata.display_name, "Test");
    let os = hello.os_info.clone().expect("the host");
    let build = hello.build_info.clone().expect("the build");
    // The compiler's whole version, in contrast to the oldest one that would do.
    let version = build
        .lang_version
        .strip_prefix("rust ")
        .expect("a language");
    assert_eq!(version.split('.').count(), 3, "{version}");
    for fact in [
        os.hostname,
        os.os,
        os.platform,
        os.platform_version,
        os.platform_family,
        os.kernel_version,
        os.kernel_arch,
        os.virtualization_system,
        build.lang_version,
        build.package,
        build.package_version,
    ] {
        assert!((1..=256).contains(&fact.chars().count()), "{fact:?}");
    }
    bench.finish().await;
}
