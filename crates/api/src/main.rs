//! The REST API as a Lambda behind API Gateway.

use api::{Config, State};
use lambda_http::{Error, run, service_fn};
use runtime::{Aws, Clock, Environment, connected, lambda_telemetry};
use tokio::sync::OnceCell;
use tower::ServiceExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::process();
    lambda_telemetry(&environment)?;
    let (config, router) = (&Config::from_env(&environment)?, &OnceCell::new());
    run(service_fn(|request| async move {
        let connect = async { State::connect(config, &Aws::connect().await, Clock::system()).await.map(api::router) };
        let router = connected(router, connect).await?;
        Ok::<_, Error>(router.clone().oneshot(request).await?)
    }))
    .await
}
