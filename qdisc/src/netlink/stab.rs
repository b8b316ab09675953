//! Size tables (`TCA_STAB`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::set::Set;
use softnet_netlink::tc::{StabSet, TcSizespec};
use softnet_netlink::wire::{Body, WriteError};

use super::request::{TcRequest, tca};
use crate::{SizeSpec, SizeTable};

/// `TCA_STAB_BASE`.
const BASE: u16 = 1;
/// `TCA_STAB_DATA`.
const DATA: u16 = 2;

/// The table that a request has (`qdisc_get_stab`).
pub(super) fn read(
    request: &TcRequest<'_>,
    extack: &mut ExtAck,
) -> Result<Option<SizeTable>, Errno> {
    let Some(stab) = request.get(tca::STAB) else { return Ok(None) };
    let table = request.nested::<3>(&stab, StabSet::POLICY, extack)?;
    let refused = |extack: &mut ExtAck, words| {
        extack.say(words);
        Err(Errno::EINVAL)
    };
    let Some(base) = table.get(BASE) else {
        return refused(extack, "Size table base attribute is missing");
    };
    let base: TcSizespec = base.fixed();
    let mut entries = Vec::new();
    if base.tsize > 0 {
        let Some(data) = table.get(DATA) else {
            return refused(extack, "Size table data attribute is missing");
        };
        let (pairs, _) = data.value().as_chunks::<2>();
        entries = pairs.iter().map(|pair| u16::from_ne_bytes(*pair)).collect();
    }
    if entries.len() != base.tsize as usize {
        return refused(extack, "Invalid size of size table");
    }
    let spec = SizeSpec {
        overhead: base.overhead,
        cell_align: base.cell_align,
        cell_log: base.cell_log,
        size_log: base.size_log,
        linklayer: base.linklayer,
        mpu: base.mpu,
        mtu: base.mtu,
    };
    match SizeTable::new(spec, entries) {
        Ok(table) => Ok(Some(table)),
        Err(_) => refused(extack, "Invalid logarithmic size of size table"),
    }
}

/// Shows the table (`qdisc_dump_stab`).
pub(super) fn write(table: &SizeTable, to: &mut Body<'_>) -> Result<(), WriteError> {
    let spec = table.spec();
    to.nest_as(tca::STAB, |to| {
        to.value(
            BASE,
            &TcSizespec {
                cell_log: spec.cell_log,
                size_log: spec.size_log,
                cell_align: spec.cell_align,
                overhead: spec.overhead,
                linklayer: spec.linklayer,
                mpu: spec.mpu,
                mtu: spec.mtu,
                tsize: u32::try_from(table.entries().len()).unwrap_or(u32::MAX),
            },
        )
    })
}
