use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Capacity units, as `ReturnConsumedCapacity` tells them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConsumedUnits {
    /// Read units: 4 KB read consistently, or 8 KB eventually.
    pub read: f64,
    /// Write units: 1 KB each.
    pub write: f64,
}

/// Counts in half units, the smallest that DynamoDB bills.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    read_halves: AtomicU64,
    write_halves: AtomicU64,
}

impl Counters {
    pub(crate) fn read<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        self.read_halves.fetch_add(halves(consumed), Relaxed);
    }

    pub(crate) fn write<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        self.write_halves.fetch_add(halves(consumed), Relaxed);
    }

    pub(crate) fn total(&self) -> ConsumedUnits {
        ConsumedUnits {
            read: self.read_halves.load(Relaxed) as f64 / 2.0,
            write: self.write_halves.load(Relaxed) as f64 / 2.0,
        }
    }
}

fn halves<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> u64 {
    consumed.into_iter().filter_map(ConsumedCapacity::capacity_units).map(|units| (units * 2.0).round() as u64).sum()
}
