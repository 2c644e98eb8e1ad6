use super::*;
use connector_core::ErrorKind;

fn plan_of(args: &str) -> Result<Plan, Failure> {
    let words = std::iter::once("baton-sandbox").chain(args.split_whitespace());
    match parse(words.map(OsString::from))? {
        Action::Vendor(plan) => Ok(plan),
        Action::ControlPlane(_) => panic!("the command line names a control plane"),
    }
}

/// A plan for the first vendor.
fn first(args: &str) -> Result<Plan, Failure> {
    plan_of(&format!("serve --vendor {} {args}", VENDORS[0].name))
}

#[test]
fn a_control_plane_needs_no_arguments() {
    let action = parse(["baton-sandbox", "c1"].map(OsString::from));
    assert!(matches!(action, Ok(Action::ControlPlane(_))));
}

#[test]
fn the_command_is_consistent() {
    command().debug_assert();
}

#[test]
fn the_command_line_of_the_readme_is_one() {
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let lines = text.lines();
    let shown = lines.filter_map(|line| line.split_once("--bin baton-sandbox -- "));
    let shown: Vec<&str> = shown.map(|(_, args)| args).collect();
    assert_eq!(shown.len(), 1);
    assert!(plan_of(shown[0]).is_ok());
}

#[test]
fn a_vendor_and_a_size_are_enough() {
    for vendor in VENDORS {
        let name = vendor.name;
        let plan = plan_of(&format!("serve --vendor {name} --people 30 --seed 4"));
        assert_eq!(plan.ok().unwrap().fake.vendor(), name);
        let mut args = format!("serve --vendor {name} --people 5 --edge-cases --rate-limit");
        for permission in (vendor.permissions)() {
            args += &format!(" --without {permission}");
        }
        assert_eq!(plan_of(&args).ok().unwrap().fake.vendor(), name);
    }
}

#[test]
fn a_bad_rule_and_a_public_address_are_refused() {
    let vendor = format!("--vendor={}", VENDORS[0].name);
    let args = ["baton-sandbox", "serve", &vendor, "--fault=GET /x"];
    let Err(Failure::Setting(error)) = parse(args.map(OsString::from)) else {
        panic!("the rule was accepted");
    };
    assert_eq!(error.kind(), ErrorKind::Usage);

    let plan = first("--people 1 --listen 0.0.0.0:0").ok().unwrap();
    let error = plan.sandbox.start(&*plan.fake).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert_eq!(
        error.to_string(),
        "starting the sandbox: 0.0.0.0:0 is not a loopback address"
    );
    let plan = first("--people 1 --listen 0.0.0.0:0 --allow-remote");
    let plan = plan.ok().unwrap();
    assert!(plan.sandbox.start(&*plan.fake).is_ok());
}

#[test]
fn an_unknown_vendor_is_a_usage_error() {
    let Err(Failure::Usage(error)) = plan_of("serve --vendor acme") else {
        panic!("the vendor was accepted");
    };
    assert_eq!(error.exit_code(), 2);
}
