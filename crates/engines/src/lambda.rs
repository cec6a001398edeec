//! Lambda functions as processes of their own.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::FutureExt;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::client_config::{ACCOUNT, REGION};
use crate::clock::{Clock, system_clock};
use crate::function::{Function, InvokeError};
use crate::loopback::LoopbackServer;

type Answer = Result<Value, InvokeError>;

/// The Lambda Runtime API for one function, which runs in one process and works on one event at a time.
///
/// Events wait until a process asks for them, so a process may be started, killed and started again at any time.
pub struct LambdaRuntimeApi {
    state: Arc<Invocations>,
    server: LoopbackServer,
}

struct Invocations {
    clock: Clock,
    queue: mpsc::UnboundedSender<Invocation>,
    waiting: AsyncMutex<mpsc::UnboundedReceiver<Invocation>>,
    running: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    /// Cancelled when the process ends, so that its last question for work gets none.
    process: Mutex<CancellationToken>,
}

struct Invocation {
    id: String,
    event: Value,
    /// Unix milliseconds.
    deadline: i64,
    answer: oneshot::Sender<Answer>,
}

impl LambdaRuntimeApi {
    /// Starts the API; a process finds it by [`LambdaRuntimeApi::address`].
    pub async fn start() -> anyhow::Result<Self> {
        let (queue, waiting) = mpsc::unbounded_channel();
        let state = Arc::new(Invocations {
            clock: system_clock(),
            queue,
            waiting: AsyncMutex::new(waiting),
            running: Mutex::default(),
            process: Mutex::default(),
        });
        let runtime = Router::new()
            .route("/invocation/next", get(next))
            .route("/invocation/{id}/response", post(respond))
            .route("/invocation/{id}/error", post(fail))
            .route("/init/error", post(fail_init))
            .layer(axum::extract::DefaultBodyLimit::max(6 * 1024 * 1024))
            .with_state(state.clone());
        let server = LoopbackServer::serve(Router::new().nest("/2018-06-01/runtime", runtime)).await?;
        Ok(Self { state, server })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`: `127.0.0.1:<port>`.
    pub fn address(&self) -> String {
        self.server.address().to_string()
    }

    /// Gives the function an event and waits for its answer, at most for `timeout`, which is also its deadline.
    pub async fn invoke(&self, event: Value, timeout: Duration) -> Result<Value, InvokeError> {
        self.state.invoke(event, timeout).await
    }

    /// The function behind this API, for a trigger to call.
    pub fn function(&self, timeout: Duration) -> Function {
        let state = self.state.clone();
        Arc::new(move |event| {
            let state = state.clone();
            async move { state.invoke(event, timeout).await }.boxed()
        })
    }
}

impl Invocations {
    async fn invoke(&self, event: Value, timeout: Duration) -> Answer {
        let (answer, answered) = oneshot::channel();
        let id = Uuid::new_v4().to_string();
        let deadline = (self.clock)().as_millisecond() + i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX / 2);
        let invocation = Invocation { id: id.clone(), event, deadline, answer };
        self.queue.send(invocation).map_err(|_| InvokeError::Ended)?;
        match tokio::time::timeout(timeout, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(InvokeError::Ended),
            Err(_) => {
                self.running().remove(&id);
                Err(InvokeError::TimedOut)
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Answer>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn process(&self) -> MutexGuard<'_, CancellationToken> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails what the process was working on.
    fn process_ended(&self) {
        std::mem::take(&mut *self.process()).cancel();
        self.running().clear();
    }

    /// Settles an invocation; false if nobody waits for it (any more).
    fn settle(&self, id: &str, answer: Answer) -> bool {
        self.running().remove(id).is_some_and(|waiting| waiting.send(answer).is_ok())
    }
}

async fn next(State(state): State<Arc<Invocations>>) -> Response {
    let process = state.process().clone();
    let take = async {
        let mut waiting = state.waiting.lock().await;
        loop {
            let invocation = waiting.recv().await?;
            // Nobody waits for an invocation that has timed out in the queue.
            if !invocation.answer.is_closed() {
                return Some(invocation);
            }
        }
    };
    let taken = tokio::select! {
        biased;
        () = process.cancelled() => None,
        taken = take => taken,
    };
    let Some(Invocation { id, event, deadline, answer }) = taken else { return StatusCode::GONE.into_response() };
    state.running().insert(id.clone(), answer);
    let trace = format!("Root=1-{:08x}-{}", deadline / 1000, &Uuid::new_v4().simple().to_string()[..24]);
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:function")),
        ("lambda-runtime-trace-id", trace),
    ];
    (headers, Json(event)).into_response()
}

async fn respond(State(state): State<Arc<Invocations>>, UrlPath(id): UrlPath<String>, body: Bytes) -> Response {
    let answer = serde_json::from_slice(&body).map_err(|error| InvokeError::Failed {
        error_type: "Runtime.InvalidResponse".to_owned(),
        message: error.to_string(),
    });
    accepted(state.settle(&id, answer))
}

/// An error as a function reports it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Reported {
    error_type: String,
    error_message: String,
}

impl Default for Reported {
    fn default() -> Self {
        Self { error_type: "Unknown".to_owned(), error_message: String::new() }
    }
}

impl From<Reported> for InvokeError {
    fn from(Reported { error_type, error_message }: Reported) -> Self {
        Self::Failed { error_type, message: error_message }
    }
}

async fn fail(State(state): State<Arc<Invocations>>, UrlPath(id): UrlPath<String>, body: Bytes) -> Response {
    let reported: Reported = serde_json::from_slice(&body).unwrap_or_default();
    accepted(state.settle(&id, Err(reported.into())))
}

/// A process that cannot start fails everything that waits for it.
async fn fail_init(State(state): State<Arc<Invocations>>, body: Bytes) -> Response {
    let error = InvokeError::from(serde_json::from_slice::<Reported>(&body).unwrap_or_default());
    tracing::warn!(%error, "a function could not start");
    let mut waiting = state.waiting.lock().await;
    while let Ok(invocation) = waiting.try_recv() {
        // Whoever has stopped waiting does not mind.
        let _ = invocation.answer.send(Err(error.clone()));
    }
    accepted(true)
}

fn accepted(known: bool) -> Response {
    if known {
        (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
    } else {
        let unknown = json!({ "errorType": "InvalidRequestID", "errorMessage": "no such invocation is running" });
        (StatusCode::BAD_REQUEST, Json(unknown)).into_response()
    }
}

/// A running Lambda binary; dropping it kills the process.
pub struct LambdaProcess {
    id: Option<u32>,
    log: Arc<Mutex<Vec<String>>>,
    kill: CancellationToken,
    ended: CancellationToken,
}

impl LambdaProcess {
    /// Starts the binary as the function of `api`. As on AWS it sees no environment but `environment` and Lambda's own.
    ///
    /// Spawn again after the process has ended to have it restarted.
    pub fn spawn<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        api: &LambdaRuntimeApi,
        binary: &Path,
        environment: impl IntoIterator<Item = (K, V)>,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(binary)
            .env_clear()
            .envs([
                ("AWS_LAMBDA_RUNTIME_API", api.address().as_str()),
                ("AWS_LAMBDA_FUNCTION_NAME", "function"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/function"),
                ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
                ("AWS_REGION", REGION),
            ])
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let (id, log) = (child.id(), Arc::default());
        tokio::spawn(keep_log(child.stdout.take().context("no standard output")?, Arc::clone(&log)));
        let (kill, ended) = (CancellationToken::new(), CancellationToken::new());
        tokio::spawn(watch(child, kill.clone(), ended.clone().drop_guard(), api.state.clone()));
        Ok(Self { id, log, kill, ended })
    }

    /// The process' id in the operating system.
    pub fn id(&self) -> Option<u32> {
        self.id
    }

    /// The lines that the process has written to its standard output so far, as CloudWatch would keep them.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the process at once, as SIGKILL does, and returns when it is gone.
    pub async fn kill(&self) {
        self.kill.cancel();
        self.wait().await;
    }

    /// Waits until the process has ended.
    pub async fn wait(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for LambdaProcess {
    fn drop(&mut self) {
        self.kill.cancel();
    }
}

/// Keeps what the process writes, and shows it.
async fn keep_log(output: ChildStdout, log: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // Whoever cannot see it does not miss it.
        let _ = writeln!(io::stderr(), "{line}");
        log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// Waits for the end of the process or ends it; `_ended` says so when it is dropped.
async fn watch(mut child: Child, kill: CancellationToken, _ended: DropGuard, api: Arc<Invocations>) {
    tokio::select! {
        status = child.wait() => tracing::debug!(?status, "a function's process ended"),
        () = kill.cancelled() => {
            if let Err(error) = child.kill().await {
                tracing::error!(%error, "a function's process could not be killed");
            }
        }
    }
    api.process_ended();
}
