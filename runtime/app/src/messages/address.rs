//! Which addresses of the network messages may go to: those of everybody, unless the studio allows more.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use super::Unsent;

/// The addresses behind a name, looked up once. All of them must be allowed: a name that leads to this
/// machine as well as elsewhere is refused.
pub(super) fn resolve(
    host: &str,
    port: u16,
    allow_private: bool,
) -> Result<Vec<SocketAddr>, Unsent> {
    let bare = host.trim_matches(['[', ']']);
    let found = (bare, port).to_socket_addrs();
    let found: Vec<_> = found
        .map_err(|err| Unsent::for_now(format!("`{host}` can't be found: {err}")))?
        .collect();
    if found.is_empty() {
        return Err(Unsent::for_now(format!("`{host}` has no address")));
    }
    match found.iter().find(|address| is_private(address.ip())) {
        Some(address) if !allow_private => Err(Unsent::for_good(format!(
            "`{host}` leads to the private address {}, and `allow_private` is not set",
            address.ip()
        ))),
        _ => Ok(found),
    }
}

/// Whether an address is this machine's, a private network's, or nobody's.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by providers, for benchmarks, and of protocols.
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 0 && c == 0)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, ..] = address.segments();
    let octets = address.octets();
    let inner =
        |at: usize| Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]);
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        // Old site-local ones, documentation, and addresses that hold one of the fourth version.
        || a & 0xffc0 == 0xfec0
        || (a == 0x2001 && b == 0x0db8)
        || (a == 0x2002 && is_private_v4(inner(2)))
        || (a == 0x0064 && b == 0xff9b && is_private_v4(inner(12)))
        || ([a, b, c, d] == [0; 4] && is_private_v4(inner(12)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_of_networks_of_ones_own_are_private() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
        ] {
            assert!(is_private(text.parse().unwrap()), "{text}");
        }
        for text in [
            "93.184.216.34",
            "100.128.0.1",
            "2606:4700::1111",
            "2002:5db8:d822::",
        ] {
            assert!(!is_private(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_private_address_is_refused_by_name_and_in_figures() {
        for host in ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"] {
            let refused = resolve(host, 80, false).err().unwrap();
            assert!(refused.is_final && refused.why.contains("private address"));
        }
        assert!(resolve("127.0.0.1", 80, true).is_ok());
    }
}
