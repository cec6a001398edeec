//! A subsession with its classes, cars and entrants.

use crate::{count, entrants, layout, name, one_based, positive, time, weather};
use domain::{
    CarClassId, IracingSessionId, LeagueId, SeasonId, SeriesId, SubsessionId, TrackId,
    session::{
        CarClass, Discipline, Entrant, RaceKind, Session, SessionCar, SessionInfo, SessionTrack, Simsession,
        SimsessionType, Split,
    },
};
use iracing::models::results::{ResultRow, ResultsGet, SimsessionResults};
use std::cmp::Reverse;
use thiserror::Error;

/// Why a result is no session.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum MappingError {
    /// iRacing has not filled it in yet.
    #[error("subsession {0} has no results yet")]
    NoResults(i64),
    /// Two parts cannot be told apart.
    #[error("subsession {subsession_id} has two simsessions of number {number}")]
    SameNumber {
        /// The subsession.
        subsession_id: i64,
        /// The number that both have.
        number: i64,
    },
}

/// Maps the body of `results/get`, or of an exported file, to a session without laps.
pub fn session_from_results(result: &ResultsGet) -> Result<Session, MappingError> {
    let mut parts: Vec<_> = result.session_results.iter().map(|part| (part, simsession_type(part))).collect();
    parts.sort_by_key(|(part, _)| part.simsession_number);
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].0.simsession_number == pair[1].0.simsession_number) {
        let number = pair[0].0.simsession_number;
        return Err(MappingError::SameNumber { subsession_id: result.subsession_id, number });
    }
    let simsessions = parts.iter().map(|(part, kind)| simsession(part, *kind)).collect();
    // The main event first: the last race, or whatever came last where nothing was raced.
    parts.sort_by_key(|(part, kind)| Reverse((*kind == SimsessionType::Race, part.simsession_number)));
    let entrants = entrants::gather(&parts, result);
    if entrants.is_empty() {
        return Err(MappingError::NoResults(result.subsession_id));
    }
    let rows = || parts.iter().flat_map(|(part, _)| &part.results);
    Ok(Session {
        car_classes: car_classes(result, &entrants, rows),
        cars: cars(&entrants),
        info: info(result, &parts, &entrants, simsessions),
        entrants,
    })
}

fn simsession_type(part: &SimsessionResults) -> SimsessionType {
    let name = part.simsession_name.to_uppercase();
    match part.simsession_type {
        6 => SimsessionType::Race,
        4 | 5 => SimsessionType::Qualifying,
        3 if name.contains("WARM") => SimsessionType::Warmup,
        3 => SimsessionType::Practice,
        _ if name.contains("PRACTICE") => SimsessionType::Practice,
        _ => SimsessionType::Other,
    }
}

fn info(
    result: &ResultsGet,
    parts: &[(&SimsessionResults, SimsessionType)],
    entrants: &[Entrant],
    simsessions: Vec<Simsession>,
) -> SessionInfo {
    let kind = race_kind(result);
    // Hosted sessions carry stand-ins: season 0 of the year 2000, series 0, week 0.
    let of_series = matches!(kind, RaceKind::Official | RaceKind::Unofficial);
    let league_id = result.league_id.filter(|league| *league > 0);
    let league_name = league_id.and(result.league_name.as_deref()).and_then(name);
    let session_name = result.session_name.as_deref().and_then(name);
    let series_name = name(&result.series_name).unwrap_or_default();
    let measured = parts.first().and_then(|(part, _)| part.weather_result.as_ref()).map(weather::measured);
    SessionInfo {
        subsession_id: SubsessionId(result.subsession_id),
        session_id: IracingSessionId(result.session_id),
        start_time: result.start_time,
        end_time: result.end_time,
        kind,
        team: entrants.iter().any(|entrant| entrant.team_id().is_some()),
        heat: result.heat_info_id.is_some_and(|heat| heat > 0),
        discipline: Discipline::from_category_id(result.license_category_id),
        series_id: of_series.then_some(SeriesId(result.series_id)),
        series_name: if of_series {
            series_name
        } else {
            league_name.clone().or_else(|| session_name.clone()).unwrap_or(series_name)
        },
        season_id: of_series.then_some(SeasonId(result.season_id)),
        season_name: name(&result.season_name).filter(|_| of_series),
        season_year: i32::try_from(result.season_year).ok().filter(|_| of_series),
        season_quarter: u8::try_from(result.season_quarter).ok().filter(|_| of_series),
        race_week: one_based(result.race_week_num).filter(|_| of_series),
        league_id: league_id.map(LeagueId),
        league_name,
        session_name,
        track: SessionTrack {
            track_id: TrackId(result.track.track_id),
            name: result.track.track_name.trim().to_owned(),
            layout: layout(result.track.config_name.as_deref()),
        },
        weather: weather::merged(measured, result.weather.as_ref().map(weather::set)),
        strength_of_field: positive(result.event_strength_of_field),
        corners_per_lap: positive(result.corners_per_lap),
        average_lap_time: time(result.event_average_lap),
        best_lap_time: time(result.event_best_lap_time).or_else(|| best_lap(parts)),
        laps_complete: count(result.event_laps_complete).unwrap_or(0),
        cautions: count(result.num_cautions),
        caution_laps: count(result.num_caution_laps),
        lead_changes: count(result.num_lead_changes),
        splits: splits(result),
        simsessions,
        lap_charts: Vec::new(),
    }
}

fn race_kind(result: &ResultsGet) -> RaceKind {
    if result.league_id.is_some_and(|league| league > 0) {
        RaceKind::League
    } else if result.private_session_id.is_some_and(|session| session > 0) || result.series_id <= 0 {
        RaceKind::Hosted
    } else if result.official_session {
        RaceKind::Official
    } else {
        RaceKind::Unofficial
    }
}

/// Hosted sessions do not tell it; it is the best of the main event's rows.
fn best_lap(parts: &[(&SimsessionResults, SimsessionType)]) -> Option<i64> {
    let (main_event, _) = parts.first()?;
    main_event.results.iter().filter_map(|row| time(row.best_lap_time)).min()
}

fn splits(result: &ResultsGet) -> Vec<Split> {
    let split = |split: &iracing::models::results::SessionSplit| Split {
        subsession_id: SubsessionId(split.subsession_id),
        strength_of_field: positive(split.event_strength_of_field).unwrap_or(0),
    };
    result.session_splits.iter().map(split).collect()
}

fn simsession(part: &SimsessionResults, simsession_type: SimsessionType) -> Simsession {
    Simsession {
        number: entrants::number(part),
        name: part.simsession_name.trim().to_owned(),
        simsession_type,
        weather: part.weather_result.as_ref().map(weather::measured),
    }
}

/// The classes that were raced: those that iRacing lists and that have entrants, then those that only rows name.
fn car_classes<'a, Rows: Iterator<Item = &'a ResultRow>>(
    result: &ResultsGet,
    entrants: &[Entrant],
    rows: impl Fn() -> Rows,
) -> Vec<CarClass> {
    let entries = |id: CarClassId| {
        u32::try_from(entrants.iter().filter(|entrant| entrant.car_class_id == id).count()).unwrap_or(u32::MAX)
    };
    let mut classes: Vec<_> = result
        .car_classes
        .iter()
        .map(|class| CarClass {
            car_class_id: CarClassId(class.car_class_id),
            name: class.name.trim().to_owned(),
            short_name: class.short_name.trim().to_owned(),
            strength_of_field: positive(class.strength_of_field),
            entries: positive(class.num_entries).unwrap_or_else(|| entries(CarClassId(class.car_class_id))),
        })
        .filter(|class| entries(class.car_class_id) > 0)
        .collect();
    for entrant in entrants {
        let id = entrant.car_class_id;
        if classes.iter().any(|class| class.car_class_id == id) {
            continue;
        }
        let row = rows().find(|row| row.car_class_id == Some(id.0) && row.car_class_name.is_some());
        let named = |text: Option<&String>| text.and_then(|text| name(text)).unwrap_or_else(|| format!("Class {id}"));
        classes.push(CarClass {
            car_class_id: id,
            name: named(row.and_then(|row| row.car_class_name.as_ref())),
            short_name: named(row.and_then(|row| row.car_class_short_name.as_ref())),
            strength_of_field: None,
            entries: entries(id),
        });
    }
    classes
}

/// The cars that were driven, each once a class.
fn cars(entrants: &[Entrant]) -> Vec<SessionCar> {
    let mut cars: Vec<SessionCar> = Vec::new();
    for entrant in entrants {
        let known = cars.iter().any(|car| car.car_id == entrant.car_id && car.car_class_id == entrant.car_class_id);
        if !known {
            cars.push(SessionCar {
                car_id: entrant.car_id,
                name: entrant.car_name.clone(),
                car_class_id: entrant.car_class_id,
            });
        }
    }
    cars
}
