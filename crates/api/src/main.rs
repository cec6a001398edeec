//! The REST API as a Lambda behind API Gateway.

use runtime::{Aws, Clock, Environment, lambda_telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let environment = Environment::process();
    lambda_telemetry(&environment)?;
    let config = api::Config::from_env(&environment)?;
    let state = api::State::connect(&config, &Aws::connect().await, Clock::system()).await?;
    lambda_http::run(api::router(state)).await
}
