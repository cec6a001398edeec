use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use engines::Secrets;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_secret_is_created_read_described_and_replaced() {
    let secrets = Secrets::start(None).await.unwrap();
    let client = secrets.client();
    let created = client.create_secret().name("spinout/key").secret_string("one").send().await.unwrap();
    let again = client.create_secret().name("spinout/key").secret_string("two").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_exists_exception());

    let read = client.get_secret_value().secret_id("spinout/key").send().await.unwrap();
    assert_eq!(read.secret_string(), Some("one"));
    assert_eq!(read.version_id(), created.version_id());

    let replaced =
        client.put_secret_value().secret_id(created.arn().unwrap()).secret_string("two").send().await.unwrap();
    assert_ne!(replaced.version_id(), created.version_id());
    let read = client.get_secret_value().secret_id(created.arn().unwrap()).send().await.unwrap();
    assert_eq!(read.secret_string(), Some("two"));
    assert_eq!(secrets.get("spinout/key").as_deref(), Some("two"));

    let described = client.describe_secret().secret_id("spinout/key").send().await.unwrap();
    assert_eq!(described.name(), Some("spinout/key"));
    assert!(described.version_ids_to_stages().unwrap().contains_key(replaced.version_id().unwrap()));
}

#[tokio::test]
async fn a_missing_secret_is_not_found() {
    let secrets = Secrets::start(None).await.unwrap();
    let client = secrets.client();
    let missing = client.get_secret_value().secret_id("nothing").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
    let missing = client.put_secret_value().secret_id("nothing").secret_string("x").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
    let unnamed = client.create_secret().name("no spaces").secret_string("x").send().await.unwrap_err();
    assert!(unnamed.into_service_error().is_invalid_parameter_exception());
}

#[tokio::test]
async fn files_are_for_their_owner_only_and_outlive_the_process() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("secrets");
    let first = Secrets::start(Some(&folder)).await.unwrap();
    first.put("../spinout/key", "hidden").unwrap();
    first.shutdown().await;

    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [folder.join("..%2Fspinout%2Fkey.json")]);
    assert_eq!(mode(&files[0]), 0o600);

    let second = Secrets::start(Some(&folder)).await.unwrap();
    let read = second.client().get_secret_value().secret_id("../spinout/key").send().await.unwrap();
    assert_eq!(read.secret_string(), Some("hidden"));
}

#[tokio::test]
async fn a_file_that_is_no_secret_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.json"), "hidden").unwrap();
    let error = Secrets::start(Some(folder.path())).await.err().unwrap();
    assert!(error.to_string().ends_with("key.json is not a secret's file"), "{error}");
}
