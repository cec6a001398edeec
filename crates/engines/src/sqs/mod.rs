//! SQS: standard queues over one SQLite file.

mod error;
mod protocol;
mod storage;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::storage::Storage;
use crate::client_config;
use crate::clock::{Clock, system_clock};
use crate::loopback::LoopbackServer;

/// The longest message body, and the longest sum of bodies of a batch, in bytes.
///
/// AWS has raised its own limit to 1 MiB; what passes here passes in every account.
pub const MAX_BODY_BYTES: usize = 262_144;

/// SQS on a loopback port, kept in one SQLite file or in memory.
///
/// Knows standard queues with delay, visibility timeout, receive count, dead-letter queue and long polls.
/// It has no FIFO queues, no message attributes and no retention period: a message stays until it is deleted.
///
/// Opening a file makes every message that was in flight visible again, without counting that receive: whoever held it
/// died with the previous process, which says nothing against the message.
pub struct Sqs {
    state: Arc<State>,
    server: LoopbackServer,
}

/// How a queue treats its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// How long a received message stays hidden from others, unless it is deleted before.
    pub visibility_timeout: Duration,
    /// Where messages go that have been received too often.
    pub dead_letter: Option<DeadLetter>,
}

/// When a message is given up, and where it goes then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Name of the queue that takes what is given up.
    pub queue: String,
    /// After so many receives the message is moved instead of being received once more.
    pub max_receive_count: u32,
}

impl Default for QueueSettings {
    /// 30 seconds and no dead-letter queue, as on AWS.
    fn default() -> Self {
        Self { visibility_timeout: Duration::from_secs(30), dead_letter: None }
    }
}

/// How many messages of a queue are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueDepth {
    /// Waiting for a receiver.
    pub visible: u64,
    /// Received, and neither deleted nor back yet.
    pub in_flight: u64,
    /// Sent with a delay that has not passed.
    pub delayed: u64,
}

struct State {
    storage: Storage,
    clock: Clock,
    /// Wakes the long polls to look again.
    changed: Notify,
    /// Ends the long polls.
    stop: CancellationToken,
}

impl Sqs {
    /// Opens or creates the queues in the file at `path`, or some in memory, and serves them by the wall clock.
    pub async fn start(path: Option<&Path>) -> anyhow::Result<Self> {
        Self::start_with_clock(path, system_clock()).await
    }

    /// Like [`Sqs::start`], with delays and visibility counted by `clock`. Call [`Sqs::wake`] after moving it by hand.
    pub async fn start_with_clock(path: Option<&Path>, clock: Clock) -> anyhow::Result<Self> {
        Self::serve(Storage::open(path, clock().as_millisecond())?, clock).await
    }

    async fn serve(storage: Storage, clock: Clock) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let state = Arc::new(State { storage, clock, changed: Notify::new(), stop: stop.clone() });
        let router = Router::new()
            .route("/", post(protocol::answer))
            .layer(axum::extract::DefaultBodyLimit::max(4 * MAX_BODY_BYTES))
            .with_state(state.clone());
        let server = LoopbackServer::serve_until(router, stop).await?;
        Ok(Self { state, server })
    }

    /// Opens the queues in a file that another process may be serving, for an operator to look into: what is in flight
    /// stays so.
    pub async fn start_beside(path: &Path) -> anyhow::Result<Self> {
        Self::serve(Storage::open_beside(path)?, system_clock()).await
    }

    /// Creates the queue, or changes its settings when it is there, and returns its URL.
    ///
    /// The dead-letter queue has to exist before.
    pub fn create_queue(&self, name: &str, settings: &QueueSettings) -> anyhow::Result<String> {
        self.state.storage.put_queue(name, settings)?;
        Ok(self.queue_url(name))
    }

    /// The URL of the queue of this name, as clients see it.
    pub fn queue_url(&self, name: &str) -> String {
        protocol::queue_url(&self.server.address().to_string(), name)
    }

    /// Counts the messages of a queue.
    pub fn depth(&self, name: &str) -> anyhow::Result<QueueDepth> {
        Ok(self.state.storage.depth(name, self.state.now())?)
    }

    /// Lets long polls look at their queues again: for tests that have moved the clock.
    pub fn wake(&self) {
        self.state.changed.notify_waiters();
    }

    /// Where to send requests: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// A client for these queues.
    pub fn client(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&client_config(&self.endpoint()))
    }

    /// Ends the long polls and stops serving. Dropping stops it too, without waiting.
    pub async fn shutdown(mut self) {
        self.server.shutdown().await;
    }
}

impl State {
    /// Unix milliseconds.
    fn now(&self) -> i64 {
        (self.clock)().as_millisecond()
    }
}
