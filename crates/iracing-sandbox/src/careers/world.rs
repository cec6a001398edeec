//! The generated world: every race of every demo driver, found by id and by search, with ratings that follow on.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::bodies::{Host, HostedCar, HostedColumns, OwnColumns, SearchRow, SeriesColumns, TrackRef};
use super::calendar::{DIRT_OVAL, DIRT_ROAD, FORMULA_CAR, OVAL, ROAD, SPLIT_OF_ROAD, SPORTS_CAR, category_in_words};
use super::catalogue::{Car, CarClass, Format, car, class, track};
use super::people;
use super::ratings::Rating;
use super::results::{LICENSE_GROUPS, Summary, champ_points, iso, private_session, summary};
use super::schedule::{Head, Kind, schedule};
use super::weekend::{Weekend, play, whole};
use super::{Careers, DemoDriver};

/// Events kept after they were made: enough for the requests about one race to share it.
const KEPT_WEEKENDS: usize = 24;

/// A demo driver's own result, as searches show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnResult {
    pub(crate) cust_id: i64,
    /// Negative id of the team, where it is a team event.
    pub(crate) team_id: Option<i64>,
    starting: i64,
    finish: i64,
    starting_in_class: i64,
    finish_in_class: i64,
    laps: i64,
    led: i64,
    incidents: i64,
    car: &'static Car,
    class: &'static CarClass,
    points: i64,
    license_class: u8,
}

/// A race with what searches show of it.
#[derive(Debug)]
pub(crate) struct Race {
    pub(crate) head: Head,
    pub(crate) summary: Summary,
    winner: i64,
    winner_ai: bool,
    drivers: i64,
    strength_of_field: i64,
    pub(crate) own: Vec<OwnResult>,
}

impl Race {
    /// Unix seconds.
    pub(crate) fn end(&self) -> i64 {
        self.head.start + self.summary.length
    }

    /// When results are published: some minutes after the end.
    pub(crate) fn available_at(&self) -> i64 {
        self.end() + 60 + (self.head.seed % 240) as i64
    }
}

/// A point of a rating chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RatingChange {
    /// Unix seconds of the end of the race.
    pub(crate) at: i64,
    pub(crate) rating: Rating,
}

type Standings = HashMap<(i64, u8), Vec<RatingChange>>;

/// The generated world.
pub(crate) struct World {
    pub(crate) drivers: Vec<DemoDriver>,
    /// By subsession id, which is by time too.
    races: Vec<Race>,
    /// Index into `races` of every split.
    by_subsession: BTreeMap<i64, (usize, usize)>,
    standings: Standings,
    weekends: Mutex<VecDeque<(i64, Arc<Weekend>)>>,
}

impl World {
    /// Plays the careers until `horizon` (Unix seconds).
    pub(crate) fn new(careers: &Careers, horizon: i64) -> Self {
        let mut standings: Standings = HashMap::new();
        let mut races = Vec::new();
        for mut head in schedule(&careers.drivers, careers.seed, horizon) {
            for hero in &mut head.heroes {
                hero.before = rating_in(&standings, hero.cust_id, head.category);
            }
            let weekend = play(&head, head.split);
            let summary = summary(&head, &weekend);
            let own = own_results(&mut head, &weekend);
            for hero in &head.heroes {
                if hero.after != hero.before {
                    let change = RatingChange { at: head.start + summary.length, rating: hero.after };
                    standings.entry((hero.cust_id, head.category)).or_default().push(change);
                }
            }
            let winner = &weekend.entrants[summary.winner];
            races.push(Race {
                winner: winner.group_id,
                winner_ai: winner.ai,
                drivers: weekend.entrants.iter().map(|entrant| entrant.seats.len() as i64).sum(),
                strength_of_field: weekend.strength_of_field,
                summary,
                own,
                head,
            });
        }
        let by_subsession = races
            .iter()
            .enumerate()
            .flat_map(|(index, race)| {
                let ids = super::results::split_ids(&race.head);
                ids.into_iter().enumerate().map(move |(split, id)| (id, (index, split)))
            })
            .collect();
        Self { drivers: careers.drivers.clone(), races, by_subsession, standings, weekends: Mutex::default() }
    }

    pub(crate) fn races(&self) -> impl Iterator<Item = &Race> {
        self.races.iter()
    }

    /// A race and which of its splits that subsession is.
    pub(crate) fn race(&self, subsession_id: i64) -> Option<(&Race, usize)> {
        let &(index, split) = self.by_subsession.get(&subsession_id)?;
        Some((&self.races[index], split))
    }

    /// The whole event, made now or a short while ago.
    pub(crate) fn weekend(&self, subsession_id: i64, race: &Race, split: usize) -> Arc<Weekend> {
        let kept = self.weekends.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, weekend)) = kept.iter().find(|(id, _)| *id == subsession_id) {
            return Arc::clone(weekend);
        }
        drop(kept);
        let weekend = Arc::new(whole(&race.head, split));
        let mut kept = self.weekends.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_WEEKENDS {
            kept.pop_front();
        }
        kept.push_back((subsession_id, Arc::clone(&weekend)));
        weekend
    }

    pub(crate) fn driver(&self, cust_id: i64) -> Option<&DemoDriver> {
        self.drivers.iter().find(|driver| driver.cust_id == cust_id)
    }

    /// The name of a demo driver or of a made-up member.
    pub(crate) fn name(&self, cust_id: i64) -> String {
        self.driver(cust_id).map_or_else(|| people::name(cust_id), |driver| driver.display_name.clone())
    }

    /// What a member holds in a category after the races that ended by `now` (Unix seconds).
    pub(crate) fn rating(&self, cust_id: i64, category: u8, now: i64) -> Rating {
        let legacy = matches!(category, SPORTS_CAR | FORMULA_CAR);
        let last = |category| {
            let changes = self.standings.get(&(cust_id, category))?;
            changes.iter().rev().find(|change| change.at <= now).map(|change| change.rating)
        };
        last(category).or_else(|| if legacy { last(ROAD) } else { None }).unwrap_or(Rating::NEW)
    }

    /// The changes of a member's rating in a category by `now`.
    pub(crate) fn history(&self, cust_id: i64, category: u8, now: i64) -> impl Iterator<Item = RatingChange> {
        let changes = self.standings.get(&(cust_id, category)).map_or(&[][..], Vec::as_slice);
        changes.iter().copied().filter(move |change| change.at <= now)
    }

    /// The row of a search; with `cust_id` the series search adds that member's own result.
    pub(crate) fn search_row(&self, race: &Race, cust_id: Option<i64>) -> SearchRow {
        let head = &race.head;
        let track = track(head.track);
        let in_series = head.kind.in_series();
        let own = cust_id.and_then(|id| race.own.iter().find(|own| own.cust_id == id)).filter(|_| in_series);
        let winner_name = match (race.winner_ai, race.winner) {
            (true, id) => format!("AI {}", people::name(id)),
            (false, team) if team < 0 => people::team_name(team),
            (false, id) => self.name(id),
        };
        SearchRow {
            session_id: head.session_id,
            subsession_id: head.subsession_id,
            start_time: iso(head.start),
            end_time: iso(race.end()),
            license_category_id: head.category,
            num_drivers: race.drivers,
            num_cautions: race.summary.cautions,
            num_caution_laps: race.summary.caution_laps,
            num_lead_changes: race.summary.lead_changes,
            event_average_lap: race.summary.average_lap,
            event_best_lap_time: race.summary.best_lap,
            event_laps_complete: race.summary.laps,
            driver_changes: head.format == Format::Team,
            winner_group_id: race.winner,
            winner_name: Some(winner_name),
            winner_ai: race.winner_ai,
            track: TrackRef {
                category: None,
                category_id: None,
                config_name: track.config_name(),
                track_id: track.id,
                track_name: track.name,
            },
            series: in_series.then(|| SeriesColumns {
                license_category: category_in_words(head.category),
                official_session: head.kind == Kind::Official,
                season_id: head.series.season_id(head.week),
                season_year: head.week.year,
                season_quarter: head.week.quarter,
                event_type: 5,
                event_type_name: "Race",
                series_id: head.series.id,
                series_name: head.series.name,
                series_short_name: head.series.name,
                race_week_num: head.week.week,
                event_strength_of_field: race.strength_of_field,
            }),
            own: own.map(own_columns),
            hosted: (!in_series).then(|| self.hosted_columns(race)).flatten(),
        }
    }

    fn hosted_columns(&self, race: &Race) -> Option<HostedColumns> {
        let head = &race.head;
        let private = private_session(head)?;
        let practice_only = head.kind == Kind::Practice;
        Some(HostedColumns {
            private_session_id: head.session_id / 70,
            session_name: private.session_name,
            league_id: private.league_id,
            league_name: private.league_name,
            league_season_id: private.league_season_id,
            league_season_name: private.league_season_name,
            created: iso(head.start - 12),
            practice_length: if practice_only { 60 } else { 15 },
            qualify_length: if practice_only { 0 } else { 8 },
            qualify_laps: if practice_only { 0 } else { 2 },
            race_length: 0,
            race_laps: head.laps as i64,
            heat_race: head.format == Format::Heat,
            host: Host {
                cust_id: private.host_id,
                display_name: self.name(private.host_id),
                helmet: people::helmet(private.host_id),
            },
            cars: head
                .classes
                .iter()
                .map(|&id| class(id))
                .flat_map(|class| {
                    let cars = if class.cars.is_empty() { head.hosted_cars } else { class.cars };
                    cars.iter().map(move |&id| (class, car(id)))
                })
                .map(|(class, car)| HostedCar {
                    car_id: car.id,
                    car_name: car.name,
                    car_class_id: class.id,
                    car_class_name: class.name,
                    car_class_short_name: class.name,
                    car_name_abbreviated: car.abbreviation,
                })
                .collect(),
        })
    }

    /// The strength of field that searches show.
    pub(crate) fn strength_of_field(race: &Race) -> i64 {
        race.strength_of_field
    }

    /// Who won, and whether that was an AI driver.
    pub(crate) fn winner(race: &Race) -> i64 {
        race.winner
    }
}

impl OwnResult {
    /// What `member_recent_races` shows of it: start and finish are 1-based there.
    pub(crate) fn recent(&self) -> RecentResult {
        RecentResult {
            start_position: self.starting + 1,
            finish_position: self.finish + 1,
            laps: self.laps,
            laps_led: self.led,
            incidents: self.incidents,
            points: self.points,
            car_id: self.car.id,
            car_class_id: self.class.id,
        }
    }
}

/// Part of a row of `member_recent_races`.
#[derive(Debug, serde::Serialize)]
pub(crate) struct RecentResult {
    start_position: i64,
    finish_position: i64,
    laps: i64,
    laps_led: i64,
    incidents: i64,
    points: i64,
    pub(crate) car_id: i64,
    car_class_id: i64,
}

/// What a member holds at that point of the story; the two halves of Road begin with what Road ended with.
fn rating_in(standings: &Standings, cust_id: i64, category: u8) -> Rating {
    let last = |category| standings.get(&(cust_id, category)).and_then(|changes: &Vec<RatingChange>| changes.last());
    match category {
        SPORTS_CAR | FORMULA_CAR => last(category).or_else(|| last(ROAD)),
        OVAL | ROAD | DIRT_OVAL | DIRT_ROAD => last(category),
        _ => None,
    }
    .map_or(Rating::NEW, |change| change.rating)
}

/// The time from which a category exists (and the legacy Road no longer), in Unix seconds.
pub(crate) fn category_begins(category: u8) -> Option<i64> {
    matches!(category, SPORTS_CAR | FORMULA_CAR).then_some(SPLIT_OF_ROAD)
}

fn own_results(head: &mut Head, weekend: &Weekend) -> Vec<OwnResult> {
    let main = weekend.main();
    let run = &main.run;
    let mut own = Vec::new();
    for hero in &mut head.heroes {
        let seat_of = |index: usize| weekend.entrants[index].seats.iter().position(|seat| seat.cust_id == hero.cust_id);
        let Some((finish, index, seat)) =
            run.order.iter().enumerate().find_map(|(place, &index)| Some((place as i64, index, seat_of(index)?)))
        else {
            continue;
        };
        hero.after = weekend.after[index][seat];
        own.push((hero.cust_id, hero.before.class, finish, index, seat));
    }
    own.into_iter()
        .map(|(cust_id, license_class, finish, index, seat)| {
            let entrant = &weekend.entrants[index];
            let car_run = &run.cars[index];
            let in_class = |other: &&usize| weekend.entrants[**other].class_index == entrant.class_index;
            let before = |other: &&usize| run.cars[**other].grid < car_run.grid;
            let finish_in_class = run.order[..finish as usize].iter().filter(in_class).count() as i64;
            OwnResult {
                cust_id,
                team_id: entrant.is_team().then_some(entrant.group_id),
                starting: car_run.grid,
                finish,
                starting_in_class: match car_run.grid {
                    -1 => -1,
                    _ => run.order.iter().filter(in_class).filter(before).count() as i64,
                },
                finish_in_class,
                laps: (1..car_run.crossings.len()).filter(|&lap| car_run.crossings[lap].seat == seat).count() as i64,
                led: car_run.led[seat],
                incidents: car_run.points[seat],
                car: entrant.car,
                class: entrant.class,
                points: champ_points(head, weekend, entrant.class_index, finish_in_class, car_run.started),
                license_class,
            }
        })
        .collect()
}

fn own_columns(own: &OwnResult) -> OwnColumns {
    OwnColumns {
        cust_id: own.cust_id,
        starting_position: own.starting,
        finish_position: own.finish,
        starting_position_in_class: own.starting_in_class,
        finish_position_in_class: own.finish_in_class,
        laps_complete: own.laps,
        laps_led: own.led,
        incidents: own.incidents,
        car_id: own.car.id,
        car_name: own.car.name,
        car_name_abbreviated: own.car.abbreviation,
        car_class_id: own.class.id,
        car_class_name: own.class.name,
        car_class_short_name: own.class.name,
        champ_points: own.points,
        drop_race: false,
        season_license_group: i64::from(own.license_class) + 1,
        season_license_group_name: LICENSE_GROUPS[usize::from(own.license_class)],
    }
}
