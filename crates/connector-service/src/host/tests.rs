use super::*;

#[test]
fn host_ids() {
    assert_eq!(host_id(Some(OsStr::new("pod-7"))), "pod-7");
    assert_eq!(host_id(Some(OsStr::new(""))), "baton-sdk");
    let long = "ä".repeat(300);
    assert_eq!(host_id(Some(OsStr::new(&long))).chars().count(), 256);
    assert_ne!(host_id(None), "");
}

#[test]
fn os_release_files() {
    let text = "NAME=\"Example Linux\"\nID=example\nID_LIKE=\"rhel fedora\"\nVERSION_ID='9.1'\n";
    let get = |key| os_release(text, key);
    assert_eq!(get("ID"), "example");
    assert_eq!(get("ID_LIKE"), "rhel");
    assert_eq!(get("VERSION_ID"), "9.1");
    assert_eq!(get("VARIANT"), "");
}

#[test]
fn no_fact_is_empty() {
    let info = os_info();
    for fact in [
        &info.hostname,
        &info.os,
        &info.platform,
        &info.platform_version,
        &info.platform_family,
        &info.kernel_version,
        &info.kernel_arch,
        &info.virtualization_system,
    ] {
        assert!((1..=256).contains(&fact.chars().count()), "{info:?}");
    }
}
