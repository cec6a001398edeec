use crate::key::Key;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use std::fmt;
use thiserror::Error;

/// Why the table could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// DynamoDB refused or could not be reached.
    #[error("dynamodb {operation} failed: {detail}")]
    Table {
        /// The call.
        operation: &'static str,
        /// DynamoDB's error code, if it gave one.
        code: Option<String>,
        /// What it said.
        detail: String,
    },
    /// An item does not have the shape that this version writes.
    #[error("item {key} has an unexpected shape: {detail}")]
    Shape {
        /// The item's key.
        key: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A cursor was not made by this table.
    #[error("the cursor is not one of ours")]
    Cursor,
}

impl StoreError {
    /// Whether the table asked to slow down, or was not reached: worth trying again later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Table { code, .. } => {
                !matches!(code.as_deref(), Some("ValidationException" | "AccessDeniedException"))
            }
            Self::Shape { .. } | Self::Cursor => false,
        }
    }

    pub(crate) fn shape(key: &Key, detail: impl fmt::Display) -> Self {
        Self::Shape { key: key.to_string(), detail: detail.to_string() }
    }

    pub(crate) fn table<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: fmt::Debug + Send + Sync + 'static,
    {
        move |error| Self::Table {
            operation,
            code: error.code().map(str::to_owned),
            detail: DisplayErrorContext(&error).to_string(),
        }
    }
}

/// Whether a write was refused because its condition did not hold.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}
