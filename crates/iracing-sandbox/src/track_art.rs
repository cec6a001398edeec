//! Pictures: track maps of the sandbox's own drawing, and placeholders for images.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::careers::catalogue::{TRACKS, Track};
use crate::careers::dice::{Dice, mix};
use crate::sandbox::Sandbox;

/// Width and height of a map.
const SIZE: f64 = 1000.0;
/// Points of the centre line.
const POINTS: usize = 180;
/// Half the width of the ribbon.
const HALF_WIDTH: f64 = 9.0;

pub(crate) fn router(sandbox: &Sandbox) -> Router<Sandbox> {
    Router::new()
        .route("/track-maps/{slug}/{layer}", get(layer))
        .route("/img/{*path}", get(placeholder))
        .layer(from_fn_with_state(sandbox.clone(), counted))
}

async fn counted(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    sandbox.delay().await;
    sandbox.count(|counts| counts.asset_downloads += 1);
    if sandbox.faults().settings().failing_assets {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

fn svg(body: &str) -> Response {
    let text = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">{body}</svg>"#);
    let headers =
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "max-age=86400"), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, text).into_response()
}

type Point = (f64, f64);

/// A closed line that never crosses itself: a circle (an oval for ovals) with bumps.
fn centre_line(track: &Track) -> Vec<Point> {
    let mut dice = Dice::new(mix(track.id as u64, 60));
    let bumps: Vec<(f64, f64, f64)> = match track.is_oval() {
        true => vec![(2.0, 0.02, dice.unit() * 6.0)],
        false => (2..8)
            .map(|wave| (f64::from(wave), 0.16 / f64::from(wave).sqrt() * dice.unit(), dice.unit() * 6.3))
            .collect(),
    };
    let (wide, high) = if track.is_oval() { (400.0, 230.0) } else { (330.0, 300.0) };
    (0..POINTS)
        .map(|index| {
            let angle = index as f64 / POINTS as f64 * std::f64::consts::TAU;
            let bump: f64 = bumps.iter().map(|(wave, size, phase)| size * (wave * angle + phase).sin()).sum();
            let radius = 1.0 + bump;
            (SIZE / 2.0 + wide * radius * angle.cos(), SIZE / 2.0 + high * radius * angle.sin())
        })
        .collect()
}

/// The line moved sideways.
fn beside(line: &[Point], distance: f64) -> Vec<Point> {
    (0..line.len())
        .map(|index| {
            let (before, after) = (line[(index + line.len() - 1) % line.len()], line[(index + 1) % line.len()]);
            let (x, y) = (after.0 - before.0, after.1 - before.1);
            let length = x.hypot(y).max(1e-6);
            (line[index].0 - y / length * distance, line[index].1 + x / length * distance)
        })
        .collect()
}

fn path(points: &[Point], closed: bool) -> String {
    let mut text = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" });
    }
    if closed {
        text.push('Z');
    }
    text
}

async fn layer(Path((slug, layer)): Path<(String, String)>) -> Response {
    let Some(track) = TRACKS.iter().find(|track| track.slug() == slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let line = centre_line(track);
    match layer.as_str() {
        "background.svg" => svg(&format!(
            r##"<rect width="{SIZE}" height="{SIZE}" fill="none"/><path d="{}" fill="none" stroke="#7775" stroke-width="40"/>"##,
            path(&line, true)
        )),
        "inactive.svg" => svg(""),
        // A filled ribbon between two closed contours, like the real ones.
        "active.svg" => svg(&format!(
            r#"<path fill-rule="evenodd" d="{}{}"/>"#,
            path(&beside(&line, HALF_WIDTH), true),
            path(&beside(&line, -HALF_WIDTH), true)
        )),
        "pitroad.svg" => {
            let beside = beside(&line, 34.0);
            let part: Vec<Point> = (0..24).map(|step| beside[(POINTS - 12 + step) % POINTS]).collect();
            svg(&format!(r##"<path d="{}" fill="none" stroke="#888" stroke-width="6"/>"##, path(&part, false)))
        }
        "start-finish.svg" => {
            let ends = [beside(&line, 22.0)[0], beside(&line, -22.0)[0]];
            svg(&format!(r##"<path d="{}" fill="none" stroke="#d00" stroke-width="6"/>"##, path(&ends, false)))
        }
        "turns.svg" => {
            let outside = beside(&line, -44.0);
            let corners = track.corners.clamp(1, 30) as usize;
            let labels: String = (0..corners)
                .map(|corner| {
                    let (x, y) = outside[(corner + 1) * POINTS / (corners + 1)];
                    format!(r#"<text transform="matrix(1 0 0 1 {x:.1} {y:.1})" font-size="28">{}</text>"#, corner + 1)
                })
                .collect();
            svg(&labels)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A picture that stands for any image of the service.
async fn placeholder(Path(path): Path<String>) -> Response {
    let mut dice = Dice::new(path.bytes().fold(7, |seed, byte| mix(seed, u64::from(byte))));
    let hue = dice.between(0, 359);
    svg(&format!(
        r#"<rect width="{SIZE}" height="{SIZE}" fill="hsl({hue} 30% 55%)"/><circle cx="500" cy="500" r="220" fill="hsl({hue} 30% 75%)"/>"#
    ))
}
