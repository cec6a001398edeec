//! The request budget as a caller meets it: waiting instead of being refused.

use crate::{
    answers::fixture,
    fake::{Answer, Failure, Fake},
};
use futures::future::join_all;
use iracing::{Error, Requests};
use jiff::SignedDuration;

async fn with_member_info() -> Fake {
    let fake = Fake::start().await;
    fake.answer("member/info", Answer::Direct(fixture("member_info.json")));
    fake
}

#[tokio::test(start_paused = true)]
async fn callers_of_one_driver_share_a_budget_and_none_is_refused() {
    let fake = with_member_info().await;
    fake.limit(10, SignedDuration::from_secs(60));
    let started = (fake.clock)();
    let driver = fake.driver();
    let outcomes = join_all((0..35).map(|_| {
        let driver = driver.clone();
        async move { driver.member_info().await }
    }))
    .await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(fake.lock().refused, 0);
    let elapsed = (fake.clock)().duration_since(started);
    assert!(elapsed >= SignedDuration::from_secs(180), "{elapsed:?}");
    assert!(elapsed < SignedDuration::from_secs(185), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_out_for_as_long_as_it_says() {
    for failure in [
        Failure::new(429, "Rate limit exceeded").with("retry-after", 40),
        Failure::new(429, "").with("retry-after", "Sat, 07 Jun 2025 20:00:40 GMT"),
        // 2025-06-07T20:00:40Z
        Failure::new(429, "").with("x-ratelimit-remaining", 0).with("x-ratelimit-reset", 1_749_326_440),
    ] {
        let fake = with_member_info().await;
        fake.fail(failure);
        let started = (fake.clock)();
        let driver = fake.driver();
        assert!(driver.member_info().await.is_ok());
        let elapsed = (fake.clock)().duration_since(started);
        assert!((38..=42).contains(&elapsed.as_secs()), "{elapsed:?}");
        assert_eq!(driver.requests(), Requests { data: 2, refused: 1, downloads: 0 });
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_word_is_waited_out_too() {
    let fake = with_member_info().await;
    for _ in 0..5 {
        fake.fail(Failure::new(429, "Rate limit exceeded"));
    }
    assert!(fake.driver().member_info().await.is_ok());
    assert_eq!(fake.lock().asked.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn endless_refusal_is_given_up() {
    let fake = with_member_info().await;
    for _ in 0..100 {
        fake.fail(Failure::new(429, ""));
    }
    let error = fake.driver().member_info().await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
    assert!(error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_fails_at_once_and_says_when_to_come_back() {
    let fake = with_member_info().await;
    fake.limit(2, SignedDuration::from_secs(60));
    let started = (fake.clock)();
    let driver = fake.driver().with_deadline(started + SignedDuration::from_secs(30));
    for _ in 0..2 {
        assert!(driver.member_info().await.is_ok());
    }
    let error = driver.member_info().await.unwrap_err();
    let Error::RateLimited { retry_at } = error else { panic!("{error:?}") };
    assert!(retry_at.duration_since(started) >= SignedDuration::from_secs(60));
    assert!((fake.clock)().duration_since(started) < SignedDuration::from_secs(5));
    assert_eq!(fake.lock().asked.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_counts_nobody_waits() {
    let fake = with_member_info().await;
    let started = (fake.clock)();
    let driver = fake.driver();
    let outcomes = join_all((0..50).map(|_| driver.member_info())).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert!((fake.clock)().duration_since(started) < SignedDuration::from_secs(1));
}
