//! The chain: what becomes of the frames that one transmitter sends to one interface.

use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{Instant, MacAddr};

use super::defrag::is_fragment;
use super::deliver::{Plain, is_control_port, msdus};
use super::keys::{Decrypted, Keys, Slot};
use super::mfp::{MgmtRx, Sta, drop_unencrypted_mgmt};
use super::{Duplicates, Fragment, FragmentCache, Guard, Interface, Msdus};
use crate::cipher::{Key, Opened, Replay, Role};
use crate::frame::{FrameControl, FrameType, Header, IfType, Kind};
use crate::{CipherSuite, RxDrop};

/// What a transmitter is taken to be at first.
const ASSOCIATED: Sta = Sta { mfp: false, assoc: true };

/// The receiving half of `struct sta_info`: a transmitter as an interface knows it, its keys, and what it
/// sent last.
///
/// [`receive`](Self::receive) is Linux's `ieee80211_rx_handlers`, as far as no other part of the soft MAC
/// is needed for it.
///
/// ```
/// use softnet_mac80211::cipher::{Key, Replay};
/// use softnet_mac80211::frame::IfType;
/// use softnet_mac80211::rx::{Interface, Received, Receiver};
/// use softnet_mac80211::{CipherSuite, RxDrop};
/// use softnet_sk_buff::Instant;
///
/// let mut frame = b"\x08\x02\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x02\0\0\0\0\x05\x10\0\
///     \xaa\xaa\x03\0\0\0\x08\0E...".to_vec();
/// let ours = Interface::new(IfType::Station, "02:00:00:00:01:00".parse()?);
/// let mut ap = Receiver::new(ours);
/// ap.authorize(true);
/// let Received::Msdus(mut msdus) = ap.receive(&mut frame, Instant::ZERO, Replay::Check)? else {
///     panic!("a data frame");
/// };
/// let msdu = msdus.next().ok_or("one")??;
/// assert_eq!((msdu.header.proto.0, msdu.payload), (0x0800, &b"E..."[..]));
///
/// // With a key set, it would have had to be encrypted.
/// ap.install_pairwise(Key::new(CipherSuite::CCMP, 0, &[7; 16])?);
/// let Received::Msdus(mut msdus) = ap.receive(&mut frame, Instant::ZERO, Replay::Check)? else {
///     panic!("a data frame");
/// };
/// assert_eq!(msdus.next(), Some(Err(RxDrop::Unencrypted)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Receiver {
    interface: Interface,
    sta: Sta,
    authorized: bool,
    duplicates: Duplicates,
    keys: Keys,
    fragments: FragmentCache,
    /// The last frame that was put together, lent to whoever reads it.
    whole: Vec<u8>,
}

/// What a frame was.
#[derive(Clone, Debug)]
pub enum Received<'f> {
    /// A fragment, kept until the others come.
    Fragment,
    /// Nothing for those above: null data, or a control frame.
    Nothing,
    /// A management frame, decrypted: header and body.
    Management(Header<'f>, &'f [u8]),
    /// Data.
    Msdus(Msdus<'f>),
}

/// A frame on its way through the chain.
struct Rx<'f> {
    /// All of it.
    frame: &'f [u8],
    header: Header<'f>,
    body: &'f [u8],
    slot: Option<Slot>,
    /// Of the last fragment.
    opened: Option<Opened>,
    /// The first fragment came encrypted.
    decrypted: bool,
}

impl Receiver {
    /// A transmitter that sends to `interface`, without keys, its port closed.
    #[must_use]
    pub fn new(interface: Interface) -> Self {
        // To the soft MAC a P2P interface is one or the other (`ieee80211_vif_type_p2p`).
        let kind = match interface.kind {
            IfType::P2pGo => IfType::Ap,
            IfType::P2pClient => IfType::Station,
            kind => kind,
        };
        Self {
            interface: Interface { kind, ..interface },
            sta: ASSOCIATED,
            authorized: false,
            duplicates: Duplicates::default(),
            keys: Keys::default(),
            fragments: FragmentCache::default(),
            whole: Vec::new(),
        }
    }

    /// Opens or closes its port (`WLAN_STA_AUTHORIZED`). While it is closed only EAPOL passes.
    pub fn authorize(&mut self, open: bool) {
        self.authorized = open;
    }

    /// What is known of the transmitter beside its keys. Until this is said it is taken to be associated, and
    /// not to protect management frames.
    pub fn set_sta(&mut self, sta: Sta) {
        self.sta = sta;
    }

    /// Sets a pairwise key under the key's index, 0 to 3, and makes it the current one
    /// (`ieee80211_key_link`). Keys get colours of their own here, and TKIP's the role that goes with the
    /// interface.
    ///
    /// `false`: it is that key already. It stays as it is, for new counters would let all its frames be
    /// replayed (KRACK). Or the key is none for data: then nothing is set.
    pub fn install_pairwise(&mut self, key: Key) -> bool {
        self.keys.install_pairwise(key.with_role(self.role()))
    }

    /// Sets a group key under the key's index: 0 to 3 for data, also WEP, 4 and 5 an IGTK, 6 and 7 a
    /// BIGTK. `false`: as with [`install_pairwise`](Self::install_pairwise).
    pub fn install_group(&mut self, key: Key) -> bool {
        self.keys.install_group(key.with_role(self.role()))
    }

    /// Which of TKIP's Michael keys is the other side's.
    fn role(&self) -> Role {
        match self.interface.kind {
            IfType::Ap | IfType::ApVlan => Role::Authenticator,
            _ => Role::Supplicant,
        }
    }

    /// Whether there is a pairwise key.
    #[must_use]
    pub fn has_pairwise(&self) -> bool {
        (0..4).any(|index| self.keys.get(Slot::Pairwise(index)).is_some())
    }

    /// It associated anew: what was there of it is forgotten, keys and fragments among it, and its port is
    /// closed, as Linux makes a new `struct sta_info` then.
    pub fn associated(&mut self) {
        self.sta = ASSOCIATED;
        self.authorized = false;
        self.duplicates = Duplicates::default();
        self.keys.clear();
        self.fragments.clear();
    }

    /// What becomes of a frame, which ends where its body or its MIC does, without an FCS
    /// (`ieee80211_rx_handlers`). It is decrypted in place.
    ///
    /// # Errors
    /// Linux's reason to drop it. [`RxDrop::Unusable`] if its header is not all there. What is in `frame` then
    /// may have been decrypted, and must not be used.
    pub fn receive<'f>(
        &'f mut self,
        frame: &'f mut [u8],
        now: Instant,
        replay: Replay,
    ) -> Result<Received<'f>, RxDrop> {
        let Self { interface, sta, authorized, duplicates, keys, fragments, whole } = self;
        if is_control(frame) {
            return Ok(Received::Nothing);
        }
        let (header, body) = Header::parse(frame).map_err(|_| RxDrop::Unusable)?;
        duplicates.check(&header)?;
        check(interface, *sta, &header, body)?;
        if is_any_nullfunc(&header) {
            return null_data(interface, &header);
        }
        let decrypted = keys.decrypt(frame, sta.mfp, replay)?;
        let Some(rx) = defragment(fragments, whole, frame, (decrypted, now))? else {
            return Ok(Received::Fragment);
        };
        let rx = michael_mic_verify(keys, rx, replay)?;
        let fc = rx.header.frame_control();
        match fc.frame_type() {
            FrameType::Management => {
                mgmt_check(keys, *sta, &rx)?;
                Ok(Received::Management(rx.header, rx.body))
            }
            _ if !fc.has_data() => Ok(Received::Nothing),
            _ => msdus(*interface, *authorized, plain(keys, &rx)).map(Received::Msdus),
        }
    }
}

fn is_control(frame: &[u8]) -> bool {
    FrameControl::of(frame)
        .is_some_and(|fc| matches!(fc.frame_type(), FrameType::Control | FrameType::Extension))
}

/// Data of somebody who is not associated (`ieee80211_rx_h_check`). A station takes EAPOL: its access point may
/// be faster than who says that it is associated.
fn check(interface: &Interface, sta: Sta, header: &Header<'_>, body: &[u8]) -> Result<(), RxDrop> {
    let fc = header.frame_control();
    if fc.frame_type() != FrameType::Data {
        return Ok(());
    }
    match interface.kind {
        IfType::MeshPoint => mesh_check(interface.addr, header),
        IfType::Adhoc | IfType::Ocb => Ok(()),
        _ if sta.assoc => Ok(()),
        IfType::Station if fc.has_data() && is_control_port(interface, body) => Ok(()),
        IfType::Ap => Err(RxDrop::Spurious),
        _ => Err(RxDrop::Monitor),
    }
}

/// Data between mesh stations has four addresses, that to groups three, and does not come back to its source
/// (`ieee80211_rx_mesh_check`).
fn mesh_check(own: MacAddr, header: &Header<'_>) -> Result<(), RxDrop> {
    let fc = header.frame_control();
    let right = if header.addr1().is_multicast() {
        !fc.to_ds() && fc.from_ds() && header.addr3() != own
    } else {
        header.addr4().is_some_and(|source| source != own)
    };
    right.then_some(()).ok_or(RxDrop::Monitor)
}

fn is_any_nullfunc(header: &Header<'_>) -> bool {
    matches!(header.frame_control().kind(), Kind::NULLFUNC | Kind::QOS_NULLFUNC)
}

/// Null data, of which only the header counts (`ieee80211_rx_h_sta_process`). Linux tells user space of the
/// four addresses that are refused here.
fn null_data<'f>(interface: &Interface, header: &Header<'_>) -> Result<Received<'f>, RxDrop> {
    let three = match interface.kind {
        IfType::Ap => true,
        IfType::ApVlan => !interface.use_4addr,
        _ => false,
    };
    let four = header.frame_control().has_a4();
    if four && three { Err(RxDrop::Unexpected4addrFrame) } else { Ok(Received::Nothing) }
}

/// `None`: it was a fragment, and more of it are to come.
fn defragment<'f>(
    fragments: &mut FragmentCache,
    whole: &'f mut Vec<u8>,
    frame: &'f [u8],
    (decrypted, now): (Decrypted, Instant),
) -> Result<Option<Rx<'f>>, RxDrop> {
    let Decrypted { opened, slot, guard } = decrypted;
    let (header, mut body) = Header::parse(frame).map_err(|_| RxDrop::Unusable)?;
    if let Some(opened) = &opened {
        body = frame.get(opened.body.clone()).ok_or(RxDrop::Unusable)?;
    }
    if !is_fragment(&header) {
        let decrypted = guard != Guard::Clear;
        return Ok(Some(Rx { frame, header, body, slot, opened, decrypted }));
    }
    let fragment = Fragment { header, body, guard };
    let Some(done) = fragments.defragment(&fragment, now)? else { return Ok(None) };
    *whole = done.frame;
    let (header, body) = Header::parse(whole).map_err(|_| RxDrop::Unusable)?;
    let decrypted = done.guard != Guard::Clear;
    Ok(Some(Rx { frame: whole, header, body, slot, opened, decrypted }))
}

/// TKIP's integrity code, which covers the whole MSDU (`ieee80211_rx_h_michael_mic_verify`).
fn michael_mic_verify<'f>(keys: &mut Keys, rx: Rx<'f>, replay: Replay) -> Result<Rx<'f>, RxDrop> {
    let key = rx.slot.and_then(|slot| keys.get_mut(slot));
    let tkip = key.filter(|key| key.suite() == CipherSuite::TKIP && rx.decrypted);
    let (Some(key), Some(opened)) = (tkip, &rx.opened) else { return Ok(rx) };
    if !rx.header.frame_control().has_data() {
        return Ok(rx);
    }
    let body = key.verify_michael(&rx.header, rx.body, opened, replay)?;
    Ok(Rx { body, ..rx })
}

/// Management frames in the clear that must not be, and those that are none (`ieee80211_rx_h_mgmt_check`).
fn mgmt_check(keys: &Keys, sta: Sta, rx: &Rx<'_>) -> Result<(), RxDrop> {
    let kind = rx.header.frame_control().kind();
    if kind == Kind::ACTION && rx.body.is_empty() {
        return Err(RxDrop::RuntAction);
    }
    if kind == Kind::BEACON && rx.header.addr1() != MacAddr::BROADCAST {
        return Err(RxDrop::Monitor);
    }
    let has_key = rx.slot.is_some_and(|slot| keys.get(slot).is_some());
    drop_unencrypted_mgmt(rx.frame, MgmtRx { decrypted: rx.decrypted, has_key, sta: Some(sta) })
}

fn plain<'f>(keys: &Keys, rx: &Rx<'f>) -> Plain<'f> {
    let key = rx.slot.and_then(|slot| keys.get(slot));
    let old = [CipherSuite::WEP40, CipherSuite::WEP104, CipherSuite::TKIP];
    Plain {
        header: rx.header,
        body: rx.body,
        decrypted: rx.decrypted,
        has_key: key.is_some(),
        old_cipher: key.is_some_and(|key| old.contains(&key.suite())),
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("interface", &self.interface)
            .field("authorized", &self.authorized)
            .field("keys", &self.keys)
            .field("fragments", &self.fragments.len())
            .finish_non_exhaustive()
    }
}
