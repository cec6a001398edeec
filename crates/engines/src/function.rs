use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;

/// A Lambda function as its triggers see it: a JSON event in, a JSON answer out.
///
/// The code behind it runs in this process ([`function`]) or in its own ([`crate::LambdaRuntimeApi::function`]).
pub type Function = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, InvokeError>> + Send + Sync>;

/// Why an invocation has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// The function reported an error.
    #[error("the function failed: {error_type}: {message}")]
    Failed {
        /// What kind of error, in the function's own words.
        error_type: String,
        /// What went wrong.
        message: String,
    },
    /// The function did not answer before its deadline.
    #[error("the function did not answer in time")]
    TimedOut,
    /// The process that ran the function ended without an answer.
    #[error("the function's process ended")]
    Ended,
}

impl InvokeError {
    /// A failure of a function that runs in this process.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed { error_type: "Error".to_owned(), message: error.to_string() }
    }
}

/// Makes a [`Function`] of an async closure.
pub fn function<F>(run: impl Fn(Value) -> F + Send + Sync + 'static) -> Function
where
    F: Future<Output = Result<Value, InvokeError>> + Send + 'static,
{
    Arc::new(move |event| run(event).boxed())
}
