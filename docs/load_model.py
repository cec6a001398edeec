#!/usr/bin/env python3
"""100,000 drivers, simulated: which limit is met first.

    make bench && python3 docs/load_model.py target/bench/report.json [drivers]

Plays the busiest hour call by call (who comes when, how long a call holds a function, how long a sync waits for a worker),
and the first imports of everybody day by day. What a thing costs is what the benchmarks measured; what drivers do is what
docs/costs.py assumes. The same seed gives the same hour.
"""

import collections
import heapq
import json
import random
import sys

from costs import CAREER_RACES, NEW_RACES, REQUESTS_A_MINUTE, REQUESTS_A_VISIT, VISITS

HOUR = 3600
BUSIEST_HOUR = 1 / 3  # of a day's visits: an evening of a league's region
# A function of 512 MB has 0.29 of the processor that the benchmarks had to themselves.
SLOWER = 3.5
NETWORK = 0.010  # seconds that DynamoDB takes across a region, where the benchmark's table is in the same process
IRACING = 0.25  # seconds of an answer of iRacing's
READERS_THINK = 4.0  # seconds between two requests of a visit
# What AWS or terraform/ allows.
REST_THROTTLE = 50  # rest_gateway.tf
FUNCTIONS = 1_000  # of an account, once asked for
TABLE_WRITES = 4_000  # table.tf
FLEET = 6_000  # requests a minute of all workers together: iracing_requests_per_minute in variables.tf
TABLE_QUOTA = 40_000  # AWS's default for a table
PARTITION_WRITES = 1_000


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def call_seconds(chance, m):
    """How long the function is held: half the calls list the log, the others open races."""
    page = m["api_log_page_ms"] if chance.random() < 0.5 else m["api_race_page_ms"] / 3
    return page / 1000 * SLOWER + NETWORK * chance.lognormvariate(0, 0.5)


def busiest_hour(chance, drivers, m):
    """The calls of one hour: arrivals a second, and functions at once whenever one begins."""
    visits = int(drivers * VISITS / 30 * BUSIEST_HOUR)
    starts = [chance.uniform(0, HOUR) for _ in range(visits)]
    calls = []
    for start in starts:
        moment = start
        for _ in range(REQUESTS_A_VISIT):
            calls.append(moment)
            moment += chance.expovariate(1 / READERS_THINK)
    calls.sort()
    each_second = collections.Counter(int(call) for call in calls if call < HOUR)
    busy, at_once = [], []
    for call in calls:
        while busy and busy[0] <= call:
            heapq.heappop(busy)
        heapq.heappush(busy, call + call_seconds(chance, m))
        at_once.append(len(busy))
    return sorted(starts), list(each_second.values()), at_once


def syncs(chance, starts, workers, m):
    """How long syncs wait when each visit begins with one: two searches, and the races since the last."""
    free = [0.0] * workers
    waits = []
    for start in starts:
        races = sum(chance.random() < NEW_RACES / VISITS / 2 for _ in range(2))
        requests = 2 + races * m["iracing_requests_per_new_race"]
        begins = max(start, heapq.heappop(free))
        waits.append(begins - start)
        heapq.heappush(free, begins + requests * IRACING * chance.lognormvariate(0, 0.4) + 0.2)
    return waits


def first_imports(drivers, workers, m):
    """Days until everybody's career is in, and the units written a second meanwhile."""
    races_a_second = REQUESTS_A_MINUTE / 60 / m["iracing_requests_per_new_race"] * workers
    writes = races_a_second * m["write_units_per_race_30x20"]
    allowed = min(1.0, TABLE_QUOTA / writes)
    return drivers * CAREER_RACES / (races_a_second * allowed) / 86_400, writes


def main():
    with open(sys.argv[1]) as file:
        m = json.load(file)
    drivers = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    chance = random.Random(1)
    starts, each_second, at_once = busiest_hour(chance, drivers, m)
    print(f"the busiest hour of {drivers:,} drivers: {len(starts):,} visits, {sum(each_second):,} calls of the API")
    refused = sum(max(0, calls - REST_THROTTLE) for calls in each_second) / sum(each_second)
    print(f"  calls a second          median {percentile(each_second, 0.5)}, most {max(each_second)}; "
          f"a throttle of {REST_THROTTLE} refuses {refused:.0%}")  # fmt: skip
    print(f"  functions at once       median {percentile(at_once, 0.5)}, 99.9 % {percentile(at_once, 0.999)}, "
          f"most {max(at_once)} of {FUNCTIONS}")  # fmt: skip
    reads = max(each_second) * (m["read_units_log_page"] + m["read_units_race_page"] / 3) / 2
    writes = len(starts) / HOUR * NEW_RACES / VISITS * m["write_units_per_race_30x20"]
    print(f"  table                   {reads:,.0f} read units and {writes:,.0f} write units a second, of {TABLE_WRITES:,}")
    for workers in (5, 15, 30, 60):
        waits = syncs(chance, starts, workers, m)
        print(f"  syncs, {workers:>3} workers      wait {percentile(waits, 0.5):,.1f} s in the middle, "
              f"{percentile(waits, 0.99):,.0f} s at the 99th percentile")  # fmt: skip
    print("first imports of everybody")
    for workers in (15, 100, 300, 900):
        days, writes = first_imports(drivers, workers, m)
        over = " (more than a table's quota: slowed down to it)" if writes > TABLE_QUOTA else ""
        requests = workers * REQUESTS_A_MINUTE
        raised = f"; {requests:,} requests a minute, of {FLEET:,}" if requests > FLEET else ""
        print(f"  {workers:>3} workers             {days:,.1f} days, {writes:,.0f} write units a second{over}{raised}")
    own = REQUESTS_A_MINUTE / 60 / m["iracing_requests_per_new_race"] * m["write_units_per_race_30x20"]
    print(f"  one partition           {own:.0f} write units a second of {PARTITION_WRITES:,}")


if __name__ == "__main__":
    main()
