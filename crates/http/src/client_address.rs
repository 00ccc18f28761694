use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

/// Whose `X-Forwarded-For` is believed (R-LOGIN-5): anybody can write that
/// header, and the limits on log-ins count by address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TrustedProxies {
    /// Nobody's: the client is whoever opened the connection.
    #[default]
    Nobody,
    /// That of whoever opened the connection: only where nothing but the proxy can reach the server.
    Everybody,
    /// Those of proxies with these addresses.
    Peers(Vec<IpAddr>),
}

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Peers(peers) => peers.iter().any(|peer| peer.to_canonical() == address),
        }
    }
}

/// Where a request came from: the right-most address that no trusted proxy
/// has, since everything left of it is the client's own claim.
pub(crate) fn client_address(request: &HttpRequest, trusted: &TrustedProxies) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    Some(behind_proxies(peer, request.headers(), trusted))
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    if !trusted.trusts(peer) {
        return peer;
    }
    let hops: Vec<&str> =
        headers.get_all(X_FORWARDED_FOR).filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        // What is no address was not written by a proxy of ours.
        let Some(address) = parse(hop) else { break };
        client = address;
        // Where every peer is trusted, the one hop that it wrote is all there is to believe.
        if *trusted == TrustedProxies::Everybody || !trusted.trusts(address) {
            break;
        }
    }
    client
}

/// An address, with or without a port behind it.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip())).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(forwarded: &[&str], trusted: &TrustedProxies) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        behind_proxies("10.0.0.1".parse().unwrap(), &headers, trusted).to_string()
    }

    /// R-LOGIN-5.
    #[test]
    fn only_trusted_proxies_are_believed() {
        let peers = TrustedProxies::Peers(vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
        assert_eq!(client(&["1.1.1.1"], &TrustedProxies::Nobody), "10.0.0.1");
        assert_eq!(client(&["1.1.1.1"], &TrustedProxies::Peers(vec![])), "10.0.0.1");
        assert_eq!(client(&["6.6.6.6, 1.1.1.1"], &peers), "1.1.1.1");
        assert_eq!(client(&["6.6.6.6", "1.1.1.1, 10.0.0.2"], &peers), "1.1.1.1");
        assert_eq!(client(&["6.6.6.6, 1.1.1.1"], &TrustedProxies::Everybody), "1.1.1.1");
        assert_eq!(client(&[], &peers), "10.0.0.1");
        assert_eq!(client(&["nonsense"], &peers), "10.0.0.1");
        assert_eq!(client(&["6.6.6.6, nonsense, 10.0.0.2"], &peers), "10.0.0.2");
        assert_eq!(client(&["[2001:db8::1]:443"], &peers), "2001:db8::1");
    }
}
