//! What address families are told of a link (`IFLA_AF_SPEC`): of IPv6, how it makes addresses.

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::rtnl::link::Inet6Set;
use softnet_netlink::set::Set;
use softnet_netlink::wire::Attrs;
use softnet_sk_buff::IfIndex;

use super::{Table, ifla};
use crate::rtnetlink::addr::{self, AddrGenMode};
use crate::softnet::Softnet;

/// `IFLA_INET6_TOKEN`.
const TOKEN: u16 = 7;
/// `IFLA_INET6_ADDR_GEN_MODE`.
const ADDR_GEN_MODE: u16 = 8;

/// `validate_linkmsg`'s part of it, and `inet6_validate_link_af`.
pub(super) fn validate(
    softnet: &Softnet,
    (dev, table): (IfIndex, &Table<'_>),
    extack: &mut ExtAck,
) -> Result<(), Errno> {
    let Some(spec) = table.get(ifla::AF_SPEC) else { return Ok(()) };
    for family in spec.nested() {
        match family.kind() {
            kind if kind == u16::from(addr::AF_INET6) => {}
            // Its settings are the embedder's.
            kind if kind == u16::from(addr::AF_INET) => return Err(Errno::EOPNOTSUPP),
            _ => return Err(Errno::EAFNOSUPPORT),
        }
        if softnet.dev(dev).is_none_or(|device| device.mtu() < addr::INET6_MIN_MTU) {
            return Err(Errno::EAFNOSUPPORT);
        }
        let checked = Parsed::<10>::new(family.nested(), Inet6Set::POLICY, Strictness::LIBERAL);
        let (inet6, _) = checked.map_err(|invalid| {
            if let Some(words) = invalid.words() {
                extack.say(words);
            }
            invalid.errno()
        })?;
        // Autoconfiguration is the embedder's.
        if inet6.has(TOKEN) {
            return Err(Errno::EOPNOTSUPP);
        }
        let mode = inet6.get(ADDR_GEN_MODE).and_then(|mode| mode.u8()).ok_or(Errno::EINVAL)?;
        // Nobody has given a secret.
        match AddrGenMode::from_number(mode) {
            None | Some(AddrGenMode::StablePrivacy) => return Err(Errno::EINVAL),
            Some(_) => {}
        }
    }
    Ok(())
}

/// The mode that was asked for.
pub(super) fn addr_gen_mode(table: &Table<'_>) -> Option<AddrGenMode> {
    let spec = table.get(ifla::AF_SPEC)?;
    let inet6 = Attrs::new(spec.value()).find(u16::from(addr::AF_INET6))?;
    AddrGenMode::from_number(inet6.nested().find(ADDR_GEN_MODE)?.u8()?)
}
