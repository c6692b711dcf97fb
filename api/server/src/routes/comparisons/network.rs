//! Networks as files: GraphML and GEXF, which networkx and Gephi read as they are.
//!
//! GraphML 1.0 (graphml.graphdrawing.org) and GEXF 1.2 (gexf.net), the newest that both programs read.

use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::io::Result;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    Count(u32),
}

impl Value {
    /// Its type in both formats.
    fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::Number(_) => "double",
            Value::Count(_) => "integer",
        }
    }

    fn text(&self) -> String {
        match self {
            Value::Text(text) => sound(text),
            Value::Number(number) => number.to_string(),
            Value::Count(count) => count.to_string(),
        }
    }
}

/// Attributes by name; one without a value is left out of the file.
pub(super) type Attributes = Vec<(&'static str, Option<Value>)>;

/// A node: a side or an issue.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) attributes: Attributes,
}

/// A tie between two nodes.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) weight: f64,
    pub(super) attributes: Attributes,
}

/// An undirected network with an account of what it stands on.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) about: Vec<(&'static str, String)>,
}

/// A text without the characters that XML cannot hold.
fn sound(text: &str) -> String {
    let holds = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let holds = |c: &char| holds(c) && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().filter(holds).collect()
}

/// The attributes that any of some elements has, in the order of their first use, with their types.
fn declared<'a>(all: impl Iterator<Item = &'a Attributes>) -> Vec<(&'static str, &'static str)> {
    let mut declared: Vec<(&'static str, &'static str)> = Vec::new();
    for (name, value) in all.flatten() {
        if let Some(value) = value
            && declared.iter().all(|(known, _)| known != name)
        {
            declared.push((name, value.kind()));
        }
    }
    declared
}

fn given(attributes: &Attributes) -> impl Iterator<Item = (&'static str, &Value)> {
    attributes
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_ref()?)))
}

impl Graph {
    /// The network as GraphML. What it stands on is data of the graph.
    pub(super) fn graphml(&self) -> String {
        document(|xml| {
            let root = xml
                .create_element("graphml")
                .with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
            root.write_inner_content(|xml| {
                let key = |xml: &mut Xml, of: &str, name: &str, kind: &str| {
                    // GraphML calls a whole number `int`.
                    let kind = if kind == "integer" { "int" } else { kind };
                    let id = format!("{of}-{name}");
                    xml.create_element("key")
                        .with_attribute(("id", id.as_str()))
                        .with_attribute(("for", of))
                        .with_attribute(("attr.name", name))
                        .with_attribute(("attr.type", kind))
                        .write_empty()
                        .map(|_| ())
                };
                for (name, _) in &self.about {
                    key(xml, "graph", name, "string")?;
                }
                key(xml, "node", "label", "string")?;
                for (name, kind) in declared(self.nodes.iter().map(|node| &node.attributes)) {
                    key(xml, "node", name, kind)?;
                }
                key(xml, "edge", "weight", "double")?;
                for (name, kind) in declared(self.edges.iter().map(|edge| &edge.attributes)) {
                    key(xml, "edge", name, kind)?;
                }
                let data = |xml: &mut Xml, of: &str, name: &str, text: &str| {
                    let key = format!("{of}-{name}");
                    xml.create_element("data")
                        .with_attribute(("key", key.as_str()))
                        .write_text_content(BytesText::new(text))
                        .map(|_| ())
                };
                xml.create_element("graph")
                    .with_attribute(("edgedefault", "undirected"))
                    .write_inner_content(|xml| {
                        for (name, text) in &self.about {
                            data(xml, "graph", name, &sound(text))?;
                        }
                        for node in &self.nodes {
                            xml.create_element("node")
                                .with_attribute(("id", sound(&node.id).as_str()))
                                .write_inner_content(|xml| {
                                    data(xml, "node", "label", &sound(&node.label))?;
                                    for (name, value) in given(&node.attributes) {
                                        data(xml, "node", name, &value.text())?;
                                    }
                                    Ok(())
                                })?;
                        }
                        for edge in &self.edges {
                            xml.create_element("edge")
                                .with_attribute(("source", sound(&edge.source).as_str()))
                                .with_attribute(("target", sound(&edge.target).as_str()))
                                .write_inner_content(|xml| {
                                    data(xml, "edge", "weight", &edge.weight.to_string())?;
                                    for (name, value) in given(&edge.attributes) {
                                        data(xml, "edge", name, &value.text())?;
                                    }
                                    Ok(())
                                })?;
                        }
                        Ok(())
                    })?;
                Ok(())
            })?;
            Ok(())
        })
    }

    /// The network as GEXF. What it stands on is its description.
    pub(super) fn gexf(&self) -> String {
        let nodes = declared(self.nodes.iter().map(|node| &node.attributes));
        let edges = declared(self.edges.iter().map(|edge| &edge.attributes));
        let about: Vec<String> = self
            .about
            .iter()
            .map(|(name, text)| format!("{name}={}", sound(text)))
            .collect();
        document(|xml| {
            xml.create_element("gexf")
                .with_attribute(("xmlns", "http://www.gexf.net/1.2draft"))
                .with_attribute(("version", "1.2"))
                .write_inner_content(|xml| {
                    xml.create_element("meta").write_inner_content(|xml| {
                        xml.create_element("creator")
                            .write_text_content(BytesText::new("Plenary"))?;
                        xml.create_element("description")
                            .write_text_content(BytesText::new(&about.join("\n")))?;
                        Ok(())
                    })?;
                    xml.create_element("graph")
                        .with_attribute(("defaultedgetype", "undirected"))
                        .with_attribute(("mode", "static"))
                        .write_inner_content(|xml| {
                            attributes(xml, "node", &nodes)?;
                            attributes(xml, "edge", &edges)?;
                            xml.create_element("nodes").write_inner_content(|xml| {
                                for node in &self.nodes {
                                    xml.create_element("node")
                                        .with_attribute(("id", sound(&node.id).as_str()))
                                        .with_attribute(("label", sound(&node.label).as_str()))
                                        .write_inner_content(|xml| {
                                            values(xml, &nodes, &node.attributes)
                                        })?;
                                }
                                Ok(())
                            })?;
                            xml.create_element("edges").write_inner_content(|xml| {
                                for (at, edge) in self.edges.iter().enumerate() {
                                    xml.create_element("edge")
                                        .with_attribute(("id", at.to_string().as_str()))
                                        .with_attribute(("source", sound(&edge.source).as_str()))
                                        .with_attribute(("target", sound(&edge.target).as_str()))
                                        .with_attribute((
                                            "weight",
                                            edge.weight.to_string().as_str(),
                                        ))
                                        .write_inner_content(|xml| {
                                            values(xml, &edges, &edge.attributes)
                                        })?;
                                }
                                Ok(())
                            })?;
                            Ok(())
                        })?;
                    Ok(())
                })?;
            Ok(())
        })
    }

    pub(super) fn example() -> Graph {
        let node = |id: &str, label: &str| Node {
            id: id.to_owned(),
            label: label.to_owned(),
            attributes: vec![("count", Some(Value::Count(3)))],
        };
        Graph {
            nodes: vec![
                node("russia", "Russia"),
                node("united-states", "United States"),
            ],
            edges: vec![Edge {
                source: "russia".to_owned(),
                target: "united-states".to_owned(),
                weight: 1.0,
                attributes: vec![
                    ("agreement", Some(Value::Number(0.25))),
                    ("agreement_low", None),
                ],
            }],
            about: vec![("revision", "4".to_owned())],
        }
    }
}

type Xml = Writer<Vec<u8>>;

/// A whole document. Writing to memory cannot fail.
fn document(write: impl FnOnce(&mut Xml) -> Result<()>) -> String {
    let mut xml = Writer::new_with_indent(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec(),
        b' ',
        1,
    );
    let _ = write(&mut xml);
    String::from_utf8(xml.into_inner()).unwrap_or_default()
}

/// The declaration of the attributes of nodes or edges, as GEXF wants it.
fn attributes(xml: &mut Xml, class: &str, declared: &[(&str, &str)]) -> Result<()> {
    xml.create_element("attributes")
        .with_attribute(("class", class))
        .write_inner_content(|xml| {
            for (at, (name, kind)) in declared.iter().enumerate() {
                xml.create_element("attribute")
                    .with_attribute(("id", at.to_string().as_str()))
                    .with_attribute(("title", *name))
                    .with_attribute(("type", *kind))
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

/// The values of a node or an edge, by the numbers of their declaration.
fn values(xml: &mut Xml, declared: &[(&str, &str)], all: &Attributes) -> Result<()> {
    xml.create_element("attvalues").write_inner_content(|xml| {
        for (name, value) in given(all) {
            let Some(at) = declared.iter().position(|(known, _)| *known == name) else {
                continue;
            };
            xml.create_element("attvalue")
                .with_attribute(("for", at.to_string().as_str()))
                .with_attribute(("value", value.text().as_str()))
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_absent_values_left_out() {
        let mut graph = Graph::example();
        graph.nodes[0].label = "<A & \"B\">\u{1}".to_owned();
        for text in [graph.graphml(), graph.gexf()] {
            assert!(text.contains("&lt;A &amp; "), "{text}");
            assert!(
                !text.contains('\u{1}') && !text.contains("agreement_low"),
                "{text}"
            );
            assert!(text.contains("agreement"), "{text}");
        }
    }
}
