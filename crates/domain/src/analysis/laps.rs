//! What kind of lap each lap was, and what its time was where iRacing did not count it.

use crate::{
    analysis::robust::{median, scaled_deviation},
    ids::DriverId,
    lap::{Lap, LapFlags},
};
use serde::Serialize;

/// The kind of a lap. Statistics of pace use [`LapClass::Pace`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LapClass {
    /// Lap 0: the place on the grid, not a lap.
    Grid,
    /// Lap 1: from a standing or rolling start, in traffic.
    First,
    /// Driven for time.
    Pace,
    /// Ended in the pits, or held the whole stop.
    In,
    /// Began in the pits.
    Out,
    /// At least partly under caution.
    Caution,
    /// Not counted by iRacing, or its time is not to be trusted.
    Invalid,
    /// The car was towed or reset.
    Tow,
    /// Counted and green, but far slower than the driver's other laps: a spin, damage, waiting for others.
    Outlier,
}

/// Why a lap is of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LapReason {
    /// Lap 0.
    Grid,
    /// Lap 1.
    FirstLap,
    /// Nothing speaks against it.
    Clean,
    /// Flagged as pitted.
    Pitted,
    /// The lap before it was flagged as pitted.
    AfterPit,
    /// The event log has a caution within it.
    Caution,
    /// Flagged as invalid.
    InvalidFlag,
    /// Without a time that could be found.
    NotTimed,
    /// Flagged with a jump of the car or of a clock.
    Discontinuity,
    /// Flagged as towed.
    Towed,
    /// Flagged as reset.
    Reset,
    /// Slower than [`outlier_limit`].
    Slow,
}

/// A lap with its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassifiedLap {
    /// 0 is the grid.
    pub number: u32,
    /// Who drove it.
    pub driver: DriverId,
    /// When the car crossed the line: 1/10 000 s since the simsession began.
    pub session_time: Option<i64>,
    /// iRacing's time, or the recovered one, in 1/10 000 s.
    pub lap_time: Option<i64>,
    /// Whether the time is a difference of session times because iRacing gave none.
    pub recovered: bool,
    /// Overall position after it.
    pub position: Option<u32>,
    /// iRacing's flags, see [`LapFlags`].
    pub flags: u32,
    /// Whether incident points were collected.
    pub incident: bool,
    /// How long the lap took by the clock, see [`elapsed`]; also of a lap that has no time.
    pub elapsed: Option<i64>,
    /// Whether it was at least partly under caution, whatever its class.
    pub caution: bool,
    /// Whether it ended in the pits or held the whole stop, whatever its class: an in lap, a first lap, a tow.
    pub stop: bool,
    /// What kind of lap it was.
    pub class: LapClass,
    /// Why.
    pub reason: LapReason,
}

impl ClassifiedLap {
    /// Whether all bits of `flag` are set.
    pub fn has(&self, flag: LapFlags) -> bool {
        LapFlags(self.flags).has(flag)
    }

    /// The time if iRacing lets it count as a best lap: timed by iRacing and not flagged as invalid, not lap 1, without
    /// incident points.
    ///
    /// In 82263872 the fastest lap of this kind is the result's best lap for all 28 drivers who have one; with laps that
    /// left the track it would be another one for four of them. Pace laps may have incident points: a lap with a wheel
    /// over the line says as much about a driver's pace as any, and one spoilt by a spin is an outlier.
    pub fn countable(&self) -> Option<i64> {
        let counts = !self.recovered && !self.incident && !self.has(LapFlags::INVALID);
        self.lap_time.filter(|_| self.number > 1 && counts)
    }

    /// Whether the driver was in trouble: incident points, a tow or a reset.
    pub fn trouble(&self) -> bool {
        self.incident || self.class == LapClass::Tow
    }
}

/// Marks after which a lap is not driven for time: the car or a clock jumped.
const INEXACT: [LapFlags; 3] = [LapFlags::DISCONTINUITY, LapFlags::INTERPOLATED_CROSSING, LapFlags::CLOCK_SMASH];

/// How long a lap took: `session_time(n) - session_time(n - 1)`.
///
/// In 82263872 and 43625377 this equals `lap_time` on every timed lap, to within 3 ticks, also next to a discontinuity:
/// there the car jumped (a tow does that) and not the clock. It is sound only if the two laps follow each other, both
/// were seen at the line, and neither crossing is interpolated or of a clock that jumped; otherwise `None`.
pub fn elapsed(before: &Lap, lap: &Lap) -> Option<i64> {
    let exact = |lap: &Lap| !lap.flags.has(LapFlags::INTERPOLATED_CROSSING) && !lap.flags.has(LapFlags::CLOCK_SMASH);
    let elapsed = lap.session_time? - before.session_time?;
    (lap.number == before.number + 1 && exact(before) && exact(lap) && elapsed > 0).then_some(elapsed)
}

/// Above this a lap is an outlier: `median + max(3 s, 2 % of the median)`, where `s` is the scaled median absolute
/// deviation of the driver's candidate laps.
///
/// The floor of 2 % keeps an ordinary mistake of a very even driver among the pace laps. `None` below four laps: too few
/// to say what is usual. Only slow laps are left out; a fast lap that iRacing counted was driven.
pub fn outlier_limit(lap_times: &[i64]) -> Option<i64> {
    if lap_times.len() < 4 {
        return None;
    }
    let centre = median(lap_times)?;
    let deviation = scaled_deviation(&lap_times.iter().map(|time| *time as f64).collect::<Vec<_>>(), centre)?;
    Some((centre + (3.0 * deviation).max(0.02 * centre)).round() as i64)
}

/// Classifies the laps of one entrant, which must be in order of their number.
///
/// The first rule that fits gives the class: grid; tow or reset; lap 1; in; out; caution; invalid; outlier; pace. Of
/// laps in a row that are flagged as pitted (the line crosses most pit lanes, so one stop marks two laps) the first is
/// the in lap and the second the out lap. Outliers are found for each driver of a team by itself. `cautions` are
/// stretches of session time, from [`crate::analysis::event::caution_periods`].
pub fn classify(laps: &[Lap], cautions: &[(i64, i64)]) -> Vec<ClassifiedLap> {
    let mut classified: Vec<ClassifiedLap> = Vec::with_capacity(laps.len());
    let mut in_lap_before = false;
    for (index, lap) in laps.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &laps[before]);
        let elapsed = before.and_then(|before| elapsed(before, lap));
        let jumped = |lap: &Lap| lap.flags.has(LapFlags::DISCONTINUITY);
        let recovered = elapsed.filter(|_| lap.lap_time.is_none() && !jumped(lap) && !before.is_some_and(jumped));
        let lap_time = lap.lap_time.or(recovered);
        let end = lap.session_time;
        let begin = before
            .filter(|before| before.number + 1 == lap.number)
            .and_then(|before| before.session_time)
            .or_else(|| Some(end? - lap_time?));
        let caution = lap.number > 0
            && begin.zip(end).is_some_and(|(begin, end)| cautions.iter().any(|&(from, to)| from < end && begin < to));
        let pitted = lap.flags.has(LapFlags::PITTED);
        let (class, reason) = if lap.number == 0 {
            (LapClass::Grid, LapReason::Grid)
        } else if lap.flags.has(LapFlags::TOW) {
            (LapClass::Tow, LapReason::Towed)
        } else if lap.flags.has(LapFlags::CAR_RESET) {
            (LapClass::Tow, LapReason::Reset)
        } else if lap.number == 1 {
            (LapClass::First, LapReason::FirstLap)
        } else if in_lap_before {
            (LapClass::Out, LapReason::AfterPit)
        } else if pitted {
            (LapClass::In, LapReason::Pitted)
        } else if caution {
            (LapClass::Caution, LapReason::Caution)
        } else if lap.flags.has(LapFlags::INVALID) {
            (LapClass::Invalid, LapReason::InvalidFlag)
        } else if INEXACT.iter().any(|mark| lap.flags.has(*mark)) {
            (LapClass::Invalid, LapReason::Discontinuity)
        } else if lap_time.is_none() {
            (LapClass::Invalid, LapReason::NotTimed)
        } else {
            (LapClass::Pace, LapReason::Clean)
        };
        // A tow ends in the pits, so the next lap begins there.
        let stop = (pitted || reason == LapReason::Towed) && !matches!(class, LapClass::Grid | LapClass::Out);
        in_lap_before = stop;
        classified.push(ClassifiedLap {
            number: lap.number,
            driver: lap.driver,
            session_time: lap.session_time,
            lap_time,
            recovered: recovered.is_some(),
            position: lap.position,
            flags: lap.flags.0,
            incident: lap.incident,
            elapsed,
            caution,
            stop,
            class,
            reason,
        });
    }
    mark_outliers(&mut classified);
    classified
}

/// Turns candidates above their driver's [`outlier_limit`] from pace laps into outliers.
fn mark_outliers(laps: &mut [ClassifiedLap]) {
    let mut drivers: Vec<DriverId> = laps.iter().map(|lap| lap.driver).collect();
    drivers.sort_unstable();
    drivers.dedup();
    for driver in drivers {
        let candidate = |lap: &ClassifiedLap| lap.driver == driver && lap.class == LapClass::Pace;
        let times: Vec<i64> = laps.iter().filter(|lap| candidate(lap)).filter_map(|lap| lap.lap_time).collect();
        let Some(limit) = outlier_limit(&times) else { continue };
        for lap in laps.iter_mut().filter(|lap| candidate(lap) && lap.lap_time.is_some_and(|time| time > limit)) {
            (lap.class, lap.reason) = (LapClass::Outlier, LapReason::Slow);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laps(rows: &[(i64, u32)]) -> Vec<Lap> {
        let mut clock = 1_000_000;
        let grid = Lap {
            number: 0,
            driver: DriverId(1),
            session_time: Some(clock),
            lap_time: None,
            position: Some(1),
            flags: LapFlags(0),
            incident: false,
        };
        let driven = rows.iter().zip(1..).map(|(&(time, flags), number)| {
            clock += time;
            let counts = flags & LapFlags::INVALID.0 == 0;
            let lap_time = counts.then_some(time);
            Lap { number, session_time: Some(clock), lap_time, flags: LapFlags(flags), ..grid }
        });
        std::iter::once(grid).chain(driven).collect()
    }

    fn classes(rows: &[(i64, u32)]) -> Vec<LapClass> {
        classify(&laps(rows), &[]).into_iter().skip(1).map(|lap| lap.class).collect()
    }

    #[test]
    fn a_stop_that_marks_two_laps_is_an_in_lap_and_an_out_lap() {
        use LapClass::{First, In, Out, Pace};
        let rows = [(1_400_000, 8_192), (1_300_000, 0), (1_390_000, 2), (1_800_000, 2), (1_300_000, 0)];
        assert_eq!(classes(&rows), [First, Pace, In, Out, Pace]);
        let rows = [(1_400_000, 8_192), (1_700_000, 2), (1_310_000, 0), (1_300_000, 0)];
        assert_eq!(classes(&rows), [First, In, Out, Pace]);
    }

    #[test]
    fn an_uncounted_lap_gets_its_time_from_the_clock_unless_the_clock_jumped() {
        let rows = [(1_400_000, 0), (1_345_000, 5), (1_344_000, 1 | 512), (1_343_000, 1)];
        let classified = classify(&laps(&rows), &[]);
        let times: Vec<_> = classified.iter().map(|lap| (lap.lap_time, lap.recovered)).collect();
        assert_eq!(
            times,
            [(None, false), (Some(1_400_000), false), (Some(1_345_000), true), (None, false), (None, false)]
        );
        assert!(classified[2..].iter().all(|lap| lap.class == LapClass::Invalid));
    }

    #[test]
    fn a_lap_flagged_as_invalid_is_no_best_lap_even_if_iracing_timed_it() {
        let mut given = laps(&[(1_400_000, 0), (1_345_000, 0), (1_300_000, 0)]);
        given[3].flags = LapFlags::INVALID;
        let best = classify(&given, &[]).iter().filter_map(ClassifiedLap::countable).min();
        assert_eq!(best, Some(1_345_000));
    }

    #[test]
    fn laps_with_a_caution_in_them_are_caution_laps() {
        let rows = [(1_000, 0), (1_000, 0), (1_000, 0), (1_000, 0)];
        let classified = classify(&laps(&rows), &[(1_002_500, 1_003_000)]);
        let classes: Vec<_> = classified.iter().map(|lap| lap.class).collect();
        assert_eq!(classes, [LapClass::Grid, LapClass::First, LapClass::Pace, LapClass::Caution, LapClass::Pace]);
    }

    #[test]
    fn a_spin_is_an_outlier_and_an_ordinary_mistake_is_not() {
        let rows = [(1_400, 0), (1_000, 0), (1_001, 0), (1_002, 0), (1_019, 0), (1_060, 4), (1_000, 0)]
            .map(|(time, flags)| (time * 1_000, flags));
        use LapClass::{First, Outlier, Pace};
        assert_eq!(classes(&rows), [First, Pace, Pace, Pace, Pace, Outlier, Pace]);
    }

    proptest! {
        #[test]
        fn every_lap_has_a_class_and_a_pace_lap_has_a_time_without_bad_marks(
            rows in prop::collection::vec((1_000_000i64..1_500_000, 0u32..131_072), 0..40),
        ) {
            let given = laps(&rows);
            let classified = classify(&given, &[]);
            prop_assert_eq!(classified.len(), given.len());
            for (lap, given) in classified.iter().zip(&given) {
                if lap.class == LapClass::Pace {
                    prop_assert!(lap.lap_time.is_some() && lap.number > 1);
                    for bad in [LapFlags::INVALID, LapFlags::PITTED, LapFlags::TOW, LapFlags::CAR_RESET, LapFlags::DISCONTINUITY] {
                        prop_assert!(!lap.has(bad));
                    }
                }
                // A time that iRacing gave is never replaced.
                prop_assert!(given.lap_time.is_none() || given.lap_time == lap.lap_time);
                prop_assert_eq!(lap.recovered, given.lap_time.is_none() && lap.lap_time.is_some());
            }
            prop_assert!(classified.windows(2).all(|pair| pair[0].class != LapClass::In || pair[1].class != LapClass::In));
        }

        #[test]
        fn recovered_times_are_what_was_driven(rows in prop::collection::vec((1_000_000i64..1_500_000, prop::sample::select(vec![0u32, 1, 4, 5])), 1..40)) {
            for (lap, (time, _)) in classify(&laps(&rows), &[]).iter().skip(1).zip(&rows) {
                prop_assert_eq!(lap.lap_time, Some(*time));
            }
        }
    }
}
