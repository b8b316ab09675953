//! Fast initial link setup (802.11ai).

use softnet_sk_buff::MacAddr;

use super::{BuildError, Id, List, Sink, Wire};
use crate::wire::{bits, read_if};

bits! {
    /// FILS information.
    pub struct FilsInfo(u16) {
        /// How many public keys are named.
        public_keys, with_public_keys: 0, 3 as u8;
        /// How many realms are named.
        realms, with_realms: 3, 3 as u8;
        /// Addresses are given out.
        ip_config, with_ip_config: 6;
        /// A cache identifier follows.
        has_cache_id, with_has_cache_id: 7;
        /// An HESSID follows.
        has_hessid, with_has_hessid: 8;
        /// Authentication with a shared key, without perfect forward secrecy.
        shared_key, with_shared_key: 9;
        /// The same with it.
        shared_key_pfs, with_shared_key_pfs: 10;
        /// Authentication with a public key.
        public_key, with_public_key: 11;
    }
}

/// FILS indication.
///
/// `info` says which fields there are, and has to be of those that are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FilsIndication<'a> {
    /// What there is.
    pub info: FilsInfo,
    /// Which PMKs its access points share.
    pub cache_id: Option<[u8; 2]>,
    /// Homogeneous extended service set.
    pub hessid: Option<MacAddr>,
    /// First two bytes of the SHA-256 of each realm's name, as they stand.
    pub realms: List<'a, [u8; 2]>,
    /// Public keys, by kind, length and hash.
    pub public_keys: &'a [u8],
}

impl<'a> Wire<'a> for FilsIndication<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let info = FilsInfo::read(from)?;
        Some(Self {
            info,
            cache_id: read_if(info.has_cache_id(), from)?,
            hessid: read_if(info.has_hessid(), from)?,
            realms: List::read(from, usize::from(info.realms()))?,
            public_keys: Wire::read(from)?,
        })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.info.write(out)?;
        self.cache_id.write(out)?;
        self.hessid.write(out)?;
        self.realms.write(out)?;
        self.public_keys.write(out)
    }
}

body! { FilsIndication: Id::FILS_INDICATION, "FILS indication element" }

element! {
    /// FILS request parameters, in a probe request. What `control` promises is in `tail`.
    pub struct FilsReqParams: Id::FILS_REQ_PARAMS, "FILS request parameters element" {
        /// Which criteria follow.
        pub control: u8,
        /// TU for which the station listens; 255 for longer, or if it does not say.
        pub max_channel_time: u8,
    }
}

element! {
    /// FILS session.
    pub struct FilsSession: Id::FILS_SESSION, "FILS session element" {
        /// Chosen by the station.
        pub session: [u8; 8],
    }
}

element! {
    /// FILS nonce.
    pub struct FilsNonce: Id::FILS_NONCE, "FILS nonce element" {
        /// Nonce.
        pub nonce: [u8; 16],
    }
}

element! {
    /// Association delay info.
    pub struct AssocDelayInfo: Id::ASSOC_DELAY_INFO, "association delay info element" {
        /// TU within which the association response comes.
        pub delay: u8,
    }
}

element! {
    /// FILS HLP container: a packet of a higher layer, which is in `tail`, from its LLC header on.
    pub struct FilsHlpContainer: Id::FILS_HLP_CONTAINER, "FILS HLP container element" {
        /// Destination.
        pub da: MacAddr,
        /// Source.
        pub sa: MacAddr,
    }
}

element! {
    /// Key delivery. Key data elements are in `tail`.
    pub struct KeyDelivery: Id::KEY_DELIVERY, "key delivery element" {
        /// Sequence counter of the group key.
        pub rsc: [u8; 8],
    }
}

element! {
    /// FILS public key. The key is in `tail`.
    pub struct FilsPublicKey: Id::FILS_PUBLIC_KEY, "FILS public key element" {
        /// What kind of key.
        pub kind: u8,
    }
}

element! {
    /// FILS wrapped data: another protocol's, in `tail`.
    pub struct FilsWrappedData: Id::FILS_WRAPPED_DATA, "FILS wrapped data element" {}
}

element! {
    /// FILS key confirmation: a keyed hash, in `tail`.
    pub struct FilsKeyConfirm: Id::FILS_KEY_CONFIRM, "FILS key confirmation element" {}
}

element! {
    /// AP configuration sequence number.
    pub struct ApCsn: Id::AP_CSN, "AP configuration sequence number element" {
        /// Counts changes of what the access point says.
        pub number: u8,
    }
}

element! {
    /// CAG number: versions of what the network tells about itself (common advertisement group), in `tail`.
    pub struct CagNumber: Id::CAG_NUMBER, "CAG number element" {}
}
