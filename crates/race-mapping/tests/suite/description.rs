//! Descriptions: HTML becomes text that says the same.

use domain::reference::Fact;
use proptest::prelude::*;
use race_mapping::{car_descriptions, plain_facts, plain_text, series_descriptions, track_descriptions};

use crate::read;

#[test]
fn paragraphs_and_breaks_become_lines() {
    let html = "<p>One  of the\r\n<em>finest</em> tracks.</p> <p>Opened in 1957.</p>\n<b>Corners</b><br>seven<br/><br /><br>six";
    let text = "One of the finest tracks.\n\nOpened in 1957.\n\nCorners\nseven\n\nsix";
    assert_eq!(plain_text(html), text);
    assert_eq!(plain_text("<ul><li>fast</li><li>narrow</li></ul>"), "• fast\n• narrow");
}

#[test]
fn character_references_become_characters() {
    assert_eq!(
        plain_text("Series&#8482; 100&percnt; &amp;lt; &quot;Ring&quot;&nbsp;GP"),
        "Series™ 100% &lt; \"Ring\" GP"
    );
}

#[test]
fn what_is_no_text_goes_and_what_is_no_tag_stays() {
    for html in [
        "a<script>alert('x > y')</script>b",
        "a<STYLE>p{color:red}</STYLE>b",
        "a<!-- <p>not</p> said -->b",
        "a<img src=x onerror=alert(1)>b",
        "a<a href='javascript:alert(1)'>b</a>",
        "ab<a href='",
    ] {
        assert_eq!(plain_text(html), "ab", "{html}");
    }
    assert_eq!(plain_text("under < 4 cylinders, 1 <2"), "under < 4 cylinders, 1 <2");
    // Markup that is written as text is text.
    assert_eq!(plain_text("&lt;script&gt;alert(1)&lt;/script&gt;"), "<script>alert(1)</script>");
}

#[test]
fn bold_names_stand_before_their_values() {
    let html = "<center>\r\n<b>Chassis</b><br>\r\nMild-Steel <i>Space</i> Frame\r\n<br><br>\r\n<b>Top </b><b>Speed: </b><br>135\r\n\
        <br><br><b> </b><b>Nothing</b><br></center>";
    let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
    assert_eq!(plain_facts(html), [fact("Chassis", "Mild-Steel Space Frame"), fact("Top Speed", "135")]);
    assert_eq!(plain_facts("<b>Engine</b>: 2.4 l"), [fact("Engine", "2.4 l")]);
    assert_eq!(plain_facts("no names at all"), []);
}

#[test]
fn only_what_is_described_has_a_description() {
    let tracks = track_descriptions(&read("track_assets.json"));
    let cars = car_descriptions(&read("car_assets.json"));
    let series = series_descriptions(&read("series_assets.json"));
    for descriptions in [&tracks, &cars, &series] {
        assert!(!descriptions.is_empty());
        for description in descriptions.values() {
            assert!(!description.text.is_empty() && !description.text.contains('<'), "{description:?}");
        }
    }
    let nothing = serde_json::from_str(r#"{"7": {"track_id": 7, "detail_copy": "<p> </p>"}}"#).unwrap();
    assert!(track_descriptions(&nothing).is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_and_comes_out_tidy(html in "([<>/&;!b-]|<p>|<br>|<b>|</b>|<li>|&#\\d{1,4};|\\PC|\\s){0,60}") {
        let text = plain_text(&html);
        prop_assert_eq!(text.trim(), text.as_str());
        prop_assert!(!text.contains("\n\n\n") && !text.contains("  "));
        for fact in plain_facts(&html) {
            prop_assert!(!fact.name.is_empty() && !fact.value.contains('\n'));
        }
    }
}
