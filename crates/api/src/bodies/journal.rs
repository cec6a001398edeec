use super::race::RaceBody;
use crate::problem::FieldError;
use domain::{
    DriverRaceId, Race,
    journal::{
        JournalContent, JournalEntry, JournalFault, LONGEST_LINK, LONGEST_NOTES, LONGEST_TAG, MOST_TAGS, SENTIMENTS,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the driver wrote about a race. Of version 0, with empty words, while nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JournalEntry)]
pub(crate) struct JournalEntryBody {
    driver_race_id: String,
    /// Markdown, up to 20 000 characters.
    notes: String,
    /// Plain (`rain`) or with a value (`sentiment:good`), in the driver's order: up to 30 beside the sentiment, each up to 50
    /// characters.
    tags: Vec<String>,
    /// Where to watch it, http or https, up to 500 characters.
    replay_link: Option<String>,
    /// The lap it is about.
    lap: Option<u32>,
    /// Null while nothing is written.
    created_at: Option<Timestamp>,
    /// Null while nothing is written.
    updated_at: Option<Timestamp>,
    /// Grows with each change; to be sent with the next one.
    version: u64,
    /// The value of the tag `sentiment:`.
    #[schema(schema_with = super::words::sentiment)]
    sentiment: Option<String>,
}

/// New words about a race. Words that are all empty delete the entry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JournalChange)]
pub(crate) struct JournalChangeBody {
    /// Markdown, up to 20 000 characters.
    notes: String,
    /// Up to 30 of up to 50 characters, and one that begins with `sentiment:`.
    tags: Vec<String>,
    /// http or https, up to 500 characters.
    replay_link: Option<String>,
    /// The lap it is about, from 0 (the grid) to the winner's last.
    lap: Option<u32>,
    /// The version that these words replace: the one that was read last; 0 or null for the first words.
    pub(crate) version: Option<u64>,
}

/// An entry with its race.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalItem)]
pub(crate) struct JournalItemBody {
    entry: JournalEntryBody,
    race: RaceBody,
}

/// Entries that belong to a race.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelatedJournal)]
pub(crate) struct RelatedBody {
    /// Newest race first, at most ten of the 300 entries before the race.
    pub(crate) items: Vec<JournalItemBody>,
}

impl JournalEntryBody {
    /// What there is before the first words.
    pub(crate) fn unwritten(race: DriverRaceId) -> Self {
        Self {
            driver_race_id: race.to_string(),
            notes: String::new(),
            tags: Vec::new(),
            replay_link: None,
            lap: None,
            created_at: None,
            updated_at: None,
            version: 0,
            sentiment: None,
        }
    }
}

impl From<JournalEntry> for JournalEntryBody {
    fn from(entry: JournalEntry) -> Self {
        let JournalEntry { race, content, created_at, updated_at, version } = entry;
        let sentiment = content.sentiment().map(str::to_owned);
        let JournalContent { notes, tags, replay_link, lap } = content;
        Self {
            driver_race_id: race.to_string(),
            notes,
            tags,
            replay_link,
            lap,
            created_at: Some(created_at),
            updated_at: Some(updated_at),
            version,
            sentiment,
        }
    }
}

impl From<JournalChangeBody> for JournalContent {
    fn from(change: JournalChangeBody) -> Self {
        let JournalChangeBody { notes, tags, replay_link, lap, version: _ } = change;
        Self { notes, tags, replay_link, lap }
    }
}

impl From<(JournalEntry, Race)> for JournalItemBody {
    fn from((entry, race): (JournalEntry, Race)) -> Self {
        Self { entry: entry.into(), race: race.into() }
    }
}

impl From<JournalFault> for FieldError {
    fn from(fault: JournalFault) -> Self {
        let tag = |place: usize| format!("tags[{place}]");
        match fault {
            JournalFault::NotesTooLong => Self::new("notes", "too_long").with("max", LONGEST_NOTES),
            JournalFault::TooManyTags => Self::new("tags", "too_many").with("max", MOST_TAGS),
            JournalFault::TagTooLong(place) => Self::new(tag(place), "too_long").with("max", LONGEST_TAG),
            JournalFault::UnknownSentiment(place) => {
                Self::new(tag(place), "invalid_value").with("allowed", SENTIMENTS.join(", "))
            }
            JournalFault::SeveralSentiments => Self::new("tags", "several_sentiments"),
            JournalFault::LinkTooLong => Self::new("replayLink", "too_long").with("max", LONGEST_LINK),
            JournalFault::InvalidLink => Self::new("replayLink", "invalid_url"),
            JournalFault::NoSuchLap(last) => Self::new("lap", "out_of_range").with("min", 0).with("max", last),
        }
    }
}
