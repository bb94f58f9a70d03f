//! Which addresses clients may have Argus talk to: those of the public Internet, and those of networks that the settings
//! name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks of version 4 that are not the public Internet (IANA's registry of special-purpose addresses), and the one of
/// multicast.
const SPECIAL_4: [Ipv4Net; 16] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 8), // this network, the unspecified address
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8), // private
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10), // of carriers
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8), // this machine
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16), // link-local: what clouds tell their machines, 169.254.169.254
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),  // private
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 0, 0), 24),   // of protocols
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24),   // of documentation
    Ipv4Net::new_assert(Ipv4Addr::new(192, 31, 196, 0), 24), // AS112
    Ipv4Net::new_assert(Ipv4Addr::new(192, 88, 99, 0), 24), // relays of 6to4
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16), // private
    Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15),  // of benchmarks
    Ipv4Net::new_assert(Ipv4Addr::new(198, 51, 100, 0), 24), // of documentation
    Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24), // of documentation
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 4),    // multicast
    Ipv4Net::new_assert(Ipv4Addr::new(240, 0, 0, 0), 4),    // reserved, broadcast
];

/// Outside of it no address of version 6 is public.
const GLOBAL_6: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks inside of it that are not the public Internet, or lead to addresses of version 4.
const SPECIAL_6: [Ipv6Net; 5] = [
    Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // of protocols: Teredo, benchmarks, ORCHID
    Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // of documentation
    Ipv6Net::new_assert(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    Ipv6Net::new_assert(Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112
    Ipv6Net::new_assert(Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // of documentation
];

/// Whether an address may be talked to: a public one, or one of the networks that are allowed. An address of version 4
/// that is written as one of version 6 (`::ffff:10.0.0.1`) is that of version 4.
#[must_use]
pub fn may_be_called(address: IpAddr, allowed: &[IpNet]) -> bool {
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(&address)) || is_public(address)
}

/// Whether an address is one of the public Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_6.contains(&address) && !SPECIAL_6.iter().any(|network| network.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(list: &[&str]) -> Vec<IpNet> {
        list.iter().map(|net| net.parse().unwrap()).collect()
    }

    #[test]
    fn public_addresses_may_be_called() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:400f::200e",
        ] {
            assert!(may_be_called(address.parse().unwrap(), &[]), "{address}");
        }
    }

    #[test]
    fn others_may_not() {
        for address in [
            // This machine, and no address at all.
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "::1",
            "::",
            // Private ones.
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            // Of one link; what clouds tell their machines.
            "169.254.0.1",
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            // To many at once, reserved, and those that stand in books.
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "240.0.0.1",
            "ff02::1",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.18.0.1",
            "198.19.255.255",
            "192.0.0.8",
            "192.88.99.1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "5f00::1",
            "2001:2::1",
            // Version 4 inside of version 6, whatever it is: mapped, compatible, NAT64, 6to4, Teredo.
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:a9fe:a9fe",
            "::127.0.0.1",
            "::8.8.8.8",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "2002:808:808::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ] {
            assert!(!may_be_called(address.parse().unwrap(), &[]), "{address}");
        }
    }

    #[test]
    fn networks_of_the_settings_may() {
        let allowed = nets(&["127.0.0.0/8", "10.1.0.0/16", "fd00:1::/32", "64:ff9b::/96"]);
        for (address, may) in [
            ("127.0.0.1", true),
            ("::ffff:127.0.0.1", true),
            ("10.1.2.3", true),
            ("10.2.0.1", false),
            ("fd00:1::7", true),
            ("fd00:2::7", false),
            ("64:ff9b::10.2.0.1", true),
            ("::127.0.0.1", false),
            ("2002:7f00:1::1", false),
            ("169.254.169.254", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(may_be_called(address.parse().unwrap(), &allowed), may, "{address}");
        }
    }
}
