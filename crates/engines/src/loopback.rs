//! A server on a free loopback port that ends with its owner.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running HTTP server; dropping it stops the server.
#[derive(Debug)]
pub(crate) struct LoopbackServer {
    address: SocketAddr,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl LoopbackServer {
    /// Serves `router` on a free port of 127.0.0.1.
    pub(crate) async fn serve(router: Router) -> anyhow::Result<Self> {
        Self::serve_until(router, CancellationToken::new()).await
    }

    /// Serves `router` until `stop`, which the router's own long answers can heed too.
    pub(crate) async fn serve_until(router: Router, stop: CancellationToken) -> anyhow::Result<Self> {
        Self::serve_with(stop, |listener, stop| async move {
            axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await.map_err(Into::into)
        })
        .await
    }

    /// Hands a listener on a free port of 127.0.0.1 to `server`, which has to return soon after `stop`.
    pub(crate) async fn serve_with<F>(
        stop: CancellationToken,
        server: impl FnOnce(TcpListener, CancellationToken) -> F,
    ) -> anyhow::Result<Self>
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free on the loopback interface")?;
        let address = listener.local_addr()?;
        let serving = server(listener, stop.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%address, error = format!("{error:#}"), "an embedded engine's server ended");
            }
        });
        Ok(Self { address, stop, task: Some(task) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:<port>`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no new connection, lets the requests that are under way finish, and returns when they have.
    pub(crate) async fn shutdown(&mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            // The task only fails by a panic, which the panic hook has already reported.
            let _ = task.await;
        }
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
