//! One end of a Wi-Fi link: what it sends, and what it makes of what it hears. As much of a soft MAC as it takes
//! to join a cell and talk.

use softnet_mac80211::cipher::{Key, Replay, Role};
use softnet_mac80211::frame::management::Management;
use softnet_mac80211::frame::{
    Encapsulation, EthernetHeader, FrameControl, Header, HeaderFields, IfType, Kind, QosCtrl,
    SeqCtrl, Way,
};
use softnet_mac80211::rx::{Interface, Received, Receiver};
use softnet_mac80211::{CipherSuite, Malformed, RxDrop};
use softnet_sk_buff::{EtherType, Instant, MacAddr};

use crate::failure::Failure;

/// Who sends, or is taken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Who joins.
    Station,
    /// Whom it joins.
    Ap,
}

impl Side {
    /// The one across.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Station => Self::Ap,
            Self::Ap => Self::Station,
        }
    }
}

/// One end: its keys and counters.
#[derive(Debug)]
pub struct End {
    /// Its address.
    pub own: MacAddr,
    /// That of the other end.
    pub peer: MacAddr,
    /// The other end takes QoS data.
    pub qos: bool,
    /// What it makes of what it hears.
    pub receiver: Receiver,
    side: Side,
    sn: u16,
    /// To send with; the receiver has the same key with counters of its own.
    key: Option<Key>,
    /// An access point's, for what goes to all.
    group_key: Option<Key>,
}

/// What a frame brought.
#[derive(Debug)]
pub enum Heard {
    /// The body of a management frame.
    Management(Vec<u8>),
    /// Ethernet frames, and whether they came encrypted.
    Data(Vec<(EthernetHeader, Vec<u8>)>, bool),
    /// Nothing, or nothing yet: a fragment.
    Nothing,
}

impl End {
    /// An end without keys, its port closed, that speaks QoS.
    #[must_use]
    pub fn new(side: Side, own: MacAddr, peer: MacAddr) -> Self {
        let kind = match side {
            Side::Station => IfType::Station,
            Side::Ap => IfType::Ap,
        };
        let receiver = Receiver::new(Interface::new(kind, own));
        Self { own, peer, qos: true, receiver, side, sn: 0, key: None, group_key: None }
    }

    /// Which of TKIP's Michael keys is its own.
    fn role(&self) -> Role {
        match self.side {
            Side::Station => Role::Supplicant,
            Side::Ap => Role::Authenticator,
        }
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

    /// The next management frame to `to`, in the clear.
    pub fn management(&mut self, to: MacAddr, body: &Management<'_>) -> Vec<u8> {
        let kind = body.kind().unwrap_or(Kind::ACTION);
        let header = HeaderFields::management(kind, to, self.own, self.bssid());
        let mut frame = Vec::new();
        HeaderFields { seq_ctrl: self.next_sn(), ..header }.write(&mut frame);
        body.write(&mut frame);
        frame
    }

    /// The same to the other end, under the pairwise key.
    ///
    /// # Errors
    /// It can't be encrypted.
    pub fn protected(&mut self, body: &Management<'_>) -> Result<Vec<u8>, Failure> {
        let clear = self.management(self.peer, body);
        let (header, body) = HeaderFields::parse(&clear).map_err(|why| malformed(&why))?;
        seal(self.key.as_mut(), &header, body)
    }

    /// The header of the next data frame to `to`.
    pub fn header(&mut self, to: MacAddr, proto: EtherType) -> HeaderFields {
        let ethernet = EthernetHeader { da: to, sa: self.own, proto };
        let bssid = self.bssid();
        let way = match self.side {
            Side::Station => Way::ToAp { bssid },
            Side::Ap => Way::FromAp { bssid },
        };
        let qos = (self.qos && !to.is_multicast()).then(QosCtrl::default);
        HeaderFields { seq_ctrl: self.next_sn(), ..way.header(&ethernet, qos) }
    }

    /// The next data frame to `to`, encrypted if there is a key for it.
    ///
    /// # Errors
    /// It can't be encrypted.
    pub fn data(
        &mut self,
        to: MacAddr,
        proto: EtherType,
        payload: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let header = self.header(to, proto);
        self.sealed(&header, &msdu(proto, payload))
    }

    /// A data frame with this header.
    ///
    /// # Errors
    /// It can't be encrypted.
    pub fn sealed(&mut self, header: &HeaderFields, msdu: &[u8]) -> Result<Vec<u8>, Failure> {
        let group = header.addr1.is_multicast();
        let key = if group { &mut self.group_key } else { &mut self.key };
        seal(key.as_mut(), header, msdu)
    }

    /// Sets a pairwise key for both directions, unless it is set.
    ///
    /// # Errors
    /// It is no key of that cipher.
    pub fn install_pairwise(
        &mut self,
        suite: CipherSuite,
        index: u8,
        tk: &[u8],
    ) -> Result<(), Failure> {
        if self.receiver.install_pairwise(key(suite, index, tk)?) {
            self.key = Some(key(suite, index, tk)?.with_role(self.role()));
        }
        Ok(())
    }

    /// Sets a group key, of which `pn` numbers are used up: an access point's to send with, a station's to
    /// receive with.
    ///
    /// # Errors
    /// It is no key of that cipher.
    pub fn install_group(
        &mut self,
        suite: CipherSuite,
        index: u8,
        (pn, tk): (u64, &[u8]),
    ) -> Result<(), Failure> {
        let key = key(suite, index, tk)?;
        match self.side {
            Side::Ap => self.group_key = Some(key.with_role(self.role()).with_tx_pn(pn)),
            Side::Station => _ = self.receiver.install_group(key.with_rsc(pn)),
        }
        Ok(())
    }

    /// What becomes of a frame.
    ///
    /// # Errors
    /// Linux's reason to refuse it.
    pub fn hear(&mut self, frame: &[u8], now: Instant) -> Result<Heard, RxDrop> {
        let protected = FrameControl::of(frame).is_some_and(FrameControl::protected);
        let mut frame = frame.to_vec();
        match self.receiver.receive(&mut frame, now, Replay::Check)? {
            Received::Management(_, body) => Ok(Heard::Management(body.to_vec())),
            Received::Msdus(msdus) => {
                let owned = msdus.map(|msdu| msdu.map(|msdu| (msdu.header, msdu.payload.to_vec())));
                Ok(Heard::Data(owned.collect::<Result<_, _>>()?, protected))
            }
            _ => Ok(Heard::Nothing),
        }
    }
}

/// LLC and SNAP for an EtherType, then the payload.
#[must_use]
pub fn msdu(proto: EtherType, payload: &[u8]) -> Vec<u8> {
    [Encapsulation::of(proto).llc, &proto.0.to_be_bytes(), payload].concat()
}

/// Header and body with room for what the key adds, encrypted in place.
fn seal(key: Option<&mut Key>, header: &HeaderFields, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let unsealed = |why| Failure::broken("encryption", why);
    let header = header.to_bytes();
    let mut frame = header.to_vec();
    let Some(key) = key else {
        frame.extend_from_slice(body);
        return Ok(frame);
    };
    let mut body = body.to_vec();
    body.resize(body.len() + key.michael_len(), 0);
    let (header, _) = Header::parse(&header).map_err(|why| malformed(&why))?;
    key.add_michael(&header, &mut body).map_err(unsealed)?;

    frame.resize(frame.len() + key.header_len(), 0);
    frame.extend_from_slice(&body);
    frame.resize(frame.len() + key.mic_len(), 0);
    key.encrypt(&mut frame).map_err(unsealed)?;
    Ok(frame)
}

fn key(suite: CipherSuite, index: u8, tk: &[u8]) -> Result<Key, Failure> {
    Key::new(suite, index, tk).map_err(|why| Failure::broken("key", why))
}

/// A frame that could not be read.
#[must_use]
pub fn malformed(why: &Malformed) -> Failure {
    Failure::broken("frame", why)
}

/// The packet number of a frame under CCMP or GCMP.
#[must_use]
pub fn packet_number(frame: &[u8]) -> Option<u64> {
    let (header, body) = Header::parse(frame).ok()?;
    let protected = header.frame_control().protected();
    let &[pn0, pn1, _, _, pn2, pn3, pn4, pn5] = body.first_chunk().filter(|_| protected)?;
    Some(u64::from_le_bytes([pn0, pn1, pn2, pn3, pn4, pn5, 0, 0]))
}
