use super::*;

fn names(path: &Path) -> usize {
    fs::read_dir(path).unwrap().count()
}

/// A directory as a killed process leaves it.
fn abandoned(parent: &Path, name: &str) -> PathBuf {
    let left = parent.join(format!("{PREFIX}{name}"));
    fs::create_dir(&left).unwrap();
    fs::write(left.join(LOCK), "").unwrap();
    fs::create_dir(left.join("inner")).unwrap();
    fs::write(left.join("inner/db"), "people").unwrap();
    left
}

#[test]
fn a_directory_is_removed_with_its_content() {
    let parent = tempfile::tempdir().unwrap();
    let made = TempDirectory::create(parent.path()).unwrap();
    fs::write(made.path().join("db"), "people").unwrap();
    fs::create_dir(made.path().join("inner")).unwrap();
    fs::write(made.path().join("inner/db"), "people").unwrap();
    drop(made);
    assert_eq!(names(parent.path()), 0);
}

#[test]
fn what_a_killed_process_left_is_removed_and_nothing_else_is() {
    let parent = tempfile::tempdir().unwrap();
    let alive = TempDirectory::create(parent.path()).unwrap();
    fs::write(alive.path().join("db"), "people").unwrap();
    let left = abandoned(parent.path(), "left");
    let empty = parent.path().join(format!("{PREFIX}empty"));
    fs::create_dir(&empty).unwrap();
    // Without the lock file it is not known to be one of ours.
    let unknown = parent.path().join(format!("{PREFIX}unknown"));
    fs::create_dir(&unknown).unwrap();
    fs::write(unknown.join("db"), "people").unwrap();
    let other = parent.path().join("c1z123456");
    fs::create_dir(&other).unwrap();
    let file = parent.path().join(format!("{PREFIX}file"));
    fs::write(&file, "a file").unwrap();

    drop(TempDirectory::create(parent.path()).unwrap());
    assert!(!left.exists() && !empty.exists());
    assert!(alive.path().join("db").exists());
    assert!(unknown.join("db").exists() && other.exists() && file.exists());
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_directory() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let made = TempDirectory::create(parent.path()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(made.path()), 0o700);
    assert_eq!(mode(&made.path().join(LOCK)), 0o600);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_directory_is_not_followed() {
    let parent = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let left = abandoned(elsewhere.path(), "left");
    let link = parent.path().join(format!("{PREFIX}link"));
    std::os::unix::fs::symlink(&left, &link).unwrap();
    drop(TempDirectory::create(parent.path()).unwrap());
    assert!(left.join("inner/db").exists());
    assert!(link.is_symlink());
}

#[test]
fn a_process_without_destructors_clears_what_is_registered() {
    let parent = tempfile::tempdir().unwrap();
    let made = TempDirectory::create(parent.path()).unwrap();
    fs::write(made.path().join("db"), "people").unwrap();
    let half = parent.path().join("half");
    let done = parent.path().join("done");
    fs::write(&half, "half").unwrap();
    fs::write(&done, "done").unwrap();
    let _half = Registered::new(half.clone());
    drop(Registered::new(done.clone()));
    // The registry is the process's and other tests have theirs in it, so only what is made here is removed.
    let here = |path: &PathBuf| path.starts_with(parent.path());
    let paths: Vec<PathBuf> = registered()
        .iter()
        .filter(|path| here(path))
        .cloned()
        .collect();
    remove_each(paths);
    assert!(!half.exists() && !made.path().exists() && done.exists());
}

/// Each of them takes the others' directories for abandoned ones until they are locked.
#[test]
fn directories_that_are_made_at_once_do_not_remove_each_other() {
    let parent = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let made = TempDirectory::create(parent.path()).unwrap();
                    fs::write(made.path().join("db"), "people").unwrap();
                }
            });
        }
    });
    assert_eq!(names(parent.path()), 0);
}

#[test]
fn a_draft_is_removed_unless_it_is_published() {
    let parent = tempfile::tempdir().unwrap();
    let mut draft = Draft::create(parent.path()).unwrap();
    draft.write_all(b"whole").unwrap();
    drop(Draft::create(parent.path()).unwrap());
    assert_eq!(names(parent.path()), 1, "the one that is written");
    let place = parent.path().join("run.trace");
    draft.publish(&place).unwrap();
    assert_eq!(fs::read(&place).unwrap(), b"whole");
    assert_eq!(names(parent.path()), 1);
}

#[test]
fn drafts_of_killed_processes_are_removed() {
    let parent = tempfile::tempdir().unwrap();
    let alive = Draft::create(parent.path()).unwrap();
    let left = parent.path().join(format!("{DRAFT}left"));
    fs::write(&left, "people").unwrap();
    let other = parent.path().join("draft");
    fs::write(&other, "mine").unwrap();
    let made = Draft::create(parent.path()).unwrap();
    assert!(!left.exists() && other.exists());
    drop((alive, made));
    assert_eq!(names(parent.path()), 1);
}
