//! Reference data, as snapshots.

use crate::read;
use race_mapping::{cars, series, tracks};
use std::collections::BTreeMap;

#[test]
fn tracks_are_metric_and_have_their_pictures() {
    insta::assert_debug_snapshot!(tracks(&read::<Vec<_>>("tracks.json"), &read("track_assets.json")));
}

#[test]
fn cars_are_metric_and_have_their_pictures() {
    insta::assert_debug_snapshot!(cars(&read::<Vec<_>>("cars.json"), &read("car_assets.json")));
}

#[test]
fn series_of_the_past_are_kept_and_not_active() {
    let current = read::<Vec<iracing::models::series::Series>>("series.json");
    let mut stats = read::<Vec<iracing::models::series::StatsSeries>>("stats_series.json");
    let mut past = stats[0].clone();
    past.series_id = 12;
    past.series_name = "Old Masters".into();
    past.category = "Sports Car".into();
    past.active = false;
    stats.push(past);
    insta::assert_debug_snapshot!(series(&current, &read("series_assets.json"), &stats));
}

#[test]
fn without_assets_a_track_uses_its_own_pictures() {
    let tracks = tracks(&read::<Vec<_>>("tracks.json"), &BTreeMap::new());
    let with_picture = tracks.iter().find(|track| track.track_id.0 == 255).unwrap();
    let address = "https://images-static.iracing.com/img/tracks/hartwald/hartwald-small.jpg";
    assert_eq!(with_picture.image_url.as_deref(), Some(address));
    assert_eq!(with_picture.track_map_url, None);
}
