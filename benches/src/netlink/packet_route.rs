//! `netlink-packet-route`: a message becomes a tree of owned values.

use core::hint::black_box;
use core::net::Ipv4Addr;

use netlink_packet_core::{NetlinkBuffer, NetlinkMessage};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteType,
};

use super::Sum;
use super::routes::Route;

/// Decodes all links and drops them again; how many attributes their first levels have. The values are
/// not visited: in its favour.
#[must_use]
pub fn decode(mut datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    while let Ok(message) = NetlinkMessage::<RouteNetlinkMessage>::deserialize(datagram) {
        datagram = behind(datagram, message.header.length);
        if let netlink_packet_core::NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(
            link,
        )) = &message.payload
        {
            sum.attrs += link.attributes.len() as u64;
        }
        black_box(&message);
    }
    sum
}

/// Counts the messages, and adds up their types.
#[must_use]
pub fn headers(mut datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    while let Ok(message) = NetlinkBuffer::new_checked(datagram) {
        sum.number(message.message_type());
        datagram = behind(datagram, message.length());
    }
    sum
}

fn behind(datagram: &[u8], len: u32) -> &[u8] {
    datagram.get((len as usize).next_multiple_of(4)..).unwrap_or_default()
}

/// A route, to be written.
#[must_use]
pub fn route(route: &Route) -> NetlinkMessage<RouteNetlinkMessage> {
    let v4 = |octets: [u8; 4]| RouteAddress::Inet(Ipv4Addr::from(octets));
    let mut message = RouteMessage::default();
    message.header = RouteHeader {
        address_family: netlink_packet_route::AddressFamily::Inet,
        destination_prefix_length: route.prefix,
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::Boot,
        kind: RouteType::Unicast,
        ..RouteHeader::default()
    };
    message.attributes = vec![
        RouteAttribute::Table(254),
        RouteAttribute::Destination(v4(route.to)),
        RouteAttribute::Priority(route.metric),
        RouteAttribute::Gateway(v4(route.gateway)),
        RouteAttribute::Oif(route.interface),
    ];
    let mut message = NetlinkMessage::from(RouteNetlinkMessage::NewRoute(message));
    message.header.flags = 1;
    message.finalize();
    message
}

/// Writes a route into `buffer`.
pub fn encode(message: &NetlinkMessage<RouteNetlinkMessage>, buffer: &mut [u8]) {
    message.serialize(buffer);
}
