//! The Lambda behind the ingestion queue.

use aws_lambda_events::sqs::SqsEvent;
use ingestion::{Config, State};
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use runtime::{Aws, Clock, Environment};

#[tokio::main]
async fn main() -> Result<(), Error> {
    runtime::lambda_telemetry(&Environment::process())?;
    let config = Config::from_env(&Environment::process())?;
    let state = &State::connect(&config, &Aws::connect().await, Clock::system()).await?;
    run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let deadline = Timestamp::from_millisecond(i64::try_from(event.context.deadline)?)?;
        Ok::<_, Error>(ingestion::handle(state, event.payload, deadline).await)
    }))
    .await
}
