//! A race put together: each line of the result with its classified laps. All other analyses start from it.

use crate::{
    analysis::{
        event::{RaceEvent, caution_periods},
        laps::{ClassifiedLap, LapClass, classify},
        pace::ENOUGH_PACE_LAPS,
        robust::median,
    },
    ids::{CarClassId, DriverId, EntrantId},
    lap::LapChart,
    session::{Entrant, Session, SimsessionResult},
};
use serde::Serialize;
use std::cmp::Ordering;

/// Among whom places are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// The whole field.
    Overall,
    /// The entrant's class.
    Class,
}

/// One line of the result with its laps.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Who.
    pub entrant: &'a Entrant,
    /// How they fared in the simsession.
    pub result: &'a SimsessionResult,
    /// Their laps by number; empty if the chart has none.
    pub laps: Vec<ClassifiedLap>,
    /// The median of all pace laps in 1/10 000 s.
    median: Option<i64>,
    /// The median of the pace laps of each driver who has [`ENOUGH_PACE_LAPS`].
    medians: Vec<(DriverId, i64)>,
}

impl Entry<'_> {
    /// Who, by id.
    pub fn id(&self) -> EntrantId {
        self.entrant.entrant_id
    }

    /// The class.
    pub fn class(&self) -> CarClassId {
        self.entrant.car_class_id
    }

    /// The lap with this number.
    pub fn lap(&self, number: u32) -> Option<&ClassifiedLap> {
        // Charts without holes, which is all but a few, have lap n at index n.
        self.laps.get(number as usize).filter(|lap| lap.number == number).or_else(|| {
            let index = self.laps.binary_search_by_key(&number, |lap| lap.number).ok()?;
            self.laps.get(index)
        })
    }

    /// When the car finished this lap, 1/10 000 s since the simsession began.
    pub fn crossing(&self, number: u32) -> Option<i64> {
        self.lap(number)?.session_time
    }

    /// The number of the last lap driven; 0 without any.
    pub fn last_lap(&self) -> u32 {
        self.laps.last().map_or(0, |lap| lap.number)
    }

    /// Laps driven: those of the result, or of the chart if that knows of more.
    pub fn laps_driven(&self) -> u32 {
        self.result.laps_complete.max(self.last_lap())
    }

    /// Whether the car was still in the race when it ended, by the result. iRacing marks the chequered flag on the last
    /// lap of those who crossed the line after it; whoever was `Running` on a lap that the end cut off has no such mark
    /// (recorded in 82263872) and did not go out.
    pub fn finished(&self) -> bool {
        self.result.reason_out == "Running"
    }

    /// The times of the pace laps, in 1/10 000 s.
    pub fn pace_lap_times(&self) -> impl Iterator<Item = i64> {
        pace_laps(&self.laps).map(|(_, time)| time)
    }

    /// Who drove, in the order of their first lap.
    pub fn drivers(&self) -> Vec<DriverId> {
        drivers(&self.laps)
    }

    /// The usual lap of a driver, 1/10 000 s: the median of their own pace laps, or, if they have too few of them, of all
    /// pace laps of the car.
    pub fn usual_lap_time(&self, driver: DriverId) -> Option<i64> {
        let own = self.medians.iter().find(|(id, _)| *id == driver).map(|(_, median)| *median);
        own.or(self.median)
    }

    /// What a lap lost against its driver's usual one, in 1/10 000 s; negative if it was faster. A lap without a time
    /// counts by the clock.
    pub fn lap_cost(&self, lap: &ClassifiedLap) -> Option<i64> {
        Some(lap.lap_time.or(lap.elapsed)? - self.usual_lap_time(lap.driver)?)
    }

    /// The finishing place in a scope.
    pub fn finish(&self, scope: Scope) -> Option<u32> {
        match scope {
            Scope::Overall => self.result.position,
            Scope::Class => self.result.position_in_class,
        }
    }

    /// The place on the grid in a scope.
    pub fn start(&self, scope: Scope) -> Option<u32> {
        match scope {
            Scope::Overall => self.result.start_position,
            Scope::Class => self.result.start_position_in_class,
        }
    }

    /// Which of two was ahead after a lap that both drove: by position, else by the time at the line.
    pub fn compare_after(&self, other: &Self, number: u32) -> Option<Ordering> {
        let (own, other) = (self.lap(number)?, other.lap(number)?);
        match (own.position, other.position) {
            (Some(own), Some(other)) => Some(own.cmp(&other)),
            _ => Some(own.session_time?.cmp(&other.session_time?)),
        }
    }
}

fn pace_laps(laps: &[ClassifiedLap]) -> impl Iterator<Item = (DriverId, i64)> {
    laps.iter().filter(|lap| lap.class == LapClass::Pace).filter_map(|lap| Some((lap.driver, lap.lap_time?)))
}

fn drivers(laps: &[ClassifiedLap]) -> Vec<DriverId> {
    let mut drivers = Vec::new();
    for lap in laps.iter().filter(|lap| lap.number > 0) {
        if !drivers.contains(&lap.driver) {
            drivers.push(lap.driver);
        }
    }
    drivers
}

fn rounded_median(times: &[i64]) -> Option<i64> {
    median(times).map(|time| time.round() as i64)
}

/// The field of one simsession.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// The session.
    pub session: &'a Session,
    /// The simsession that the laps are of.
    pub simsession: i32,
    /// The event log, by time; may be empty.
    pub events: Vec<&'a RaceEvent>,
    /// Everybody with a result in the simsession, in the order of their finish.
    pub entries: Vec<Entry<'a>>,
}

impl<'a> Field<'a> {
    /// Joins results, laps and events. Laps of someone without a result in this simsession are left out.
    pub fn new(session: &'a Session, chart: &LapChart, events: &'a [RaceEvent]) -> Self {
        let cautions = caution_periods(events);
        let mut entries: Vec<Entry<'a>> = session
            .entrants
            .iter()
            .filter_map(|entrant| {
                let result = entrant.result(chart.simsession)?;
                let laps = chart.entrants.iter().find(|laps| laps.entrant == entrant.entrant_id);
                let laps = laps.map(|laps| classify(&laps.laps, &cautions)).unwrap_or_default();
                let all: Vec<i64> = pace_laps(&laps).map(|(_, time)| time).collect();
                let of = |driver| -> Option<(DriverId, i64)> {
                    let own: Vec<i64> =
                        pace_laps(&laps).filter(|(id, _)| *id == driver).map(|(_, time)| time).collect();
                    Some((driver, rounded_median(&own).filter(|_| own.len() >= ENOUGH_PACE_LAPS)?))
                };
                let medians = drivers(&laps).into_iter().filter_map(of).collect();
                Some(Entry { entrant, result, median: rounded_median(&all), medians, laps })
            })
            .collect();
        entries.sort_by_key(|entry| (entry.result.position.unwrap_or(u32::MAX), entry.id()));
        let mut events: Vec<&RaceEvent> = events.iter().collect();
        events.sort_by_key(|event| event.session_time);
        Self { session, simsession: chart.simsession, events, entries }
    }

    /// The entry of an entrant.
    pub fn entry(&self, entrant: EntrantId) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.id() == entrant)
    }

    /// Everybody that `entry` is placed among, itself included.
    pub fn rivals(&self, entry: &Entry<'_>, scope: Scope) -> impl Iterator<Item = &Entry<'a>> {
        let class = entry.class();
        self.entries.iter().filter(move |other| scope == Scope::Overall || other.class() == class)
    }

    /// The place after a lap among the rivals who drove that lap; `None` without a position.
    pub fn place_after(&self, entry: &Entry<'_>, number: u32, scope: Scope) -> Option<u32> {
        let position = entry.lap(number)?.position?;
        let ahead = self
            .rivals(entry, scope)
            .filter(|other| other.lap(number).and_then(|lap| lap.position).is_some_and(|other| other < position));
        u32::try_from(ahead.count() + 1).ok()
    }

    /// The most laps that anybody drove.
    pub fn last_lap(&self) -> u32 {
        self.entries.iter().map(Entry::last_lap).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::synthetic::a_race;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_in_class_are_a_ranking_of_the_class(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            for number in 0..=field.last_lap() {
                for class in &race.session.car_classes {
                    let members = field.entries.iter().filter(|entry| entry.class() == class.car_class_id);
                    let mut places: Vec<u32> =
                        members.filter_map(|entry| field.place_after(entry, number, Scope::Class)).collect();
                    places.sort_unstable();
                    prop_assert!(places.iter().zip(1..).all(|(place, expected)| *place == expected));
                }
            }
        }
    }
}
