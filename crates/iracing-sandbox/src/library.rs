//! Everything there is to read, generated or recorded, behind one set of questions.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::careers::people;
use crate::careers::schedule::Kind;
use crate::careers::world::World;
use crate::config::Content;
use crate::recorded::Recorded;

/// How far ahead of the clock careers are made: a sandbox that runs for weeks goes on having new races.
const AHEAD: i64 = 30 * 86_400;

/// A driver offered for sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoMember {
    /// iRacing's id of a member.
    pub cust_id: i64,
    /// The name that results show.
    pub display_name: String,
    /// Sessions that searches list at the time of asking.
    pub races: usize,
    /// The day of joining.
    pub member_since: Date,
}

/// A session that a member took part in, as tests compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaceTruth {
    /// Id of the session (of the member's split).
    pub subsession_id: i64,
    /// The launch of the session.
    pub start_time: Timestamp,
    /// The end of the session.
    pub end_time: Timestamp,
    /// What sort of session it is.
    pub kind: RaceKind,
    /// When searches and results begin to show it (without faults).
    pub available_at: Timestamp,
}

/// What sort of session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaceKind {
    /// Of a series, counting.
    Official,
    /// Of a series, with too few starters to count.
    Unofficial,
    /// Opened by a member.
    Hosted,
    /// Of a league.
    League,
    /// Opened by a member, without a race.
    PracticeOnly,
}

/// Generated and recorded content.
pub(crate) struct Library {
    pub(crate) world: Option<World>,
    pub(crate) recorded: Option<Recorded>,
}

fn time(unix_seconds: i64) -> Timestamp {
    Timestamp::from_second(unix_seconds).unwrap_or(Timestamp::MAX)
}

impl Library {
    pub(crate) fn new(content: &Content, now: Timestamp) -> anyhow::Result<Self> {
        let horizon = now.as_second() + AHEAD;
        let (careers, folder) = match content {
            Content::Generated(careers) => (Some(careers), None),
            Content::Recorded(folder) => (None, Some(folder)),
            Content::Both(careers, folder) => (Some(careers), Some(folder)),
        };
        Ok(Self {
            world: careers.map(|careers| World::new(careers, horizon)),
            recorded: folder.map(|folder| Recorded::load(folder)).transpose()?,
        })
    }

    /// The drivers that the consent page offers.
    pub(crate) fn members(&self, now: Timestamp) -> Vec<DemoMember> {
        let drivers = self.world.iter().flat_map(|world| &world.drivers);
        drivers
            .map(|driver| DemoMember {
                cust_id: driver.cust_id,
                display_name: driver.display_name.clone(),
                races: self.truth(driver.cust_id).iter().filter(|race| race.available_at <= now).count(),
                member_since: driver.member_since,
            })
            .collect()
    }

    /// A demo driver, or a member of a recorded result.
    pub(crate) fn member(&self, cust_id: i64, now: Timestamp) -> Option<DemoMember> {
        self.members(now).into_iter().find(|member| member.cust_id == cust_id).or_else(|| {
            let display_name = self.recorded.as_ref()?.member_name(cust_id)?.to_owned();
            let races = self.truth(cust_id).len();
            Some(DemoMember { cust_id, display_name, races, member_since: date(2016, 5, 1) })
        })
    }

    /// The name of anybody who occurs in results.
    pub(crate) fn name(&self, cust_id: i64) -> Option<String> {
        if let Some(name) = self.recorded.as_ref().and_then(|recorded| recorded.member_name(cust_id)) {
            return Some(name.to_owned());
        }
        let world = self.world.as_ref()?;
        (world.driver(cust_id).is_some() || people::is_rival(cust_id)).then(|| world.name(cust_id))
    }

    /// The day of joining, made up for those who have no career.
    pub(crate) fn member_since(&self, cust_id: i64) -> Date {
        let driver = self.world.as_ref().and_then(|world| world.driver(cust_id));
        driver.map_or(date(2016, 5, 1), |driver| driver.member_since)
    }

    /// Every session of a member, by start time.
    pub(crate) fn truth(&self, cust_id: i64) -> Vec<RaceTruth> {
        let generated = self.world.iter().flat_map(World::races);
        let mut races: Vec<RaceTruth> = generated
            .filter(|race| race.own.iter().any(|own| own.cust_id == cust_id))
            .map(|race| RaceTruth {
                subsession_id: race.head.subsession_id,
                start_time: time(race.head.start),
                end_time: time(race.end()),
                kind: match race.head.kind {
                    Kind::Official => RaceKind::Official,
                    Kind::Unofficial => RaceKind::Unofficial,
                    Kind::Hosted => RaceKind::Hosted,
                    Kind::League => RaceKind::League,
                    Kind::Practice => RaceKind::PracticeOnly,
                },
                available_at: time(race.available_at()),
            })
            .collect();
        races.extend(self.recorded.iter().flat_map(|recorded| recorded.truth(cust_id)));
        races.sort_by_key(|race| (race.start_time, race.subsession_id));
        races
    }
}
