//! Who took part: rows of all simsessions, gathered by entrant.

use crate::{count, one_based, positive, time};
use domain::{
    CarClassId, CarId, DriverId, EntrantId, TeamId,
    session::{Entrant, Ratings, SimsessionResult, SimsessionType, TeamDriver},
};
use iracing::models::results::{ResultRow, ResultsGet, SimsessionResults};
use std::collections::HashMap;

/// Gathers entrants, those of the main event first and in the order of its result.
///
/// `parts` begin with the main event, so that what describes an entrant (car, number, name) comes from there if they
/// took part in it.
pub(crate) fn gather(parts: &[(&SimsessionResults, SimsessionType)], result: &ResultsGet) -> Vec<Entrant> {
    let mut identities = Identities::default();
    let mut places: HashMap<EntrantId, usize> = HashMap::new();
    let mut entrants: Vec<Entrant> = Vec::new();
    for (part, kind) in parts {
        for row in &part.results {
            let id = identities.of(row);
            let place = *places.entry(id).or_insert_with(|| {
                entrants.push(described(id, row, result));
                entrants.len() - 1
            });
            let entrant = &mut entrants[place];
            let mut result = simsession_result(part, *kind, row);
            // Teams that went out have 0 laps in their own row (11 of 59 in 82799850); their drivers' rows have them.
            let driven =
                row.driver_results.iter().filter_map(|member| count(member.laps_complete)).fold(0, u32::saturating_add);
            result.laps_complete = result.laps_complete.max(driven);
            entrant.results.push(result);
            for member in &row.driver_results {
                let Some(driver_id) = member.cust_id.map(DriverId) else { continue };
                let driver_result = simsession_result(part, *kind, member);
                match entrant.drivers.iter_mut().find(|known| known.driver_id == driver_id) {
                    Some(known) => known.results.push(driver_result),
                    None => entrant.drivers.push(TeamDriver {
                        driver_id,
                        name: member.display_name.trim().to_owned(),
                        results: vec![driver_result],
                    }),
                }
            }
        }
    }
    for entrant in &mut entrants {
        entrant.results.sort_by_key(|result| result.simsession);
        for driver in &mut entrant.drivers {
            driver.results.sort_by_key(|result| result.simsession);
        }
    }
    entrants
}

/// Tells entrants apart. AI drivers without an id get a number by their name and car number.
#[derive(Default)]
struct Identities {
    nameless: HashMap<(String, String), i64>,
}

impl Identities {
    fn of(&mut self, row: &ResultRow) -> EntrantId {
        let team =
            row.team_id.filter(|team| *team < 0).filter(|_| row.cust_id.is_none() || !row.driver_results.is_empty());
        match (row.ai, team, row.cust_id) {
            (true, _, Some(number)) => EntrantId::Ai(number),
            (false, Some(team), _) => EntrantId::Team(TeamId(team)),
            (false, None, Some(driver)) if driver > 0 => EntrantId::Driver(DriverId(driver)),
            // No member: never to be joined with one.
            (true, _, None) | (false, None, _) => {
                let known = i64::try_from(self.nameless.len()).unwrap_or(i64::MAX);
                let key = (row.display_name.trim().to_owned(), car_number(row));
                EntrantId::Ai(*self.nameless.entry(key).or_insert(known + 1))
            }
        }
    }
}

fn described(id: EntrantId, row: &ResultRow, result: &ResultsGet) -> Entrant {
    let car_id = CarId(row.car_id.unwrap_or_default());
    let country_code = row.country_code.as_deref().and_then(crate::name);
    Entrant {
        entrant_id: id,
        name: row.display_name.trim().to_owned(),
        car_number: car_number(row),
        car_id,
        // Results of 2021 name no cars.
        car_name: row.car_name.as_deref().and_then(crate::name).unwrap_or_else(|| format!("Car {car_id}")),
        car_class_id: CarClassId(row.car_class_id.unwrap_or_else(|| only_class(result))),
        division: row.division.and_then(|division| i32::try_from(division).ok()),
        // `GO` is iRacing's country of teams and AI drivers.
        country_code: country_code.filter(|code| code != "GO"),
        results: Vec::new(),
        drivers: Vec::new(),
    }
}

fn only_class(result: &ResultsGet) -> i64 {
    result.car_classes.first().map_or(0, |class| class.car_class_id)
}

fn car_number(row: &ResultRow) -> String {
    row.livery.as_ref().map(|livery| livery.car_number.trim().to_owned()).unwrap_or_default()
}

fn simsession_result(part: &SimsessionResults, kind: SimsessionType, row: &ResultRow) -> SimsessionResult {
    let is_race = kind == SimsessionType::Race;
    let qualifying_time = time(row.best_qual_lap_time).or(time(row.best_lap_time));
    SimsessionResult {
        simsession: number(part),
        position: one_based(row.finish_position),
        position_in_class: one_based(row.finish_position_in_class),
        start_position: one_based(row.starting_position),
        start_position_in_class: one_based(row.starting_position_in_class).or_else(|| grid_place_in_class(part, row)),
        laps_complete: count(row.laps_complete).unwrap_or(0),
        laps_led: count(row.laps_lead).unwrap_or(0),
        interval: row.interval.filter(|interval| *interval >= 0),
        class_interval: row.class_interval.filter(|interval| *interval >= 0),
        average_lap_time: time(row.average_lap),
        best_lap_time: time(row.best_lap_time),
        best_lap_number: positive(row.best_lap_num),
        qualifying_time: qualifying_time.filter(|_| kind == SimsessionType::Qualifying),
        incidents: count(row.incidents).unwrap_or(0),
        reason_out: reason_out(row),
        champ_points: row.champ_points.and_then(|points| i32::try_from(points).ok()).filter(|_| is_race),
        ratings: if is_race { ratings(row) } else { Ratings::default() },
    }
}

/// Results of 2021 lack it; it is the rank on the grid among those of the same class.
fn grid_place_in_class(part: &SimsessionResults, row: &ResultRow) -> Option<u32> {
    let place = row.starting_position?;
    let ahead = part.results.iter().filter(|other| {
        other.car_class_id == row.car_class_id && other.starting_position.is_some_and(|other| other < place)
    });
    u32::try_from(ahead.count() + 1).ok()
}

fn reason_out(row: &ResultRow) -> String {
    match (row.reason_out.trim(), row.reason_out_id) {
        ("", 0) => "Running".to_owned(),
        ("", id) => format!("Reason {id}"),
        (reason, _) => reason.to_owned(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "corners per incident need no more digits")]
fn ratings(row: &ResultRow) -> Ratings {
    let whole = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
    Ratings {
        old_irating: whole(row.oldi_rating),
        new_irating: whole(row.newi_rating),
        old_sub_level: whole(row.old_sub_level),
        new_sub_level: whole(row.new_sub_level),
        old_license_level: whole(row.old_license_level),
        new_license_level: whole(row.new_license_level),
        old_cpi: row.old_cpi.map(|cpi| cpi as f32),
        new_cpi: row.new_cpi.map(|cpi| cpi as f32),
    }
}

/// Numbers of simsessions are small; one that is not is kept apart from all that are.
pub(crate) fn number(part: &SimsessionResults) -> i32 {
    i32::try_from(part.simsession_number).unwrap_or(i32::MIN)
}
