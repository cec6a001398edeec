//! The promises: those that a single write can break are checked as it happens, the others at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// Sees every write to the table. Clones share what they saw.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// Broken promises.
    broken: Vec<String>,
    /// Who took a driver's lock last: the only one who may write run records.
    taker: BTreeMap<String, String>,
    /// The last state of each run.
    runs: BTreeMap<String, Progress>,
    /// Races that were ever stored, by driver.
    races: BTreeSet<(String, String)>,
    /// The point up to which a driver is ingested.
    ingested_to: BTreeMap<String, i64>,
}

struct Progress {
    item: Value,
    windows: i64,
    searched_back_to: i64,
    dealt_with: i64,
    over: bool,
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a broken promise.
    pub fn broken(&self, what: String) {
        self.seen().broken.push(what);
    }

    /// What was broken so far.
    pub fn all_broken(&self) -> Vec<String> {
        self.seen().broken.clone()
    }

    /// The races of a driver that were ever stored, as sort keys.
    pub fn races_of(&self, driver: i64) -> BTreeSet<String> {
        let partition = format!("driver#{driver}");
        self.seen().races.iter().filter(|(of, _)| *of == partition).map(|(_, race)| race.clone()).collect()
    }

    /// A write that was done.
    pub fn written(&self, operation: &str, body: &[u8]) {
        if !matches!(operation, "PutItem" | "UpdateItem" | "TransactWriteItems") {
            return;
        }
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let mut seen = self.seen();
        match operation {
            "PutItem" => seen.put(&body["Item"]),
            "UpdateItem" => seen.updated(&body),
            _ => {
                for part in body["TransactItems"].as_array().into_iter().flatten() {
                    if part["Put"].is_object() {
                        seen.put(&part["Put"]["Item"]);
                    }
                    if part["Update"].is_object() {
                        seen.updated(&part["Update"]);
                    }
                }
            }
        }
    }
}

fn text(item: &Value, name: &str) -> String {
    item[name]["S"].as_str().unwrap_or_default().to_owned()
}

fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().and_then(|number| number.parse().ok()).unwrap_or_default()
}

impl Seen {
    fn put(&mut self, item: &Value) {
        let (partition, sort) = (text(item, "partition_key"), text(item, "sort_key"));
        if sort.starts_with("session#") && partition.starts_with("driver#") {
            self.races.insert((partition, sort));
        } else if let Some(run) = sort.strip_prefix("ingestion_run#") {
            self.run(&partition, run, item);
        } else if sort == "ingestion_lock" {
            // A new run has it, and no worker yet.
            self.taker.remove(&partition);
        }
    }

    fn run(&mut self, driver: &str, run: &str, item: &Value) {
        if self.runs.get(run).is_some_and(|before| before.item == *item) {
            // Sent again, because the answer was lost.
            return;
        }
        let now = Progress {
            item: item.clone(),
            windows: number(item, "windows_done"),
            searched_back_to: number(item, "searched_back_to"),
            dealt_with: number(item, "races_done") + number(item, "races_known"),
            over: item["finished_at"].is_object(),
        };
        let holder = text(item, "holder");
        if !holder.is_empty() && self.taker.get(driver) != Some(&holder) {
            self.broken.push(format!("{driver}: runs overlap, {holder} writes {run} without the lock"));
        }
        if let Some(before) = self.runs.get(run) {
            if now.windows < before.windows || now.searched_back_to > before.searched_back_to {
                self.broken.push(format!("{driver}: {run} went back in its windows"));
            }
            if now.dealt_with < before.dealt_with {
                self.broken.push(format!("{driver}: {run} counts fewer races than before"));
            }
            if before.over {
                self.broken.push(format!("{driver}: {run} was over and was written again"));
            }
        }
        self.runs.insert(run.to_owned(), now);
    }

    fn updated(&mut self, update: &Value) {
        let (partition, sort) = (text(&update["Key"], "partition_key"), text(&update["Key"], "sort_key"));
        let expression = update["UpdateExpression"].as_str().unwrap_or_default();
        let values = &update["ExpressionAttributeValues"];
        if sort == "ingestion_lock" && expression.contains("holder = :holder") {
            self.taker.insert(partition, text(values, ":holder"));
        } else if sort == "info" && expression.contains("races_ingested_to = :to") {
            let to = number(values, ":to");
            let before = self.ingested_to.insert(partition.clone(), to);
            if before.is_some_and(|before| to < before) {
                self.broken.push(format!("{partition}: the point ingested to went back"));
            }
        }
    }
}
