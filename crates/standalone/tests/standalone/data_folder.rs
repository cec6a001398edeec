use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use standalone::DataFolder;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_folder_is_for_its_owner_only() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("deep/data");
    let folder = DataFolder::open(&path).unwrap();
    let _lock = folder.lock().unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(&path.join("lock")), 0o600);
}

#[test]
fn a_folder_that_was_open_to_others_is_closed() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    DataFolder::open(home.path()).unwrap();
    assert_eq!(mode(home.path()), 0o700);
}

#[test]
fn two_processes_cannot_run_on_one_folder() {
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (DataFolder::open(home.path()).unwrap(), DataFolder::open(home.path()).unwrap());
    let lock = first.lock().unwrap();
    let refused = second.lock().unwrap_err().to_string();
    assert!(refused.starts_with("another spinout runs on the data folder"), "{refused}");
    drop(lock);
    second.lock().unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = DataFolder::open(&file.join("data")).unwrap_err().to_string();
    assert!(refused.starts_with("SPINOUT_DATA_DIR is"), "{refused}");
}
