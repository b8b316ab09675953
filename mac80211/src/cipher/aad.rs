//! What CCMP and GCMP authenticate beside the body, and number it with.

use crate::frame::{FrameType, Header};

/// The header as CCMP and GCMP authenticate it (12.5.3.3.3; Linux's `ccmp_gcmp_aad`): what may
/// change from one transmission to the next is masked.
///
/// ```text
/// fc 2 │ addr1 6 │ addr2 6 │ addr3 6 │ seq 2 │ addr4 6? │ qos 2?
/// ```
///
/// Zero are: of frame control retry, power management, more data, in data frames the subtype's lower
/// three bits, in QoS data frames order; of sequence control the sequence number; of QoS control all
/// but the TID. Protected is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Aad {
    bytes: [u8; 30],
    len: usize,
    priority: u8,
}

impl Aad {
    /// Of a frame with this header. `spp_amsdu`: both sides signal and protect the A-MSDU bit.
    ///
    /// Linux would take a fourth address from the body of a management frame with both DS bits. There is
    /// none there, so none is taken.
    #[must_use]
    pub fn of(header: &Header<'_>, spp_amsdu: bool) -> Self {
        let fc = header.frame_control();
        let mut masked = fc
            .with_retry(false)
            .with_power_management(false)
            .with_more_data(false)
            .with_protected(true);
        if fc.frame_type() != FrameType::Management {
            masked.0 &= !0x0070;
        }
        let mut bytes = [0; 30];
        bytes[2..8].copy_from_slice(&header.addr1().octets());
        bytes[8..14].copy_from_slice(&header.addr2().octets());
        bytes[14..20].copy_from_slice(&header.addr3().octets());
        bytes[20] = header.seq_ctrl().fragment();
        let mut len = 22;
        if let Some(addr4) = header.addr4() {
            bytes[22..28].copy_from_slice(&addr4.octets());
            len = 28;
        }
        let mut priority = 0;
        if let Some(qos) = header.qos_ctrl() {
            masked = masked.with_order(false);
            let amsdu = spp_amsdu && qos.a_msdu_present();
            priority = qos.tid() | if amsdu { 0x80 } else { 0 };
            bytes[len] = priority;
            len += 2;
        }
        bytes[..2].copy_from_slice(&masked.0.to_le_bytes());
        Self { bytes, len, priority }
    }

    /// Its 22 to 30 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The nonce of a frame under CCMP (12.5.3.3.4; Linux's `ccmp_special_blocks`); without its first byte
/// it is GCMP's (`gcmp_special_blocks`).
///
/// ```text
/// priority, 0x10 for management 1 │ addr2 6 │ PN, highest byte first 6
/// ```
///
/// With SPP A-MSDU, the A-MSDU bit is in the priority's byte too, as Linux has it.
#[must_use]
pub fn nonce(header: &Header<'_>, aad: &Aad, pn: u64) -> [u8; 13] {
    let management = header.frame_control().frame_type() == FrameType::Management;
    let mut nonce = [0; 13];
    nonce[0] = aad.priority | u8::from(management) << 4;
    nonce[1..7].copy_from_slice(&header.addr2().octets());
    nonce[7..].copy_from_slice(&pn.to_be_bytes()[2..]);
    nonce
}
