#!/usr/bin/env python3
"""What Spinout costs on AWS, from measured units.

    make bench && python3 docs/costs.py target/bench/report.json
    python3 docs/costs.py                 with the limits that the benchmarks have to keep, so an upper bound

Prices are the list prices of us-east-1 in dollars; change them here when AWS does. Free tiers are those that never end.
"""

import json
import sys

# Dollars per unit.
PRICE = {
    "write unit": 0.625e-6,
    "read unit": 0.125e-6,
    "stored GB month": 0.25,
    "point-in-time GB month": 0.20,
    "REST request": 3.50e-6,
    "WebSocket message": 1.00e-6,
    "WebSocket minute": 0.25e-6,
    "function call": 0.20e-6,
    "function GB second": 0.0000133334,  # arm64
    "CloudFront request": 1.00e-6,
    "log GB": 0.50,
    "queue message": 0.40e-6,
}
# A month, for the whole account.
FREE = {
    "stored GB month": 25,
    "function call": 1_000_000,
    "function GB second": 400_000,
    "CloudFront request": 10_000_000,
    "log GB": 5,
    "queue message": 1_000_000,
}
# Whether anybody comes or not: the zone, three secrets, 17 alarms of which ten are free.
FIXED = 0.50 + 3 * 0.40 + (17 - 10) * 0.10

# An active driver's month. Assumptions, not measurements: put in your own.
NEW_RACES = 40
VISITS = 30
REQUESTS_A_VISIT = 20
MINUTES_A_VISIT = 15
CAREER_RACES = 1_500  # stored for each driver, as if no two drivers shared a session

# Limits that the benchmarks keep; replaced by what they measured.
MEASURED = {
    "write_units_per_race_30x20": 60,
    "read_units_log_page": 10,
    "read_units_race_page": 15,
    "iracing_requests_per_new_race": 2.1,
}
MEMORY_GB = 0.5  # api and ingestion
REST_SECONDS = 0.05
REQUESTS_A_MINUTE = 240  # that iRacing allows one driver


def month(drivers, m):
    """Units of each kind that some drivers use in a month."""
    requests = drivers * VISITS * REQUESTS_A_VISIT
    reads = (m["read_units_log_page"] + m["read_units_race_page"]) / 2
    races = drivers * NEW_RACES
    race_seconds = 60 * m["iracing_requests_per_new_race"] / REQUESTS_A_MINUTE
    # A write unit is a kilobyte, so what a race writes bounds what it keeps.
    stored = drivers * CAREER_RACES * m["write_units_per_race_30x20"] / 1_000_000
    messages = drivers * VISITS * (MINUTES_A_VISIT + 10)  # a ping a minute, and progress
    return {
        "write unit": races * m["write_units_per_race_30x20"] + requests * 0.05,
        "read unit": requests * reads,
        "stored GB month": stored,
        "point-in-time GB month": stored,
        "REST request": requests,
        "WebSocket message": messages,
        "WebSocket minute": drivers * VISITS * MINUTES_A_VISIT,
        "function call": requests + messages + races,
        "function GB second": MEMORY_GB * (requests * REST_SECONDS + races * race_seconds),
        "CloudFront request": requests * 1.5,
        "log GB": requests * 3e-6,  # three lines of a kilobyte
        "queue message": drivers * VISITS * 4,
    }


def dollars(units, free=True):
    return {name: max(0, amount - (FREE.get(name, 0) if free else 0)) * PRICE[name] for name, amount in units.items()}


def main():
    m = dict(MEASURED)
    if len(sys.argv) > 1:
        with open(sys.argv[1]) as file:
            report = json.load(file)
        m.update({name: report[name] for name in m if name in report})
    print("units:", ", ".join(f"{name} {value:g}" for name, value in m.items()))

    write = m["write_units_per_race_30x20"] * PRICE["write unit"]
    work = 60 * m["iracing_requests_per_new_race"] / REQUESTS_A_MINUTE * MEMORY_GB * PRICE["function GB second"]
    print(f"\none new race            ${write + work:.6f}  (writes ${write:.6f}, worker ${work:.6f})")
    print(f"1,000 new races         ${1000 * (write + work):.3f}")
    print(f"a career of {CAREER_RACES:,} races ${CAREER_RACES * (write + work):.3f}")
    print(f"1,000 careers           ${1000 * CAREER_RACES * (write + work):.2f}")

    one = dollars(month(1, m), free=False)
    print(f"\na driver's month        ${sum(one.values()):.4f}")
    for name, value in sorted(one.items(), key=lambda pair: -pair[1]):
        print(f"  {name:<24}${value:.5f}")

    print(f"\nfixed a month           ${FIXED:.2f}")
    for drivers in (10, 1_000, 100_000):
        print(f"{drivers:>7,} drivers a month  ${FIXED + sum(dollars(month(drivers, m)).values()):,.2f}")


if __name__ == "__main__":
    main()
