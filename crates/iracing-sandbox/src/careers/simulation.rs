//! Lap by lap: qualifying and races as crossings of the line.

use super::dice::{Dice, mix};
use super::field::Entrant;
use super::schedule::Fate;

/// Ticks of 1/10 000 s in a second.
pub(crate) const SECOND: f64 = 10_000.0;

/// The bits of a lap's `flags`.
pub(crate) mod flag {
    pub(crate) const INVALID: u32 = 1;
    pub(crate) const PITTED: u32 = 2;
    pub(crate) const OFF_TRACK: u32 = 4;
    pub(crate) const BLACK_FLAG: u32 = 8;
    pub(crate) const CONTACT: u32 = 32;
    pub(crate) const CAR_CONTACT: u32 = 64;
    pub(crate) const LOST_CONTROL: u32 = 128;
    pub(crate) const DISCONTINUITY: u32 = 256;
    pub(crate) const TOW: u32 = 2048;
    pub(crate) const DRIVER_CHANGE: u32 = 4096;
    pub(crate) const FIRST_LAP: u32 = 8192;
    pub(crate) const CHECKERED: u32 = 16384;
    pub(crate) const MEATBALL: u32 = 65536;
}

/// One crossing of the line. The first of a car is the grid, lap 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing {
    /// Ticks since the simsession began.
    pub(crate) time: i64,
    pub(crate) flags: u32,
    pub(crate) incident: bool,
    /// Whether the lap has a time of its own; otherwise `lap_time` is -1.
    pub(crate) timed: bool,
    /// Index of the driver among the seats.
    pub(crate) seat: usize,
}

/// Why a car is no longer running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Out {
    Running,
    Disqualified,
    Disconnected,
    Invalidated,
}

impl Out {
    pub(crate) fn id(self) -> i64 {
        match self {
            Self::Running => 0,
            Self::Disqualified => 29,
            Self::Disconnected => 32,
            Self::Invalidated => 34,
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Disqualified => "Disqualified",
            Self::Disconnected => "Disconnected",
            Self::Invalidated => "DQ/Scoring Invalidated",
        }
    }
}

/// One car through one simsession.
#[derive(Debug, Clone)]
pub(crate) struct CarRun {
    /// Empty where the car never turned a wheel.
    pub(crate) crossings: Vec<Crossing>,
    pub(crate) started: bool,
    /// Incident points of each seat.
    pub(crate) points: Vec<i64>,
    pub(crate) out: Out,
    /// Laps led by each seat.
    pub(crate) led: Vec<i64>,
    /// 0-based place on the grid; -1 where there is none.
    pub(crate) grid: i64,
}

impl CarRun {
    fn idle(seats: usize) -> Self {
        Self {
            crossings: Vec::new(),
            started: false,
            points: vec![0; seats],
            out: Out::Running,
            led: vec![0; seats],
            grid: -1,
        }
    }

    pub(crate) fn laps(&self) -> i64 {
        self.crossings.len().saturating_sub(1) as i64
    }

    pub(crate) fn last_time(&self) -> i64 {
        self.crossings.last().map_or(0, |crossing| crossing.time)
    }

    /// `lap_time` of a lap: -1 for the grid and for laps without a time.
    pub(crate) fn lap_time(&self, lap: usize) -> i64 {
        match self.crossings.get(lap) {
            Some(crossing) if lap > 0 && crossing.timed => crossing.time - self.crossings[lap - 1].time,
            _ => -1,
        }
    }

    /// Number and time of the best lap from `first` on.
    pub(crate) fn best(&self, first: usize) -> Option<(i64, i64)> {
        (first..self.crossings.len())
            .map(|lap| (lap as i64, self.lap_time(lap)))
            .filter(|&(_, time)| time > 0)
            .min_by_key(|&(_, time)| time)
    }

    /// Elapsed time over laps, lap 1 and pit stops included; 0 without laps.
    pub(crate) fn average(&self) -> i64 {
        match (self.crossings.first(), self.laps()) {
            (Some(first), laps) if laps > 0 => (self.last_time() - first.time) / laps,
            _ => 0,
        }
    }

    pub(crate) fn incidents(&self) -> i64 {
        self.points.iter().sum()
    }
}

/// A full-course caution, by the laps of the leader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caution {
    pub(crate) first_lap: usize,
    pub(crate) last_lap: usize,
}

/// A simsession as it went.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// One for each entrant, in the order of the entrants.
    pub(crate) cars: Vec<CarRun>,
    /// Indexes of entrants, the winner's first.
    pub(crate) order: Vec<usize>,
    pub(crate) cautions: Vec<Caution>,
    pub(crate) lead_changes: i64,
}

/// The form of a race.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) laps: usize,
    /// Seconds from the start of the simsession to the green flag.
    pub(crate) green: f64,
    /// Whether incidents bring out a full-course caution.
    pub(crate) cautions: bool,
    /// Pit stops that the distance needs.
    pub(crate) stops: usize,
    /// Seconds a stop costs.
    pub(crate) stop: f64,
    /// Incident points after which a car is disqualified.
    pub(crate) limit: Option<i64>,
}

/// What happened to a car in a lap.
struct Happening {
    flags: u32,
    seconds: f64,
    points: i64,
    timed: bool,
}

fn happening(dice: &mut Dice) -> Happening {
    let roll = dice.unit();
    let mut happening = if roll < 0.62 {
        Happening { flags: flag::OFF_TRACK, seconds: 0.4 + 2.0 * dice.unit(), points: 1, timed: true }
    } else if roll < 0.78 {
        let flags = flag::OFF_TRACK | flag::LOST_CONTROL;
        Happening { flags, seconds: 4.0 + 9.0 * dice.unit(), points: 2, timed: true }
    } else if roll < 0.92 {
        Happening { flags: flag::CAR_CONTACT, seconds: 1.0 + 5.0 * dice.unit(), points: 4, timed: true }
    } else {
        Happening { flags: flag::CONTACT, seconds: 1.0 + 6.0 * dice.unit(), points: 2, timed: true }
    };
    if happening.points > 1 && dice.chance(0.10) {
        happening.flags |= flag::INVALID | flag::PITTED | flag::TOW;
        happening.timed = false;
        happening.seconds += 55.0 + 60.0 * dice.unit();
        if dice.chance(0.3) {
            happening.flags |= flag::BLACK_FLAG | flag::MEATBALL;
        }
    } else if happening.points == 1 && dice.chance(0.05) {
        happening.flags |= flag::INVALID;
        happening.timed = false;
    }
    happening
}

fn draw_cautions(course: &Course, dice: &mut Dice) -> Vec<Caution> {
    let mut cautions = Vec::new();
    if course.cautions && course.laps >= 15 {
        let mut lap = 3 + dice.below(10);
        while lap + 6 < course.laps {
            if dice.chance(0.75) {
                cautions.push(Caution { first_lap: lap, last_lap: lap + 2 + dice.below(2) });
            }
            lap += 9 + dice.below(12);
        }
    }
    cautions
}

/// The lap on which each stop is made.
fn draw_stops(course: &Course, dice: &mut Dice) -> Vec<usize> {
    let stint = course.laps / (course.stops + 1);
    (1..=course.stops)
        .map(|stop| (stop * stint) as i64 + dice.between(-2, 2))
        .filter(|&lap| lap > 1 && (lap as usize) < course.laps)
        .map(|lap| lap as usize)
        .collect()
}

/// Runs a race from a grid (indexes of entrants, pole first).
pub(crate) fn race(entrants: &[Entrant], grid: &[usize], course: &Course, seed: u64) -> Run {
    let mut track_dice = Dice::new(mix(seed, 7));
    let cautions = draw_cautions(course, &mut track_dice);
    let mut cars: Vec<CarRun> = entrants.iter().map(|entrant| CarRun::idle(entrant.seats.len())).collect();
    let mut dices: Vec<Dice> = (0..cars.len()).map(|car| Dice::new(mix(seed, 1000 + car as u64))).collect();
    let stops: Vec<Vec<usize>> = dices.iter_mut().map(|dice| draw_stops(course, dice)).collect();
    let mut last_lap: Vec<usize> = vec![course.laps; cars.len()];
    for (place, &index) in grid.iter().enumerate() {
        let car = &mut cars[index];
        car.grid = place as i64;
        let time = (course.green * SECOND) as i64 + 10 * place as i64;
        car.crossings.push(Crossing { time, flags: 0, incident: false, timed: false, seat: 0 });
        car.started = true;
        match entrants[index].fate {
            Fate::Finishes => {}
            Fate::DoesNotStart => {
                car.started = false;
                car.out = Out::Disconnected;
                last_lap[index] = 0;
            }
            Fate::Disconnects { share } => last_lap[index] = (share * course.laps as f64) as usize,
            Fate::Invalidated => last_lap[index] = course.laps / 2,
        }
    }
    let mut seats: Vec<usize> = vec![0; cars.len()];
    for lap in 1..=course.laps {
        let caution = cautions.iter().find(|caution| (caution.first_lap..=caution.last_lap).contains(&lap));
        for (index, car) in cars.iter_mut().enumerate() {
            if lap > last_lap[index] || !car.started {
                continue;
            }
            let entrant = &entrants[index];
            let dice = &mut dices[index];
            let mut seconds = entrant.pace * (1.0 + 0.003 * dice.bell());
            let mut flags = 0;
            let (mut incident, mut timed) = (false, true);
            if lap == 1 {
                seconds += 2.5 + 0.3 * car.grid as f64;
                flags |= flag::FIRST_LAP;
            }
            if let Some(caution) = caution {
                seconds = entrant.pace * 1.7;
                if lap == caution.first_lap + 1 && dice.chance(0.4) {
                    flags |= flag::PITTED;
                    seconds += 0.35 * entrant.pace;
                }
            } else if dice.chance(entrant.risk * if lap == 1 { 2.0 } else { 1.0 }) {
                let happening = happening(dice);
                incident = true;
                timed = happening.timed;
                flags |= happening.flags;
                seconds += happening.seconds;
                car.points[seats[index]] += happening.points;
            } else if dice.chance(0.0015) {
                flags |= flag::DISCONTINUITY;
            }
            let seat = seats[index];
            if stops[index].contains(&lap) {
                flags |= flag::PITTED;
                seconds += course.stop * (0.9 + 0.3 * dice.unit());
                if entrant.seats.len() > 1 {
                    flags |= flag::DRIVER_CHANGE;
                    seats[index] = (seat + 1) % entrant.seats.len();
                }
            }
            let time = car.last_time() + (seconds * SECOND) as i64;
            car.crossings.push(Crossing { time, flags, incident, timed, seat });
            if course.limit.is_some_and(|limit| car.incidents() >= limit) {
                car.out = Out::Disqualified;
                last_lap[index] = lap;
            }
        }
        if caution.is_some() {
            close_up(&mut cars, lap, entrants);
        }
    }
    finish(entrants, cars, cautions, course)
}

/// Behind the pace car: whoever is less than about a lap behind catches the queue.
fn close_up(cars: &mut [CarRun], lap: usize, entrants: &[Entrant]) {
    let mut queue: Vec<usize> = (0..cars.len()).filter(|&car| cars[car].crossings.len() == lap + 1).collect();
    queue.sort_by_key(|&car| (cars[car].last_time(), car));
    let Some(leader) = queue.first().map(|&car| cars[car].last_time()) else { return };
    for (place, &car) in queue.iter().enumerate() {
        let gap = cars[car].last_time() - leader;
        if (gap as f64) < 0.7 * entrants[car].pace * SECOND
            && let Some(crossing) = cars[car].crossings.last_mut()
        {
            crossing.time = leader + gap.min(place as i64 * 8_000);
        }
    }
}

/// The winner takes the flag after the full distance, everybody else at the next crossing.
fn finish(entrants: &[Entrant], mut cars: Vec<CarRun>, cautions: Vec<Caution>, course: &Course) -> Run {
    let full = course.laps + 1;
    let flag_falls = cars.iter().filter(|car| car.crossings.len() == full).map(CarRun::last_time).min();
    for (index, car) in cars.iter_mut().enumerate() {
        let flagged = flag_falls.and_then(|end| car.crossings.iter().position(|crossing| crossing.time >= end));
        match flagged {
            Some(lap) if lap > 0 => {
                car.crossings.truncate(lap + 1);
                car.crossings[lap].flags |= flag::CHECKERED;
                car.out = Out::Running;
            }
            _ if car.out == Out::Running => {
                car.out = match entrants[index].fate {
                    Fate::Invalidated => Out::Invalidated,
                    _ => Out::Disconnected,
                };
            }
            _ => {}
        }
    }
    let mut order: Vec<usize> = (0..cars.len()).collect();
    order.sort_by_key(|&index| {
        let car = &cars[index];
        (!car.started, -car.laps(), if car.laps() > 0 { car.last_time() } else { 0 }, car.grid, index)
    });
    let mut lead_changes = 0;
    let mut leader_before = None;
    for lap in 1..full {
        let leader = (0..cars.len())
            .filter(|&index| cars[index].crossings.len() > lap)
            .min_by_key(|&index| (cars[index].crossings[lap].time, index));
        if let Some(leader) = leader {
            let seat = cars[leader].crossings[lap].seat;
            cars[leader].led[seat] += 1;
            if leader_before.is_some_and(|before| before != leader) {
                lead_changes += 1;
            }
            leader_before = Some(leader);
        }
    }
    Run { cars, order, cautions, lead_changes }
}

/// Timed laps alone on track: qualifying (`laps` each) or practice (up to `laps` each).
pub(crate) fn timed_laps(entrants: &[Entrant], laps: usize, practice: bool, seed: u64) -> Run {
    let mut cars: Vec<CarRun> = Vec::with_capacity(entrants.len());
    for (index, entrant) in entrants.iter().enumerate() {
        let mut dice = Dice::new(mix(seed, 1000 + index as u64));
        let mut car = CarRun::idle(entrant.seats.len());
        let count = match practice {
            true => dice.below(laps + 1),
            false if entrant.fate == Fate::DoesNotStart || dice.chance(0.06) => 0,
            false => laps,
        };
        if count > 0 {
            car.started = true;
            let out_lap = 20.0 * dice.unit() + entrant.pace * 1.12;
            let mut time = (out_lap * SECOND) as i64;
            let flags = flag::INVALID | flag::PITTED;
            let seat = dice.below(entrant.seats.len());
            car.crossings.push(Crossing { time, flags, incident: false, timed: false, seat });
            for lap in 1..=count {
                let off = dice.chance(0.07);
                let seconds = entrant.pace * (0.994 + 0.004 * dice.bell().abs()) + if off { 1.5 } else { 0.0 };
                time += (seconds * SECOND) as i64;
                let mut flags = if off { flag::INVALID | flag::OFF_TRACK } else { 0 };
                if practice && lap == count && count > 2 {
                    flags |= flag::PITTED;
                }
                if off {
                    car.points[seat] += 1;
                }
                car.crossings.push(Crossing { time, flags, incident: off, timed: !off, seat });
            }
        }
        cars.push(car);
    }
    let mut order: Vec<usize> = (0..cars.len()).collect();
    order.sort_by_key(|&index| (cars[index].best(1).map_or(i64::MAX, |(_, time)| time), index));
    Run { cars, order, cautions: Vec::new(), lead_changes: 0 }
}
