//! Client addresses in the store and in filters.
//!
//! A column holds an address as the 32 lower hex digits of its IPv6 form, IPv4 as `::ffff:a.b.c.d`: text order is then
//! address order, and a network is one range.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Serialize;

/// The addresses of a network as stored texts, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Range {
    pub(super) low: String,
    pub(super) high: String,
    /// The range spans the place where IPv4 addresses are stored, and means none of them.
    pub(super) without_v4: bool,
}

/// What a writer stores for an address.
#[must_use]
pub fn address_column(address: IpAddr) -> String {
    hex(match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    })
}

fn hex(address: Ipv6Addr) -> String {
    format!("{:032x}", address.to_bits())
}

/// Where IPv4 addresses are stored, both ends included.
pub(super) fn v4_range() -> (String, String) {
    (format!("{:020}ffff{:08}", 0, 0), format!("{:020}ffff{:08x}", 0, u32::MAX))
}

/// Reads an address or a network in CIDR form; an IPv4-mapped one means the IPv4 one.
pub(super) fn parse_range(text: &str) -> Result<Range, &'static str> {
    const NOT_AN_ADDRESS: &str = "Not an IP address or a network like 10.0.0.0/8";
    let network = if text.contains('/') {
        text.parse::<IpNet>().map_err(|_| NOT_AN_ADDRESS)?
    } else {
        IpNet::from(text.parse::<IpAddr>().map_err(|_| NOT_AN_ADDRESS)?)
    };
    if network.network() != network.addr() {
        return Err("A network with host bits set");
    }
    let network = unmapped(network);
    let (low, high) = (address_column(network.network()), address_column(network.broadcast()));
    let (first_v4, last_v4) = v4_range();
    let without_v4 = matches!(network, IpNet::V6(_)) && low <= first_v4 && high >= last_v4;
    Ok(Range { low, high, without_v4 })
}

fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let v4 = |v6: Ipv6Net| Ipv4Net::new(v6.addr().to_ipv4_mapped()?, v6.prefix_len().checked_sub(96)?).ok();
    v4(v6).map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> (String, String, bool) {
        let range = parse_range(text).unwrap();
        (range.low, range.high, range.without_v4)
    }

    #[test]
    fn one_form_for_both_families() {
        let stored = address_column("10.1.2.255".parse().unwrap());
        assert_eq!(stored, "00000000000000000000ffff0a0102ff");
        assert_eq!(address_column("::ffff:10.1.2.255".parse().unwrap()), stored);
        assert_eq!(address_column("2001:db8::1".parse().unwrap()), "20010db8000000000000000000000001");
    }

    #[test]
    fn networks_are_ranges() {
        assert_eq!(ends("10.0.0.0/8"), ends("::ffff:10.0.0.0/104"));
        assert_eq!(ends("10.0.0.0/8").0, "00000000000000000000ffff0a000000");
        assert_eq!(ends("10.0.0.0/8").1, "00000000000000000000ffff0affffff");
        assert_eq!(ends("0.0.0.0/0"), (v4_range().0, v4_range().1, false));
        assert_eq!(ends("::ffff:0.0.0.0/96"), ends("0.0.0.0/0"));
        assert!(ends("::/0").2);
        assert!(!ends("2001:db8::/32").2);
        assert_eq!(ends("127.0.0.1").0, ends("127.0.0.1/32").1);
    }

    #[test]
    fn what_is_refused() {
        for text in ["", "10.0.0.1/8", "::1/64", "::ffff:10.0.0.1/104", "10.0.0.0/33", "10.0.0", "fe80::1%eth0", " ::1"]
        {
            assert!(parse_range(text).is_err(), "{text}");
        }
    }
}
