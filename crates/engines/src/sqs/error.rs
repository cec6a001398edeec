use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// What SQS refuses, in its own words where clients look at them.
#[derive(Debug, thiserror::Error)]
pub(super) enum SqsError {
    #[error("the specified queue does not exist: {0}")]
    QueueDoesNotExist(String),
    #[error("a queue already exists with the same name and a different value for an attribute")]
    QueueNameExists,
    #[error("the input receipt handle is invalid")]
    ReceiptHandleIsInvalid,
    #[error("the message is not in flight")]
    MessageNotInflight,
    #[error("the message body has characters that SQS does not allow")]
    InvalidMessageContents,
    #[error("one or more parameters are invalid: {0}")]
    InvalidParameterValue(String),
    #[error("the request must contain the parameter {0}")]
    MissingParameter(&'static str),
    #[error("the attribute {0} is unknown or has an invalid value")]
    InvalidAttributeValue(String),
    #[error("there should be at least one entry in the request")]
    EmptyBatchRequest,
    #[error("a batch takes at most 10 entries")]
    TooManyEntriesInBatchRequest,
    #[error("two entries of the batch have the same id")]
    BatchEntryIdsNotDistinct,
    #[error("the messages of the batch are longer than the limit in sum")]
    BatchRequestTooLong,
    #[error("the embedded queue does not know {0}")]
    UnsupportedOperation(String),
    #[error("the queue file could not be read or written")]
    Storage(#[from] rusqlite::Error),
}

impl SqsError {
    /// The shape's name in the JSON protocol, and the older code of the query protocol by which clients tell errors apart.
    fn codes(&self) -> (&'static str, &'static str) {
        match self {
            Self::QueueDoesNotExist(_) => ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
            Self::QueueNameExists => ("QueueNameExists", "QueueAlreadyExists"),
            Self::ReceiptHandleIsInvalid => ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
            Self::MessageNotInflight => ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
            Self::InvalidMessageContents => ("InvalidMessageContents", "InvalidMessageContents"),
            Self::InvalidParameterValue(_) => ("InvalidParameterValueException", "InvalidParameterValue"),
            Self::MissingParameter(_) => ("MissingRequiredParameterException", "MissingParameter"),
            Self::InvalidAttributeValue(_) => ("InvalidAttributeValue", "InvalidAttributeValue"),
            Self::EmptyBatchRequest => ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
            Self::TooManyEntriesInBatchRequest => {
                ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
            }
            Self::BatchEntryIdsNotDistinct => {
                ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
            }
            Self::BatchRequestTooLong => ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
            Self::UnsupportedOperation(_) => ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
            Self::Storage(_) => ("InternalFailure", "InternalError"),
        }
    }

    /// The code by which clients know this error.
    pub(super) fn code(&self) -> &'static str {
        self.codes().1
    }

    /// Whether the caller is to blame.
    pub(super) fn is_sender_fault(&self) -> bool {
        !matches!(self, Self::Storage(_))
    }
}

impl IntoResponse for SqsError {
    fn into_response(self) -> Response {
        let (shape, code) = self.codes();
        let (status, fault) = if self.is_sender_fault() {
            (StatusCode::BAD_REQUEST, "Sender")
        } else {
            tracing::error!(error = ?self, "the embedded queue failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "Receiver")
        };
        let body = json!({ "__type": format!("com.amazonaws.sqs#{shape}"), "message": self.to_string() });
        (status, [("x-amzn-query-error", format!("{code};{fault}"))], Json(body)).into_response()
    }
}
