//! The Lambda behind API Gateway's WebSocket API.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Aws, Environment, connected};
use serde_json::Value;
use tokio::sync::OnceCell;
use websocket::{Config, State};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::process();
    runtime::lambda_telemetry(&environment)?;
    let (config, state) = (&Config::from_env(&environment)?, &OnceCell::new());
    run(service_fn(|event: LambdaEvent<Value>| async move {
        let state = connected(state, async { State::connect(config, &Aws::connect().await).await }).await?;
        Ok::<_, Error>(websocket::handle(state, event.payload).await)
    }))
    .await
}
