//! The conditions of the table do what the rules of `domain::ingestion_lock` say, over random histories.

use crate::{Table, at};
use domain::{DriverId, IngestionLock, IngestionRun, RunId, RunStatus, ingestion::LONGEST_WINDOW};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use store::{Store, ingestion_lock::Taken};

const LOCK: SignedDuration = SignedDuration::from_mins(15);
const COOL_DOWN: SignedDuration = SignedDuration::from_mins(5);

/// Something that a request or a worker does to the lock, and after how many seconds.
#[derive(Debug, Clone)]
enum Deed {
    Begin { run: usize },
    Take { run: usize, worker: usize },
    Save { run: usize, worker: usize },
    Finish { run: usize, worker: usize },
    Renew { worker: usize },
    HandBack { worker: usize, wait: i64 },
    CoolDown { worker: usize },
    Revive { run: usize },
    Abandon { run: usize },
}

fn deeds() -> impl Strategy<Value = Vec<(i64, Deed)>> {
    let (run, worker) = (0..3usize, 0..3usize);
    let deed = prop_oneof![
        2 => run.clone().prop_map(|run| Deed::Begin { run }),
        5 => (run.clone(), worker.clone()).prop_map(|(run, worker)| Deed::Take { run, worker }),
        4 => (run.clone(), worker.clone()).prop_map(|(run, worker)| Deed::Save { run, worker }),
        1 => (run.clone(), worker.clone()).prop_map(|(run, worker)| Deed::Finish { run, worker }),
        2 => worker.clone().prop_map(|worker| Deed::Renew { worker }),
        2 => (worker.clone(), 0..600i64).prop_map(|(worker, wait)| Deed::HandBack { worker, wait }),
        1 => worker.prop_map(|worker| Deed::CoolDown { worker }),
        2 => run.clone().prop_map(|run| Deed::Revive { run }),
        1 => run.prop_map(|run| Deed::Abandon { run }),
    ];
    let pause = prop_oneof![4 => 0..50i64, 2 => 50..70i64, 2 => 200..1_000i64];
    proptest::collection::vec((pause, deed), 1..30)
}

/// What the rules make of it.
#[derive(Default)]
struct Rules {
    lock: Option<IngestionLock>,
    runs: [Option<Record>; 3],
}

#[derive(Default, Clone)]
struct Record {
    holder: Option<usize>,
    over: bool,
    saved: u32,
}

impl Rules {
    /// Whether the deed is done.
    fn apply(&mut self, driver_runs: &[RunId; 3], deed: &Deed, now: Timestamp) -> bool {
        let current = self.lock.as_ref();
        let holder = |worker: &usize| worker.to_string();
        let lock = match deed {
            // A run begins once.
            Deed::Begin { run } if self.runs[*run].is_some() => return false,
            Deed::Begin { run } => IngestionLock::begin(current, &driver_runs[*run], now, now + LOCK),
            Deed::Take { run, worker } => {
                IngestionLock::take(current, &driver_runs[*run], &holder(worker), now, now + LOCK)
                    .filter(|_| self.runs[*run].as_ref().is_some_and(|run| !run.over))
            }
            Deed::Save { run, worker } | Deed::Finish { run, worker } => {
                let held = self.runs[*run].as_mut().filter(|run| run.holder == Some(*worker));
                let Some(record) = held else { return false };
                record.saved += 1;
                record.over |= matches!(deed, Deed::Finish { .. });
                return true;
            }
            Deed::Renew { worker } => IngestionLock::renew(current, &holder(worker), now + LOCK),
            Deed::HandBack { worker, wait } => {
                let due = now + SignedDuration::from_secs(*wait);
                IngestionLock::hand_back(current, &holder(worker), due, due + LOCK)
            }
            Deed::CoolDown { worker } => IngestionLock::cool_down(current, &holder(worker), now + COOL_DOWN),
            Deed::Revive { run } => IngestionLock::revive(current, &driver_runs[*run], now),
            Deed::Abandon { run } => {
                let owned = current
                    .is_some_and(|lock| lock.run_id.as_ref() == Some(&driver_runs[*run]) && lock.holder.is_none());
                let Some(record) = self.runs[*run].as_mut().filter(|run| owned && !run.over) else { return false };
                *record = Record { over: true, holder: None, ..record.clone() };
                self.lock = None;
                return true;
            }
        };
        let Some(lock) = lock else { return false };
        match deed {
            Deed::Begin { run } => self.runs[*run] = Some(Record::default()),
            Deed::Take { run, worker } => {
                if let Some(run) = &mut self.runs[*run] {
                    run.holder = Some(*worker);
                }
            }
            _ => {}
        }
        self.lock = Some(lock);
        true
    }
}

/// What the table makes of it.
async fn apply(store: &Store, runs: &[IngestionRun; 3], rules: &Rules, deed: &Deed, now: Timestamp) -> Option<bool> {
    let driver = runs[0].driver_id;
    let holder = |worker: &usize| worker.to_string();
    Some(match deed {
        Deed::Begin { run } if rules.runs[*run].is_some() => return None,
        Deed::Begin { run } => store.begin_run(&runs[*run], None, now, now + LOCK).await.unwrap().is_ok(),
        Deed::Take { run, worker } => {
            let holder = holder(worker);
            let taken = store.take_ingestion_lock(driver, &runs[*run].run_id, &holder, now, now + LOCK).await;
            taken.unwrap() == Taken::Held
        }
        Deed::Save { run, worker } | Deed::Finish { run, worker } => {
            let record = rules.runs[*run].clone().unwrap_or_default();
            let over = record.over || matches!(deed, Deed::Finish { .. });
            let written = IngestionRun {
                races_done: record.saved + 1,
                status: if over { RunStatus::Finished } else { RunStatus::Running },
                finished_at: over.then_some(now),
                ..runs[*run].clone()
            };
            store.save_run(&written, &holder(worker)).await.unwrap()
        }
        Deed::Renew { worker } => store.renew_ingestion_lock(driver, &holder(worker), now + LOCK).await.unwrap(),
        Deed::HandBack { worker, wait } => {
            let due = now + SignedDuration::from_secs(*wait);
            store.hand_back_ingestion_lock(driver, &holder(worker), due, due + LOCK).await.unwrap()
        }
        Deed::CoolDown { worker } => store.cool_down(driver, &holder(worker), now + COOL_DOWN).await.unwrap(),
        Deed::Revive { run } => store.revive_run(driver, &runs[*run].run_id, now).await.unwrap(),
        Deed::Abandon { run } => {
            store.abandon_run(driver, &runs[*run].run_id, now).await.unwrap();
            return None;
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_table_locks_as_the_rules_say(driver in 1i64..1_000_000_000, deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let Table { store, _engine } = Table::with_drivers(&[driver]).await;
            let mut now = at("2026-01-01T12:00:00Z");
            let runs = ["1", "2", "3"].map(|id| {
                IngestionRun::queued(RunId(id.into()), DriverId(driver), None, None, LONGEST_WINDOW, now)
            });
            let ids = [0, 1, 2].map(|run| runs[run].run_id.clone());
            let mut rules = Rules::default();
            for (pause, deed) in &deeds {
                now += SignedDuration::from_secs(*pause);
                let done = apply(&store, &runs, &rules, deed, now).await;
                let expected = rules.apply(&ids, deed, now);
                if let Some(done) = done {
                    prop_assert_eq!(done, expected, "{:?} at {}", deed, now);
                }
                let lock = store.ingestion_lock(DriverId(driver), now).await.unwrap();
                prop_assert_eq!(&lock, &rules.lock.clone().filter(|lock| lock.holds(now)), "after {:?}", deed);
                for (run, record) in runs.iter().zip(&rules.runs) {
                    let stored = store.run(DriverId(driver), &run.run_id).await.unwrap();
                    let seen = stored.map(|run| (run.races_done, run.status.is_over()));
                    prop_assert_eq!(seen, record.as_ref().map(|record| (record.saved, record.over)), "after {:?}", deed);
                }
            }
            Ok(())
        })?;
    }
}
