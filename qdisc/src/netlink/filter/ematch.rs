//! Trees of extended matches on the wire (`ematch.c`, `em_cmp.c`, `em_nbyte.c`, `em_u32.c`, `em_meta.c`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Kind, Parsed, Policy, Rule, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::{EmatchSet, TcU32Key, TcfEmatchHdr, TcfEmatchTreeHdr};
use softnet_netlink::wire::{Attr, Attrs, Body, WriteError};

use crate::filter::ematch::{
    Align, Cmp, Layer, Match, Meta, MetaId, MetaValue, NByte, Opnd, Then, Tree, What,
};
use crate::netlink::making::parse;

/// `TCA_EMATCH_TREE_HDR` and `_LIST`.
const HDR: u16 = 1;
const LIST: u16 = 2;
/// `TCF_EM_CONTAINER` and the others.
const CONTAINER: u16 = 0;
const CMP: u16 = 1;
const NBYTE: u16 = 2;
const U32: u16 = 3;
const META: u16 = 4;
/// `TCF_EM_REL_*`, `TCF_EM_INVERT`, `TCF_EM_SIMPLE`.
const AND: u16 = 1;
const OR: u16 = 2;
const INVERT: u16 = 4;
const SIMPLE: u16 = 8;
/// `TCF_EM_CMP_TRANS`.
const TRANS: u8 = 1;

/// `tcf_em_tree_validate`.
pub(super) fn read(attr: Option<Attr<'_>>) -> Result<Tree, Errno> {
    let Some(attr) = attr else { return Ok(Tree::default()) };
    let table = parse::<3>(&attr, EmatchSet::POLICY)?;
    let (Some(head), Some(list)) = (table.get(HDR), table.get(LIST)) else {
        return Err(Errno::EINVAL);
    };
    let count = usize::from(head.fixed::<TcfEmatchTreeHdr>().nmatches);
    let mut matches = Vec::new();
    for (attr, place) in list.nested().zip(0_usize..) {
        // Their types count from 1, flags and all.
        if usize::from(attr.raw_kind()) != place.saturating_add(1) || place >= count {
            return Err(Errno::EINVAL);
        }
        matches.push(read_match(attr.value(), (place, count))?);
    }
    if matches.len() != count {
        return Err(Errno::EINVAL);
    }
    Ok(Tree(matches))
}

/// `tcf_em_validate`.
fn read_match(value: &[u8], (place, count): (usize, usize)) -> Result<Match, Errno> {
    let data = value.get(size_of::<TcfEmatchHdr>()..).ok_or(Errno::EINVAL)?;
    let head: TcfEmatchHdr = Attr::new(0, value).fixed();
    let then = match head.flags & (AND | OR) {
        0 => Then::End,
        AND => Then::And,
        OR => Then::Or,
        _ => return Err(Errno::EINVAL),
    };
    let what = match head.kind {
        CONTAINER => {
            let first = Attr::new(0, data).u32().and_then(|first| usize::try_from(first).ok());
            let first = first.filter(|&first| first > place && first < count);
            What::Container(first.ok_or(Errno::EINVAL)?)
        }
        CMP | NBYTE | U32 | META if head.flags & SIMPLE != 0 => return Err(Errno::EINVAL),
        CMP => What::Cmp(read_cmp(data)?),
        NBYTE => What::NByte(read_nbyte(data)?),
        U32 => read_u32(data)?,
        META => What::Meta(read_meta(data)?),
        _ => return Err(Errno::ENOENT),
    };
    Ok(Match { what, not: head.flags & INVERT != 0, then })
}

/// `struct tcf_em_cmp`: the last two bytes are fields of four bits. What Linux takes and nothing passes, such as
/// another length than 1, 2 or 4, is refused here.
fn read_cmp(data: &[u8]) -> Result<Cmp, Errno> {
    let Some([v0, v1, v2, v3, m0, m1, m2, m3, o0, o1, length, place]) = data.first_chunk::<12>()
    else {
        return Err(Errno::EINVAL);
    };
    Ok(Cmp {
        layer: layer(place & 0xf)?,
        off: u16::from_ne_bytes([*o0, *o1]),
        align: match length & 0xf {
            1 => Align::U8,
            2 => Align::U16,
            4 => Align::U32,
            _ => return Err(Errno::EINVAL),
        },
        mask: u32::from_ne_bytes([*m0, *m1, *m2, *m3]),
        opnd: opnd(place >> 4)?,
        val: u32::from_ne_bytes([*v0, *v1, *v2, *v3]),
        trans: (length >> 4) & TRANS != 0,
    })
}

/// `struct tcf_em_nbyte`: an offset, a length of 12 bits and a layer, and the bytes.
fn read_nbyte(data: &[u8]) -> Result<NByte, Errno> {
    let Some(([o0, o1, l0, l1], pattern)) = data.split_first_chunk::<4>() else {
        return Err(Errno::EINVAL);
    };
    let word = u16::from_ne_bytes([*l0, *l1]);
    let pattern = pattern.get(..usize::from(word & 0xfff)).ok_or(Errno::EINVAL)?;
    let off = u16::from_ne_bytes([*o0, *o1]);
    Ok(NByte { layer: layer((word >> 12) as u8)?, off, pattern: pattern.to_vec() })
}

fn read_u32(data: &[u8]) -> Result<What, Errno> {
    if data.len() < size_of::<TcU32Key>() {
        return Err(Errno::EINVAL);
    }
    let key: TcU32Key = Attr::new(0, data).fixed();
    let (mask, val) = (u32::from_be_bytes(key.mask), u32::from_be_bytes(key.val));
    Ok(What::U32 { off: key.off, mask, val })
}

fn layer(number: u8) -> Result<Layer, Errno> {
    match number {
        0 => Ok(Layer::Link),
        1 => Ok(Layer::Network),
        2 => Ok(Layer::Transport),
        _ => Err(Errno::EINVAL),
    }
}

fn opnd(number: u8) -> Result<Opnd, Errno> {
    match number {
        0 => Ok(Opnd::Eq),
        1 => Ok(Opnd::Gt),
        2 => Ok(Opnd::Lt),
        _ => Err(Errno::EINVAL),
    }
}

/// `TCA_EM_META_*`.
const META_HDR: u16 = 1;
const META_LVALUE: u16 = 2;
const META_RVALUE: u16 = 3;
/// `meta_policy`.
const META_POLICY: Policy =
    Policy::new(&[Rule::UNSPEC, Rule::of(Kind::Unspec { len: 8 }), Rule::UNSPEC, Rule::UNSPEC]);
/// `TCF_META_TYPE_INT`, where the type stands in a kind.
const INT: u16 = 1 << 12;
/// `TCF_META_ID_MAX`.
const MAX_ID: u16 = 47;
/// `TCF_META_ID_*` that there are here. A protocol is compared as Linux does on a little-endian machine.
const IDS: [(u16, MetaId); 5] = [
    (6, MetaId::Priority),
    (7, MetaId::SwappedProtocol),
    (9, MetaId::PktLen),
    (12, MetaId::NfMark),
    (46, MetaId::Vlan),
];

/// `em_meta_change`. Values of other kinds than whole numbers are not there, as are many of these.
fn read_meta(data: &[u8]) -> Result<Meta, Errno> {
    let parsed = Parsed::<4>::new(Attrs::new(data), &META_POLICY, Strictness::LIBERAL);
    let (table, _) = parsed.map_err(|invalid| invalid.errno())?;
    let head = table.get(META_HDR).ok_or(Errno::EINVAL)?;
    let Some([left, left_more, right, right_more]) = head.prefix::<[u16; 4]>() else {
        return Err(Errno::EINVAL);
    };
    let sane = |kind: u16| kind >> 12 <= 1 && kind & 0x7ff <= MAX_ID;
    if left >> 12 != right >> 12 || !sane(left) || !sane(right) {
        return Err(Errno::EINVAL);
    }
    let [shift, op] = left_more.to_ne_bytes();
    let [right_shift, _] = right_more.to_ne_bytes();
    let left = meta_value((left, shift), table.get(META_LVALUE))?;
    let right = meta_value((right, right_shift), table.get(META_RVALUE))?;
    Ok(Meta { left, opnd: opnd(op)?, right })
}

fn meta_value((kind, shift): (u16, u8), value: Option<Attr<'_>>) -> Result<MetaValue, Errno> {
    let number = match value.map(|value| value.value().len()) {
        None => 0,
        Some(4) => value.and_then(|value| value.u32()).unwrap_or(0).into(),
        Some(8..) => value.and_then(|value| value.u64()).unwrap_or(0),
        Some(_) => return Err(Errno::EINVAL),
    };
    if kind & INT == 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    match kind & 0x7ff {
        0 => Ok(MetaValue { id: MetaId::Value(number), shift, mask: 0 }),
        id => {
            let known = IDS.iter().find(|(known, _)| *known == id);
            let id = known.ok_or(Errno::EOPNOTSUPP)?.1;
            Ok(MetaValue { id, shift, mask: number })
        }
    }
}

/// `tcf_em_tree_dump`.
pub(super) fn fill(tree: &Tree, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.nest_as(kind, |to: &mut Body<'_>| {
        let nmatches = tree.0.len() as u16;
        to.value(HDR, &TcfEmatchTreeHdr { nmatches, progid: 0 })?;
        to.nest_as(LIST, |to: &mut Body<'_>| {
            tree.0.iter().zip(1..).try_for_each(|(one, place)| {
                to.nest_as(place, |to: &mut Body<'_>| fill_match(one, to))
            })
        })
    })
}

fn fill_match(one: &Match, to: &mut Body<'_>) -> Result<(), WriteError> {
    let kind = match one.what {
        What::Container(_) => CONTAINER,
        What::Cmp(_) => CMP,
        What::NByte(_) => NBYTE,
        What::U32 { .. } => U32,
        What::Meta(_) => META,
    };
    let relation = match one.then {
        Then::End => 0,
        Then::And => AND,
        Then::Or => OR,
    };
    let flags = relation | if one.not { INVERT } else { 0 };
    to.fixed(&TcfEmatchHdr { matchid: 0, kind, flags, pad: 0 })?;
    match &one.what {
        What::Container(first) => to.fixed(&(*first as u32)),
        What::Cmp(cmp) => fill_cmp(cmp, to),
        What::NByte(nbyte) => {
            let len = nbyte.pattern.len() as u16 & 0xfff;
            to.fixed(&[nbyte.off, len | u16::from(number_of(nbyte.layer)) << 12])?;
            to.raw(&nbyte.pattern)
        }
        What::U32 { off, mask, val } => {
            let (mask, val) = (mask.to_be_bytes(), val.to_be_bytes());
            to.fixed(&TcU32Key { mask, val, off: *off, offmask: 0 })
        }
        What::Meta(meta) => fill_meta(meta, to),
    }
}

fn fill_cmp(cmp: &Cmp, to: &mut Body<'_>) -> Result<(), WriteError> {
    let length = match cmp.align {
        Align::U8 => 1,
        Align::U16 => 2,
        Align::U32 => 4,
    };
    let trans = if cmp.trans { TRANS << 4 } else { 0 };
    to.fixed(&[cmp.val, cmp.mask])?;
    let [o0, o1] = cmp.off.to_ne_bytes();
    to.fixed(&[o0, o1, length | trans, number_of(cmp.layer) | number_of_opnd(cmp.opnd) << 4])
}

const fn number_of(layer: Layer) -> u8 {
    match layer {
        Layer::Link => 0,
        Layer::Network => 1,
        Layer::Transport => 2,
    }
}

const fn number_of_opnd(opnd: Opnd) -> u8 {
    match opnd {
        Opnd::Eq => 0,
        Opnd::Gt => 1,
        Opnd::Lt => 2,
    }
}

/// `em_meta_dump`. Numbers have four bytes where these are enough, as those of `tc` do.
fn fill_meta(meta: &Meta, to: &mut Body<'_>) -> Result<(), WriteError> {
    let head = |value: &MetaValue, op: u8| {
        let id = IDS.iter().find(|(_, known)| *known == value.id).map_or(0, |(id, _)| *id);
        // What nobody asked for by netlink: with its bytes in the other order.
        let id = if value.id == MetaId::Protocol { 7 } else { id };
        [INT | id, u16::from_ne_bytes([value.shift, op])]
    };
    let [left, left_more] = head(&meta.left, number_of_opnd(meta.opnd));
    let [right, right_more] = head(&meta.right, 0);
    to.value(META_HDR, &[left, left_more, right, right_more])?;
    for (kind, value) in [(META_LVALUE, &meta.left), (META_RVALUE, &meta.right)] {
        let number = match value.id {
            MetaId::Value(number) => number,
            _ => value.mask,
        };
        match u32::try_from(number) {
            Ok(short) => to.value(kind, &short)?,
            Err(_) => to.value(kind, &number)?,
        }
    }
    Ok(())
}
