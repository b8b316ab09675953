//! One end of the link: what it sends, and what it makes of what it hears.

use softnet_examples::failure::Failure;
use softnet_mac80211::cipher::{Key, Replay};
use softnet_mac80211::frame::management::Management;
use softnet_mac80211::frame::{
    Encapsulation, EthernetHeader, Header, HeaderFields, IfType, Kind, QosCtrl, SeqCtrl, Way,
};
use softnet_mac80211::rx::{Interface, Received, Receiver};
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::{EtherType, Instant, MacAddr};

use crate::air::Side;

pub(crate) struct End {
    pub(crate) own: MacAddr,
    peer: MacAddr,
    side: Side,
    sn: u16,
    /// To send with; the receiver has the same key with counters of its own.
    key: Option<Key>,
    /// An access point's, for what goes to all.
    group_key: Option<Key>,
    pub(crate) receiver: Receiver,
    /// Pairwise keys that were set so far.
    pub(crate) installed: u32,
}

/// What a frame brought.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The body of a management frame.
    Management(Vec<u8>),
    /// Ethernet frames.
    Data(Vec<(EthernetHeader, Vec<u8>)>),
    /// Nothing yet: a fragment.
    Nothing,
}

impl End {
    pub(crate) fn new(side: Side, own: MacAddr, peer: MacAddr) -> Self {
        let kind = match side {
            Side::Station => IfType::Station,
            Side::Ap => IfType::Ap,
        };
        let receiver = Receiver::new(Interface::new(kind, own));
        Self { own, peer, side, sn: 0, key: None, group_key: None, receiver, installed: 0 }
    }

    fn bssid(&self) -> MacAddr {
        match self.side {
            Side::Station => self.peer,
            Side::Ap => self.own,
        }
    }

    fn next_sn(&mut self) -> SeqCtrl {
        self.sn = (self.sn + 1) % SeqCtrl::SN_MODULO;
        SeqCtrl::new(self.sn, 0)
    }

    /// A management frame to `to`, in the clear.
    pub(crate) fn management(&mut self, to: MacAddr, body: &Management<'_>) -> Vec<u8> {
        let kind = body.kind().unwrap_or(Kind::ACTION);
        let header = HeaderFields::management(kind, to, self.own, self.bssid());
        let mut frame = Vec::new();
        HeaderFields { seq_ctrl: self.next_sn(), ..header }.write(&mut frame);
        body.write(&mut frame);
        frame
    }

    /// The same under the pairwise key.
    pub(crate) fn protected(&mut self, body: &Management<'_>) -> Result<Vec<u8>, Failure> {
        let clear = self.management(self.peer, body);
        let (header, body) = HeaderFields::parse(&clear).map_err(|why| malformed(&why))?;
        seal(self.key.as_mut(), &header, body)
    }

    /// The header of the next data frame to `to`.
    pub(crate) fn header(&mut self, to: MacAddr, proto: EtherType) -> HeaderFields {
        let ethernet = EthernetHeader { da: to, sa: self.own, proto };
        let bssid = self.bssid();
        let way = match self.side {
            Side::Station => Way::ToAp { bssid },
            Side::Ap => Way::FromAp { bssid },
        };
        let qos = (!to.is_multicast()).then(QosCtrl::default);
        HeaderFields { seq_ctrl: self.next_sn(), ..way.header(&ethernet, qos) }
    }

    /// A data frame to `to`, encrypted if there is a key for it.
    pub(crate) fn data(
        &mut self,
        to: MacAddr,
        proto: EtherType,
        payload: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let header = self.header(to, proto);
        self.sealed(&header, &msdu(proto, payload))
    }

    /// A data frame with this header.
    pub(crate) fn sealed(
        &mut self,
        header: &HeaderFields,
        msdu: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let group = header.addr1.is_multicast();
        let key = if group { &mut self.group_key } else { &mut self.key };
        seal(key.as_mut(), header, msdu)
    }

    /// Sets a pairwise key for both directions.
    pub(crate) fn install_pairwise(
        &mut self,
        suite: CipherSuite,
        index: u8,
        tk: &[u8],
    ) -> Result<(), Failure> {
        if self.receiver.install_pairwise(key(suite, index, tk)?) {
            self.key = Some(key(suite, index, tk)?);
            self.installed += 1;
        }
        Ok(())
    }

    /// Sets a group key: an access point's to send with, a station's to receive with.
    pub(crate) fn install_group(
        &mut self,
        suite: CipherSuite,
        index: u8,
        (pn, tk): (u64, &[u8]),
    ) -> Result<(), Failure> {
        let key = key(suite, index, tk)?;
        match self.side {
            Side::Ap => self.group_key = Some(key.with_tx_pn(pn)),
            Side::Station => _ = self.receiver.install_group(key.with_rsc(pn)),
        }
        Ok(())
    }

    /// What becomes of a frame.
    pub(crate) fn hear(&mut self, frame: &[u8], now: Instant) -> Result<Heard, RxDrop> {
        let mut frame = frame.to_vec();
        match self.receiver.receive(&mut frame, now, Replay::Check)? {
            Received::Management(_, body) => Ok(Heard::Management(body.to_vec())),
            Received::Msdus(msdus) => {
                let owned = msdus.map(|msdu| msdu.map(|msdu| (msdu.header, msdu.payload.to_vec())));
                owned.collect::<Result<_, _>>().map(Heard::Data)
            }
            _ => Ok(Heard::Nothing),
        }
    }
}

/// LLC and SNAP for an EtherType, then the payload.
pub(crate) fn msdu(proto: EtherType, payload: &[u8]) -> Vec<u8> {
    [Encapsulation::of(proto).llc, &proto.0.to_be_bytes(), payload].concat()
}

/// Header and body with room for what the key adds, encrypted in place.
fn seal(key: Option<&mut Key>, header: &HeaderFields, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut frame = header.to_bytes().to_vec();
    let Some(key) = key else {
        frame.extend_from_slice(body);
        return Ok(frame);
    };
    frame.resize(frame.len() + key.header_len(), 0);
    frame.extend_from_slice(body);
    frame.resize(frame.len() + key.mic_len(), 0);
    key.encrypt(&mut frame).map_err(|why| Failure::broken("encryption", why))?;
    Ok(frame)
}

fn key(suite: CipherSuite, index: u8, tk: &[u8]) -> Result<Key, Failure> {
    Key::new(suite, index, tk).map_err(|why| Failure::broken("key", why))
}

pub(crate) fn malformed(why: &softnet_mac80211::Malformed) -> Failure {
    Failure::broken("frame", why)
}

/// The packet number of a protected frame.
pub(crate) fn packet_number(frame: &[u8]) -> Option<u64> {
    let (header, body) = Header::parse(frame).ok()?;
    let protected = header.frame_control().protected();
    let &[pn0, pn1, _, _, pn2, pn3, pn4, pn5] = body.first_chunk().filter(|_| protected)?;
    Some(u64::from_le_bytes([pn0, pn1, pn2, pn3, pn4, pn5, 0, 0]))
}
