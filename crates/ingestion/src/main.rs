//! The Lambda behind the ingestion queue.

use aws_lambda_events::sqs::SqsEvent;
use ingestion::{Config, State};
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Aws, Clock, Environment, connected};
use tokio::sync::OnceCell;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::process();
    runtime::lambda_telemetry(&environment)?;
    let (config, state) = (&Config::from_env(&environment)?, &OnceCell::new());
    run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let connect = async { State::connect(config, &Aws::connect().await, Clock::system()).await };
        let state = connected(state, connect).await?;
        let deadline = Timestamp::from_millisecond(i64::try_from(event.context.deadline)?)?;
        Ok::<_, Error>(ingestion::handle(state, event.payload, deadline).await)
    }))
    .await
}
