//! A whole event: its entrants and simsessions, made from the light part and forgotten again.

use super::calendar::{DIRT_OVAL, OVAL};
use super::catalogue::{Format, track};
use super::dice::mix;
use super::field::{Entrant, entrants};
use super::ratings::{Rating, Score, irating_changes, strength_of_field};
use super::schedule::{Head, Kind};
use super::simulation::{Course, Run, race, timed_laps};

/// The type of a simsession, by iRacing's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionType {
    Practice,
    Qualifying,
    Race,
}

impl SessionType {
    pub(crate) fn id(self) -> i64 {
        match self {
            Self::Practice => 3,
            Self::Qualifying => 4,
            Self::Race => 6,
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Practice => "Open Practice",
            Self::Qualifying => "Lone Qualifying",
            Self::Race => "Race",
        }
    }
}

/// One simsession of an event.
#[derive(Debug)]
pub(crate) struct Simsession {
    /// 0 the main event, -1 the one before and so on.
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) kind: SessionType,
    pub(crate) run: Run,
}

/// An event as it went.
#[derive(Debug)]
pub(crate) struct Weekend {
    pub(crate) entrants: Vec<Entrant>,
    /// In the order of the service: the first one run first.
    pub(crate) simsessions: Vec<Simsession>,
    /// For each entrant and seat the rating after the event.
    pub(crate) after: Vec<Vec<Rating>>,
    pub(crate) strength_of_field: i64,
    pub(crate) corners: i64,
}

impl Weekend {
    /// The main event, which comes last.
    pub(crate) fn main(&self) -> &Simsession {
        &self.simsessions[self.simsessions.len() - 1]
    }
}

/// Runs everything but practice, which decides nothing.
pub(crate) fn play(head: &Head, split: usize) -> Weekend {
    build(head, split, false)
}

/// Runs the whole event.
pub(crate) fn whole(head: &Head, split: usize) -> Weekend {
    build(head, split, true)
}

fn build(head: &Head, split: usize, with_practice: bool) -> Weekend {
    let entrants = entrants(head, split);
    let seed = mix(head.seed, 500 + split as u64);
    let mut simsessions = Vec::new();
    let practice = |number: i64, name| Simsession {
        number,
        name,
        kind: SessionType::Practice,
        run: timed_laps(&entrants, 7, true, mix(seed, 40 + number.unsigned_abs())),
    };
    if head.kind == Kind::Practice {
        simsessions.push(practice(0, "PRACTICE"));
    } else if head.format == Format::Heat {
        let qualify = timed_laps(&entrants, 2, false, mix(seed, 1));
        let heat_laps = (head.laps / 2).max(3);
        let heat = race(&entrants, &grid(&entrants, &qualify), &course(head, heat_laps, 60.0), mix(seed, 2));
        let feature = race(&entrants, &grid(&entrants, &heat), &course(head, head.laps, 60.0), mix(seed, 3));
        if with_practice {
            simsessions.push(practice(-4, "PRACTICE"));
        }
        simsessions.push(Simsession { number: -3, name: "QUALIFY", kind: SessionType::Qualifying, run: qualify });
        simsessions.push(Simsession { number: -2, name: "HEAT 1", kind: SessionType::Race, run: heat });
        if with_practice {
            simsessions.push(practice(-1, "WARMUP"));
        }
        simsessions.push(Simsession { number: 0, name: "FEATURE", kind: SessionType::Race, run: feature });
    } else {
        let qualify = head.qualifying.then(|| timed_laps(&entrants, 2, false, mix(seed, 1)));
        let start: Vec<usize> = match &qualify {
            Some(qualify) => grid(&entrants, qualify),
            None => (0..entrants.len()).collect(),
        };
        let main = race(&entrants, &start, &course(head, head.laps, 176.4), mix(seed, 3));
        if with_practice {
            simsessions.push(practice(if qualify.is_some() { -2 } else { -1 }, "PRACTICE"));
        }
        if let Some(run) = qualify {
            simsessions.push(Simsession { number: -1, name: "QUALIFY", kind: SessionType::Qualifying, run });
        }
        simsessions.push(Simsession { number: 0, name: "RACE", kind: SessionType::Race, run: main });
    }
    let ratings: Vec<i64> = entrants.iter().filter(|entrant| !entrant.ai).map(Entrant::irating).collect();
    let corners = track(head.track).corners;
    let after = ratings_after(head, &entrants, &simsessions, corners);
    Weekend { strength_of_field: strength_of_field(&ratings), entrants, simsessions, after, corners }
}

/// Faster classes first, within a class in the order of the session before.
fn grid(entrants: &[Entrant], before: &Run) -> Vec<usize> {
    let mut grid = before.order.clone();
    grid.sort_by_key(|&index| entrants[index].class_index);
    grid
}

fn course(head: &Head, laps: usize, green: f64) -> Course {
    let track = track(head.track);
    let minutes = laps as f64 * track.nominal_lap / 60.0;
    Course {
        laps,
        green,
        cautions: matches!(track.category, OVAL | DIRT_OVAL),
        stops: match minutes {
            minutes if minutes < 38.0 => 0,
            minutes if minutes < 80.0 => 1,
            minutes => (minutes / 42.0) as usize,
        },
        stop: if track.pit_speed == 0 { 12.0 } else { 38.0 },
        limit: (head.format != Format::Team && head.kind.in_series()).then_some(25),
    }
}

/// Ratings move in official races only, within each class, by the main event.
fn ratings_after(head: &Head, entrants: &[Entrant], simsessions: &[Simsession], corners: i64) -> Vec<Vec<Rating>> {
    let mut after: Vec<Vec<Rating>> =
        entrants.iter().map(|entrant| entrant.seats.iter().map(|seat| seat.rating).collect()).collect();
    let Some(main) = simsessions.last().filter(|_| head.kind == Kind::Official) else { return after };
    for class_index in 0..head.classes.len() {
        let class: Vec<usize> =
            main.run.order.iter().copied().filter(|&index| entrants[index].class_index == class_index).collect();
        let scores: Vec<Score> = class
            .iter()
            .enumerate()
            .map(|(place, &index)| Score {
                irating: entrants[index].irating(),
                position: place as i64 + 1,
                started: main.run.cars[index].started,
            })
            .collect();
        for (&index, change) in class.iter().zip(irating_changes(&scores)) {
            let car = &main.run.cars[index];
            for (seat, rating) in after[index].iter_mut().enumerate() {
                let laps = car.crossings.iter().skip(1).filter(|crossing| crossing.seat == seat).count() as i64;
                // A team mate who never drove keeps the rating.
                if entrants[index].is_team() && laps == 0 {
                    continue;
                }
                *rating = match car.started {
                    true => rating.after(change, laps * corners, car.points[seat]),
                    false => Rating { irating: (rating.irating + change).max(1), ..*rating },
                };
            }
        }
    }
    after
}
