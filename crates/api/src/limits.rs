//! How often somebody may ask: a driver by their session token, everybody else by their address.
//!
//! Requests are counted in fixed windows, by each process for itself and by all together in the table. A process adds to
//! the table's count only once every tenth of a limit, so ordinary use writes nothing there, and a limit can be exceeded by
//! no more than a tenth for each process that runs at the same time. Who has been refused is refused until the window
//! ends without another look into the table. When the table does not answer, the process' own count has to do.

use crate::{config::Config, extract::Verified, problem::ApiError, state::State as ApiState};
use auth::SealingKeys;
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::DriverId;
use jiff::Timestamp;
use runtime::Clock;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};
use store::{
    Store,
    request_count::{self, RequestWindow},
};

/// So many requests are let through in each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Limit {
    name: &'static str,
    requests: u32,
    /// Length of the window.
    seconds: i64,
}

/// Whatever a driver asks for. A page that loads everything asks some 20 times.
const DRIVER: Limit = Limit { name: "driver", requests: 3_000, seconds: 300 };
/// Whatever is asked for without a session: an address may be that of a whole club.
const ADDRESS: Limit = Limit { name: "address", requests: 1_200, seconds: 300 };
/// Signing in takes two requests.
const SIGN_IN: Limit = Limit { name: "sign_in", requests: 240, seconds: 300 };
/// What is expensive has limits of its own, for each driver: the route as it is declared, and its limit.
const EXPENSIVE: [(&str, Limit); 8] = [
    // A file of 8 MiB is read and written.
    ("/import/event-result", Limit { name: "import", requests: 300, seconds: 600 }),
    ("/import/log", Limit { name: "import", requests: 300, seconds: 600 }),
    // The whole log is read and written to files; a page asks every few seconds how far that is.
    ("/driver/{driver_id}/exports", Limit { name: "exports", requests: 600, seconds: 600 }),
    // A message is queued.
    ("/ingestion/race", Limit { name: "ingestion", requests: 30, seconds: 600 }),
    // iRacing is asked, who counts too: a quarter of what a driver may ask there.
    ("/developer/iracing-api/{*path}", Limit { name: "developer", requests: 300, seconds: 300 }),
    ("/developer/iracing-token", Limit { name: "developer", requests: 300, seconds: 300 }),
    // Six files are fetched and read if nobody has looked at the map before.
    ("/track/{track_id}/map", Limit { name: "track_map", requests: 300, seconds: 300 }),
    // The laps of a whole field are read and computed with.
    ("/session/{subsession_id}/analysis", Limit { name: "analysis", requests: 600, seconds: 300 }),
];

/// A process tells the table what it has counted once every such part of a limit.
const PARTS: u32 = 10;

/// Counts that a process remembers; when there are more, those of windows that are over are dropped, or else all.
const COUNTS_KEPT: usize = 10_000;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Driver(DriverId),
    /// An address; of IPv6 the first 64 bits, which is what one customer has.
    Address(IpAddr),
    /// A connection without an address, or a proxy that did not name one: all of them share one count.
    Unknown,
}

/// What a process knows about one window of one limit.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// When the window began.
    from: i64,
    /// What the table is known to have counted, with what is being told to it.
    told: u64,
    /// Counted here since.
    untold: u32,
}

/// What to do about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Admitted,
    Refused,
    /// Ask the table, telling it this much.
    Tell(u32),
}

/// The counts of a process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Limits {
    store: Store,
    clock: Clock,
    sealing: SealingKeys,
    base_path: Arc<str>,
    trusted_proxies: usize,
    counts: Arc<Mutex<HashMap<(Limit, Who), Count>>>,
}

/// Refuses a request of somebody who has asked too often.
pub(crate) async fn limit(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let verified = Verified::of(request.headers(), &state);
    if let Some(limits) = &state.limits {
        let driver = verified.0.as_ref().ok().map(|session| session.driver_id);
        for (limit, who) in limits.apply_to(&request, driver) {
            if let Err(until) = limits.admit(limit, who).await {
                return ApiError::TooManyRequests { until }.into_response();
            }
        }
    }
    request.extensions_mut().insert(verified);
    next.run(request).await
}

impl Limits {
    pub(crate) fn new(config: &Config, store: &Store, sealing: &SealingKeys, clock: &Clock) -> Self {
        Self {
            store: store.clone(),
            clock: clock.clone(),
            sealing: sealing.clone(),
            base_path: config.base_path.as_str().into(),
            trusted_proxies: config.trusted_proxies,
            counts: Arc::default(),
        }
    }

    /// The limits that a request counts against.
    fn apply_to(&self, request: &Request, driver: Option<DriverId>) -> Vec<(Limit, Who)> {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let route = route.strip_prefix(&*self.base_path).unwrap_or(route);
        if let Some(driver) = driver.filter(|_| !route.starts_with("/auth/")) {
            let expensive = EXPENSIVE.iter().filter(|(path, _)| *path == route).map(|(_, limit)| *limit);
            return expensive.chain([DRIVER]).map(|limit| (limit, Who::Driver(driver))).collect();
        }
        let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let address = address(request.headers(), connection, self.trusted_proxies).map_or(Who::Unknown, Who::Address);
        let limit = if route.starts_with("/auth/ir/") { SIGN_IN } else { ADDRESS };
        vec![(limit, address)]
    }

    /// Counts a request; if it is one too many, when the next may come.
    async fn admit(&self, limit: Limit, who: Who) -> Result<(), Timestamp> {
        let now = self.clock.now();
        let from = now.as_second().div_euclid(limit.seconds) * limit.seconds;
        let moment = |second| Timestamp::from_second(second).unwrap_or(now);
        let until = moment(from + limit.seconds);
        let untold = match self.note(limit, who, from) {
            Verdict::Admitted => return Ok(()),
            Verdict::Refused => return Err(until),
            Verdict::Tell(untold) => untold,
        };
        let name = match who {
            Who::Driver(driver) => request_count::driver(driver),
            // Whoever reads the table does not learn where drivers live.
            Who::Address(address) => format!("address#{}", self.sealing.pseudonym(&address.to_string())),
            Who::Unknown => "unknown".to_owned(),
        };
        let window = RequestWindow { who: &name, limit: limit.name, from: moment(from), until };
        match self.store.count_requests(window, untold).await {
            Ok(told) => self.learn(limit, who, from, told),
            Err(error) => {
                tracing::warn!(%error, "requests not counted");
                Ok(())
            }
        }
        .map_err(|()| until)
    }

    fn note(&self, limit: Limit, who: Who, from: i64) -> Verdict {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTS_KEPT && !counts.contains_key(&(limit, who)) {
            let now = self.clock.now().as_second();
            counts.retain(|(limit, _), count| count.from + limit.seconds > now);
            if counts.len() >= COUNTS_KEPT {
                counts.clear();
            }
        }
        let count = counts.entry((limit, who)).or_default();
        if count.from != from {
            *count = Count { from, ..Count::default() };
        }
        if count.told + u64::from(count.untold) >= u64::from(limit.requests) {
            return Verdict::Refused;
        }
        count.untold += 1;
        if count.untold < limit.requests.div_ceil(PARTS) {
            return Verdict::Admitted;
        }
        let untold = std::mem::take(&mut count.untold);
        count.told += u64::from(untold);
        Verdict::Tell(untold)
    }

    /// Takes over what the table has counted; fails if that is too much.
    fn learn(&self, limit: Limit, who: Who, from: i64, told: u64) -> Result<(), ()> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&(limit, who)).filter(|count| count.from == from) {
            count.told = count.told.max(told);
        }
        if told > u64::from(limit.requests) { Err(()) } else { Ok(()) }
    }
}

/// The address that a request came from: that of the connection, or, behind proxies, what the first of them saw. What
/// stands further left in the header is the client's own invention.
fn address(headers: &HeaderMap, connection: Option<IpAddr>, trusted_proxies: usize) -> Option<IpAddr> {
    let address = match trusted_proxies.checked_sub(1) {
        None => connection?,
        Some(further) => {
            let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
            let seen: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
            seen.into_iter().nth_back(further)?.parse().ok()?
        }
    };
    Some(match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_what_trusted_proxies_saw_counts_as_an_address() {
        let connection: Option<IpAddr> = Some([127, 0, 0, 1].into());
        let headers = forwarded(&["6.6.6.6, 203.0.113.7", "70.132.1.2"]);
        for (proxies, expected) in [(0, "127.0.0.1"), (1, "70.132.1.2"), (2, "203.0.113.7")] {
            assert_eq!(address(&headers, connection, proxies), Some(expected.parse().unwrap()), "{proxies} proxies");
        }
        assert_eq!(address(&headers, connection, 4), None, "fewer addresses than proxies");
        assert_eq!(address(&forwarded(&["unknown"]), connection, 1), None);
        assert_eq!(address(&HeaderMap::new(), None, 0), None);
    }

    #[test]
    fn one_customer_has_one_address() {
        let of = |text: &str| address(&HeaderMap::new(), Some(text.parse().unwrap()), 0).unwrap().to_string();
        assert_eq!(of("2001:db8:1:2:aaaa:bbbb:cccc:dddd"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2::1"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7", "IPv4 in IPv6's clothes");
    }

    #[test]
    fn every_expensive_route_is_one() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_document().unwrap()).unwrap();
        for (path, _) in EXPENSIVE {
            let path = path.replace("{*path}", "{path}");
            let routes = document["paths"].as_object().unwrap();
            assert!(routes.keys().any(|route| route.replace("{*path}", "{path}") == path), "{path}");
        }
    }
}
