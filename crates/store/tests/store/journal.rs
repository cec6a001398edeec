use crate::{Table, at, example};
use domain::{
    DriverId, DriverRaceId,
    journal::{JournalContent, JournalEntry},
};

const DRIVER: DriverId = DriverId(7);

fn entry(race: &str, version: u64, notes: &str) -> JournalEntry {
    JournalEntry {
        race: race.parse().unwrap(),
        content: JournalContent {
            notes: notes.into(),
            tags: vec!["rain".into()],
            replay_link: Some("https://example.org/replay".into()),
            lap: Some(3),
        },
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-01-02T00:00:00Z"),
        version,
    }
}

#[tokio::test]
async fn of_two_pages_that_change_an_entry_one_learns_that_it_was_late() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    store.insert_race(&example::race(7, 82_263_872, "2025-12-28T20:30:00Z")).await.unwrap();
    let race: DriverRaceId = "1766953800-82263872".parse().unwrap();
    let first = entry("1766953800-82263872", 1, "first");
    assert!(store.put_journal_entry(DRIVER, &first).await.unwrap());
    assert!(!store.put_journal_entry(DRIVER, &entry("1766953800-82263872", 1, "also first")).await.unwrap());

    let second = entry("1766953800-82263872", 2, "second");
    assert!(store.put_journal_entry(DRIVER, &second).await.unwrap());
    assert!(!store.put_journal_entry(DRIVER, &entry("1766953800-82263872", 2, "too late")).await.unwrap());
    assert_eq!(store.journal_entry(DRIVER, race).await.unwrap(), Some(second));

    assert!(!store.delete_journal_entry(DRIVER, race, 1).await.unwrap(), "the first words are not there any more");
    assert!(store.delete_journal_entry(DRIVER, race, 2).await.unwrap());
    assert!(!store.delete_journal_entry(DRIVER, race, 2).await.unwrap());
    assert_eq!(store.journal_entry(DRIVER, race).await.unwrap(), None);
}

#[tokio::test]
async fn a_journal_of_more_than_a_megabyte_lists_to_its_last_entry() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let long = "so much to say ".repeat(700);
    let start = at("2025-12-28T20:30:00Z");
    let race = |number: i64| {
        let start = start + jiff::SignedDuration::from_hours(24 * number);
        example::race(7, number, &start.to_string())
    };
    let races: Vec<_> = (1..=130).map(race).collect();
    store.insert_races(DRIVER, &races).await.unwrap();
    for race in races {
        assert!(store.put_journal_entry(DRIVER, &entry(&race.id().to_string(), 1, &long)).await.unwrap());
    }
    let journal = store.journal(DRIVER).await.unwrap();
    assert_eq!(journal.len(), 130);
    assert!(journal.is_sorted_by_key(|entry| std::cmp::Reverse(entry.race)));
}

#[tokio::test]
async fn words_that_are_brought_back_keep_their_version() {
    let Table { store, _engine } = Table::with_drivers(&[7]).await;
    let race = example::race(7, 82_263_872, "2025-12-28T20:30:00Z");
    let third = entry(&race.id().to_string(), 3, "third");
    assert!(!store.insert_journal_entry(DRIVER, &third).await.unwrap(), "a race that is not in the log");
    store.insert_race(&race).await.unwrap();
    assert!(store.insert_journal_entry(DRIVER, &third).await.unwrap());
    assert!(!store.insert_journal_entry(DRIVER, &entry(&race.id().to_string(), 4, "other")).await.unwrap());
    assert!(!store.put_journal_entry(DRIVER, &entry(&race.id().to_string(), 3, "of an old page")).await.unwrap());
    assert_eq!(store.journal_entry(DRIVER, race.id()).await.unwrap(), Some(third));
    assert!(store.put_journal_entry(DRIVER, &entry(&race.id().to_string(), 4, "fourth")).await.unwrap());
}
