//! When who races what: the light part of a career, enough to list its races.

use super::calendar::{RaceWeek, category_at};
use super::catalogue::{Format, HOSTED_CLASS, Length, SERIES, Series, TEAM_SERIES, class, series, track};
use super::dice::{Dice, mix};
use super::ratings::Rating;
use super::{Career, DemoDriver};

/// What sort of session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of a series, with enough starters to count.
    Official,
    /// Of a series, under its minimum.
    Unofficial,
    /// Opened by a member.
    Hosted,
    /// Of a league.
    League,
    /// Opened by a member, practice only.
    Practice,
}

impl Kind {
    /// Whether the session belongs to a series (and is found by `search_series`).
    pub(crate) fn in_series(self) -> bool {
        matches!(self, Self::Official | Self::Unofficial)
    }
}

/// What becomes of an entrant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Finishes,
    DoesNotStart,
    /// Leaves after that share of the distance.
    Disconnects {
        share: f64,
    },
    /// Is taken out of the scoring.
    Invalidated,
}

/// A demo driver in a race.
#[derive(Debug, Clone)]
pub(crate) struct Hero {
    pub(crate) cust_id: i64,
    pub(crate) class_index: usize,
    pub(crate) car: i64,
    /// The iRating that the driver is really worth.
    pub(crate) skill: f64,
    pub(crate) fate: Fate,
    /// The ratings in the category of the race, filled in when the careers are played in order of time.
    pub(crate) before: Rating,
    pub(crate) after: Rating,
}

/// What searches show of a race; the rest is made when somebody asks for it.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) subsession_id: i64,
    pub(crate) session_id: i64,
    /// Unix seconds.
    pub(crate) start: i64,
    pub(crate) kind: Kind,
    pub(crate) format: Format,
    pub(crate) series: &'static Series,
    pub(crate) week: RaceWeek,
    pub(crate) category: u8,
    pub(crate) track: i64,
    pub(crate) classes: &'static [i64],
    pub(crate) hosted_cars: &'static [i64],
    pub(crate) laps: usize,
    pub(crate) field: usize,
    /// The iRating around which the field is.
    pub(crate) center: f64,
    /// Which of the splits this is, 0 the strongest, and how many there are.
    pub(crate) split: usize,
    pub(crate) splits: usize,
    pub(crate) qualifying: bool,
    pub(crate) ai: bool,
    pub(crate) seed: u64,
    pub(crate) heroes: Vec<Hero>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

impl Head {
    /// Seconds from the start of the session to the start of the race: practice and qualifying.
    pub(crate) fn lead_in(&self) -> i64 {
        match self.kind {
            Kind::Hosted | Kind::League => 25 * MINUTE,
            Kind::Practice => 0,
            _ => 9 * MINUTE,
        }
    }

    /// About how long the session takes, in seconds.
    pub(crate) fn estimated_length(&self) -> i64 {
        let slowest = self.classes.iter().map(|&id| class(id).pace).fold(0.7, f64::max);
        let lap = track(self.track).nominal_lap * slowest * 1.2;
        let heats = if self.format == Format::Heat { 2.0 } else { 1.0 };
        self.lead_in() + (lap * self.laps as f64 * heats) as i64 + 20 * MINUTE
    }
}

/// Race laps of a series at a track.
fn race_laps(series: &Series, track_id: i64) -> usize {
    let fastest = series.classes.iter().map(|&id| class(id).pace).fold(f64::MAX, f64::min);
    match series.length {
        Length::Laps(laps) => laps as usize,
        Length::Minutes(minutes) => {
            ((minutes * MINUTE) as f64 / (track(track_id).nominal_lap * fastest)).ceil().max(2.0) as usize
        }
    }
}

/// What a race to be scheduled should be.
struct Wish {
    series: &'static Series,
    kind: Kind,
    fate: Fate,
    ai: bool,
}

/// Builds the head of a race at about that time; the start is put on the series' timetable.
fn head(driver: &DemoDriver, wish: &Wish, at: i64, dice: &mut Dice) -> Head {
    let Wish { series, kind, fate, ai } = *wish;
    let every = series.every * MINUTE;
    let start = if kind.in_series() { (at + every - 1) / every * every } else { at };
    let week = RaceWeek::at(start);
    let format = if kind.in_series() { series.format } else { Format::Solo };
    let hosted = !kind.in_series();
    let track_id = if hosted { *dice.pick(series.tracks) } else { series.track_of(week) };
    let classes: &'static [i64] = if hosted && series.classes.len() == 1 { &[0] } else { series.classes };
    let class_index = dice.below(classes.len());
    let cars =
        class(if classes[class_index] == HOSTED_CLASS.id { series.classes[0] } else { classes[class_index] }).cars;
    // Loyal to a car for a season.
    let car = cars[(mix(driver.cust_id as u64, week.season_index() as u64) % cars.len() as u64) as usize];
    let most = series.max_starters.min(track(track_id).max_cars);
    let least = series.min_starters.max(8).min(most);
    let (field, splits) = match kind {
        Kind::Official => (least + ((most - least) as f64 * dice.unit().sqrt()) as i64, 1 + dice.below(5)),
        Kind::Unofficial => (dice.between(3, (series.min_starters - 1).max(3)), 1),
        Kind::League => (dice.between(12.min(most), 30.min(most)), 1),
        Kind::Hosted => (dice.between(8.min(most), 24.min(most)), 1),
        Kind::Practice => (dice.between(2, 6), 1),
    };
    let skill = driver.skill(start, series.category, dice);
    let split = dice.below(splits);
    Head {
        subsession_id: 0,
        session_id: 0,
        start,
        kind,
        format,
        series,
        week,
        category: category_at(series.category, start),
        track: track_id,
        classes,
        hosted_cars: class(series.classes[0]).cars,
        laps: match kind {
            Kind::Practice => 0,
            _ => race_laps(series, track_id),
        },
        field: field.max(2) as usize,
        center: skill * 0.85 + 270.0 + 120.0 * dice.bell(),
        split,
        splits,
        qualifying: dice.chance(0.9),
        ai,
        seed: dice.next(),
        heroes: vec![Hero {
            cust_id: driver.cust_id,
            class_index,
            car,
            skill,
            fate,
            before: Rating::NEW,
            after: Rating::NEW,
        }],
    }
}

/// Series that a driver may enter after so many days of membership, favourites more than once.
fn choices(driver: &DemoDriver, at: i64) -> Vec<&'static Series> {
    let days = (at - driver.joined()) / DAY;
    let license = match days {
        ..41 => 0,
        41..161 => 1,
        161..501 => 2,
        _ => 3,
    };
    let week = RaceWeek::at(at);
    let favourite = driver.favourites[(week.season_index() as usize) % driver.favourites.len()];
    let mut list = Vec::new();
    for series in SERIES.iter().filter(|series| series.license_class <= license && series.exists_in(week)) {
        if series.format == Format::Team {
            continue;
        }
        let copies = match series.id == favourite {
            true => 24,
            false if driver.favourites.contains(&series.id) => 5,
            false => 1,
        };
        list.extend(std::iter::repeat_n(series, copies));
    }
    list
}

fn wish(driver: &DemoDriver, at: i64, dice: &mut Dice) -> Wish {
    let list = choices(driver, at);
    let series = list[dice.below(list.len())];
    let fate = match dice.unit() {
        roll if roll < 0.035 => Fate::Disconnects { share: dice.unit() },
        roll if roll < 0.047 => Fate::DoesNotStart,
        _ => Fate::Finishes,
    };
    let solo = Wish { series, kind: Kind::Official, fate, ai: false };
    match dice.unit() {
        roll if roll < 0.015 => Wish { series: super::catalogue::series(TEAM_SERIES), ..solo },
        roll if roll < 0.045 => Wish { kind: Kind::League, ..solo },
        roll if roll < 0.070 => Wish { kind: Kind::Hosted, ai: dice.chance(0.3), ..solo },
        roll if roll < 0.080 => Wish { kind: Kind::Practice, ..solo },
        roll if roll < 0.105 => Wish { kind: Kind::Unofficial, ..solo },
        _ => solo,
    }
}

/// The races of a regular driver from joining until `horizon` (Unix seconds). A later horizon only adds races.
fn regular(driver: &DemoDriver, seed: u64, evenings_a_year: f64, horizon: i64) -> Vec<Head> {
    let mut dice = Dice::new(mix(seed, driver.cust_id as u64));
    let mut heads = Vec::new();
    // There is one evening a day: who wants more has longer ones.
    let nights = (evenings_a_year / 365.0).max(1.0) as usize;
    let mut day = driver.joined() / DAY + 1;
    while day * DAY < horizon {
        let mut at = day * DAY + dice.between(17 * HOUR, 21 * HOUR) + dice.between(0, 59);
        for _ in 0..1 + dice.below(3 * nights) {
            let wish = wish(driver, at, &mut dice);
            let race = head(driver, &wish, at, &mut dice);
            let (start, length) = (race.start, race.estimated_length());
            heads.push(race);
            if wish.kind == Kind::Official && dice.chance(0.003) {
                // A second session that starts in the same second and that the driver never joined.
                let twin = Wish { kind: Kind::Hosted, fate: Fate::DoesNotStart, ..wish };
                heads.push(head(driver, &twin, start, &mut dice));
            }
            at = start + length + dice.between(3 * MINUTE, 20 * MINUTE);
        }
        let pause = if dice.chance(0.012) { dice.between(14, 45) } else { 0 };
        let usual = 365.0 / evenings_a_year;
        day = (at / DAY).max(day) + 1 + (usual * 1.55 * dice.unit() * dice.unit() * 2.0) as i64 + pause;
    }
    heads.retain(|head| head.start < horizon);
    heads
}

/// A dozen races with one special case each, in 2025 and January 2026.
fn showcase(driver: &DemoDriver, seed: u64) -> Vec<Head> {
    let mut dice = Dice::new(mix(seed, driver.cust_id as u64));
    let gone = Fate::Disconnects { share: 0.45 };
    let cases: [(i64, Kind, Fate, bool); 13] = [
        (139, Kind::Official, Fate::Finishes, false),
        (514, Kind::Official, gone, false),
        (139, Kind::Unofficial, Fate::Finishes, false),
        (491, Kind::Official, Fate::DoesNotStart, false),
        (419, Kind::Official, Fate::Finishes, false),
        (404, Kind::Official, Fate::Finishes, false),
        (447, Kind::League, Fate::Finishes, false),
        (299, Kind::Hosted, Fate::Finishes, true),
        (447, Kind::Practice, Fate::Finishes, false),
        (TEAM_SERIES, Kind::Official, Fate::Finishes, false),
        (58, Kind::Official, Fate::Finishes, false),
        (414, Kind::Official, Fate::Finishes, false),
        (414, Kind::Hosted, Fate::DoesNotStart, false),
    ];
    let mut heads: Vec<Head> = Vec::new();
    let mut at = driver.joined() + 9 * DAY + 18 * HOUR + 7;
    for (index, (id, kind, fate, ai)) in cases.into_iter().enumerate() {
        let wish = Wish { series: series(id), kind, fate, ai };
        // The last two start in the same second.
        if index == 12 {
            at = heads[11].start;
        }
        heads.push(head(driver, &wish, at, &mut dice));
        at += dice.between(16, 26) * DAY;
    }
    heads
}

/// The races of all drivers until `horizon`, by time, with their ids; demo drivers meet in some of them.
pub(crate) fn schedule(drivers: &[DemoDriver], seed: u64, horizon: i64) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    for driver in drivers {
        match driver.career {
            Career::Regular { evenings_a_year, .. } => heads.extend(regular(driver, seed, evenings_a_year, horizon)),
            Career::Showcase => heads.extend(showcase(driver, seed)),
            Career::None => {}
        }
    }
    heads.sort_by_key(|head| head.start);
    meet(drivers, &mut heads);
    number(&mut heads);
    heads
}

/// Lets each further regular driver take some races beside the first one instead of apart.
fn meet(drivers: &[DemoDriver], heads: &mut Vec<Head>) {
    let Some(host) = drivers.iter().find(|driver| matches!(driver.career, Career::Regular { .. })) else { return };
    let guests: Vec<i64> =
        drivers.iter().filter(|driver| driver.cust_id != host.cust_id).map(|driver| driver.cust_id).collect();
    let mut count = 0;
    let mut index = 0;
    while index < heads.len() {
        let hero = heads[index].heroes[0].clone();
        let may_move = heads[index].kind == Kind::Official
            && heads[index].format == Format::Solo
            && guests.contains(&hero.cust_id)
            && drivers
                .iter()
                .any(|driver| driver.cust_id == hero.cust_id && matches!(driver.career, Career::Regular { .. }));
        if may_move {
            count += 1;
            let from = heads[index].start;
            let target = heads.iter().position(|other| {
                other.start >= from
                    && other.start < from + 2 * DAY
                    && other.heroes.len() == 1
                    && other.heroes[0].cust_id == host.cust_id
                    && other.kind == Kind::Official
                    && other.format == Format::Solo
            });
            if let Some(target) = target.filter(|_| count % 3 == 0) {
                let class_index = heads[target].heroes[0].class_index;
                let cars = class(heads[target].classes[class_index]).cars;
                let skill = hero.skill;
                heads[target].heroes.push(Hero { class_index, car: cars[0], skill, ..hero });
                heads.remove(index);
                continue;
            }
        }
        index += 1;
    }
}

/// Gives ids that grow with time, about as fast as the real ones did; splits follow one another.
fn number(heads: &mut [Head]) {
    let mut next = 1_000_000;
    for head in heads {
        // 43,625,377 on 2022-01-02 and 82,263,872 on 2025-12-28.
        let usual = 43_625_377 + (head.start - 1_641_118_500) * 38_638_495 / 125_835_300;
        let first = usual.max(next);
        next = first + head.splits as i64;
        head.subsession_id = first + head.split as i64;
        head.session_id = first * 3 + 49_000_000;
    }
}
