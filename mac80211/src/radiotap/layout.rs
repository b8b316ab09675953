//! Alignment and size of the fields, from the pages of radiotap.org (2026-10); Linux's
//! `rtap_namespace_sizes` has 0 to 17 and 19 to 21 of them, with the same numbers.

/// Bits below this one stand for fields of a fixed size.
pub(super) const FIELDS: u32 = 28;
/// Type-length-value items fill the rest of the header (`IEEE80211_RADIOTAP_TLV`).
pub(super) const TLV: u32 = 28;
/// The next word is of the radiotap namespace (`IEEE80211_RADIOTAP_RADIOTAP_NAMESPACE`).
pub(super) const RADIOTAP_NAMESPACE: u32 = 29;
/// The next word is of a vendor's namespace (`IEEE80211_RADIOTAP_VENDOR_NAMESPACE`).
pub(super) const VENDOR_NAMESPACE: u32 = 30;
/// There is a next word (`IEEE80211_RADIOTAP_EXT`).
pub(super) const EXT: u32 = 31;

/// Alignment and size in bytes, by bit number.
pub(super) const FIELD: [(usize, usize); FIELDS as usize] = [
    (8, 8),  // TSFT
    (1, 1),  // flags
    (1, 1),  // rate
    (2, 4),  // channel
    (2, 2),  // FHSS
    (1, 1),  // dBm antenna signal
    (1, 1),  // dBm antenna noise
    (2, 2),  // lock quality
    (2, 2),  // TX attenuation
    (2, 2),  // dB TX attenuation
    (1, 1),  // dBm TX power
    (1, 1),  // antenna
    (1, 1),  // dB antenna signal
    (1, 1),  // dB antenna noise
    (2, 2),  // RX flags
    (2, 2),  // TX flags
    (1, 1),  // RTS retries
    (1, 1),  // data retries
    (4, 8),  // XChannel
    (1, 3),  // MCS
    (4, 8),  // A-MPDU status
    (2, 12), // VHT
    (8, 12), // timestamp
    (2, 12), // HE
    (2, 12), // HE-MU
    (2, 6),  // HE-MU-other-user
    (1, 1),  // 0-length PSDU
    (2, 4),  // L-SIG
];

/// Of the largest field.
pub(super) const LARGEST: usize = 12;

/// Alignment and size of OpenBSD's frame check sequence, which has the number of the RX flags.
pub(super) const FCS: (usize, usize) = (4, 4);
/// Bit of the RX flags, or of OpenBSD's frame check sequence.
pub(super) const RX_FLAGS: u32 = 14;

/// Alignment and size of what stands before a vendor's data: OUI, selector, length.
pub(super) const VENDOR: (usize, usize) = (2, 6);
