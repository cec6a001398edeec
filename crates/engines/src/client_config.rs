use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};

/// The region that every engine claims to be in.
pub(crate) const REGION: &str = "us-east-1";
/// The account that every engine claims to belong to.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The engines accept any credentials: who reaches the loopback port may use them.
pub(crate) const ACCESS_KEY: &str = "local";

/// Configures an AWS client for the engine at `endpoint`, from nothing but this: neither the environment nor the
/// profile files of the machine are read.
///
/// ```no_run
/// let dynamodb = aws_sdk_dynamodb::Client::new(&engines::client_config("http://127.0.0.1:8000"));
/// ```
pub fn client_config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new(ACCESS_KEY, ACCESS_KEY, None, None, "engines");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .build()
}
