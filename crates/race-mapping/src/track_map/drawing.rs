//! One SVG file as outlines and labels.

use super::style::{Rules, Style};
use kurbo::{Affine, BezPath, Circle, Ellipse, Point, Rect, Shape as _};
use roxmltree::{Document, Node, ParsingOptions};
use svgtypes::{PathParser, PathSegment, PointsParser, SimplePathSegment, SimplifyingPathParser, Transform};

/// Elements and texts of a file.
const MOST_NODES: u32 = 100_000;
/// Numbers beyond this are no coordinates: arcs of such radii would unfold to any number of curves.
const FARTHEST: f64 = 1e6;
/// How long a label may be.
const LONGEST_LABEL: usize = 40;
/// How accurate circles become curves, in the file's units.
const ACCURACY: f64 = 0.05;

/// What a file draws, in the file's coordinates.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) shapes: Vec<Shape>,
    pub(super) labels: Vec<Label>,
}

#[derive(Debug)]
pub(super) struct Shape {
    pub(super) outline: BezPath,
    pub(super) filled: bool,
    pub(super) even_odd: bool,
    /// Width of its line, if it has one.
    pub(super) stroke: Option<f64>,
}

#[derive(Debug)]
pub(super) struct Label {
    /// Where its first letter stands on the line.
    pub(super) at: Point,
    pub(super) size: f64,
    pub(super) text: String,
}

impl Drawing {
    pub(super) fn is_empty(&self) -> bool {
        self.shapes.is_empty() && self.labels.is_empty()
    }
}

/// Where the walk through a file is: an element, and what those around it say about it.
struct Step<'a, 'input> {
    node: Node<'a, 'input>,
    to_file: Affine,
    style: Style,
    /// Where a text goes on.
    text_at: Point,
}

/// Reads a file; `None` if it is no SVG.
pub(super) fn read(file: &[u8]) -> Option<Drawing> {
    let text = std::str::from_utf8(file).ok()?.trim_start_matches('\u{feff}');
    // A document type may be named, but not declare entities: few bytes could unfold to any number.
    if text.contains("<!ENTITY") {
        return None;
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return None;
    }
    let rules = Rules::of(&document);
    let mut drawing = Drawing::default();
    // On the heap: files may nest as deep as they like.
    let mut steps =
        vec![Step { node: root, to_file: Affine::IDENTITY, style: Style::default(), text_at: Point::ORIGIN }];
    while let Some(Step { node, to_file, mut style, text_at }) = steps.pop() {
        let name = node.tag_name().name();
        let Some(kind) = Kind::of(name) else { continue };
        style.apply(&node, &rules);
        let transform = node.attribute("transform").map(str::parse::<Transform>);
        let to_file = match transform {
            Some(Ok(Transform { a, b, c, d, e, f })) => to_file * Affine::new([a, b, c, d, e, f]),
            // A shape at the wrong place is worse than none.
            Some(Err(_)) => continue,
            None => to_file,
        };
        if !style.shown || !to_file.is_finite() {
            continue;
        }
        let mut text_at = text_at;
        match kind {
            Kind::Group => {}
            Kind::Text => {
                text_at = Point::new(number(&node, "x").unwrap_or(text_at.x), number(&node, "y").unwrap_or(text_at.y));
                drawing.labels.extend(label(&node, to_file, style, text_at));
            }
            Kind::Shape => {
                drawing.shapes.extend(outline(&node, name).and_then(|outline| shape(outline, to_file, style)));
                continue;
            }
        }
        steps.extend(node.children().rev().map(|node| Step { node, to_file, style, text_at }));
    }
    Some(drawing)
}

/// What an element of the allow-list is; every other one is left out with all that is in it.
enum Kind {
    Group,
    Text,
    Shape,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "svg" | "g" | "switch" => Some(Self::Group),
            "text" | "tspan" => Some(Self::Text),
            "path" | "polygon" | "polyline" | "line" | "rect" | "circle" | "ellipse" => Some(Self::Shape),
            _ => None,
        }
    }
}

fn number(node: &Node<'_, '_>, name: &str) -> Option<f64> {
    // Positions of texts may be lists, one number a letter.
    let text = node.attribute(name)?.split([' ', ',']).next()?;
    text.trim_end_matches("px").parse().ok().filter(|number: &f64| number.abs() <= FARTHEST)
}

fn outline(node: &Node<'_, '_>, name: &str) -> Option<BezPath> {
    let get = |name| number(node, name).unwrap_or(0.0);
    match name {
        "path" => path(node.attribute("d")?),
        "polygon" | "polyline" => {
            let points = PointsParser::from(node.attribute("points")?);
            let mut outline = BezPath::new();
            for (index, point) in points.enumerate() {
                if index == 0 { outline.move_to(point) } else { outline.line_to(point) }
            }
            if name == "polygon" && !outline.is_empty() {
                outline.close_path();
            }
            Some(outline)
        }
        "line" => {
            let mut outline = BezPath::new();
            outline.move_to((get("x1"), get("y1")));
            outline.line_to((get("x2"), get("y2")));
            Some(outline)
        }
        "rect" => Some(Rect::from_origin_size((get("x"), get("y")), (get("width"), get("height"))).to_path(ACCURACY)),
        "circle" => Some(Circle::new((get("cx"), get("cy")), get("r")).to_path(ACCURACY)),
        "ellipse" => Some(Ellipse::new((get("cx"), get("cy")), (get("rx"), get("ry")), 0.0).to_path(ACCURACY)),
        _ => None,
    }
}

fn path(text: &str) -> Option<BezPath> {
    if !PathParser::from(text).all(|segment| segment.is_ok_and(is_near)) {
        return None;
    }
    let mut outline = BezPath::new();
    for segment in SimplifyingPathParser::from(text) {
        match segment.ok()? {
            SimplePathSegment::MoveTo { x, y } => outline.move_to((x, y)),
            SimplePathSegment::LineTo { x, y } => outline.line_to((x, y)),
            SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => outline.curve_to((x1, y1), (x2, y2), (x, y)),
            SimplePathSegment::Quadratic { x1, y1, x, y } => outline.quad_to((x1, y1), (x, y)),
            SimplePathSegment::ClosePath => outline.close_path(),
        }
    }
    Some(outline)
}

/// Whether all numbers of a segment are coordinates.
fn is_near(segment: PathSegment) -> bool {
    use PathSegment as S;
    let near = |numbers: &[f64]| numbers.iter().all(|number| number.abs() <= FARTHEST);
    match segment {
        S::MoveTo { x, y, .. } | S::LineTo { x, y, .. } | S::SmoothQuadratic { x, y, .. } => near(&[x, y]),
        S::HorizontalLineTo { x, .. } => near(&[x]),
        S::VerticalLineTo { y, .. } => near(&[y]),
        S::CurveTo { x1, y1, x2, y2, x, y, .. } => near(&[x1, y1, x2, y2, x, y]),
        S::SmoothCurveTo { x2, y2, x, y, .. } => near(&[x2, y2, x, y]),
        S::Quadratic { x1, y1, x, y, .. } => near(&[x1, y1, x, y]),
        S::EllipticalArc { rx, ry, x_axis_rotation, x, y, .. } => near(&[rx, ry, x_axis_rotation, x, y]),
        S::ClosePath { .. } => true,
    }
}

fn shape(outline: BezPath, to_file: Affine, style: Style) -> Option<Shape> {
    let outline = to_file * outline;
    let covers = outline.bounding_box();
    let near = [covers.x0, covers.y0, covers.x1, covers.y1].iter().all(|edge| edge.abs() <= FARTHEST);
    let stroke = style.stroked.then(|| style.stroke_width * magnification(to_file)).filter(|width| *width > 0.0);
    let drawn = style.filled || stroke.is_some();
    let usable = near && drawn && outline.elements().len() > 1 && stroke.is_none_or(f64::is_finite);
    usable.then_some(Shape { outline, filled: style.filled, even_odd: style.even_odd, stroke })
}

/// The element's own letters, without those of elements in it.
fn label(node: &Node<'_, '_>, to_file: Affine, style: Style, at: Point) -> Option<Label> {
    let letters: String = node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect();
    let words: Vec<&str> = letters.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let text = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(LONGEST_LABEL).collect();
    let (at, size) = (to_file * at, style.font_size * magnification(to_file));
    let near = at.x.abs() <= FARTHEST && at.y.abs() <= FARTHEST && size > 0.0 && size <= FARTHEST;
    (!text.is_empty() && near).then_some(Label { at, size, text })
}

/// By how much a transform makes lengths longer, on average of all directions.
fn magnification(transform: Affine) -> f64 {
    transform.determinant().abs().sqrt()
}
