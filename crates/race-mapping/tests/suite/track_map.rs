//! Track maps: what is drawn stays, what could do anything else does not.

use domain::reference::{TrackMap, TrackMapLayer, TrackMapLayerName};
use proptest::prelude::*;
use race_mapping::{TrackMapError, track_map};

const ROAD: &str = r#"<path d="M100 100H300V200H100Z"/>"#;

fn svg(body: &str) -> Vec<u8> {
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1920 1080">{body}</svg>"#).into_bytes()
}

/// A map of a road and, if given, of another layer.
fn map(road: &str, other: Option<(TrackMapLayerName, &str)>) -> TrackMap {
    let mut files = vec![(TrackMapLayerName::Active, svg(road))];
    files.extend(other.map(|(name, body)| (name, svg(body))));
    track_map(&files).unwrap()
}

fn layer(map: &TrackMap, name: TrackMapLayerName) -> Option<&TrackMapLayer> {
    map.layers.iter().find(|layer| layer.name == name)
}

fn paths(map: &TrackMap) -> Vec<&str> {
    let road = layer(map, TrackMapLayerName::Active).unwrap();
    road.shapes.iter().map(|shape| shape.path.as_str()).collect()
}

#[test]
fn every_map_fills_the_same_box() {
    let map = map(ROAD, None);
    assert_eq!((map.width, map.height), (1048.0, 548.0));
    assert_eq!(paths(&map), ["M24 24L1024 24L1024 524L24 524Z"]);
}

#[test]
fn transforms_of_all_elements_around_are_applied() {
    let around = r#"<g transform="translate(100 100)"><g transform="scale(2)"><path d="M0 0h100v50h-100z"/></g></g>"#;
    assert_eq!(paths(&map(around, None)), paths(&map(ROAD, None)));
}

#[test]
fn shapes_of_all_kinds_become_outlines() {
    let same = "M24 24L1024 24L1024 524L24 524Z";
    for body in [
        r#"<rect x="100" y="100" width="200" height="100"/>"#,
        r#"<polygon points="100,100 300,100 300,200 100,200"/>"#,
    ] {
        assert_eq!(paths(&map(body, None)), [same], "{body}");
    }
    let open = r#"<polyline points="100,100 300,100 300,200" fill="none" stroke="red"/>"#;
    assert_eq!(paths(&map(open, None)), ["M24 24L1024 24L1024 524"]);
    let line = r#"<line x1="100" y1="100" x2="300" y2="200" stroke="red"/>"#;
    assert_eq!(paths(&map(line, None)), ["M24 24L1024 524"]);
    for round in [r#"<circle cx="9" cy="9" r="5"/>"#, r#"<ellipse cx="9" cy="9" rx="5" ry="4"/>"#] {
        assert!(paths(&map(round, None))[0].contains('C'), "{round}");
    }
}

#[test]
fn a_line_keeps_its_width_and_a_ribbon_its_hole() {
    let classes = r#"<style>.st0,.st1{fill:none;stroke:#FFF;} .st1{stroke-width:4px} .st2{fill-rule:evenodd}</style>"#;
    let body = format!(
        r#"{classes}<path class="st1" d="M100 100H300V200"/><path class="st2" d="M100 100H300V200Z"/>
           <path class="st0" style="stroke:none" d="M100 100H300V200"/>"#
    );
    let map = map(&body, None);
    let road = layer(&map, TrackMapLayerName::Active).unwrap();
    let drawn: Vec<_> = road.shapes.iter().map(|shape| (shape.filled, shape.stroke, shape.even_odd)).collect();
    // What neither line nor area has is not there.
    assert_eq!(drawn, [(false, Some(20.0), false), (true, None, true)]);
}

#[test]
fn labels_stand_where_they_are_drawn_and_are_text() {
    let turns = r#"<style>.big{font-size:20px}</style><text class="big" transform="matrix(1 0 0 1 200 150)">1</text>
        <text x="300" y="200"><tspan>&lt;b&gt;Hairpin&lt;/b&gt;</tspan><tspan x="300" y="150"> T
        2 </tspan></text>"#;
    let map = map(ROAD, Some((TrackMapLayerName::Turns, turns)));
    let labels = &layer(&map, TrackMapLayerName::Turns).unwrap().labels;
    let said: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(said, ["1", "<b>Hairpin</b>", "T 2"]);
    let right = labels[1].x;
    assert!(labels[0].x < right && labels[2].x == right && labels[2].y < labels[1].y, "{labels:?}");
    assert!(labels[0].size > labels[1].size);
}

#[test]
fn layers_come_in_the_order_in_which_they_are_drawn() {
    let files = [
        (TrackMapLayerName::Turns, svg(r#"<text x="150" y="150">1</text>"#)),
        (TrackMapLayerName::Background, svg(r#"<rect width="1920" height="1080"/>"#)),
        (TrackMapLayerName::Inactive, svg("")),
        (TrackMapLayerName::Pitroad, b"no file at all".to_vec()),
        (TrackMapLayerName::Active, svg(ROAD)),
    ];
    let map = track_map(&files).unwrap();
    let names: Vec<_> = map.layers.iter().map(|layer| layer.name).collect();
    // What is empty or cannot be read is left out, and the surroundings do not widen the box.
    assert_eq!(names, [TrackMapLayerName::Background, TrackMapLayerName::Active, TrackMapLayerName::Turns]);
    assert_eq!(map.width, 1048.0);
}

#[test]
fn without_a_road_there_is_no_map() {
    for road in [
        &b""[..],
        b"<html><path d='M0 0H9V9Z'/></html>",
        &svg(""),
        &svg(r#"<path d="M0 0"/>"#),
        &svg(r#"<path d="M5 5L5 5"/>"#),
        &svg(r#"<path d="M0 0 L oh"/>"#),
        b"\xff\xfe<svg/>",
    ] {
        let files = [(TrackMapLayerName::Active, road.to_vec())];
        assert_eq!(track_map(&files), Err(TrackMapError::NoRoad), "{}", String::from_utf8_lossy(road));
    }
}

/// Everything that a map holds as text.
fn texts(map: &TrackMap) -> String {
    serde_json::to_string(map).unwrap()
}

#[test]
fn nothing_of_an_attack_is_passed_on() {
    for attack in [
        "<script>alert(1)</script>",
        r#"<g onload="alert(1)" onclick="alert(1)"><path d="M100 100H300V200H100Z" onmouseover="alert(1)"/></g>"#,
        r#"<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script>
           <iframe src="javascript:alert(1)"/></body></foreignObject>"#,
        r##"<a href="javascript:alert(1)"><path d="M100 100H300V200H100Z"/><text>alert</text></a>"##,
        r#"<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"><text>alert</text></a>"#,
        r#"<image href="https://evil.example/alert.png" width="9" height="9"/>"#,
        r##"<use href="https://evil.example/alert.svg#x"/>"##,
        r#"<style>@import url(https://evil.example/alert.css); .a{fill:url(https://evil.example/alert)}</style>"#,
        r#"<path style="fill:url(javascript:alert(1));background:url(//evil.example/alert)" d="M100 100H300V200H100Z"/>"#,
        r#"<animate attributeName="href" values="javascript:alert(1)"/><set attributeName="onload" to="alert(1)"/>"#,
        r##"<g><animateTransform onbegin="alert(1)" attributeName="transform"/></g>"##,
        r#"<path d="M100 100H300V200H100Z&quot;/&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/>"#,
        r#"<text transform="javascript:alert(1)">alert</text>"#,
        r#"<defs><path id="alert" d="M100 100H300V200H100Z"/></defs><clipPath id="alert"><path d="M0 0"/></clipPath>"#,
        "<!--<script>alert(1)</script>--><?php alert(1) ?><![CDATA[<script>alert(1)</script>]]>",
        r#"<iframe srcdoc="alert(1)"/><embed src="alert"/><object data="alert"/><video onerror="alert(1)"/>"#,
        r#"<svg onload="alert(1)"><title>alert</title><desc>alert</desc><metadata>alert</metadata></svg>"#,
    ] {
        let text = texts(&map(&format!("{ROAD}{attack}"), Some((TrackMapLayerName::Background, attack))));
        for sign in ["alert", "script", "evil", "url", "href", "http"] {
            assert!(!text.contains(sign), "{attack}: {text}");
        }
    }
}

#[test]
fn small_files_do_not_grow() {
    let entities = r#"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
        <svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0H9V9Z"/><text>&b;</text></svg>"#;
    let outside = r#"<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><path d="M0 0H9V9Z"/></svg>"#;
    for file in [entities, outside] {
        let files = [(TrackMapLayerName::Active, file.as_bytes().to_vec())];
        assert_eq!(track_map(&files), Err(TrackMapError::NoRoad), "{file}");
    }
    // A document type without entities is what drawing programs write.
    let named = r#"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
        <svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0H9V9Z"/></svg>"#;
    assert!(track_map(&[(TrackMapLayerName::Active, named.as_bytes().to_vec())]).is_ok());
    // An arc of such a radius would become more curves than there is memory for.
    for wild in ["A1e300 1e300 0 1 1 9 9", "A1e99 1 0 1 1 9 9", "L1e300 5", "L-1e7 5", "H1e999", "C0 0 1e8 0 9 9"] {
        let body = format!(r#"{ROAD}<path d="M0 0{wild}"/>"#);
        assert_eq!(paths(&map(&body, None)).len(), 1, "{wild}");
    }
    let nested = format!("{}{ROAD}{}", "<g>".repeat(20_000), "</g>".repeat(20_000));
    assert_eq!(paths(&map(&nested, None)).len(), 1);
    // What would not fit into the table is left out, but never the road.
    let huge = format!(r#"<path d="M0 0{}"/>"#, "L123.4 567.8 123.5 567.9".repeat(40_000));
    let kept = map(ROAD, Some((TrackMapLayerName::Background, &huge)));
    assert!(layer(&kept, TrackMapLayerName::Background).is_none() && texts(&kept).len() < 1_000);
    let labels = r#"<text x="150" y="150">long long long long long long long long long long</text>"#.repeat(5_000);
    assert!(texts(&map(ROAD, Some((TrackMapLayerName::Turns, &labels)))).len() < 50_000);
}

/// Pieces that files are made of, good and bad.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z<>/\"'=& .,#0-9()-]{0,20}",
        "<(g|svg|path|text|tspan|rect|circle|script|style|a|use|image|foreignObject)>?",
        "(d|points|transform|style|class|fill|stroke|href|onload)=\"[MLHVCSQTAZmlhvcsqtaz0-9e., ()-]{0,30}\" ",
        Just("/>".to_owned()),
        Just("</g>".to_owned()),
        Just(ROAD.to_owned()),
    ]
}

proptest! {
    #[test]
    fn whatever_is_in_a_file_outlines_are_numbers_within_bounds(pieces in prop::collection::vec(piece(), 0..40)) {
        let body: String = pieces.concat();
        for file in [svg(&body), body.into_bytes()] {
            let files = [(TrackMapLayerName::Active, svg(ROAD)), (TrackMapLayerName::Background, file)];
            let map = track_map(&files).unwrap();
            for shape in map.layers.iter().flat_map(|layer| &layer.shapes) {
                prop_assert!(shape.path.starts_with('M'), "{}", shape.path);
                prop_assert!(shape.path.chars().all(|letter| "MLQCZ0123456789 .-".contains(letter)), "{}", shape.path);
                prop_assert!(shape.stroke.is_none_or(f64::is_finite));
            }
        }
    }

    #[test]
    fn any_path_is_read_or_left_out(path in "M[0-9]{1,3} [0-9]{1,3}[MLHVCSQTAZmlhvcsqtaz0-9e., -]{0,80}") {
        let map = map(&format!(r#"{ROAD}<path d="{path}"/>"#), None);
        prop_assert!(map.width.max(map.height) <= 1048.1 && map.width >= 0.0 && map.height >= 0.0, "{map:?}");
    }
}
