use crate::{Table, at, example};
use domain::{Discipline, DriverId, DriverRaceId, RaceFilter, RaceKind, SeriesId, SubsessionId};
use proptest::prelude::*;
use std::collections::HashSet;
use store::StoreError;

const DRIVER: DriverId = DriverId(7);

#[tokio::test]
async fn a_race_is_stored_once_and_counted_once() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    store.record_login(DRIVER, "Ada Example", None, at("2026-01-01T00:00:00Z")).await.unwrap();
    let race = example::race(7, 82_263_872, "2025-12-28T20:30:00Z");

    assert!(store.insert_race(&race).await.unwrap());
    assert!(!store.insert_race(&race).await.unwrap());

    assert_eq!(store.race(DRIVER, race.id()).await.unwrap(), Some(race));
    assert_eq!(store.driver(DRIVER).await.unwrap().unwrap().session_count, 1);
}

#[tokio::test]
async fn two_races_that_start_in_the_same_second_are_both_kept() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    for subsession in [5, 50] {
        assert!(store.insert_race(&example::race(7, subsession, "2025-12-28T20:30:00Z")).await.unwrap());
    }
    let page = store.races(DRIVER, &RaceFilter::default(), 10, None).await.unwrap();
    assert_eq!(page.items.len(), 2);
}

#[tokio::test]
async fn races_between_two_include_both_and_those_that_started_with_them() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    let days = ["2025-12-28", "2025-12-29", "2025-12-29", "2025-12-30", "2025-12-31", "2025-12-31", "2026-01-01"];
    let races: Vec<_> =
        (1..).zip(days).map(|(number, day)| example::race(7, number, &format!("{day}T20:30:00Z"))).collect();
    for race in &races {
        store.insert_race(race).await.unwrap();
    }
    let found = store.races_between(DRIVER, races[2].id(), races[4].id()).await.unwrap();
    let mut found: Vec<_> = found.iter().map(|race| race.subsession_id.0).collect();
    found.sort_unstable();
    assert_eq!(found, [2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn races_list_newest_first_page_by_page_to_the_last_one() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    let starts = [
        "1999-12-31T23:59:59Z",
        "2009-01-01T00:00:00Z",
        "2024-02-29T12:00:00Z",
        "2025-12-28T20:30:00Z",
        "2026-01-02T03:04:05Z",
    ];
    for (subsession, start) in (1..).zip(starts) {
        store.insert_race(&example::race(7, subsession, start)).await.unwrap();
        store.insert_race(&example::race(8, subsession, start)).await.unwrap();
    }

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.races(DRIVER, &RaceFilter::default(), 2, cursor.as_deref()).await.unwrap();
        assert!(page.items.iter().all(|race| race.driver_id == DRIVER));
        seen.extend(page.items.iter().map(|race| race.start_time.to_string()));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    let mut newest_first = starts.map(str::to_owned);
    newest_first.reverse();
    assert_eq!(seen, newest_first);
}

#[tokio::test]
async fn a_filter_that_matches_old_races_only_still_fills_its_page() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    for subsession in 1..=60 {
        let mut race = example::race(7, subsession, &format!("2025-01-01T00:{:02}:00Z", subsession % 60));
        race.series_id = Some(SeriesId(if subsession <= 3 { 1 } else { 2 }));
        store.insert_race(&race).await.unwrap();
    }
    let filter = RaceFilter { series: vec![SeriesId(1)], ..Default::default() };
    let page = store.races(DRIVER, &filter, 2, None).await.unwrap();
    assert_eq!(
        page.items.iter().map(|race| race.subsession_id).collect::<Vec<_>>(),
        [SubsessionId(3), SubsessionId(2)]
    );
    let rest = store.races(DRIVER, &filter, 2, page.next_cursor.as_deref()).await.unwrap();
    assert_eq!(rest.items.iter().map(|race| race.subsession_id).collect::<Vec<_>>(), [SubsessionId(1)]);
    assert_eq!(rest.next_cursor, None);
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_empty_and_a_foreign_cursor_is_refused() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    store.insert_race(&example::race(7, 1, "2025-12-28T20:30:00Z")).await.unwrap();
    let backwards = RaceFilter {
        from: Some(at("2026-01-01T00:00:00Z")),
        to: Some(at("1960-01-01T00:00:00Z")),
        ..Default::default()
    };
    assert_eq!(store.races(DRIVER, &backwards, 5, None).await.unwrap().items, []);
    for cursor in ["", "!!", "aW5mbw", "c2Vzc2lvbiM"] {
        let refused = store.races(DRIVER, &RaceFilter::default(), 5, Some(cursor)).await;
        assert!(matches!(refused, Err(StoreError::Cursor)), "{cursor:?}");
    }
}

#[tokio::test]
async fn stored_subsessions_are_those_of_the_range() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    for (subsession, start) in [(1, "2025-01-01T00:00:00Z"), (2, "2025-06-01T00:00:00Z"), (3, "2025-06-02T00:00:00Z")] {
        store.insert_race(&example::race(7, subsession, start)).await.unwrap();
    }
    let stored =
        store.stored_subsessions(DRIVER, at("2025-05-01T00:00:00Z"), at("2025-06-01T00:00:00Z")).await.unwrap();
    assert_eq!(stored, HashSet::from([SubsessionId(2)]));
}

#[tokio::test]
async fn a_page_of_a_hundred_races_costs_at_most_ten_read_units() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    for subsession in 1..=120 {
        store
            .insert_race(&example::race(
                7,
                82_000_000 + subsession,
                &format!("2025-01-01T{:02}:{:02}:00Z", subsession / 60, subsession % 60),
            ))
            .await
            .unwrap();
    }
    let before = store.consumed_units();
    let page = store.races(DRIVER, &RaceFilter::default(), 100, None).await.unwrap();
    assert_eq!(page.items.len(), 100);
    let units = store.consumed_units().read - before.read;
    assert!(units <= 10.0, "{units} read units");
}

fn filter() -> impl Strategy<Value = RaceFilter> {
    (
        prop::collection::vec(1i64..4, 0..2),
        prop::option::of(any::<bool>()),
        prop::option::of(0i64..40),
        prop::option::of(0i64..40),
    )
        .prop_map(|(series, official, from, to)| {
            let time = |minute: i64| at("2025-01-01T00:00:00Z") + jiff::SignedDuration::from_mins(minute);
            RaceFilter {
                from: from.map(time),
                to: to.map(time),
                series: series.into_iter().map(SeriesId).collect(),
                kinds: official
                    .map(|official| if official { RaceKind::Official } else { RaceKind::League })
                    .into_iter()
                    .collect(),
                disciplines: vec![Discipline::SportsCar],
                ..Default::default()
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn pages_together_are_exactly_the_races_that_the_filter_admits(
        filter in filter(),
        limit in 1usize..9,
        races in prop::collection::vec((0i64..40, 1i64..4, any::<bool>()), 0..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
            let mut expected = Vec::<DriverRaceId>::new();
            for (subsession, (minute, series, official)) in (1..).zip(races) {
                let mut race = example::race(7, subsession, &format!("2025-01-01T00:{minute:02}:00Z"));
                race.series_id = Some(SeriesId(series));
                race.kind = if official { RaceKind::Official } else { RaceKind::League };
                store.insert_race(&race).await.unwrap();
                if filter.admits(&race) {
                    expected.push(race.id());
                }
            }
            let mut paged = Vec::new();
            let mut cursor = None;
            loop {
                let page = store.races(DRIVER, &filter, limit, cursor.as_deref()).await.unwrap();
                assert!(page.items.len() <= limit);
                paged.extend(page.items.iter().map(domain::Race::id));
                match page.next_cursor {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert!(paged.is_sorted_by_key(|race| std::cmp::Reverse(race.start_second)));
            paged.sort();
            expected.sort();
            assert_eq!(paged, expected);
        });
    }
}
