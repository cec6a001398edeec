//! Track maps: the SVG layers of a map become outlines and labels in one box.
//!
//! The files are written by strangers, so nothing of them is passed on as it is. They are read as XML, an allow-list of
//! elements is reduced to outlines, these to numbers, and the numbers are written anew; of texts the characters are kept.
//! Everything else (scripts, styles but for how lines are drawn, links, pictures, animations, foreign markup) is left out,
//! with all that is inside it.

mod drawing;
mod style;

use domain::reference::{TrackMap, TrackMapLabel, TrackMapLayer, TrackMapLayerName, TrackMapShape};
use drawing::Drawing;
use kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use thiserror::Error;

/// How long the longer side of every map is, in the units of its outlines, which have one decimal.
const SIDE: f64 = 1000.0;
/// Space around what is drawn.
const MARGIN: f64 = 24.0;
/// What all outlines of a map may take as text: compressed it fits into one item of the table. Layers that would exceed
/// it are left out, the surroundings first.
const MOST_TEXT: usize = 600_000;
/// Labels of a layer.
const MOST_LABELS: usize = 200;

/// Why files are no track map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrackMapError {
    /// Nothing of the road could be read.
    #[error("the map has no road")]
    NoRoad,
}

/// Puts the layers of a map together. Layers that cannot be read are left out, except the road itself.
pub fn track_map(files: &[(TrackMapLayerName, Vec<u8>)]) -> Result<TrackMap, TrackMapError> {
    let mut drawings: Vec<(TrackMapLayerName, Drawing)> = files
        .iter()
        .filter_map(|(name, file)| Some((*name, drawing::read(file)?)))
        .filter(|(_, drawing)| !drawing.is_empty())
        .collect();
    drawings.sort_by_key(|(name, _)| *name);
    let road = drawings.iter().find(|(name, _)| *name == TrackMapLayerName::Active);
    if road.is_none_or(|(_, road)| road.shapes.is_empty()) {
        return Err(TrackMapError::NoRoad);
    }
    let framed = drawings.iter().filter(|(name, _)| *name != TrackMapLayerName::Background);
    let frame = framed.filter_map(|(_, drawing)| drawing.frame()).reduce(|one, other| one.union(other));
    let frame = frame.ok_or(TrackMapError::NoRoad)?;
    let side = frame.width().max(frame.height());
    if !side.is_normal() {
        return Err(TrackMapError::NoRoad);
    }
    let scale = SIDE / side;
    let fit = Affine::translate((MARGIN, MARGIN)) * Affine::scale(scale) * Affine::translate(-frame.origin().to_vec2());

    let mut text_left = MOST_TEXT;
    let mut layers = Vec::new();
    // What is drawn last matters most.
    for (name, drawing) in drawings.into_iter().rev() {
        let layer = layer(name, &drawing, fit, scale);
        let text = layer.shapes.iter().map(|shape| shape.path.len()).sum::<usize>();
        if let Some(left) = text_left.checked_sub(text) {
            text_left = left;
            layers.push(layer);
        } else if name == TrackMapLayerName::Active {
            return Err(TrackMapError::NoRoad);
        }
    }
    layers.reverse();
    let side = |length: f64| rounded(length * scale + 2.0 * MARGIN);
    Ok(TrackMap { width: side(frame.width()), height: side(frame.height()), layers })
}

fn layer(name: TrackMapLayerName, drawing: &Drawing, fit: Affine, scale: f64) -> TrackMapLayer {
    let shapes = drawing.shapes.iter().map(|shape| TrackMapShape {
        path: path_text(&(fit * &shape.outline)),
        filled: shape.filled,
        even_odd: shape.even_odd,
        stroke: shape.stroke.map(|width| rounded(width * scale)),
    });
    let labels = drawing.labels.iter().take(MOST_LABELS).map(|label| {
        let Point { x, y } = fit * label.at;
        TrackMapLabel { x: rounded(x), y: rounded(y), size: rounded(label.size * scale), text: label.text.clone() }
    });
    TrackMapLayer { name, shapes: shapes.filter(|shape| !shape.path.is_empty()).collect(), labels: labels.collect() }
}

impl Drawing {
    /// What it covers, strokes left aside; labels count by where they are.
    fn frame(&self) -> Option<Rect> {
        let shapes = self.shapes.iter().map(|shape| shape.outline.bounding_box());
        let labels = self.labels.iter().map(|label| {
            let width = label.size * 0.6 * label.text.chars().count() as f64;
            Rect::new(label.at.x, label.at.y - label.size, label.at.x + width, label.at.y)
        });
        shapes.chain(labels).filter(Rect::is_finite).reduce(|one, other| one.union(other))
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// An outline as the attribute `d` has it: commands, blanks and numbers of one decimal.
fn path_text(outline: &BezPath) -> String {
    let mut text = String::new();
    for element in outline.elements() {
        let (command, points): (char, &[Point]) = match element {
            PathEl::MoveTo(to) => ('M', &[*to]),
            PathEl::LineTo(to) => ('L', &[*to]),
            PathEl::QuadTo(by, to) => ('Q', &[*by, *to]),
            PathEl::CurveTo(from, by, to) => ('C', &[*from, *by, *to]),
            PathEl::ClosePath => ('Z', &[]),
        };
        text.push(command);
        for (index, number) in points.iter().flat_map(|point| [point.x, point.y]).enumerate() {
            // A minus separates as well as a blank does.
            let number = rounded(number) + 0.0;
            if index > 0 && number >= 0.0 {
                text.push(' ');
            }
            text.push_str(&number.to_string());
        }
    }
    text
}
