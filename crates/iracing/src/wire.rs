//! Reading iRacing's JSON: strict and fast first, forgiving when that fails.
//!
//! iRacing's numbers drift between integers and floats, optional fields come as absent or as `null`, and exported files
//! may begin with a byte order mark. Nearly all bodies parse at once; only those that do not are read a second time as
//! a tree, where the drift is smoothed out and where an error can be told with its place.

use jiff::civil;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Number, Value};

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// No JSON, or JSON that was cut off: worth asking again.
    NotJson(String),
    /// JSON of another shape than expected; the text names the place.
    Shape(String),
}

/// Reads a body.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let bytes = without_byte_order_mark(bytes);
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => parse_forgivingly(bytes),
        Err(error) => Err(Unreadable::NotJson(error.to_string())),
    }
}

/// Reads what is already a tree.
pub(crate) fn parse_value<T: DeserializeOwned>(mut value: Value) -> Result<T, Unreadable> {
    smooth(&mut value);
    serde_path_to_error::deserialize(value).map_err(|error| Unreadable::Shape(place_and_reason(&error)))
}

/// Removes the byte order mark that some exported files begin with.
pub(crate) fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn parse_forgivingly<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let value = serde_json::from_slice(bytes).map_err(|error| Unreadable::NotJson(error.to_string()))?;
    parse_value(value)
}

fn place_and_reason(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("{path}: {}", error.inner()),
    }
}

/// Whole floats become integers, members that are `null` go.
fn smooth(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|_| number.is_f64()).and_then(whole) {
                *number = Number::from(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(smooth),
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(smooth);
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked, and a whole float is exact there")]
fn whole(float: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// A whole number where -1, `null` and absence all say "none"; a float is rounded.
///
/// Fields that use it also need `#[serde(default)]`.
pub(crate) fn unless_minus_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Whole(i64),
        Float(f64),
    }
    let number = match Option::<Either>::deserialize(deserializer)? {
        None => None,
        Some(Either::Whole(number)) => Some(number),
        Some(Either::Float(float)) => {
            Some(whole(float.round()).ok_or_else(|| serde::de::Error::custom("a number out of range"))?)
        }
    };
    Ok(number.filter(|number| *number != -1))
}

/// The same for a number with fractions.
pub(crate) fn float_unless_minus_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    #[expect(clippy::float_cmp, reason = "the marker for none is exactly -1")]
    Ok(Option::<f64>::deserialize(deserializer)?.filter(|number| *number != -1.0))
}

/// A time of day without a zone; what is none reads as `None`, as it only adorns a result.
pub(crate) fn local_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<civil::DateTime>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.trim_end_matches('Z').parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        id: i64,
        #[serde(default, deserialize_with = "unless_minus_one")]
        position: Option<i64>,
        #[serde(default)]
        name: String,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Rows {
        rows: Vec<Row>,
    }

    fn row(id: i64, position: Option<i64>) -> Row {
        Row { id, position, name: String::new() }
    }

    #[test]
    fn minus_one_null_and_absence_are_none() {
        for body in [r#"{"id":1,"position":-1}"#, r#"{"id":1,"position":null}"#, r#"{"id":1}"#] {
            assert_eq!(parse::<Row>(body.as_bytes()), Ok(row(1, None)), "{body}");
        }
    }

    #[test]
    fn whole_floats_nulls_and_a_byte_order_mark_are_forgiven() {
        let body = "\u{feff}{\"id\":7.0,\"position\":3.0,\"name\":null,\"news\":[1]}";
        assert_eq!(parse::<Row>(body.as_bytes()), Ok(row(7, Some(3))));
    }

    #[test]
    fn a_wrong_shape_is_told_with_its_place() {
        let error = parse::<Rows>(br#"{"rows":[{"id":1},{"id":"x"}]}"#).unwrap_err();
        assert_eq!(error, Unreadable::Shape("rows[1].id: invalid type: string \"x\", expected i64".into()));
    }

    #[test]
    fn a_cut_body_is_not_a_wrong_shape() {
        for body in ["", "{\"rows\":[{\"id\":1", "<html>"] {
            assert!(matches!(parse::<Rows>(body.as_bytes()), Err(Unreadable::NotJson(_))), "{body}");
        }
    }
}
