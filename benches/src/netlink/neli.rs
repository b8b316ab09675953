//! `neli`: attributes become owned buffers, and of the first level and of `IFLA_LINKINFO` the numbers become names;
//! values and what is deeper stay bytes.

use std::io::Cursor;

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Ifla, IflaInfo, RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot};
use neli::err::SerError;
use neli::nl::{NlPayload, Nlmsghdr, NlmsghdrBuilder};
use neli::rtnl::{Ifinfomsg, RtattrBuilder, Rtmsg, RtmsgBuilder};
use neli::types::{Buffer, RtBuffer};
use neli::{FromBytes, ToBytes};

use super::Sum;
use super::routes::Route;

/// Visits what there are names for, all others as bytes.
#[must_use]
pub fn decode(datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    let mut from = Cursor::new(datagram);
    while (from.position() as usize) < datagram.len() {
        let Ok(message) = Nlmsghdr::<Rtm, Ifinfomsg>::from_bytes(&mut from) else { break };
        let Some(link) = message.get_payload() else { continue };
        for attr in link.rtattrs().iter() {
            sum.bytes(attr.rta_payload().as_ref());
            if *attr.rta_type() == Ifla::Linkinfo
                && let Ok(info) = attr.get_attr_handle::<IflaInfo>()
            {
                info.iter().for_each(|attr| sum.bytes(attr.rta_payload().as_ref()));
            }
        }
    }
    sum
}

/// Counts the messages, and adds up their types.
#[must_use]
pub fn headers(datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    let mut from = Cursor::new(datagram);
    while (from.position() as usize) < datagram.len() {
        let Ok(message) = Nlmsghdr::<u16, Buffer>::from_bytes(&mut from) else { break };
        sum.number(*message.nl_type());
    }
    sum
}

/// A route, to be written; `None` if it can't be made.
#[must_use]
pub fn route(route: &Route) -> Option<Nlmsghdr<Rtm, Rtmsg>> {
    let mut attrs = RtBuffer::new();
    let values = [
        (Rta::Table, 254_u32.to_ne_bytes()),
        (Rta::Dst, route.to),
        (Rta::Priority, route.metric.to_ne_bytes()),
        (Rta::Gateway, route.gateway),
        (Rta::Oif, route.interface.to_ne_bytes()),
    ];
    for (kind, value) in values {
        let attr = RtattrBuilder::default().rta_type(kind);
        attrs.push(attr.rta_payload(&value[..]).build().ok()?);
    }
    let message = RtmsgBuilder::default()
        .rtm_family(RtAddrFamily::Inet)
        .rtm_dst_len(route.prefix)
        .rtm_src_len(0)
        .rtm_tos(0)
        .rtm_table(RtTable::Main)
        .rtm_protocol(Rtprot::Boot)
        .rtm_scope(RtScope::Universe)
        .rtm_type(Rtn::Unicast)
        .rtattrs(attrs)
        .build()
        .ok()?;
    let header = NlmsghdrBuilder::default().nl_type(Rtm::Newroute).nl_flags(NlmF::REQUEST);
    header.nl_payload(NlPayload::Payload(message)).build().ok()
}

/// Writes a route into `buffer`.
///
/// # Errors
/// [`SerError`].
pub fn encode(
    message: &Nlmsghdr<Rtm, Rtmsg>,
    buffer: &mut Cursor<Vec<u8>>,
) -> Result<(), SerError> {
    buffer.set_position(0);
    message.to_bytes(buffer)
}
