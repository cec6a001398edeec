//! Query parameters, read one by one, so that everything wrong with them is told at once.

use crate::problem::{ApiError, FieldError};
use axum::http::Uri;
use jiff::{Timestamp, tz::TimeZone};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// Times that the table can hold: ten digits of seconds.
const TIMES: [Timestamp; 2] = [Timestamp::constant(0, 0), Timestamp::constant(9_999_999_999, 0)];

/// How often a parameter may be repeated.
const MOST_VALUES: usize = 100;
/// The longest value of a parameter, in bytes.
const LONGEST_VALUE: usize = 1_000;

/// The parameters of a request, and what was wrong with those read so far.
#[derive(Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query).into_owned().collect();
        let mut repetitions: BTreeMap<&str, usize> = BTreeMap::new();
        let mut errors = Vec::new();
        for (name, value) in &pairs {
            let repetition = repetitions.entry(name).or_default();
            *repetition += 1;
            if *repetition == MOST_VALUES + 1 {
                errors.push(FieldError::new(name, "too_many").with("max", MOST_VALUES));
            }
            if value.len() > LONGEST_VALUE {
                errors.push(FieldError::new(name, "too_long").with("max", LONGEST_VALUE));
            }
        }
        errors.truncate(MOST_VALUES);
        Self { pairs, errors }
    }

    /// A text; nothing counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.values(name).next().map(str::to_owned)
    }

    /// A whole number in a range.
    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let text = self.text(name)?;
        match text.parse::<i64>() {
            Ok(number) if range.contains(&number) => Some(number),
            // More digits than a number of 64 bits has are still a number.
            Ok(_) => self.wrong(out_of_range(name, range.start(), range.end())),
            Err(_) if is_integer(&text) => self.wrong(out_of_range(name, range.start(), range.end())),
            Err(_) => self.wrong(FieldError::new(name, "invalid_integer")),
        }
    }

    /// How many items a page is to have.
    pub(crate) fn limit(&mut self, default: usize, largest: i64) -> usize {
        self.integer("limit", 1..=largest).and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default)
    }

    /// Whole numbers, one a repetition.
    pub(crate) fn integers(&mut self, name: &str) -> Vec<i64> {
        let (numbers, wrong): (Vec<_>, Vec<_>) = self.values(name).map(str::parse::<i64>).partition(Result::is_ok);
        self.errors.extend(wrong.iter().take(1).map(|_| FieldError::new(name, "invalid_integer")));
        numbers.into_iter().flatten().collect()
    }

    /// A moment, as RFC 3339 writes it.
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let [first, last] = TIMES;
        match self.text(name)?.parse::<Timestamp>() {
            Ok(time) if (first..=last).contains(&time) => Some(time),
            Ok(_) => self.wrong(out_of_range(name, &first, &last)),
            Err(_) => self.wrong(FieldError::new(name, "invalid_time")),
        }
    }

    /// `from` and `to`, which must follow each other.
    pub(crate) fn period(&mut self) -> [Option<Timestamp>; 2] {
        let (from, to) = (self.time("from"), self.time("to"));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.wrong::<()>(FieldError::new("to", "end_before_start"));
        }
        [from, to]
    }

    /// Which part of a session; without, the main event.
    pub(crate) fn simsession(&mut self) -> i32 {
        let number = self.integer("simsession", -100..=100);
        number.and_then(|number| i32::try_from(number).ok()).unwrap_or(0)
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        self.word(name, &[true, false], |yes| if yes { "true" } else { "false" })
    }

    /// The name of a time zone, such as `Europe/Berlin`; without, UTC.
    pub(crate) fn time_zone(&mut self) -> TimeZone {
        let name = "timeZone";
        let zone = self.text(name).map(|zone| TimeZone::get(&zone));
        match zone {
            None => TimeZone::UTC,
            Some(Ok(zone)) => zone,
            Some(Err(_)) => self.wrong(FieldError::new(name, "invalid_value")).unwrap_or(TimeZone::UTC),
        }
    }

    /// One word of a list.
    pub(crate) fn word<T: Copy>(&mut self, name: &str, allowed: &[T], word: fn(T) -> &'static str) -> Option<T> {
        self.words(name, allowed, word).first().copied()
    }

    /// Texts, one a repetition.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.values(name).map(str::to_owned).collect()
    }

    /// Words of a list, one a repetition.
    pub(crate) fn words<T: Copy>(&mut self, name: &str, allowed: &[T], word: fn(T) -> &'static str) -> Vec<T> {
        let find = |text: &str| allowed.iter().copied().find(|value| word(*value) == text);
        let found: Vec<Option<T>> = self.values(name).map(find).collect();
        if found.iter().any(Option::is_none) {
            let allowed = allowed.iter().map(|value| word(*value)).collect::<Vec<_>>().join(", ");
            self.errors.push(FieldError::new(name, "invalid_value").with("allowed", allowed));
        }
        found.into_iter().flatten().collect()
    }

    /// Notes what is wrong with several parameters together.
    pub(crate) fn wrong<T>(&mut self, error: FieldError) -> Option<T> {
        self.errors.push(error);
        None
    }

    /// Fails if anything was wrong.
    pub(crate) fn checked<T>(self, parameters: T) -> Result<T, ApiError> {
        if self.errors.is_empty() { Ok(parameters) } else { Err(ApiError::Invalid(self.errors)) }
    }

    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.trim())
            .filter(|text| !text.is_empty())
    }
}

fn out_of_range(name: &str, min: &impl ToString, max: &impl ToString) -> FieldError {
    FieldError::new(name, "out_of_range").with("min", min.to_string()).with("max", max.to_string())
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
