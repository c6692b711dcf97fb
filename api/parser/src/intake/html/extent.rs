//! How large the tree of a web page is, measured while it is parsed and before anything is made of it.
//!
//! A page of four megabytes can nest a million elements, repeat a hundred open tags in each of its
//! paragraphs, or hold one tag with half a million attributes. What reads the tree afterwards takes stack
//! for its depth and time for the square of its size, so that one such page would stop the process. The
//! measure follows the same HTML parser piece by piece, keeps of the tree only who holds whom, and breaks
//! off at the first bound that is passed.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Most elements and texts of a page. Long encyclopedia articles have about 40,000.
const MAX_NODES: usize = 100_000;
/// Deepest nesting of a page. Browsers stop at 512; written pages stay below 100.
const MAX_DEPTH: usize = 256;
/// Most attributes of one element.
const MAX_ATTRIBUTES: usize = 1_000;
/// Most comparisons of attributes with one another, which the parser makes within a tag.
const MAX_COMPARISONS: u64 = 1_000_000_000;
/// Bytes between two looks at what has been built.
const PIECE: usize = 4096;

/// Why a page is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Too many elements and texts.
    #[error("the page has more than {MAX_NODES} elements and pieces of text; send its text")]
    TooLarge,
    /// Nested too deep.
    #[error("the page nests elements deeper than {MAX_DEPTH}; send its text")]
    TooDeep,
    /// A tag with too many attributes.
    #[error("the page has a tag with more than {MAX_ATTRIBUTES} attributes; send its text")]
    TooManyAttributes,
}

/// Refuses a page whose tree is out of proportion.
pub(super) fn check(html: &str) -> Result<(), Unreadable> {
    let mut parser = parse_document(Extent::default(), ParseOpts::default());
    let (mut rest, mut silent, mut comparisons) = (html, 0_u64, 0_u64);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.max(4)));
        rest = after;
        let extent = &parser.tokenizer.sink.sink;
        let steps = extent.steps.get();
        // Within a tag nothing is built; there, words are attributes, each compared with those before.
        let words = piece.bytes().filter(u8::is_ascii_whitespace).count() as u64;
        parser.process(StrTendril::from(piece));
        let extent = &parser.tokenizer.sink.sink;
        extent.refused.get().map_or(Ok(()), Err)?;
        silent = if extent.steps.get() == steps {
            silent + words
        } else {
            words
        };
        comparisons += silent * words;
        if comparisons > MAX_COMPARISONS {
            return Err(Unreadable::TooManyAttributes);
        }
    }
    let extent = parser.finish();
    extent.refused.get().map_or(Ok(()), Err)?;
    // Elements that were moved took their own with them.
    let nested = extent.elements.borrow();
    let mut depths = vec![0_usize; nested.len()];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        for &child in &nested[at].children {
            depths[child] = depths[at] + 1;
            if depths[child] > MAX_DEPTH {
                return Err(Unreadable::TooDeep);
            }
            open.push(child);
        }
    }
    Ok(())
}

/// The tree as far as it is measured. The document is its first element.
struct Extent {
    elements: RefCell<Vec<Place>>,
    /// Elements, comments and texts so far; text that goes on is one.
    nodes: Cell<usize>,
    /// Where the text went that came last, while nothing came after it.
    text_in: Cell<Option<usize>>,
    /// What the parser did so far.
    steps: Cell<u64>,
    refused: Cell<Option<Unreadable>>,
}

#[derive(Default)]
struct Place {
    parent: Option<usize>,
    children: Vec<usize>,
}

#[derive(Debug)]
struct Element {
    at: usize,
    name: QualName,
}

impl Default for Extent {
    fn default() -> Self {
        Extent {
            elements: RefCell::new(vec![Place::default()]),
            nodes: Cell::new(0),
            text_in: Cell::new(None),
            steps: Cell::new(0),
            refused: Cell::new(None),
        }
    }
}

impl Extent {
    fn count(&self) {
        self.nodes.set(self.nodes.get() + 1);
        if self.nodes.get() > MAX_NODES {
            self.refuse(Unreadable::TooLarge);
        }
    }

    fn refuse(&self, why: Unreadable) {
        self.refused.set(self.refused.get().or(Some(why)));
    }

    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
    }

    fn make(&self, name: QualName) -> Rc<Element> {
        self.step();
        self.count();
        self.text_in.set(None);
        let mut elements = self.elements.borrow_mut();
        elements.push(Place::default());
        let at = elements.len() - 1;
        Rc::new(Element { at, name })
    }

    fn put(&self, parent: usize, child: NodeOrText<Rc<Element>>) {
        let NodeOrText::AppendNode(child) = child else {
            self.step();
            if self.text_in.replace(Some(parent)) != Some(parent) {
                self.count();
            }
            return;
        };
        self.take(child.at);
        let mut elements = self.elements.borrow_mut();
        elements[child.at].parent = Some(parent);
        elements[parent].children.push(child.at);
        let above = std::iter::successors(Some(parent), |&at| elements[at].parent);
        if above.take(MAX_DEPTH + 1).count() > MAX_DEPTH {
            self.refuse(Unreadable::TooDeep);
        }
    }

    fn take(&self, child: usize) {
        let mut elements = self.elements.borrow_mut();
        if let Some(parent) = elements[child].parent.take() {
            let children = &mut elements[parent].children;
            if let Some(at) = children.iter().rposition(|&one| one == child) {
                children.remove(at);
            }
        }
    }

    fn parent(&self, child: usize) -> Option<usize> {
        self.elements.borrow()[child].parent
    }
}

impl TreeSink for Extent {
    type Handle = Rc<Element>;
    type Output = Extent;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Extent {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Element> {
        let name = QualName::new(None, ns!(), local_name!(""));
        Rc::new(Element { at: 0, name })
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Element>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Rc<Element> {
        if attributes.len() > MAX_ATTRIBUTES {
            self.refuse(Unreadable::TooManyAttributes);
        }
        self.make(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Element> {
        self.make(QualName::new(None, ns!(), local_name!("")))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Element> {
        self.make(QualName::new(None, ns!(), local_name!("")))
    }

    fn append(&self, parent: &Rc<Element>, child: NodeOrText<Rc<Element>>) {
        self.put(parent.at, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Rc<Element>,
        previous: &Rc<Element>,
        child: NodeOrText<Rc<Element>>,
    ) {
        self.put(self.parent(element.at).unwrap_or(previous.at), child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Element>) -> Rc<Element> {
        target.clone()
    }

    fn same_node(&self, one: &Rc<Element>, other: &Rc<Element>) -> bool {
        one.at == other.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Rc<Element>, child: NodeOrText<Rc<Element>>) {
        self.put(self.parent(sibling.at).unwrap_or_default(), child);
    }

    fn add_attrs_if_missing(&self, _: &Rc<Element>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Rc<Element>) {
        self.take(target.at);
    }

    fn reparent_children(&self, from: &Rc<Element>, to: &Rc<Element>) {
        let mut elements = self.elements.borrow_mut();
        let moved = std::mem::take(&mut elements[from.at].children);
        for &child in &moved {
            elements[child].parent = Some(to.at);
        }
        elements[to.at].children.extend(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_out_of_proportion_are_refused() {
        let attributes: String = (0..2000).map(|n| format!(" a{n}=1")).collect();
        // The parser leaves a table to put what does not belong there before it, at any depth.
        for (html, refused) in [
            ("<div>".repeat(800_000), Unreadable::TooDeep),
            ("<b>".repeat(100_000), Unreadable::TooDeep),
            ("<table>".repeat(100_000), Unreadable::TooLarge),
            ("<table><tr><td>".repeat(100), Unreadable::TooDeep),
            ("<svg><g>".repeat(20_000), Unreadable::TooDeep),
            ("<template>".repeat(20_000), Unreadable::TooDeep),
            (
                format!("<p>{}</p>", "<i>a<p>".repeat(20_000)),
                Unreadable::TooLarge,
            ),
            ("<p>a".repeat(100_000), Unreadable::TooLarge),
            (
                // Tags left open in a paragraph are opened again in each that follows.
                (0..200).fold("<p>".to_owned(), |page, n| page + &format!("<i id={n}>"))
                    + &"<p>a".repeat(2000),
                Unreadable::TooLarge,
            ),
            (format!("<p{attributes}>a"), Unreadable::TooManyAttributes),
            (
                "<p".to_owned() + &" a b c d e f g".repeat(200_000),
                Unreadable::TooManyAttributes,
            ),
        ] {
            let start: String = html.chars().take(30).collect();
            assert_eq!(check(&html), Err(refused), "{start}");
        }
    }

    #[test]
    fn written_pages_are_not() {
        let data = format!("<img src='data:image/png;base64,{}'>", "A".repeat(500_000));
        for html in [
            String::new(),
            "no tags".to_owned(),
            "<p>One<p>Two<ul><li>a<li>b</ul>".repeat(2000),
            "<div>".repeat(90) + "text" + &"</div>".repeat(90),
            format!(
                "<!-- {} --><p>text",
                "a comment of many words ".repeat(2000)
            ),
            format!(
                "<script>{}</script><p>text",
                "if (a < b) { c = '<div>' } ".repeat(20_000)
            ),
            format!("<p>{}", "words and words ".repeat(60_000)),
            data,
        ] {
            let start: String = html.chars().take(30).collect();
            assert_eq!(check(&html), Ok(()), "{start}");
        }
    }
}
