//! IP addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Shape;
use super::shape::plain;
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// An IP address: the length tells the version, as in rtnetlink, where the message's family tells it too.
#[derive(Debug)]
pub enum Ip {}

impl Shape for Ip {
    type View<'a> = IpAddr;
    const RULE: Rule = Rule::BINARY;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<IpAddr> {
        let value = plain(&attr)?;
        if let Ok(v4) = <[u8; 4]>::try_from(value) {
            return Some(Ipv4Addr::from(v4).into());
        }
        <[u8; 16]>::try_from(value).ok().map(|v6| Ipv6Addr::from(v6).into())
    }

    #[inline]
    fn write(view: &IpAddr, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        match view {
            IpAddr::V4(v4) => to.array(kind, &v4.octets()),
            IpAddr::V6(v6) => to.array(kind, &v6.octets()),
        }
    }
}
