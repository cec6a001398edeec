//! The Lambda behind API Gateway's WebSocket API.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Aws, Environment};
use serde_json::Value;
use websocket::{Config, State};

#[tokio::main]
async fn main() -> Result<(), Error> {
    runtime::lambda_telemetry(&Environment::process())?;
    let config = Config::from_env(&Environment::process())?;
    let state = &State::connect(&config, &Aws::connect().await).await?;
    run(service_fn(|event: LambdaEvent<Value>| async { Ok::<_, Error>(websocket::handle(state, event.payload).await) }))
        .await
}
