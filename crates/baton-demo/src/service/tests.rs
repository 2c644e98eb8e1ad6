use super::*;

#[test]
fn a_service_does_its_task_and_ends() {
    let dir = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    demo(dir.path(), Company::generate(40, 7), &mut out).unwrap();
    let printed = String::from_utf8(out).unwrap();
    let calls = printed.lines().filter_map(|line| line.split_once(" ms  "));
    let calls = calls.map(|(_, call)| call.split_whitespace().next().unwrap());
    // How often the connector has polled for a second task by then depends on the speed of the machine.
    let calls: Vec<_> = calls.filter(|call| *call != "GetTask").collect();
    assert_eq!(
        calls,
        [
            "token",
            "Hello",
            "Heartbeat",
            "UploadAsset",
            "UploadAsset",
            "FinishTask"
        ],
        "{printed}"
    );
    assert!(printed.contains("FinishTask   success\n"), "{printed}");
    assert!(printed.contains("  user             40"), "{printed}");
    assert!(!printed.contains("secret-token"), "{printed}");
    let files = std::fs::read_dir(dir.path()).unwrap().flatten();
    let names: Vec<_> = files
        .map(|f| f.file_name().into_string().unwrap())
        .collect();
    assert!(names.len() == 1 && names[0].ends_with("-service.c1z"));
}
