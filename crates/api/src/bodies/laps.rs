use domain::{DriverId, EntrantId, EntrantLaps, Lap, LapChart, LapFlags, SubsessionId};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The laps of a whole field in one simsession.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FieldLaps)]
pub(crate) struct FieldLapsBody {
    subsession_id: i64,
    simsession: i32,
    entrants: Vec<LapColumnsBody>,
}

/// One entrant's laps, as columns: the same place in each is the same lap.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LapColumns)]
pub(crate) struct LapColumnsBody {
    /// `driver:<id>`, `team:<id>` or `ai:<number>`.
    entrant_id: String,
    /// 0 is the grid.
    lap: Vec<u32>,
    /// Since the simsession began, 1/10 000 s.
    session_time: Vec<Option<i64>>,
    /// 1/10 000 s; null for a lap that was not timed.
    lap_time: Vec<Option<i64>>,
    position: Vec<Option<u32>>,
    /// iRacing's bits: 1 invalid, 2 pitted, 4 off track, 8 black flag, 16 car reset, 32 contact, 64 car contact,
    /// 128 lost control, 256 discontinuity, 512 interpolated crossing, 1024 clock smash, 2048 tow, 4096 driver change,
    /// 8192 first lap, 16384 chequered flag, 32768 optional path, 65536 meatball.
    flags: Vec<u32>,
    /// 1 where incident points were collected.
    incident: Vec<u8>,
    /// Who drove; null for an entrant who drives alone.
    driver: Option<Vec<i64>>,
}

/// One entrant's laps in one simsession.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EntrantLaps)]
pub(crate) struct EntrantLapsBody {
    /// `driver:<id>`, or `team:<id>` if the driver drives for one.
    entrant_id: String,
    /// The driver asked for.
    driver_id: i64,
    /// All laps of the entrant, a team's other drivers included.
    laps: Vec<LapBody>,
}

/// One lap.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Lap)]
pub(crate) struct LapBody {
    /// 0 is the grid.
    lap: u32,
    /// Since the simsession began, 1/10 000 s.
    session_time: Option<i64>,
    /// 1/10 000 s; null for a lap that was not timed.
    lap_time: Option<i64>,
    position: Option<u32>,
    /// iRacing's bits, as in the columns of the whole field.
    flags: u32,
    /// Whether incident points were collected.
    incident: bool,
    /// Whether it is the best that its driver drove in this simsession.
    personal_best: bool,
    /// Who drove it.
    driver_id: i64,
}

impl FieldLapsBody {
    pub(crate) fn of(subsession: SubsessionId, chart: LapChart) -> Self {
        let LapChart { simsession, entrants } = chart;
        Self { subsession_id: subsession.0, simsession, entrants: entrants.into_iter().map(Into::into).collect() }
    }
}

impl From<EntrantLaps> for LapColumnsBody {
    fn from(entrant: EntrantLaps) -> Self {
        let EntrantLaps { entrant, laps } = entrant;
        let is_team = matches!(entrant, EntrantId::Team(_));
        Self {
            entrant_id: entrant.to_string(),
            lap: laps.iter().map(|lap| lap.number).collect(),
            session_time: laps.iter().map(|lap| lap.session_time).collect(),
            lap_time: laps.iter().map(|lap| lap.lap_time).collect(),
            position: laps.iter().map(|lap| lap.position).collect(),
            flags: laps.iter().map(|lap| lap.flags.0).collect(),
            incident: laps.iter().map(|lap| u8::from(lap.incident)).collect(),
            driver: is_team.then(|| laps.iter().map(|lap| lap.driver.0).collect()),
        }
    }
}

impl EntrantLapsBody {
    /// The laps of the entrant that a driver is, or drove for; `None` if there is none.
    pub(crate) fn of(chart: LapChart, driver: DriverId) -> Option<Self> {
        let belongs = |entrant: &EntrantLaps| {
            entrant.entrant == EntrantId::Driver(driver)
                || (matches!(entrant.entrant, EntrantId::Team(_))
                    && entrant.laps.iter().any(|lap| lap.driver == driver))
        };
        let EntrantLaps { entrant, laps } = chart.entrants.into_iter().find(belongs)?;
        let mut best: HashMap<DriverId, (i64, u32)> = HashMap::new();
        for lap in laps.iter().filter(|lap| lap.number > 0 && !lap.flags.has(LapFlags::INVALID)) {
            if let Some(time) = lap.lap_time {
                let record = best.entry(lap.driver).or_insert((time, lap.number));
                *record = (*record).min((time, lap.number));
            }
        }
        let body = |lap: Lap| {
            let Lap { number, driver, session_time, lap_time, position, flags, incident } = lap;
            LapBody {
                lap: number,
                session_time,
                lap_time,
                position,
                flags: flags.0,
                incident,
                personal_best: best.get(&driver).is_some_and(|(_, lap)| *lap == number),
                driver_id: driver.0,
            }
        };
        Some(Self { entrant_id: entrant.to_string(), driver_id: driver.0, laps: laps.into_iter().map(body).collect() })
    }
}
