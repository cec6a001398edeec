//! The REST API alone, over services that are really AWS's.

use std::net::SocketAddr;

use anyhow::Context;
use runtime::{Aws, Clock, Environment};
use tokio::net::TcpListener;

/// Serves the API at `listen` until the process ends, with the settings of the deployed function in the environment, and
/// region and credentials as the SDK finds them.
pub async fn serve(listen: SocketAddr, environment: &Environment) -> anyhow::Result<()> {
    let config = api::Config::from_env(environment)?;
    let state = api::State::connect(&config, &Aws::connect().await, Clock::system()).await?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("SPINOUT_LISTEN is \"{listen}\": expected an address that is free"))?;
    tracing::info!(%listen, table = config.table, "the api answers");
    Ok(axum::serve(listener, api::router(state)).await?)
}
