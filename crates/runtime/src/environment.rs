//! Settings from environment variables.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use anyhow::{Context, bail, ensure};

/// The environment variables of a process; each value is parsed to its final type where it is read.
///
/// A variable that is set to nothing counts as not set: that is how deployment tools write "no value". Every error
/// names the variable and what was expected of it.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process; those that are not valid Unicode are left out.
    pub fn process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(unicode).collect())
    }

    /// Given variables, for tests and for a process that configures another in memory.
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Reads a variable that must be set.
    pub fn required<T: FromStr<Err: Display>>(&self, name: &str) -> anyhow::Result<T> {
        self.optional(name)?.with_context(|| format!("{name} is not set: expected {}", expected::<T>()))
    }

    /// Reads a variable that may be missing.
    pub fn optional<T: FromStr<Err: Display>>(&self, name: &str) -> anyhow::Result<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(error) => bail!("{name} is {text:?}: expected {} ({error})", expected::<T>()),
        }
    }

    /// Reads a variable, or takes `default` if it is missing.
    pub fn or<T: FromStr<Err: Display>>(&self, name: &str, default: T) -> anyhow::Result<T> {
        Ok(self.optional(name)?.unwrap_or(default))
    }

    /// Reads a variable whose value, or the `default`, must lie in a range.
    pub fn in_range<T>(&self, name: &str, default: T, range: RangeInclusive<T>) -> anyhow::Result<T>
    where
        T: FromStr<Err: Display> + PartialOrd + Display,
    {
        let value = self.or(name, default)?;
        ensure!(
            range.contains(&value),
            "{name} is \"{value}\": expected a value from {} to {}",
            range.start(),
            range.end()
        );
        Ok(value)
    }

    /// Reads a comma-separated list with at least one entry.
    pub fn list(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let text = self.text(name).unwrap_or_default();
        let entries: Vec<String> =
            text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        ensure!(!entries.is_empty(), "{name} is not set: expected a comma-separated list with at least one entry");
        Ok(entries)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

/// What a value of type `T` looks like, in the words of an error message.
fn expected<T>() -> &'static str {
    let name = type_name::<T>();
    let name = name.rsplit("::").next().unwrap_or(name);
    match name {
        "u8" | "u16" | "u32" | "u64" | "usize" | "NonZero" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "bool" => "true or false",
        "String" | "Secret" => "a text",
        "Url" | "Uri" => "an address such as https://host/path",
        "SocketAddr" => "an address such as 127.0.0.1:8080",
        "PathBuf" => "a path",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn values_are_parsed_to_their_final_type() {
        let env = Environment::of([("TABLE", "Spinout"), ("SECONDS", " 900 "), ("DRY_RUN", "true")]);
        assert_eq!(env.required::<String>("TABLE").unwrap(), "Spinout");
        assert_eq!(env.or("SECONDS", 300_u64).unwrap(), 900);
        assert_eq!(env.or("COOLDOWN", 300_u64).unwrap(), 300);
        assert_eq!(env.optional::<bool>("DRY_RUN").unwrap(), Some(true));
        assert_eq!(env.optional::<bool>("OTHER").unwrap(), None);
    }

    #[test]
    fn a_missing_variable_is_named_with_what_was_expected() {
        let env = Environment::of([("EMPTY", "")]);
        assert_eq!(error(env.required::<String>("DYNAMODB_TABLE")), "DYNAMODB_TABLE is not set: expected a text");
        assert_eq!(error(env.required::<u32>("EMPTY")), "EMPTY is not set: expected a whole number, not negative");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_what_was_expected() {
        let env = Environment::of([("SECONDS", "soon")]);
        assert_eq!(
            error(env.or("SECONDS", 1_u64)),
            "SECONDS is \"soon\": expected a whole number, not negative (invalid digit found in string)"
        );
    }

    #[test]
    fn a_value_out_of_range_is_refused() {
        let env = Environment::of([("SEARCH_WINDOW_IN_DAYS", "91")]);
        assert_eq!(
            error(env.in_range("SEARCH_WINDOW_IN_DAYS", 90_u32, 1..=90)),
            "SEARCH_WINDOW_IN_DAYS is \"91\": expected a value from 1 to 90"
        );
        assert_eq!(env.in_range("OTHER", 90_u32, 1..=90).unwrap(), 90);
    }

    #[test]
    fn lists_are_split_at_commas_and_never_empty() {
        let env = Environment::of([("ORIGINS", "https://a.example, https://b.example,"), ("NONE", " , ")]);
        assert_eq!(env.list("ORIGINS").unwrap(), ["https://a.example", "https://b.example"]);
        for name in ["NONE", "MISSING"] {
            let expected = format!("{name} is not set: expected a comma-separated list with at least one entry");
            assert_eq!(error(env.list(name)), expected);
        }
    }

    #[test]
    fn the_process_has_an_environment() {
        assert!(Environment::process().optional::<String>("PATH").unwrap().is_some());
    }
}
