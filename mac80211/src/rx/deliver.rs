//! From a decrypted data frame to Ethernet frames, and which of them may pass.

use softnet_sk_buff::{EtherType, MacAddr};

use crate::RxDrop;
use crate::frame::{
    Amsdu, AmsduLength, EthernetHeader, Header, IfType, MeshCtrl, MeshExtension, Subframe,
    Subframes,
};

/// The group of port access entities, which EAPOL may be sent to.
const PAE_GROUP: MacAddr = MacAddr([0x01, 0x80, 0xc2, 0x00, 0x00, 0x03]);

/// Whom frames come to, so far as these rules ask (`struct ieee80211_sub_if_data`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interface {
    /// What kind it is.
    pub kind: IfType,
    /// Its address.
    pub addr: MacAddr,
    /// Whether a station takes frames with four addresses, and only those (`use_4addr`); whether a VLAN is that
    /// of one such station (`u.vlan.sta`).
    pub use_4addr: bool,
    /// What passes a port that is closed: EAPOL, unless somebody wants another protocol.
    pub control_port_protocol: EtherType,
}

impl Interface {
    /// EAPOL's EtherType (`ETH_P_PAE`).
    pub const EAPOL: EtherType = EtherType(0x888e);

    /// One that takes three addresses, and whose control port is EAPOL's.
    #[must_use]
    pub const fn new(kind: IfType, addr: MacAddr) -> Self {
        Self { kind, addr, use_4addr: false, control_port_protocol: Self::EAPOL }
    }
}

/// What passed through the decrypting end of the chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain<'f> {
    /// Of the first fragment.
    pub(super) header: Header<'f>,
    pub(super) body: &'f [u8],
    /// The first fragment came encrypted.
    pub(super) decrypted: bool,
    /// There is a key for it, used or not.
    pub(super) has_key: bool,
    /// That key's cipher does not protect the A-MSDU flag: WEP, TKIP.
    pub(super) old_cipher: bool,
}

/// One MSDU as an Ethernet frame: its header, and what follows where it lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Msdu<'f> {
    /// Addresses and EtherType. What was sent to EAPOL's group is addressed to the interface here.
    pub header: EthernetHeader,
    /// What follows the header.
    pub payload: &'f [u8],
}

/// The MSDUs of a frame: one, or those of an A-MSDU, of which each passes or not for itself.
#[derive(Clone, Debug)]
pub struct Msdus<'f> {
    rest: Rest<'f>,
    gate: Gate,
}

#[derive(Clone, Debug)]
enum Rest<'f> {
    One(Option<Subframe<'f>>),
    Many(Subframes<'f>),
}

/// What decides on each MSDU.
#[derive(Clone, Copy, Debug)]
struct Gate {
    interface: Interface,
    authorized: bool,
    unencrypted: bool,
    /// Of A-MSDU subframes: whom they must be for and from, where the header says so.
    da: Option<MacAddr>,
    sa: Option<MacAddr>,
}

/// `ieee80211_rx_h_amsdu` and `ieee80211_rx_h_data`, for data that carries something.
pub(super) fn msdus<'f>(
    interface: Interface,
    authorized: bool,
    plain: Plain<'f>,
) -> Result<Msdus<'f>, RxDrop> {
    let header = plain.header;
    let unencrypted = plain.has_key && !plain.decrypted;
    let gate = Gate { interface, authorized, unencrypted, da: None, sa: None };
    if header.qos_ctrl().is_some_and(|qos| qos.a_msdu_present()) {
        return amsdu(gate, plain);
    }
    if header.frame_control().has_a4() && interface.kind == IfType::Ap {
        return Err(RxDrop::Monitor);
    }
    let four = header.frame_control().has_a4();
    let (is_vlan, is_station) =
        (interface.kind == IfType::ApVlan, interface.kind == IfType::Station);
    if is_vlan && four && !interface.use_4addr {
        return Err(RxDrop::UnexpectedVlan4addr);
    }
    if is_station && four && !interface.use_4addr {
        return Err(RxDrop::UnexpectedSta4addr);
    }
    if is_vlan && header.addr1().is_multicast() && interface.use_4addr {
        return Err(RxDrop::UnexpectedVlanMcast);
    }
    interface.kind.takes(&header, interface.addr)?;
    let elsewhere = is_station && header.addr1() != interface.addr;
    if elsewhere && interface.use_4addr && !four && !is_control_port(&interface, plain.body) {
        return Err(RxDrop::NotPortControl);
    }
    let one = Subframe { da: header.da(), sa: header.sa(), msdu: plain.body };
    Ok(Msdus { rest: Rest::One(Some(one)), gate })
}

/// Whether an MSDU is EAPOL.
pub(super) fn is_control_port(interface: &Interface, msdu: &[u8]) -> bool {
    crate::frame::tunnel_proto(msdu) == Some(interface.control_port_protocol)
}

fn amsdu<'f>(gate: Gate, plain: Plain<'f>) -> Result<Msdus<'f>, RxDrop> {
    let (header, interface) = (plain.header, gate.interface);
    let four = header.frame_control().has_a4();
    let takes_four = match interface.kind {
        IfType::Station | IfType::ApVlan => interface.use_4addr,
        IfType::MeshPoint => true,
        _ => false,
    };
    if four && !takes_four {
        return Err(RxDrop::Bad4addr);
    }
    if header.addr1().is_multicast() {
        return Err(RxDrop::BadAmsdu);
    }
    if plain.has_key && plain.old_cipher {
        return Err(RxDrop::BadAmsduCipher);
    }
    interface.kind.takes(&header, interface.addr).map_err(|_| RxDrop::BadAmsdu)?;
    let amsdu = if interface.kind == IfType::MeshPoint {
        let length = AmsduLength::detect(plain.body).unwrap_or_default();
        Amsdu::parse_mesh(plain.body, length)?
    } else {
        Amsdu::parse(plain.body)?
    };
    let (da, sa) = (Some(header.da()), Some(header.sa()));
    let gate = match interface.kind {
        _ if four => gate,
        IfType::Ap | IfType::ApVlan => Gate { sa, ..gate },
        IfType::Station if header.frame_control().from_ds() => Gate { da, ..gate },
        IfType::MeshPoint => gate,
        // Among others to a station from another one, its TDLS peer.
        _ => Gate { da, sa, ..gate },
    };
    Ok(Msdus { rest: Rest::Many(amsdu.subframes()), gate })
}

impl Gate {
    /// Whether a subframe says other addresses than the frame that it came in.
    fn is_foreign(&self, subframe: &Subframe<'_>) -> bool {
        let other_da = self.da.is_some_and(|da| da != subframe.da && !subframe.da.is_multicast());
        other_da || self.sa.is_some_and(|sa| sa != subframe.sa)
    }

    fn pass<'f>(&self, subframe: Subframe<'f>) -> Result<Msdu<'f>, RxDrop> {
        let subframe = match self.interface.kind {
            IfType::MeshPoint => without_mesh(subframe)?,
            _ => subframe,
        };
        let (mut header, payload) = subframe.to_8023();
        self.frame_allowed(&header)?;
        if header.proto == self.interface.control_port_protocol {
            // A bridge would forward the group's (`ieee80211_deliver_skb_to_local_stack`).
            header.da = self.interface.addr;
        }
        Ok(Msdu { header, payload })
    }

    /// `ieee80211_frame_allowed`: EAPOL to us or the PAE group whether encrypted or not, and to nobody
    /// else; other frames if the port is open (`ieee80211_802_1x_port_control`) and they came encrypted
    /// where they could (`ieee80211_drop_unencrypted`).
    fn frame_allowed(&self, header: &EthernetHeader) -> Result<(), RxDrop> {
        if header.proto == self.interface.control_port_protocol {
            let ours = header.da == self.interface.addr || header.da == PAE_GROUP;
            return ours.then_some(()).ok_or(RxDrop::EapolElsewhere);
        }
        if !self.authorized {
            return Err(RxDrop::Unauthorized);
        }
        if self.unencrypted { Err(RxDrop::Unencrypted) } else { Ok(()) }
    }
}

/// A mesh frame's MSDU, with the addresses outside of the mesh where it has some
/// (`ieee80211_strip_8023_mesh_hdr`). `ieee80211_rx_mesh_data` refuses one whose hops are used up, and to one
/// station a kind of address extension that is for groups.
fn without_mesh(subframe: Subframe<'_>) -> Result<Subframe<'_>, RxDrop> {
    let parsed = MeshCtrl::parse(subframe.msdu);
    let (mesh, msdu) = parsed.map_err(|_| RxDrop::Invalid8023)?;
    let group = subframe.da.is_multicast();
    Ok(match mesh.extension {
        _ if mesh.ttl == 0 => return Err(RxDrop::Monitor),
        MeshExtension::Addr4(_) | MeshExtension::Reserved if !group => {
            return Err(RxDrop::Monitor);
        }
        MeshExtension::Addr4(sa) => Subframe { sa, msdu, ..subframe },
        MeshExtension::Addr5And6(da, sa) => Subframe { da, sa, msdu },
        _ => Subframe { msdu, ..subframe },
    })
}

impl<'f> Iterator for Msdus<'f> {
    type Item = Result<Msdu<'f>, RxDrop>;

    fn next(&mut self) -> Option<Self::Item> {
        let subframe = match &mut self.rest {
            Rest::One(one) => one.take()?,
            Rest::Many(many) => many.next()?,
        };
        Some(if self.gate.is_foreign(&subframe) {
            Err(RxDrop::ForeignSubframe)
        } else {
            self.gate.pass(subframe)
        })
    }
}
