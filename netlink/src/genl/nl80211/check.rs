//! What a request's frames and elements must look like, beyond their length (`NLA_POLICY_VALIDATE_FN`).

use crate::errno::Errno;
use crate::policy::Refusal;
use crate::wire::Attr;

/// `validate_ie_attr`: elements, one behind another, the last one whole.
pub(super) fn ie_attr(attr: &Attr<'_>) -> Result<(), Refusal> {
    if are_elements(attr.value()) {
        return Ok(());
    }
    Err(Refusal::at_attr(Errno::EINVAL, "malformed information elements"))
}

/// `validate_beacon_head`: a beacon's header and fixed fields, and elements behind them.
pub(super) fn beacon_head(attr: &Attr<'_>) -> Result<(), Refusal> {
    if elements_of_beacon(attr.value()).is_some_and(are_elements) {
        return Ok(());
    }
    Err(Refusal::at_attr(Errno::EINVAL, "malformed beacon head"))
}

/// `validate_he_capa`: as long as it says that it is. Linux has no words for it.
pub(super) fn he_capa(attr: &Attr<'_>) -> Result<(), Refusal> {
    let long_enough = he_capa_len(attr.value()).is_some_and(|needed| attr.value().len() >= needed);
    if long_enough { Ok(()) } else { Err(Refusal::silent(Errno::EINVAL)) }
}

/// `for_each_element`, to the very end.
fn are_elements(mut bytes: &[u8]) -> bool {
    while let [_, len, rest @ ..] = bytes {
        match rest.get(usize::from(*len)..) {
            Some(behind) => bytes = behind,
            None => return false,
        }
    }
    bytes.is_empty()
}

/// What is behind the fixed fields; `None` where they are not those of a beacon.
fn elements_of_beacon(bytes: &[u8]) -> Option<&[u8]> {
    /// Extension frames' type, and an S1G beacon's subtype.
    const S1G_BEACON: u16 = 0x001c;
    let control = u16::from_le_bytes(*bytes.first_chunk()?);
    let (header, fixed) = if control & 0x00fc == S1G_BEACON {
        // Next TBTT, compressed SSID, ANO.
        let optional = [(0x100, 3), (0x200, 4), (0x400, 1)];
        let there = optional.into_iter().filter(|(bit, _)| control & bit != 0);
        (4, there.fold(15, |len: usize, (_, more)| len.saturating_add(more)))
    } else {
        (24, 36)
    };
    let elements = bytes.get(fixed..)?;
    (header_len(control) == header).then_some(elements)
}

/// `ieee80211_hdrlen`: bytes of a frame's header, by its frame control.
fn header_len(control: u16) -> usize {
    const ORDER: u16 = 0x8000;
    let has = |bits: u16| control & bits == bits;
    match control & 0x000c {
        0x0000 if has(ORDER) => 28,
        0x0004 if control & 0x00e0 == 0x00c0 => 10,
        0x0004 => 16,
        0x0008 => {
            let addresses = if has(0x0300) { 30 } else { 24 };
            let qos = if has(0x0080) { 2 } else { 0 };
            let control = if has(0x0080) && has(ORDER) { 4 } else { 0 };
            addresses + qos + control
        }
        0x000c => 4,
        _ => 24,
    }
}

/// `ieee80211_he_capa_size_ok`: how long HE capabilities must be by what they say; `None` where they end before.
fn he_capa_len(bytes: &[u8]) -> Option<usize> {
    /// MAC capabilities.
    const MAC: usize = 6;
    /// MAC and PHY capabilities.
    const FIXED: usize = 17;
    let phy = bytes.get(MAC..FIXED)?;
    let (width, ppe) = (*phy.first()?, *phy.get(6)?);
    // For 80 MHz, 160 MHz, twice 80 MHz.
    let rates = [1 << 3, 1 << 4].into_iter().filter(|bit| width & bit != 0).count();
    let needed = rates.saturating_mul(4).saturating_add(4 + FIXED);
    if ppe & 1 << 7 == 0 {
        return Some(needed);
    }
    let header = *bytes.get(needed)?;
    let units = (header & 0x78).count_ones() as usize;
    let streams = usize::from(header & 7).saturating_add(1);
    let bits = units.saturating_mul(streams).saturating_mul(6).saturating_add(7);
    Some(needed.saturating_add(bits.div_ceil(8)))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn verdict(
        check: fn(&Attr<'_>) -> Result<(), Refusal>,
        bytes: &[u8],
    ) -> Result<(), Option<&'static str>> {
        check(&Attr::new(1, bytes)).map_err(|refusal| refusal.words)
    }

    #[test]
    fn elements_must_be_whole() {
        let refused = Err(Some("malformed information elements"));
        assert_eq!(verdict(ie_attr, &[]), Ok(()));
        assert_eq!(verdict(ie_attr, &[0, 0, 1, 2, 7, 7]), Ok(()));
        assert_eq!(verdict(ie_attr, &[0, 0, 1, 2, 7]), refused);
        assert_eq!(verdict(ie_attr, &[0]), refused);
    }

    #[test]
    fn a_beacon_must_be_one() {
        let refused = Err(Some("malformed beacon head"));
        let mut beacon = vec![0; 36];
        beacon[0] = 0x80;
        assert_eq!(verdict(beacon_head, &beacon), Ok(()));
        assert_eq!(verdict(beacon_head, &beacon[..35]), refused);
        beacon.extend([0, 1]);
        assert_eq!(verdict(beacon_head, &beacon), refused);
        beacon.push(b'x');
        assert_eq!(verdict(beacon_head, &beacon), Ok(()));
        // HT control makes the header longer.
        beacon[1] = 0x80;
        assert_eq!(verdict(beacon_head, &beacon), refused);
        // An S1G beacon, with the time of the next.
        let mut s1g = vec![0; 18];
        s1g[..2].copy_from_slice(&[0x1c, 1]);
        assert_eq!(verdict(beacon_head, &s1g), Ok(()));
        assert_eq!(verdict(beacon_head, &s1g[..17]), refused);
    }

    #[test]
    fn he_capabilities_are_as_long_as_they_say() {
        let mut bytes = vec![0; 21];
        assert_eq!(verdict(he_capa, &bytes), Ok(()));
        assert_eq!(verdict(he_capa, &bytes[..20]), Err(None));
        bytes[6] = 1 << 3;
        assert_eq!(verdict(he_capa, &bytes), Err(None));
        bytes.resize(25, 0);
        assert_eq!(verdict(he_capa, &bytes), Ok(()));
        // Thresholds: 2 units of 2 streams are 24 bits and 7.
        bytes[6 + 6] = 1 << 7;
        assert_eq!(verdict(he_capa, &bytes), Err(None));
        bytes.extend([0x19, 0, 0]);
        assert_eq!(verdict(he_capa, &bytes), Err(None));
        bytes.push(0);
        assert_eq!(verdict(he_capa, &bytes), Ok(()));
    }
}
