//! The mesh control field.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use crate::Malformed;
use crate::wire::{Record, Wire};

const WHAT: &str = "mesh control field";

/// Bytes of a mesh control field with these flags (`ieee80211_get_mesh_hdrlen`): 6, 12 or 18.
///
/// The reserved kind of address extension has none, as in Linux.
#[must_use]
pub const fn mesh_hdrlen(flags: u8) -> usize {
    match flags & 3 {
        1 => 12,
        2 => 18,
        _ => 6,
    }
}

/// The mesh control field (9.2.4.7.3, `struct ieee80211s_hdr`), in front of the body of data frames
/// between mesh stations, and of multihop action frames.
///
/// ```text
/// flags 1 │ TTL 1 │ sequence number 4 │ addr4 6 or addr5 6 + addr6 6, or none
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MeshCtrl {
    /// The flags that say nothing of addresses: bits 2 to 7, reserved.
    pub flags: u8,
    /// How many more hops it may go.
    pub ttl: u8,
    /// Sequence number of the mesh source.
    pub seqnum: u32,
    /// Which addresses follow.
    pub extension: MeshExtension,
}

/// The address extension of a [`MeshCtrl`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MeshExtension {
    /// No address.
    None,
    /// The source outside of the mesh, of a group frame (`MESH_FLAGS_AE_A4`).
    Addr4(MacAddr),
    /// Destination and source outside of the mesh (`MESH_FLAGS_AE_A5_A6`).
    Addr5And6(MacAddr, MacAddr),
    /// The fourth kind, which the standard reserves.
    Reserved,
}

impl MeshCtrl {
    /// Reads it from the front of a body, and gives what follows.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    #[inline]
    pub fn parse(body: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        let mut rest = body;
        let parsed = Self::take(&mut rest).ok_or(Malformed::Truncated(WHAT))?;
        Ok((parsed, rest))
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        let (flags, ttl, seqnum) = (u8::read(rest)?, u8::read(rest)?, u32::read(rest)?);
        let extension = match flags & 3 {
            0 => MeshExtension::None,
            1 => MeshExtension::Addr4(MacAddr::read(rest)?),
            2 => MeshExtension::Addr5And6(MacAddr::read(rest)?, MacAddr::read(rest)?),
            _ => MeshExtension::Reserved,
        };
        Some(Self { flags: flags & !3, ttl, seqnum, extension })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let kind = match self.extension {
            MeshExtension::None => 0,
            MeshExtension::Addr4(_) => 1,
            MeshExtension::Addr5And6(..) => 2,
            MeshExtension::Reserved => 3,
        };
        (self.flags & !3 | kind).append(out);
        self.ttl.append(out);
        self.seqnum.append(out);
        match self.extension {
            MeshExtension::None | MeshExtension::Reserved => {}
            MeshExtension::Addr4(addr4) => addr4.append(out),
            MeshExtension::Addr5And6(addr5, addr6) => {
                addr5.append(out);
                addr6.append(out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_by_flags() {
        let bytes: Vec<u8> = (0..20).collect();
        for (flags, len) in [(0, 6), (1, 12), (2, 18), (3, 6), (0xfd, 12)] {
            let mut bytes = bytes.clone();
            bytes[0] = flags;
            let (parsed, rest) = MeshCtrl::parse(&bytes).unwrap();
            assert_eq!((rest.len(), mesh_hdrlen(flags)), (20 - len, len));
            assert_eq!((parsed.ttl, parsed.seqnum), (1, 0x0504_0302));
            if len == 18 {
                let far = MeshExtension::Addr5And6(
                    MacAddr([6, 7, 8, 9, 10, 11]),
                    MacAddr([12, 13, 14, 15, 16, 17]),
                );
                assert_eq!(parsed.extension, far);
            }
            let mut out = Vec::new();
            parsed.write(&mut out);
            assert_eq!(out, bytes[..len]);
            assert_eq!(MeshCtrl::parse(&bytes[..len - 1]), Err(Malformed::Truncated(WHAT)));
        }
    }
}
