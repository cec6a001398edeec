//! Who takes part in a race: rivals around a strength, demo drivers among them, teams, AI drivers.

use super::calendar::{DIRT_OVAL, DIRT_ROAD};
use super::catalogue::{Car, CarClass, Format, Track, car, class, track};
use super::dice::{Dice, mix};
use super::people;
use super::ratings::Rating;
use super::schedule::{Fate, Head, Kind};

/// A driver of a car.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) cust_id: i64,
    pub(crate) rating: Rating,
}

/// A car in a race with those who drive it.
#[derive(Debug, Clone)]
pub(crate) struct Entrant {
    /// Customer id, negative team id, or a small number for an AI driver.
    pub(crate) group_id: i64,
    pub(crate) seats: Vec<Seat>,
    pub(crate) ai: bool,
    /// Index into the classes of the race.
    pub(crate) class_index: usize,
    pub(crate) class: &'static CarClass,
    pub(crate) car: &'static Car,
    /// Usual lap time in seconds.
    pub(crate) pace: f64,
    /// Chance of an incident in a lap.
    pub(crate) risk: f64,
    pub(crate) fate: Fate,
}

impl Entrant {
    /// The iRating the car counts with: that of its driver, or the mean of the team's.
    pub(crate) fn irating(&self) -> i64 {
        let sum: i64 = self.seats.iter().map(|seat| seat.rating.irating).sum();
        sum / self.seats.len().max(1) as i64
    }

    pub(crate) fn is_team(&self) -> bool {
        self.group_id < 0
    }
}

/// The lap time in seconds of a driver of that skill.
fn pace(track: &Track, class: &CarClass, skill: f64, dice: &mut Dice) -> f64 {
    let behind = ((3200.0 - skill) / 1000.0).clamp(-1.6, 2.4);
    // The form of the day is about as large as a thousand points: the formula of iRating expects that much luck.
    track.nominal_lap * class.pace * (1.0 + 0.009 * behind + 0.007 * dice.bell())
}

/// The chance of an incident in a lap of a driver of that skill: an incident has about 1.7 points.
fn risk(track: &Track, skill: f64) -> f64 {
    let corners_per_point = (12.0 + (skill - 1000.0) * 0.024).clamp(12.0, 75.0);
    let dirt = if matches!(track.category, DIRT_OVAL | DIRT_ROAD) { 1.3 } else { 1.0 };
    (track.corners as f64 * dirt / corners_per_point / 1.7).clamp(0.01, 0.45)
}

fn rival_rating(rank: usize, dice: &mut Dice) -> Rating {
    let irating = (people::irating_at(rank) * (1.0 + 0.05 * dice.bell())).round() as i64;
    let class = ((irating - 900) / 450 + dice.between(-1, 1)).clamp(0, 4) as u8;
    let usual = [13.0, 19.0, 27.0, 37.0, 55.0][usize::from(class)];
    Rating { irating, cpi: usual * (0.35 * dice.bell()).exp(), class, races_in_class: 9 }
}

/// Draws rivals that are not in the race yet.
struct Draw {
    taken: Vec<i64>,
}

impl Draw {
    fn seat(&mut self, center: f64, spread: f64, dice: &mut Dice) -> Seat {
        let mut rank = people::rank_around(center + spread * dice.bell());
        while self.taken.contains(&people::rival(rank)) {
            rank = (rank + 7) % people::POPULATION;
        }
        let cust_id = people::rival(rank);
        self.taken.push(cust_id);
        Seat { cust_id, rating: rival_rating(rank, dice) }
    }
}

/// The entrants of one split of a race, best iRating first as cars are numbered.
///
/// Demo drivers take part in the race's own split only; the ratings with which they do are those in `head.heroes`.
pub(crate) fn entrants(head: &Head, split: usize) -> Vec<Entrant> {
    let own_split = split == head.split;
    let mut dice = Dice::new(mix(head.seed, 100 + split as u64));
    let track = track(head.track);
    let classes: Vec<&'static CarClass> = head.classes.iter().map(|&id| class(id)).collect();
    // Better drivers are in the splits before ours.
    let center = head.center + 330.0 * (head.split as f64 - split as f64);
    let mut draw = Draw { taken: head.heroes.iter().map(|hero| hero.cust_id).collect() };
    let mut field: Vec<Entrant> = Vec::with_capacity(head.field);
    let may_retire = (head.field / 4).max(1);
    let mut retiring = 0;
    for index in 0..head.field {
        let hero = head.heroes.get(index).filter(|_| own_split);
        let class_index = match hero {
            Some(hero) => hero.class_index,
            None => dice.below(classes.len()),
        };
        let class = classes[class_index];
        let cars: &[i64] = if class.cars.is_empty() { head.hosted_cars } else { class.cars };
        let car = match hero {
            Some(hero) => car(hero.car),
            None => car(*dice.pick(cars)),
        };
        let seat = match hero {
            Some(hero) => Seat { cust_id: hero.cust_id, rating: hero.before },
            None => draw.seat(center, 340.0, &mut dice),
        };
        let ai = hero.is_none() && head.ai && index % 2 == 1;
        let skill = match hero {
            Some(hero) => hero.skill,
            None => seat.rating.irating as f64,
        };
        let mut fate = Fate::Finishes;
        if let Some(hero) = hero {
            fate = hero.fate;
        } else if !ai && retiring < may_retire && dice.chance(0.10) {
            retiring += 1;
            fate = match dice.below(12) {
                0..=2 => Fate::DoesNotStart,
                3..=10 => Fate::Disconnects { share: dice.unit() },
                _ => Fate::Invalidated,
            };
        }
        let mut seats = vec![seat];
        let mut group_id = seats[0].cust_id;
        if head.format == Format::Team {
            for _ in 0..1 + dice.below(3) {
                let mate = draw.seat(skill, 250.0, &mut dice);
                seats.push(mate);
            }
            group_id = -(100_000 + (seats[0].cust_id * 7 + head.seed as i64 % 5).rem_euclid(800_000));
        } else if ai {
            // No recording shows AI rows: ids of their own that no member has.
            group_id = 1 + index as i64;
            seats[0].cust_id = group_id;
        }
        let risk = risk(track, skill);
        field.push(Entrant {
            group_id,
            ai,
            class_index,
            class,
            car,
            pace: pace(track, class, skill, &mut dice),
            risk,
            fate,
            seats,
        });
    }
    if head.kind == Kind::Practice {
        for entrant in &mut field {
            entrant.fate = Fate::Finishes;
        }
    }
    field.sort_by_key(|entrant| (-entrant.irating(), entrant.group_id));
    field
}
