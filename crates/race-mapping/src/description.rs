//! What iRacing writes about tracks, cars and series: HTML that becomes plain text.
//!
//! It is not about telling good markup from bad: all of it goes, and pages show the result as text.

use domain::reference::Fact;

/// Longest text, in characters; the longest recorded has 4,000.
const LONGEST: usize = 20_000;
/// Most facts of one car.
const MOST_FACTS: usize = 100;

/// A piece of text between tags.
struct Run {
    bold: bool,
    /// Line breaks are those of the markup; blanks are single.
    text: String,
}

/// The paragraphs of a text, with blank lines between them.
pub fn plain_text(html: &str) -> String {
    tidied(&runs(html).into_iter().map(|run| run.text).collect::<String>())
}

/// The facts of a list in which bold names stand before their values.
pub fn plain_facts(html: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut in_name = false;
    for run in runs(html) {
        match facts.last_mut() {
            Some(fact) if run.bold && in_name => fact.name.push_str(&run.text),
            // Blanks between names are none of them.
            _ if run.bold && run.text.trim().is_empty() => continue,
            _ if run.bold => facts.push(Fact { name: run.text, value: String::new() }),
            Some(fact) if !run.text.trim().is_empty() => fact.value.push_str(&run.text),
            _ => continue,
        }
        in_name = run.bold;
    }
    let one_line = |text: &str| tidied(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let facts = facts.into_iter().map(|Fact { name, value }| Fact {
        name: one_line(&name).trim_end_matches([':', ' ']).to_owned(),
        value: one_line(value.trim_start().trim_start_matches(':')),
    });
    facts.filter(|fact| !fact.name.is_empty() && !fact.value.is_empty()).take(MOST_FACTS).collect()
}

fn runs(html: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut bold = false;
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag, after) = next_tag(rest);
        let text = htmlize::unescape(text);
        let mut run = Run { bold, text: with_single_blanks(&text) };
        rest = after;
        let name = tag.map(tag_name).unwrap_or_default();
        match name.as_str() {
            "b" | "strong" => bold = true,
            "/b" | "/strong" => bold = false,
            "br" => run.text.push('\n'),
            "li" => run.text.push_str("\n• "),
            "script" | "style" => rest = after_element(after, &name),
            "p" | "/p" | "div" | "/div" | "ul" | "/ul" | "ol" | "/ol" | "h1" | "/h1" | "h2" | "/h2" | "h3" | "/h3"
            | "h4" | "/h4" | "tr" | "/tr" | "hr" => run.text.push_str("\n\n"),
            _ => {}
        }
        if !run.text.is_empty() {
            runs.push(run);
        }
    }
    runs
}

/// The text before the next tag, the tag's inside, and what is after it.
fn next_tag(html: &str) -> (&str, Option<&str>, &str) {
    let begins = |at: &(usize, &str)| {
        html[at.0 + 1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
    };
    let Some((start, _)) = html.match_indices('<').find(begins) else { return (html, None, "") };
    let (text, tag) = html.split_at(start);
    let end = if tag.starts_with("<!--") { "-->" } else { ">" };
    match tag.split_once(end) {
        Some((tag, after)) => (text, Some(&tag[1..]), after),
        // A tag that does not end is none that anybody should read.
        None => (text, None, ""),
    }
}

fn tag_name(tag: &str) -> String {
    let slash = if tag.starts_with('/') { "/" } else { "" };
    let name = tag.trim_start_matches('/').split(|letter: char| !letter.is_ascii_alphanumeric()).next();
    format!("{slash}{}", name.unwrap_or_default().to_ascii_lowercase())
}

/// What follows an element whose content is not text.
fn after_element<'a>(html: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    // Lower case of ASCII letters keeps all places.
    html.to_ascii_lowercase().find(&end).map_or("", |at| &html[at..])
}

/// Every run of blanks as one; other control characters go.
fn with_single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_whitespace() {
            single.extend(Some(letter).filter(|letter| !letter.is_control()));
        } else if !single.ends_with(' ') {
            single.push(' ');
        }
    }
    single
}

/// Lines without blanks at their ends, at most one empty line between two, none around.
fn tidied(text: &str) -> String {
    let mut tidy = String::new();
    for line in text.lines().map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")) {
        if !line.is_empty() || !tidy.ends_with("\n\n") {
            tidy.push_str(&line);
            tidy.push('\n');
        }
    }
    tidy.trim().chars().take(LONGEST).collect()
}
