//! The driver's own words about a race.

use crate::ids::DriverRaceId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most characters of notes.
pub const LONGEST_NOTES: usize = 20_000;
/// Most tags of an entry, beside the sentiment.
pub const MOST_TAGS: usize = 30;
/// Most characters of a tag.
pub const LONGEST_TAG: usize = 50;
/// Most characters of a replay link.
pub const LONGEST_LINK: usize = 500;

/// The tag that says how a race felt takes one of these values.
pub const SENTIMENTS: [&str; 3] = ["good", "neutral", "bad"];

const SENTIMENT: &str = "sentiment:";

/// What a driver wrote about a race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// The race it is about.
    pub race: DriverRaceId,
    /// The words, as checked.
    pub content: JournalContent,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows with each change, so that two pages that change it at once find out; never that of an entry deleted before.
    pub version: u64,
}

/// The words of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalContent {
    /// Markdown.
    pub notes: String,
    /// Plain (`rain`) or with a value (`sentiment:good`), each once, in the driver's order.
    pub tags: Vec<String>,
    /// Where to watch it, http or https.
    pub replay_link: Option<String>,
    /// The lap it is about.
    pub lap: Option<u32>,
}

/// What is wrong with a field of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalFault {
    /// The notes are longer than [`LONGEST_NOTES`] characters.
    NotesTooLong,
    /// There are more tags than [`MOST_TAGS`].
    TooManyTags,
    /// The tag at this place is longer than [`LONGEST_TAG`] characters.
    TagTooLong(usize),
    /// The tag at this place is a sentiment, but not one of [`SENTIMENTS`].
    UnknownSentiment(usize),
    /// There is more than one sentiment.
    SeveralSentiments,
    /// The replay link is longer than [`LONGEST_LINK`] characters.
    LinkTooLong,
    /// The replay link is not an http or https address.
    InvalidLink,
    /// The race has no such lap; its last one.
    NoSuchLap(u32),
}

impl JournalContent {
    /// [`Self::checked_for`] a race whose laps are not known.
    ///
    /// # Errors
    /// All faults at once.
    pub fn checked(self) -> Result<Self, Vec<JournalFault>> {
        self.checked_for(None)
    }

    /// Puts an entry into its form: blanks around tags and link go, empty and repeated tags too. `last_lap` is the last
    /// one of the race, if that is known.
    ///
    /// # Errors
    /// All faults at once.
    pub fn checked_for(self, last_lap: Option<u32>) -> Result<Self, Vec<JournalFault>> {
        let Self { notes, tags, replay_link, lap } = self;
        let mut faults = Vec::new();
        if notes.chars().count() > LONGEST_NOTES {
            faults.push(JournalFault::NotesTooLong);
        }
        for (place, tag) in tags.iter().map(|tag| tag.trim()).enumerate() {
            if tag.chars().count() > LONGEST_TAG {
                faults.push(JournalFault::TagTooLong(place));
            }
            if tag.strip_prefix(SENTIMENT).is_some_and(|value| !SENTIMENTS.contains(&value)) {
                faults.push(JournalFault::UnknownSentiment(place));
            }
        }
        let mut seen = BTreeSet::new();
        let tags: Vec<_> = tags
            .iter()
            .map(|tag| tag.trim())
            .filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()))
            .map(str::to_owned)
            .collect();
        let sentiments = tags.iter().filter(|tag| tag.starts_with(SENTIMENT)).count();
        if tags.len() - sentiments > MOST_TAGS {
            faults.push(JournalFault::TooManyTags);
        }
        if sentiments > 1 {
            faults.push(JournalFault::SeveralSentiments);
        }
        let replay_link = replay_link.map(|link| link.trim().to_owned()).filter(|link| !link.is_empty());
        if replay_link.as_deref().is_some_and(|link| link.chars().count() > LONGEST_LINK) {
            faults.push(JournalFault::LinkTooLong);
        }
        if replay_link.as_deref().is_some_and(|link| !is_web_address(link)) {
            faults.push(JournalFault::InvalidLink);
        }
        faults.extend(last_lap.filter(|last| lap.is_some_and(|lap| lap > *last)).map(JournalFault::NoSuchLap));
        if faults.is_empty() { Ok(Self { notes, tags, replay_link, lap }) } else { Err(faults) }
    }

    /// Whether there are no words at all.
    pub fn is_empty(&self) -> bool {
        let Self { notes, tags, replay_link, lap } = self;
        notes.trim().is_empty() && tags.is_empty() && replay_link.is_none() && lap.is_none()
    }

    /// How the race felt, if the driver said so.
    pub fn sentiment(&self) -> Option<&str> {
        self.tags.iter().find_map(|tag| tag.strip_prefix(SENTIMENT))
    }

    /// Whether all words of a search, in whatever case, are in notes or tags.
    pub fn matches(&self, search: &str) -> bool {
        let text = format!("{} {}", self.notes, self.tags.join(" ")).to_lowercase();
        search.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }
}

/// An address with a host that a browser opens as a page. Everything else (`javascript:`, `data:`) could run.
fn is_web_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(':'))
        && !link.contains(|character: char| character.is_whitespace() || character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(notes: &str, tags: &[&str], link: Option<&str>) -> JournalContent {
        JournalContent {
            notes: notes.into(),
            tags: tags.iter().map(|&tag| tag.into()).collect(),
            replay_link: link.map(Into::into),
            lap: None,
        }
    }

    #[test]
    fn tags_lose_blanks_and_repetitions_and_keep_their_order() {
        let checked = content("x", &[" rain ", "", "start", "Rain", "sentiment:good"], None).checked().unwrap();
        assert_eq!(checked.tags, ["rain", "start", "sentiment:good"]);
        assert_eq!(checked.sentiment(), Some("good"));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let long = "x".repeat(LONGEST_TAG + 1);
        let faults = content(
            &"x".repeat(LONGEST_NOTES + 1),
            &["a", &long, "sentiment:great", "sentiment:bad"],
            Some("javascript:alert(1)"),
        )
        .checked()
        .unwrap_err();
        assert_eq!(
            faults,
            [
                JournalFault::NotesTooLong,
                JournalFault::TagTooLong(1),
                JournalFault::UnknownSentiment(2),
                JournalFault::SeveralSentiments,
                JournalFault::InvalidLink
            ]
        );
    }

    #[test]
    fn a_lap_is_one_of_the_race() {
        let about = |lap| JournalContent { lap: Some(lap), ..JournalContent::default() };
        assert!(about(0).checked_for(Some(20)).is_ok() && about(20).checked_for(Some(20)).is_ok());
        assert_eq!(about(21).checked_for(Some(20)), Err(vec![JournalFault::NoSuchLap(20)]));
        assert!(about(21).checked().is_ok(), "of a race whose laps are not known");
        assert!(!about(0).is_empty());
    }

    #[test]
    fn only_addresses_of_web_pages_are_links() {
        for link in ["https://example.org/watch?v=1", "http://example.org"] {
            assert!(content("", &[], Some(link)).checked().is_ok(), "{link}");
        }
        for link in ["ftp://example.org", "https://", "https:///x", "data:text/html,x", "https://a b", "//example.org"]
        {
            assert!(content("", &[], Some(link)).checked().is_err(), "{link}");
        }
    }

    #[test]
    fn a_search_wants_all_of_its_words() {
        let entry = content("Spun at T3, recovered", &["rain"], None);
        assert!(entry.matches("RAIN t3") && entry.matches(""));
        assert!(!entry.matches("rain t4"));
    }

    proptest! {
        #[test]
        fn checking_what_was_checked_changes_nothing(
            notes in ".{0,40}",
            tags in prop::collection::vec(".{0,12}", 0..6),
            link in prop::option::of(".{0,20}"),
        ) {
            if let Ok(checked) = (JournalContent { notes, tags, replay_link: link, lap: None }).checked() {
                prop_assert_eq!(checked.clone().checked(), Ok(checked));
            }
        }
    }
}
