//! The file that iRacing's member site exports for an event ("Export results").

use crate::{models::results::ResultsGet, wire};
use serde_json::Value;
use thiserror::Error;

/// Objects and lists of the largest file known are 2 345, its values 46 394. More than this would take more memory than
/// the file has bytes a hundred times over.
const MOST_CONTAINERS: usize = 50_000;
const MOST_VALUES: usize = 1_000_000;

/// Reads exported event results.
#[derive(Debug, Clone, Copy)]
pub struct EventResult;

/// Why a file is no event result. The texts are meant to be shown beside the file's name.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum EventResultError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not JSON at all, or cut off.
    #[error("not a JSON file, or not all of one ({0})")]
    NotJson(String),
    /// So many small values that it was made to be expensive.
    #[error("the file has more parts than the result of any event")]
    TooComplex,
    /// Another of the member site's files.
    #[error("this is {0}, not the result of an event")]
    OtherKind(String),
    /// Nearly an event result.
    #[error("the result cannot be read at {0}")]
    Shape(String),
    /// An event without any simsession.
    #[error("the result has no simsessions: it was exported before iRacing had finished it")]
    NoSimsessions,
}

impl EventResult {
    /// Reads `{"type":"event_result","data":{...}}`, or the older bare form, which is the body of `results/get`.
    pub fn parse(bytes: &[u8]) -> Result<ResultsGet, EventResultError> {
        let bytes = wire::without_byte_order_mark(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(EventResultError::Empty);
        }
        if is_bomb(bytes) {
            return Err(EventResultError::TooComplex);
        }
        let file: Value =
            serde_json::from_slice(bytes).map_err(|error| EventResultError::NotJson(error.to_string()))?;
        let result: ResultsGet = wire::parse_value(body_of(file)?).map_err(|unreadable| match unreadable {
            wire::Unreadable::NotJson(reason) => EventResultError::NotJson(reason),
            wire::Unreadable::Shape(reason) => EventResultError::Shape(reason),
        })?;
        if result.session_results.is_empty() {
            return Err(EventResultError::NoSimsessions);
        }
        Ok(result)
    }
}

/// Counts without reading: what stands in texts counts, too, which costs an honest file nothing.
fn is_bomb(bytes: &[u8]) -> bool {
    let count = |wanted: fn(u8) -> bool| bytes.iter().filter(|byte| wanted(**byte)).count();
    count(|byte| matches!(byte, b'{' | b'[')) > MOST_CONTAINERS || count(|byte| byte == b',') > MOST_VALUES
}

fn body_of(file: Value) -> Result<Value, EventResultError> {
    let other = |kind: &str| Err(EventResultError::OtherKind(kind.to_owned()));
    let mut members = match file {
        Value::Object(members) => members,
        Value::Array(_) => return other("a list (perhaps of search results)"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return other("a single value"),
    };
    match members.get("type").and_then(Value::as_str) {
        None | Some("event_result") => {}
        Some(kind) => return other(&format!("a file of type `{}`", kind.chars().take(60).collect::<String>())),
    }
    let body = match members.remove("data") {
        Some(Value::Object(data)) => data,
        _ => members,
    };
    if !body.contains_key("subsession_id") && !body.contains_key("session_results") {
        return other("some other JSON (it has neither `subsession_id` nor `session_results`)");
    }
    Ok(Value::Object(body))
}
