//! An event as `results/get` tells it.

use super::bodies::{
    AllowedLicense, CarClassResult, CarId, EventResult, PrivateSession, RaceSummary, ResultRow, SimsessionResult,
    Split, TrackRef, TrackState,
};
use super::calendar::{category_in_results, category_in_words};
use super::catalogue::{Format, car, class, track};
use super::dice::{Dice, mix};
use super::field::{Entrant, entrants};
use super::people;
use super::ratings::strength_of_field;
use super::schedule::{Head, Kind};
use super::simulation::CarRun;
use super::weather::{weather, weather_result};
use super::weekend::{SessionType, Simsession, Weekend};

/// Names of groups of licence levels, from Rookie on.
pub(crate) const LICENSE_GROUPS: [&str; 7] = ["Rookie", "Class D", "Class C", "Class B", "Class A", "Pro", "Pro/WC"];

/// A time as the service writes it.
pub(crate) fn iso(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// What sums up a main event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) average_lap: i64,
    pub(crate) best_lap: i64,
    pub(crate) laps: i64,
    pub(crate) cautions: i64,
    pub(crate) caution_laps: i64,
    pub(crate) lead_changes: i64,
    /// Index of the winning entrant.
    pub(crate) winner: usize,
    /// Seconds from the start of the event to its end.
    pub(crate) length: i64,
}

/// Sums up the main event; lap 1 does not count for the best lap of a race.
pub(crate) fn summary(head: &Head, weekend: &Weekend) -> Summary {
    let none = Summary {
        average_lap: -1,
        best_lap: -1,
        laps: -1,
        cautions: -1,
        caution_laps: -1,
        lead_changes: -1,
        winner: 0,
        length: 3600,
    };
    let main = weekend.main();
    let winner = main.run.order.first().copied().unwrap_or(0);
    let is_race = main.kind == SessionType::Race;
    let first = if is_race { 2 } else { 1 };
    let best_lap = main.run.cars.iter().filter_map(|car| car.best(first)).map(|(_, time)| time).min().unwrap_or(-1);
    let last = main.run.cars.iter().map(CarRun::last_time).max().unwrap_or(0) / 10_000;
    if !is_race {
        return Summary { best_lap, winner, length: last + 600, ..none };
    }
    let heats: i64 = weekend
        .simsessions
        .iter()
        .filter(|simsession| simsession.kind == SessionType::Race && simsession.number != 0)
        .map(|heat| heat.run.cars.iter().map(CarRun::last_time).max().unwrap_or(0) / 10_000)
        .sum();
    Summary {
        average_lap: main.run.cars[winner].average(),
        best_lap,
        laps: main.run.cars[winner].laps(),
        cautions: main.run.cautions.len() as i64,
        caution_laps: main.run.cautions.iter().map(|caution| (caution.last_lap - caution.first_lap + 1) as i64).sum(),
        lead_changes: main.run.lead_changes,
        winner,
        length: head.lead_in() + heats + last + 180,
    }
}

/// The subsession ids of all splits, the strongest first.
pub(crate) fn split_ids(head: &Head) -> Vec<i64> {
    let first = head.subsession_id - head.split as i64;
    (0..head.splits as i64).map(|split| first + split).collect()
}

/// The name of a member or team.
pub(crate) type Names<'a> = &'a dyn Fn(i64) -> String;

/// The name that a row shows for an entrant.
pub(crate) fn entrant_name(entrant: &Entrant, names: Names<'_>) -> String {
    match entrant {
        Entrant { ai: true, .. } => format!("AI {}", people::name(entrant.group_id)),
        Entrant { group_id, .. } if *group_id < 0 => people::team_name(*group_id),
        Entrant { group_id, .. } => names(*group_id),
    }
}

/// The number on a car; leagues and hosted sessions have leading zeros now and then.
pub(crate) fn car_number(head: &Head, index: usize) -> String {
    match head.kind {
        Kind::Official | Kind::Unofficial => (index + 1).to_string(),
        _ => {
            let number = (index * 7 + 3) % 100;
            if index % 4 == 1 { format!("{number:03}") } else { number.to_string() }
        }
    }
}

/// What makes a session a hosted or league one; `None` for those of a series.
pub(crate) fn private_session(head: &Head) -> Option<PrivateSession> {
    if head.kind.in_series() {
        return None;
    }
    let mut dice = Dice::new(mix(head.seed, 700));
    let hero = head.heroes.first().map_or(0, |hero| hero.cust_id);
    let league = head.kind == Kind::League;
    let name = format!("{} evening", head.series.name);
    Some(PrivateSession {
        host_id: if dice.chance(0.3) { hero } else { people::rival(dice.below(people::POPULATION)) },
        session_name: match head.kind {
            Kind::League => format!("{} League - round {}", head.series.name, head.week.week + 1),
            Kind::Practice => format!("{name}, practice only"),
            _ => name,
        },
        league_id: if league { 5000 + head.series.id } else { 0 },
        league_name: league.then(|| format!("{} League", head.series.name)),
        league_season_id: if league { 78_000 + head.week.season_index() } else { 0 },
        league_season_name: league.then(|| format!("{} Season {}", head.week.year, head.week.quarter)),
        restrict_results: false,
    })
}

/// The whole answer.
pub(crate) fn event_result(head: &Head, split: usize, weekend: &Weekend, names: Names<'_>) -> EventResult {
    let summary = summary(head, weekend);
    let track = track(head.track);
    let ids = split_ids(head);
    let subsession_id = ids[split];
    let in_series = head.kind.in_series();
    let team = head.format == Format::Team;
    let heat_info_id = if head.format == Format::Heat { 59_000 + head.series.id } else { -1 };
    let practice_only = head.kind == Kind::Practice;
    let drivers: usize = weekend.entrants.iter().map(|entrant| entrant.seats.len()).sum();
    let short_name = format!("{} Season {}", head.week.year, head.week.quarter);
    EventResult {
        subsession_id,
        allowed_licenses: in_series.then(|| allowed_licenses(head)),
        associated_subsession_ids: ids.clone(),
        can_protest: in_series,
        car_classes: car_classes(head, weekend),
        caution_type: if summary.cautions > 0 { 1 } else { 2 },
        cooldown_minutes: 30,
        corners_per_lap: weekend.corners,
        damage_model: 0,
        driver_change_param1: -1,
        driver_change_param2: -1,
        driver_change_rule: if team { 2 } else { 0 },
        driver_changes: team,
        end_time: iso(head.start + summary.length),
        event_average_lap: summary.average_lap,
        event_best_lap_time: in_series.then_some(summary.best_lap),
        event_laps_complete: summary.laps,
        event_strength_of_field: weekend.strength_of_field,
        event_type: if practice_only { 2 } else { 5 },
        event_type_name: if practice_only { "Practice" } else { "Race" },
        heat_info_id,
        private: private_session(head),
        license_category: category_in_results(head.category),
        license_category_id: head.category,
        limit_minutes: 10_080,
        max_team_drivers: if team { 16 } else { 1 },
        max_weeks: if in_series { 12 } else { 13 },
        min_team_drivers: if team { 2 } else { 1 },
        num_caution_laps: summary.caution_laps,
        num_cautions: summary.cautions,
        num_drivers: in_series.then_some(drivers as i64),
        num_laps_for_qual_average: 2,
        num_laps_for_solo_average: 5,
        num_lead_changes: summary.lead_changes,
        official_session: head.kind == Kind::Official,
        points_type: "race",
        private_session_id: if in_series { -1 } else { head.session_id / 70 },
        race_summary: RaceSummary {
            subsession_id,
            average_lap: summary.average_lap,
            laps_complete: summary.laps,
            num_cautions: summary.cautions,
            num_caution_laps: summary.caution_laps,
            num_lead_changes: summary.lead_changes,
            field_strength: weekend.strength_of_field,
            heat_info_id: (heat_info_id > 0).then_some(heat_info_id),
            num_opt_laps: 0,
            has_opt_path: false,
            special_event_type: 0,
            special_event_type_text: "Not a special event",
        },
        race_week_num: if in_series { head.week.week } else { 0 },
        results_restricted: false,
        season_id: if in_series { head.series.season_id(head.week) } else { 0 },
        season_name: match in_series {
            true => format!("{} - {short_name}", head.series.name),
            false => "Hosted iRacing".to_owned(),
        },
        season_quarter: if in_series { head.week.quarter } else { 1 },
        season_short_name: if in_series { short_name } else { "Hosted iRacing".to_owned() },
        season_year: if in_series { head.week.year } else { 2000 },
        series_id: if in_series { head.series.id } else { 0 },
        series_logo: in_series.then(|| format!("seriesid_{}.png", head.series.id)),
        series_name: if in_series { head.series.name } else { "Hosted iRacing" },
        series_short_name: if in_series { head.series.name } else { "Hosted iRacing" },
        session_id: head.session_id,
        session_results: weekend
            .simsessions
            .iter()
            .map(|simsession| SimsessionResult {
                simsession_number: simsession.number,
                simsession_name: simsession.name,
                simsession_type: simsession.kind.id(),
                simsession_type_name: simsession.kind.text(),
                simsession_subtype: 0,
                weather_result: weather_result(head, simsession.number),
                results: rows(head, weekend, simsession, names),
            })
            .collect(),
        session_splits: in_series.then(|| {
            ids.iter()
                .enumerate()
                .map(|(other, &subsession_id)| {
                    let event_strength_of_field = match other == split {
                        true => weekend.strength_of_field,
                        false => {
                            strength_of_field(&entrants(head, other).iter().map(Entrant::irating).collect::<Vec<_>>())
                        }
                    };
                    Split { subsession_id, event_strength_of_field }
                })
                .collect()
        }),
        special_event_type: -1,
        start_time: iso(head.start),
        track: TrackRef {
            category: Some(category_in_words(track.category)),
            category_id: Some(track.category),
            config_name: track.config_name(),
            track_id: track.id,
            track_name: track.name,
        },
        track_state: TrackState {
            leave_marbles: false,
            practice_rubber: -1,
            qualify_rubber: -1,
            race_rubber: -1,
            warmup_rubber: -1,
        },
        weather: weather(head),
    }
}

fn allowed_licenses(head: &Head) -> Vec<AllowedLicense> {
    let first = i64::from(head.series.license_class);
    (first..7)
        .map(|group| AllowedLicense {
            group_name: LICENSE_GROUPS[group as usize],
            license_group: group + 1,
            max_license_level: group * 4 + 4,
            // The lowest group is let in from its highest level on.
            min_license_level: if group == first { group * 4 + 4 } else { group * 4 + 1 },
            parent_id: head.series.id,
        })
        .collect()
}

fn car_classes(head: &Head, weekend: &Weekend) -> Vec<CarClassResult> {
    head.classes
        .iter()
        .enumerate()
        .map(|(index, &id)| {
            let class = class(id);
            let entries: Vec<&Entrant> =
                weekend.entrants.iter().filter(|entrant| entrant.class_index == index).collect();
            let ratings: Vec<i64> = entries.iter().map(|entrant| entrant.irating()).collect();
            let cars = if class.cars.is_empty() { head.hosted_cars } else { class.cars };
            CarClassResult {
                car_class_id: id,
                short_name: class.name,
                name: class.name,
                strength_of_field: strength_of_field(&ratings),
                num_entries: entries.len() as i64,
                cars_in_class: cars.iter().map(|&id| CarId { car_id: car(id).id }).collect(),
            }
        })
        .collect()
}

/// Where an entrant is among all and in class, and how far behind.
struct Standing {
    position: i64,
    position_in_class: i64,
    grid_in_class: i64,
    interval: i64,
    class_interval: i64,
}

/// The gap to the leader: by best lap in timed sessions, by time on the same lap in races, -1 otherwise.
fn interval(kind: SessionType, leader: &CarRun, car: &CarRun) -> i64 {
    match kind {
        SessionType::Race if leader.laps() == car.laps() && car.laps() > 0 => car.last_time() - leader.last_time(),
        SessionType::Race => -1,
        _ => match (leader.best(1), car.best(1)) {
            (Some((_, first)), Some((_, own))) => own - first,
            _ => -1,
        },
    }
}

fn standings(weekend: &Weekend, simsession: &Simsession) -> Vec<Standing> {
    let run = &simsession.run;
    let in_class = |order: &[usize], index: usize| {
        let class = weekend.entrants[index].class_index;
        order
            .iter()
            .filter(|&&other| weekend.entrants[other].class_index == class)
            .position(|&other| other == index)
            .map_or(-1, |place| place as i64)
    };
    let mut grid: Vec<usize> = (0..run.cars.len()).filter(|&index| run.cars[index].grid >= 0).collect();
    grid.sort_by_key(|&index| run.cars[index].grid);
    run.order
        .iter()
        .enumerate()
        .map(|(place, &index)| {
            let class = weekend.entrants[index].class_index;
            let class_leader =
                run.order.iter().copied().find(|&other| weekend.entrants[other].class_index == class).unwrap_or(index);
            Standing {
                position: place as i64,
                position_in_class: in_class(&run.order, index),
                grid_in_class: in_class(&grid, index),
                interval: match run.order[0] == index {
                    true => 0,
                    false => interval(simsession.kind, &run.cars[run.order[0]], &run.cars[index]),
                },
                class_interval: match class_leader == index {
                    true => 0,
                    false => interval(simsession.kind, &run.cars[class_leader], &run.cars[index]),
                },
            }
        })
        .collect()
}

/// Championship points: the strength of field shared out from first to last in class.
pub(crate) fn champ_points(head: &Head, weekend: &Weekend, class_index: usize, place: i64, started: bool) -> i64 {
    if head.kind != Kind::Official || !started {
        return 0;
    }
    let entries = weekend.entrants.iter().filter(|entrant| entrant.class_index == class_index).count() as i64;
    (weekend.strength_of_field / 16) * (entries - place) / entries.max(1)
}

fn rows(head: &Head, weekend: &Weekend, simsession: &Simsession, names: Names<'_>) -> Vec<ResultRow> {
    let run = &simsession.run;
    standings(weekend, simsession)
        .iter()
        .zip(&run.order)
        .map(|(standing, &index)| {
            let entrant = &weekend.entrants[index];
            let mut row = row(head, weekend, simsession, standing, index, None);
            row.display_name = entrant_name(entrant, names);
            if entrant.is_team() {
                row.driver_results = Some(
                    entrant
                        .seats
                        .iter()
                        .enumerate()
                        .map(|(seat, driver)| ResultRow {
                            display_name: names(driver.cust_id),
                            ..self::row(head, weekend, simsession, standing, index, Some(seat))
                        })
                        .collect(),
                );
            }
            row
        })
        .collect()
}

/// One row; with a `seat`, that of a driver of a team.
fn row(
    head: &Head,
    weekend: &Weekend,
    simsession: &Simsession,
    standing: &Standing,
    index: usize,
    seat: Option<usize>,
) -> ResultRow {
    let entrant = &weekend.entrants[index];
    let car_run = &simsession.run.cars[index];
    let is_race = simsession.kind == SessionType::Race;
    let is_team_row = entrant.is_team() && seat.is_none();
    let person = &entrant.seats[seat.unwrap_or(0)];
    let after = weekend.after[index][seat.unwrap_or(0)];
    let drives = |lap: usize| seat.is_none_or(|seat| car_run.crossings[lap].seat == seat);
    let laps: Vec<usize> = (1..car_run.crossings.len()).filter(|&lap| drives(lap)).collect();
    let best = laps
        .iter()
        .filter(|&&lap| lap > 1 || !is_race)
        .map(|&lap| (car_run.lap_time(lap), lap as i64))
        .filter(|&(time, _)| time > 0)
        .min();
    let (best_time, best_num) = best.unwrap_or((-1, -1));
    let average = match seat {
        None => car_run.average(),
        Some(_) if laps.is_empty() => 0,
        Some(_) => {
            let sum: i64 = laps.iter().map(|&lap| car_run.crossings[lap].time - car_run.crossings[lap - 1].time).sum();
            sum / laps.len() as i64
        }
    };
    let qualified = simsession.kind == SessionType::Qualifying && best_time > 0;
    let flair = people::flair(person.cust_id);
    let unrated = is_team_row || entrant.ai;
    let rated = |value: i64| if unrated { -1 } else { value };
    let division = if unrated || !head.kind.in_series() { -1 } else { (9 - person.rating.irating / 500).clamp(0, 9) };
    let points = match is_race && simsession.number == 0 {
        true => champ_points(head, weekend, entrant.class_index, standing.position_in_class, car_run.started),
        false => 0,
    };
    ResultRow {
        team_id: entrant.is_team().then_some(entrant.group_id),
        cust_id: (!is_team_row).then_some(person.cust_id),
        display_name: String::new(),
        aggregate_champ_points: points,
        ai: entrant.ai,
        average_lap: average,
        best_lap_num: best_num,
        best_lap_time: best_time,
        best_nlaps_num: -1,
        best_nlaps_time: -1,
        best_qual_lap_at: match qualified {
            true => iso(head.start + 300 + car_run.crossings[best_num as usize].time / 10_000),
            false => "1970-01-01T00:00:00Z".to_owned(),
        },
        best_qual_lap_num: if qualified { best_num } else { -1 },
        best_qual_lap_time: if qualified { best_time } else { -1 },
        car_class_id: entrant.class.id,
        car_class_name: entrant.class.name,
        car_class_short_name: entrant.class.name,
        car_id: entrant.car.id,
        car_name: entrant.car.name,
        carcfg: -1,
        champ_points: points,
        class_interval: standing.class_interval,
        country_code: if is_team_row { "GO" } else { flair.country },
        division,
        division_name: (division >= 0).then(|| format!("Division {}", division + 1)),
        driver_results: None,
        drop_race: false,
        finish_position: standing.position,
        finish_position_in_class: standing.position_in_class,
        flair_id: if is_team_row { 2 } else { flair.id },
        flair_name: if is_team_row { "Global" } else { flair.name },
        flair_shortname: if is_team_row { "GLO" } else { flair.short },
        friend: false,
        helmet: (!is_team_row).then(|| people::helmet(person.cust_id)),
        incidents: seat.map_or(car_run.incidents(), |seat| car_run.points[seat]),
        interval: standing.interval,
        laps_complete: laps.len() as i64,
        laps_lead: seat.map_or(car_run.led.iter().sum(), |seat| car_run.led[seat]),
        league_agg_points: 0,
        league_points: 0,
        license_change_oval: -1,
        license_change_road: -1,
        livery: people::livery(entrant.group_id, entrant.car.id, &car_number(head, index)),
        max_pct_fuel_fill: -1,
        new_cpi: if unrated { -1.0 } else { (after.cpi * 1e6).round() / 1e6 },
        new_license_level: rated(after.license_level()),
        new_sub_level: rated(after.sub_level()),
        new_ttrating: rated(1350),
        newi_rating: rated(after.irating),
        old_cpi: if unrated { -1.0 } else { (person.rating.cpi * 1e6).round() / 1e6 },
        old_license_level: rated(person.rating.license_level()),
        old_sub_level: rated(person.rating.sub_level()),
        old_ttrating: rated(1350),
        oldi_rating: rated(person.rating.irating),
        opt_laps_complete: 0,
        position: standing.position,
        qual_lap_time: -1,
        reason_out: car_run.out.text(),
        reason_out_id: car_run.out.id(),
        starting_position: car_run.grid,
        starting_position_in_class: standing.grid_in_class,
        suit: people::suit(person.cust_id),
        watched: false,
        weight_penalty_kg: -1,
    }
}
