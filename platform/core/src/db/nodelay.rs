//! Connections to PostgreSQL without Nagle's algorithm (RFC 896).
//!
//! sqlx 0.9.0 leaves it on, and gives nobody its socket. A statement that does not fit into one packet then waits for the
//! other side's delayed acknowledgement, 40 ms on Linux, which is a hundred times what the statement takes. sqlx sets
//! `TCP_NODELAY` again in what comes after 0.9.0; this file goes when that is here.
//!
//! The socket is found by its peer among the process' descriptors, by a duplicate of each (pidfd_getfd, Linux 5.6), so that
//! nothing is ever closed or read here. Where that is forbidden, connections are as sqlx makes them.

use std::net::SocketAddr;
use std::os::fd::RawFd;

use rustix::io::Errno;
use rustix::net::{AddressFamily, getpeername, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// Sets `TCP_NODELAY` on every connection of this process to that port.
///
/// # Errors
/// When descriptors cannot be listed or duplicated.
pub fn set_for_port(port: u16) -> std::io::Result<()> {
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse::<RawFd>().ok());
        let Some(number) = number else { continue };
        let duplicate = match pidfd_getfd(&this, number, PidfdGetfdFlags::empty()) {
            Ok(duplicate) => duplicate,
            // Closed meanwhile, as the list of descriptors itself.
            Err(Errno::BADF) => continue,
            Err(error) => return Err(error.into()),
        };
        let internet = matches!(sockopt::socket_domain(&duplicate), Ok(AddressFamily::INET | AddressFamily::INET6));
        let peer = getpeername(&duplicate).ok().flatten().filter(|_| internet);
        if peer.and_then(|peer| SocketAddr::try_from(peer).ok()).is_some_and(|peer| peer.port() == port) {
            sockopt::set_tcp_nodelay(&duplicate, true)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn connections_to_that_port_send_at_once_and_others_are_left_alone() {
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [wanted, other] = listeners.each_ref().map(|listener| listener.local_addr().unwrap());
        let (to_wanted, to_other) = (TcpStream::connect(wanted).unwrap(), TcpStream::connect(other).unwrap());
        assert!(!to_wanted.nodelay().unwrap(), "as connections are made");
        set_for_port(wanted.port()).unwrap();
        assert!(to_wanted.nodelay().unwrap());
        assert!(!to_other.nodelay().unwrap());
        let [listener, _] = &listeners;
        let (accepted, _) = listener.accept().unwrap();
        assert!(!accepted.nodelay().unwrap(), "whose peer has another port");
    }
}
