//! How lines are drawn: of all that styles can say, what changes the geometry.

use roxmltree::{Document, Node};
use std::collections::HashMap;

/// Classes of a file that are looked at.
const MOST_RULES: usize = 500;

/// What is looked at.
const PROPERTIES: [&str; 8] =
    ["fill", "fill-rule", "stroke", "stroke-width", "font-size", "display", "visibility", "opacity"];

/// What an element is drawn like, given by those around it and by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) shown: bool,
    pub(super) filled: bool,
    pub(super) even_odd: bool,
    pub(super) stroked: bool,
    pub(super) stroke_width: f64,
    pub(super) font_size: f64,
}

impl Default for Style {
    fn default() -> Self {
        Self { shown: true, filled: true, even_odd: false, stroked: false, stroke_width: 1.0, font_size: 16.0 }
    }
}

impl Style {
    /// Applies an element's attributes, then its classes, then its own style.
    pub(super) fn apply(&mut self, node: &Node<'_, '_>, rules: &Rules) {
        for attribute in node.attributes() {
            self.set(attribute.name(), attribute.value());
        }
        for class in node.attribute("class").unwrap_or_default().split_ascii_whitespace() {
            for (property, value) in rules.classes.get(class).into_iter().flatten() {
                self.set(property, value);
            }
        }
        for (property, value) in declarations(node.attribute("style").unwrap_or_default()) {
            self.set(property, value);
        }
    }

    fn set(&mut self, property: &str, value: &str) {
        let length = || value.trim_end_matches("px").parse::<f64>().ok().filter(|length| length.is_finite());
        match property {
            "fill" => self.filled = is_paint(value),
            "fill-rule" => self.even_odd = value == "evenodd",
            "stroke" => self.stroked = is_paint(value),
            "stroke-width" => self.stroke_width = length().unwrap_or(self.stroke_width),
            "font-size" => self.font_size = length().unwrap_or(self.font_size),
            "display" => self.shown &= value != "none",
            "visibility" => self.shown &= value == "visible" || value == "inherit",
            "opacity" => self.shown &= length() != Some(0.0),
            _ => {}
        }
    }
}

fn is_paint(value: &str) -> bool {
    !matches!(value, "none" | "transparent")
}

/// What the style sheets of a file say about classes; other selectors are not looked at.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// By class, then by property: the last one counts.
    classes: HashMap<String, HashMap<&'static str, String>>,
}

impl Rules {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut rules = Self::default();
        let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
        let blocks = sheets.filter_map(|sheet| sheet.text()).flat_map(|sheet| sheet.split('}'));
        let blocks = blocks.filter_map(|block| block.split_once('{'));
        let by_class = blocks.flat_map(|(selectors, body)| selectors.split(',').map(move |selector| (selector, body)));
        for (selector, body) in by_class.take(MOST_RULES) {
            let Some(class) = selector.trim().strip_prefix('.') else { continue };
            let known = rules.classes.entry(class.to_owned()).or_default();
            for (property, value) in declarations(body) {
                if let Some(property) = PROPERTIES.into_iter().find(|known| *known == property) {
                    known.insert(property, value.to_owned());
                }
            }
        }
        rules
    }
}

fn declarations(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split(';').filter_map(|declaration| declaration.split_once(':'));
    pairs.map(|(property, value)| (property.trim(), value.trim())).filter(|(property, _)| !property.is_empty())
}
