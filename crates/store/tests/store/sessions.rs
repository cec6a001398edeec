use crate::{Table, at, example};
use domain::{
    DriverId, EntrantId, LapChart, Race, RaceSource, SeriesId, SubsessionId,
    analysis::{Penalty, RaceEvent, RaceEventKind},
    reference::Series,
};
use store::{race_events::RaceEvents, session::SessionSource};

#[tokio::test]
async fn a_session_comes_back_as_it_was_stored() {
    let Table { store, _engine } = Table::start().await;
    for session in
        [example::session(1, at("2025-12-28T20:30:00Z"), 30), example::team_session(2, at("2025-12-28T20:30:00Z"))]
    {
        let chart = example::laps(30, 20);
        store.save_session(SessionSource::Iracing, &session, std::slice::from_ref(&chart)).await.unwrap();
        let subsession = session.info.subsession_id;
        assert_eq!(store.session(subsession).await.unwrap().as_ref(), Some(&session));
        assert_eq!(store.session_info_for(DriverId(1), subsession).await.unwrap().as_ref(), Some(&session.info));
        assert_eq!(store.lap_chart(subsession, 0).await.unwrap(), Some(chart));
        assert_eq!(store.lap_chart(subsession, -1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_session_without_its_info_does_not_count_as_stored() {
    let Table { store, _engine } = Table::start().await;
    store.save_laps(SubsessionId(1), &example::laps(3, 3)).await.unwrap();
    assert_eq!(store.session(SubsessionId(1)).await.unwrap(), None);
}

#[tokio::test]
async fn simsessions_whose_numbers_begin_alike_are_kept_apart() {
    let Table { store, _engine } = Table::start().await;
    let chart = |simsession, laps| LapChart { simsession, ..example::laps(2, laps) };
    for (simsession, laps) in [(-1, 3), (-10, 4), (-11, 5)] {
        store.save_laps(SubsessionId(1), &chart(simsession, laps)).await.unwrap();
    }
    assert_eq!(store.lap_chart(SubsessionId(1), -1).await.unwrap(), Some(chart(-1, 3)));
}

#[tokio::test]
async fn a_whole_race_of_thirty_cars_and_twenty_laps_costs_at_most_sixty_write_units() {
    let Table { store, _engine } = Table::start().await;
    let session = example::session(82_263_872, at("2025-12-28T20:30:00Z"), 30);
    let driver = DriverId(100_005);
    store.record_login(driver, "Example Driver5", None, at("2026-01-01T00:00:00Z")).await.unwrap();

    let before = store.consumed_units();
    store.save_session(SessionSource::Iracing, &session, &[example::laps(30, 20)]).await.unwrap();
    store.insert_race(&Race::of(&session, driver, RaceSource::Iracing).unwrap()).await.unwrap();
    let written = store.consumed_units().write - before.write;
    assert!(written <= 60.0, "{written} write units");

    let before = store.consumed_units();
    store.session(SubsessionId(82_263_872)).await.unwrap();
    store.lap_chart(SubsessionId(82_263_872), 0).await.unwrap();
    let read = store.consumed_units().read - before.read;
    assert!(read <= 15.0, "{read} read units");
}

#[tokio::test]
async fn the_laps_of_sixty_cars_over_nine_hundred_laps_come_back_whole() {
    let Table { store, _engine } = Table::start().await;
    let chart = example::laps(60, 900);
    store.save_laps(SubsessionId(1), &chart).await.unwrap();
    assert_eq!(store.lap_chart(SubsessionId(1), 0).await.unwrap().map(|stored| stored.lap_count()), Some(54_000));
    assert_eq!(store.lap_chart(SubsessionId(1), 0).await.unwrap(), Some(chart));
}

fn an_event_log() -> RaceEvents {
    let penalty = Penalty { reason: "Jump start".to_owned(), sanction: "Hold for 2 seconds".to_owned() };
    let of = |entrant, kind| RaceEvent { session_time: 3_283_500, lap: 2, entrant, kind };
    RaceEvents {
        events: vec![
            of(None, RaceEventKind::CautionStarted),
            of(Some(EntrantId::Driver(DriverId(100_005))), RaceEventKind::PenaltyApplied(penalty)),
            of(Some(EntrantId::Ai(5)), RaceEventKind::PenaltyCleared { reason: Some("Jump start".to_owned()) }),
            of(None, RaceEventKind::CautionEnded),
        ],
        fetched_at: Some(at("2026-01-01T00:00:00Z")),
        tried_at: at("2026-01-01T00:00:00Z"),
    }
}

#[tokio::test]
async fn the_event_log_of_each_part_of_a_session_is_kept_until_it_is_forgotten() {
    let Table { store, _engine } = Table::start().await;
    let subsession = SubsessionId(1);
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, 0).await.unwrap(), None);
    let never = RaceEvents { events: Vec::new(), fetched_at: None, tried_at: at("2026-01-01T00:00:00Z") };
    store.put_race_events(SessionSource::Iracing, subsession, -1, &never).await.unwrap();
    store.put_race_events(SessionSource::Iracing, subsession, 0, &never).await.unwrap();
    store.put_race_events(SessionSource::Iracing, subsession, 0, &an_event_log()).await.unwrap();
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, -1).await.unwrap(), Some(never.clone()));
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, 0).await.unwrap(), Some(an_event_log()));

    store.forget_race_events(SessionSource::Iracing, subsession, &[0, -2]).await.unwrap();
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, 0).await.unwrap(), None);
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, -1).await.unwrap(), Some(never));
}

#[tokio::test]
async fn an_event_log_costs_the_overview_and_the_laps_nothing() {
    let Table { store, _engine } = Table::start().await;
    let session = example::session(1, at("2025-12-28T20:30:00Z"), 3);
    store.save_session(SessionSource::Iracing, &session, &[example::laps(3, 3)]).await.unwrap();
    let read = async || {
        let before = store.consumed_units().read;
        assert_eq!(store.session(SubsessionId(1)).await.unwrap().as_ref(), Some(&session));
        assert_eq!(store.lap_chart(SubsessionId(1), 0).await.unwrap(), Some(example::laps(3, 3)));
        store.consumed_units().read - before
    };
    let without = read().await;
    let events = (0..10_000).map(|time| RaceEvent {
        session_time: time * time,
        lap: 1,
        entrant: Some(EntrantId::Driver(DriverId(time))),
        kind: RaceEventKind::PenaltyCleared { reason: None },
    });
    let large = RaceEvents { events: events.collect(), ..an_event_log() };
    store.put_race_events(SessionSource::Iracing, SubsessionId(1), 0, &large).await.unwrap();
    assert_eq!(read().await, without);
}

#[tokio::test]
async fn ai_drivers_and_members_of_the_same_number_are_kept_apart() {
    let Table { store, _engine } = Table::start().await;
    let mut session = example::session(1, at("2025-12-28T20:30:00Z"), 2);
    session.entrants[0].entrant_id = EntrantId::Ai(5);
    session.entrants[1].entrant_id = EntrantId::Driver(DriverId(5));
    store.save_session(SessionSource::Iracing, &session, &[example::laps(2, 3)]).await.unwrap();
    assert_eq!(store.session(SubsessionId(1)).await.unwrap(), Some(session));
}

#[tokio::test]
async fn two_who_store_a_session_with_the_laps_of_different_parts_leave_both() {
    let Table { store, _engine } = Table::start().await;
    let session = example::session(1, at("2025-12-28T20:30:00Z"), 3);
    let heat = LapChart { simsession: -2, ..example::laps(3, 5) };
    let charts = async || {
        let session = store.session(SubsessionId(1)).await.unwrap().unwrap();
        assert_eq!(store.session_info_for(DriverId(1), SubsessionId(1)).await.unwrap(), Some(session.info.clone()));
        session.info.lap_charts
    };
    // Neither knew of the other's when they read the table.
    store.save_session(SessionSource::Iracing, &session, std::slice::from_ref(&heat)).await.unwrap();
    store.save_session(SessionSource::Iracing, &session, &[example::laps(3, 9)]).await.unwrap();
    assert_eq!(charts().await, [0, -2]);
    assert_eq!(store.lap_chart(SubsessionId(1), -2).await.unwrap(), Some(heat.clone()));

    let other = LapChart { simsession: -3, ..heat };
    store.save_laps(SubsessionId(1), &other).await.unwrap();
    // Whoever looked at the result before that writes it anew.
    store.save_session(SessionSource::Iracing, &session, &[]).await.unwrap();
    assert_eq!(charts().await, [0, -2, -3]);
}

#[tokio::test]
async fn reference_lists_remember_when_they_were_fetched() {
    let Table { store, _engine } = Table::start().await;
    assert_eq!(store.reference::<Vec<Series>>().await.unwrap(), None);
    let list = vec![Series {
        series_id: SeriesId(1),
        name: "Example".into(),
        short_name: "Ex".into(),
        category: "road".into(),
        logo_url: None,
        active: true,
        license: None,
        min_starters: None,
        max_starters: None,
    }];
    store.put_reference(&list, at("2026-01-01T00:00:00Z")).await.unwrap();
    let kept = store.reference::<Vec<Series>>().await.unwrap().unwrap();
    assert_eq!((kept.list, kept.fetched_at), (list, at("2026-01-01T00:00:00Z")));
}

#[tokio::test]
async fn what_a_file_says_of_a_session_is_apart_from_iracings_and_from_what_others_brought() {
    let Table { store, _engine } = Table::with_drivers(&[7, 8]).await;
    let (subsession, driver, other) = (SubsessionId(1), DriverId(7), DriverId(8));
    let genuine = example::session(1, at("2025-12-28T20:30:00Z"), 3);
    // A file with more entrants than there were, and with the laps of a heat.
    let forged = example::session(1, at("2025-12-28T20:30:00Z"), 5);
    let heat = LapChart { simsession: -2, ..example::laps(5, 4) };
    let file = SessionSource::File(driver);
    store.save_session(file, &forged, std::slice::from_ref(&heat)).await.unwrap();
    store.put_race_events(file, subsession, 0, &an_event_log()).await.unwrap();
    assert_eq!(store.session(subsession).await.unwrap(), None);
    assert_eq!(store.session_for(other, subsession).await.unwrap(), None);
    assert_eq!(store.lap_chart_for(other, subsession, -2).await.unwrap(), None);
    let (seen, source) = store.session_for(driver, subsession).await.unwrap().unwrap();
    assert_eq!((seen.entrants, seen.info.lap_charts, source), (forged.entrants.clone(), vec![-2], file));

    // iRacing's own comes, first without laps, and the file once more.
    store.save_session(SessionSource::Iracing, &genuine, &[]).await.unwrap();
    let (seen, source) = store.session_for(driver, subsession).await.unwrap().unwrap();
    assert_eq!(
        (&seen.entrants, seen.info.lap_charts, source),
        (&genuine.entrants, vec![-2], SessionSource::Iracing),
        "with the laps that only the file has"
    );
    store.save_session(SessionSource::Iracing, &genuine, &[example::laps(3, 9)]).await.unwrap();
    store.save_session(file, &forged, std::slice::from_ref(&heat)).await.unwrap();
    assert_eq!(store.session(subsession).await.unwrap().as_ref(), Some(&genuine));
    assert_eq!(store.race_events(SessionSource::Iracing, subsession, 0).await.unwrap(), None);
    let seen = store.session_for(other, subsession).await.unwrap();
    assert_eq!(seen, Some((genuine.clone(), SessionSource::Iracing)));
    let (seen, source) = store.session_for(driver, subsession).await.unwrap().unwrap();
    assert_eq!((seen.entrants, seen.info.lap_charts, source), (genuine.entrants, vec![0], SessionSource::Iracing));
    assert_eq!(store.session_info_for(driver, subsession).await.unwrap().unwrap().lap_charts, [0, -2]);
    assert_eq!(store.lap_chart_for(driver, subsession, 0).await.unwrap(), Some(example::laps(3, 9)));
    assert_eq!(store.lap_chart_for(driver, subsession, -2).await.unwrap(), Some(heat));
}
