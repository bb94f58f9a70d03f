//! A MaxMind file, made byte by byte: a tree over the bits of addresses, maps of texts at its leaves, and what the file says
//! of itself.

use std::net::IpAddr;

/// Stands before what a file says of itself.
const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";

/// The file that says where networks are: address, length of the network, and what is known of it (city, country).
pub fn file(networks: &[(&str, u8, Option<&str>, Option<&str>)]) -> Vec<u8> {
    let (mut tree, mut data) = (vec![[None; 2]], Vec::new());
    for (address, length, city, country) in networks {
        let (bits, length) = match address.parse().unwrap() {
            IpAddr::V4(address) => (u128::from(u32::from(address)), length + 96),
            IpAddr::V6(address) => (u128::from(address), *length),
        };
        insert(&mut tree, bits, length, data.len());
        data.extend(place(*city, *country));
    }
    let nodes = tree.len();
    let mut file = Vec::new();
    for side in tree.into_iter().flatten() {
        let record = match side {
            None => nodes,
            Some(Side::Node(node)) => node,
            // Sixteen zeros lie between the tree and the data, and count.
            Some(Side::Data(offset)) => nodes + 16 + offset,
        };
        file.extend(&(record as u32).to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(MARKER);
    file.extend(about(nodes));
    file
}

#[derive(Clone, Copy)]
enum Side {
    Node(usize),
    Data(usize),
}

fn insert(tree: &mut Vec<[Option<Side>; 2]>, bits: u128, length: u8, offset: usize) {
    let mut node = 0;
    for depth in 0..length {
        let side = usize::from(bits >> (127 - depth) & 1 == 1);
        if depth + 1 == length {
            tree[node][side] = Some(Side::Data(offset));
        } else if let Some(Side::Node(next)) = tree[node][side] {
            node = next;
        } else {
            tree.push([None; 2]);
            tree[node][side] = Some(Side::Node(tree.len() - 1));
            node = tree.len() - 1;
        }
    }
}

fn place(city: Option<&str>, country: Option<&str>) -> Vec<u8> {
    let names = city.map(|city| map(&[("names", map(&[("de", text("falsch")), ("en", text(city))]))]));
    let code = country.map(|country| map(&[("iso_code", text(country))]));
    let members: Vec<_> =
        [("city", names), ("country", code)].into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    map(&members)
}

fn about(nodes: usize) -> Vec<u8> {
    map(&[
        ("binary_format_major_version", number(5, 2)),
        ("binary_format_minor_version", number(5, 0)),
        ("build_epoch", [vec![8, 2], 1_767_225_600_u64.to_be_bytes().to_vec()].concat()),
        ("database_type", text("Test-City")),
        ("description", map(&[("en", text("made by a test"))])),
        ("ip_version", number(5, 6)),
        ("languages", vec![0, 4]),
        ("node_count", number(6, nodes as u32)),
        ("record_size", number(5, 24)),
    ])
}

/// The byte that says what comes: its type, and its size where that is below 29.
fn control(kind: u8, size: usize) -> u8 {
    assert!(size < 29, "too long for a test: {size}");
    kind << 5 | size as u8
}

fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![control(7, members.len())];
    for (name, value) in members {
        bytes.extend(text(name));
        bytes.extend(value);
    }
    bytes
}

fn text(text: &str) -> Vec<u8> {
    [vec![control(2, text.len())], text.as_bytes().to_vec()].concat()
}

fn number(kind: u8, value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let bytes = &bytes[if kind == 5 { 2 } else { 0 }..];
    [vec![control(kind, bytes.len())], bytes.to_vec()].concat()
}
