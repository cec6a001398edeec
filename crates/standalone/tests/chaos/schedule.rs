//! What happens in a seed, and what goes wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use axum::http::{Method, StatusCode};
use domain::{DriverRaceId, SubsessionId};
use iracing_sandbox::{Maintenance, RaceKind};
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::proxy::Mishap;
use crate::world::{DRIVERS, Outcome, START, World};

/// Things that happen in a seed.
const STEPS: usize = 24;
/// Less than a 429 lasts here: nobody may wait for it, as the clock stands still meanwhile.
pub const WORK_AT_MOST: SignedDuration = SignedDuration::from_mins(5);
/// Requests of a process among which mishaps are spread.
const REACH: u64 = 120;

/// The plan of a seed, made up as it goes.
pub struct Schedule {
    dice: ChaCha8Rng,
    story: Mutex<Vec<String>>,
    changed: BTreeSet<SubsessionId>,
    /// Somebody revoked the sign-in, or a process died that may have been holding a fresh pair.
    pair_lost: bool,
    /// Races that a driver wanted deleted, and whether we said that they are.
    deleted: BTreeMap<(i64, DriverRaceId), bool>,
}

impl Schedule {
    pub fn new(seed: u64) -> Self {
        let dice = ChaCha8Rng::seed_from_u64(seed);
        Self { dice, story: Mutex::default(), changed: BTreeSet::new(), pair_lost: false, deleted: BTreeMap::new() }
    }

    /// What happened, for whoever looks into a broken promise.
    pub fn story(&self) -> Vec<String> {
        self.story.lock().unwrap().clone()
    }

    fn tell(&self, what: impl Into<String>) {
        self.story.lock().unwrap().push(what.into());
    }

    /// Whether a driver may have to sign in at iRacing again.
    pub fn may_need_sign_in(&self) -> bool {
        self.pair_lost
    }

    /// Subsessions with a penalty since.
    pub fn changed_results(&self) -> &BTreeSet<SubsessionId> {
        &self.changed
    }

    /// The races that a driver wanted deleted.
    pub fn deletions(&self, driver: i64) -> impl Iterator<Item = DriverRaceId> {
        self.deleted.keys().filter(move |(of, _)| *of == driver).map(|(_, race)| *race)
    }

    /// Whether a race may be gone because its driver wanted that.
    pub fn may_be_deleted(&self, driver: i64, race: DriverRaceId) -> bool {
        self.deleted.contains_key(&(driver, race))
    }

    /// Whether a driver was told that a race is gone.
    pub fn is_deleted(&self, driver: i64, race: DriverRaceId) -> bool {
        self.deleted.get(&(driver, race)) == Some(&true)
    }

    fn one_in(&mut self, of: u32) -> bool {
        self.dice.random_range(0..of) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.dice.random_range(0..from.len())]
    }

    /// Plays the seed.
    pub async fn play(&mut self, world: &World<'_>) {
        for driver in DRIVERS {
            world.sign_in(driver).await;
            if self.one_in(2) {
                self.tell(format!("{driver} wants the daily sync"));
                let path = format!("/driver/{driver}/daily-sync");
                world.ask(driver, Method::PUT, &path, Some(json!({ "enabled": true }))).await;
            }
            world.ask(driver, Method::POST, "/ingestion/race", None).await;
        }
        for _ in 0..STEPS {
            self.plan_mishaps(world);
            match self.dice.random_range(0..22) {
                0..=8 => self.deliver(world).await,
                9..=10 => self.time_passes(world),
                11..=15 => self.iracing_misbehaves(world),
                16 => {
                    let driver = self.pick(&DRIVERS);
                    self.tell(format!("{driver} asks for a sync"));
                    world.ask(driver, Method::POST, "/ingestion/race", None).await;
                }
                17 => {
                    let driver = self.pick(&DRIVERS);
                    self.tell(format!("{driver} has two tabs"));
                    world.refresh(driver, 2).await;
                }
                18 => {
                    self.tell("a day begins");
                    world.begin_daily_sync().await;
                }
                19 => {
                    let driver = self.pick(&DRIVERS);
                    let told = self.one_in(2);
                    self.tell(format!("the line to {driver} is cut (told: {told})"));
                    world.line_is_cut(driver, told).await;
                    world.open_page(driver).await;
                }
                20 => self.delete_a_race(world).await,
                _ => {
                    let (failing, gone) = (self.one_in(2), self.one_in(3));
                    self.tell(format!("pages fail: {failing}, are gone: {gone}"));
                    world.stage.pages_fail(failing, gone);
                    world.redrive().await;
                }
            }
            for proxy in &world.proxies {
                proxy.plan([]);
            }
        }
    }

    /// Plans what goes wrong with the requests of the next step.
    fn plan_mishaps(&mut self, world: &World<'_>) {
        for (proxy, name) in world.proxies.iter().zip(["table", "queue"]) {
            let mut mishaps = Vec::new();
            if self.one_in(2) {
                for _ in 0..self.dice.random_range(1..5) {
                    let mishap = self.pick(&[
                        Mishap::Throttle,
                        Mishap::Conflict,
                        Mishap::Refuse,
                        Mishap::LoseAnswer,
                        Mishap::Half,
                        Mishap::Delay,
                        Mishap::KillBefore,
                        Mishap::KillAfter,
                    ]);
                    let reach = if name == "queue" { 3 } else { REACH };
                    mishaps.push((self.dice.random_range(1..=reach), mishap));
                }
            }
            if self.one_in(12) {
                // The table is away for longer than a client asks again.
                let begin = self.dice.random_range(1..=REACH);
                mishaps.extend((begin..begin + 4).map(|request| (request, Mishap::Refuse)));
            }
            self.pair_lost |= mishaps
                .iter()
                .any(|(_, mishap)| matches!(mishap, Mishap::KillBefore | Mishap::KillAfter | Mishap::Refuse));
            if !mishaps.is_empty() {
                self.tell(format!("{name}: {mishaps:?}"));
            }
            proxy.plan(mishaps);
        }
    }

    /// A queue delivers: in any order, sometimes to two workers at once, to a worker with little time or a wrong clock.
    async fn deliver(&mut self, world: &World<'_>) {
        let mut waiting = world.receive().await;
        if waiting.is_empty() {
            self.time_passes(world);
            return;
        }
        let message = waiting.remove(self.dice.random_range(0..waiting.len()));
        for other in waiting {
            world.put_back(&other).await;
        }
        let twice = self.one_in(6);
        let skewed = self.one_in(6);
        if skewed {
            let skew = self.dice.random_range(-20..20);
            world.stage.set_clocks(world.stage.now(), skew);
        }
        // Ten seconds are the worker's margin; a request takes ten milliseconds.
        let time = match self.dice.random_range(0..3) {
            0 => SignedDuration::from_millis(10_000 + self.dice.random_range(0..1_500)),
            1 => SignedDuration::from_mins(2),
            _ => WORK_AT_MOST,
        };
        self.tell(format!("a message is delivered (twice: {twice}, skewed: {skewed}, for {time:#})"));
        // A page that asks and refreshes meanwhile wants a fresh token as well.
        let asks = self.one_in(4).then(|| self.pick(&DRIVERS));
        let delivered = world.deliver(&message, twice, skewed, time);
        let outcome = match asks {
            None => delivered.await,
            Some(driver) => {
                self.tell(format!("{driver} asks for a sync meanwhile"));
                tokio::join!(delivered, world.ask(driver, Method::POST, "/ingestion/race", None)).0
            }
        };
        if outcome == Outcome::Killed {
            self.tell("the worker dies");
        }
    }

    /// A driver deletes one of their races.
    async fn delete_a_race(&mut self, world: &World<'_>) {
        let driver = self.pick(&DRIVERS);
        let races = world.races(driver).await;
        if races.is_empty() {
            return;
        }
        let race = races[self.dice.random_range(0..races.len())].id();
        self.tell(format!("{driver} deletes {race}"));
        let path = format!("/driver/{driver}/races?driverRaceId={race}&expected=1");
        let answer = world.ask(driver, Method::DELETE, &path, None).await;
        self.deleted.insert((driver, race), matches!(answer, Some((StatusCode::OK, _))));
    }

    fn time_passes(&mut self, world: &World<'_>) {
        let minutes = self.pick(&[1, 3, 6, 16, 20, 65, 240]);
        self.tell(format!("{minutes} minutes pass"));
        world.stage.time_passes(SignedDuration::from_mins(minutes));
        let now = world.stage.now();
        let faults = world.stage.sandbox.faults();
        // An hour of maintenance is over, and so is a spell of other faults.
        if minutes > 16 {
            self.tell("iRacing is in order");
            faults.change(|faults| {
                faults.maintenance = None;
                faults.unauthorized_after = None;
                faults.failing_races.clear();
                faults.revoked_refresh = false;
                faults.late_results.retain(|_, at| *at > now);
                faults.late_laps.retain(|_, at| *at > now);
            });
        }
    }

    /// One of iRacing's faults begins.
    fn iracing_misbehaves(&mut self, world: &World<'_>) {
        let faults = world.stage.sandbox.faults().clone();
        let driver = self.pick(&DRIVERS);
        let now = world.stage.now();
        let races: Vec<_> = world
            .stage
            .sandbox
            .truth(driver)
            .into_iter()
            .filter(|race| race.available_at <= now && race.kind != RaceKind::PracticeOnly)
            .collect();
        let recent: Vec<_> = races
            .iter()
            .filter(|race| START.duration_since(race.start_time) < SignedDuration::from_hours(6 * 24))
            .map(|race| race.subsession_id)
            .collect();
        let late = now + SignedDuration::from_hours(self.dice.random_range(1..30));
        let race = races[self.dice.random_range(0..races.len())].subsession_id;
        let few = self.dice.random_range(1..6);
        match self.dice.random_range(0..15) {
            0 => {
                self.tell("401 mid-run");
                // More than are under way at once, or no token would do.
                faults.unauthorized_after(self.dice.random_range(30..60));
            }
            1 => {
                self.tell("429");
                // Longer than most workers have: they must not wait for it.
                faults.rate_limited(few, 359);
            }
            2 => {
                self.tell("maintenance");
                faults.maintenance(Some(Maintenance::On));
            }
            3 => {
                self.tell("504");
                faults.gateway_timeout(few);
            }
            4 => {
                self.tell("links expire");
                faults.expired_links(few);
            }
            5 => {
                self.tell("chunks end in the middle");
                faults.cut_off_chunks(few);
            }
            6 => {
                self.tell("chunks are missing");
                faults.missing_chunks(few);
            }
            7 => {
                self.tell("bodies are no JSON");
                faults.invalid_json(few);
            }
            8 => {
                // Only what was raced lately comes late.
                for race in recent {
                    self.tell(format!("{race} is late"));
                    faults.late_results(race, late);
                }
            }
            9 => {
                for race in recent {
                    self.tell(format!("the laps of {race} are late"));
                    faults.late_laps(race, late);
                }
            }
            10 => {
                if let Some(&race) = recent.last() {
                    self.tell(format!("the result of {race} changes"));
                    faults.changed_results(race, now);
                    self.changed.insert(SubsessionId(race));
                }
            }
            11 => {
                let status = self.pick(&[403, 404, 500, 502]);
                self.tell(format!("{race} answers {status}"));
                faults.failing_race(race, status);
            }
            12 => {
                self.tell(format!("the sign-in of {driver} is revoked"));
                self.pair_lost = true;
                world.stage.sandbox.revoke_all(driver);
            }
            13 => {
                self.tell("refreshing is refused");
                self.pair_lost = true;
                faults.revoked_refresh(true);
            }
            _ => {
                self.tell("unknown fields, latency");
                faults.unknown_fields(true);
                faults.latency(std::time::Duration::from_millis(2));
            }
        }
    }

    /// All faults end; what has changed stays so.
    pub fn end_faults(&self, world: &World<'_>) {
        let faults = world.stage.sandbox.faults();
        let changed = faults.settings().changed_results;
        faults.clear();
        faults.change(|faults| faults.changed_results = changed);
        world.stage.pages_fail(false, false);
        world.stage.set_clocks(world.stage.now(), 0);
    }
}
