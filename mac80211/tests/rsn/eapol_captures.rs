//! Every EAPOL-Key frame in the clear of the captures.

use softnet_mac80211::frame::{FrameType, Header};
use softnet_mac80211::rsn::eapol::{EapolKey, KeyFrame, KeyInfo, Packet, PacketType};
use softnet_mac80211::rsn::{AkmRules, Handshake, Ptk, Secret, psk};
use softnet_mac80211::{AkmSuite, CipherSuite};

use crate::captures::{self, Captured};
use crate::keys_json::Keys;

/// EtherType EAPOL behind an LLC/SNAP header.
const SNAP_EAPOL: [u8; 8] = [0xaa, 0xaa, 0x03, 0, 0, 0, 0x88, 0x8e];

/// The EAPOL-Key frame that a captured frame carries in the clear, and its header.
pub(crate) fn eapol_key(captured: &Captured) -> Option<(Header<'_>, &[u8])> {
    let (header, body) = Header::parse(captured.frame()?).ok()?;
    let fc = header.frame_control();
    if fc.frame_type() != FrameType::Data || fc.protected() {
        return None;
    }
    let eapol = body.strip_prefix(&SNAP_EAPOL)?;
    let (packet, _) = Packet::parse(eapol).ok()?;
    (packet.packet_type() == PacketType::KEY).then_some((header, eapol))
}

/// The EAPOL-Key frame behind the header of Linux's cooked captures (`LINKTYPE_LINUX_SLL`).
fn cooked(captured: &Captured) -> Option<&[u8]> {
    let (header, payload) = captured.bytes.split_at_checked(16)?;
    (captured.link_type == 113 && header[14..] == [0x88, 0x8e]).then_some(payload)
}

/// How many tshark 4.0.17 shows with `eapol.type == 3` and no protection; the FragAttacks captures hold injected frames twice.
#[test]
fn all_come_back_byte_exact() {
    for (folder, expected) in [("wifi", 90), ("public/aircrack", 17), ("public/fragattacks", 46)] {
        let files = captures::folder(folder);
        if files.is_empty() {
            return;
        }
        let mut seen = 0;
        for (name, packets) in &files {
            for packet in packets {
                let of_frame = eapol_key(packet).map(|(_, bytes)| bytes);
                let Some(bytes) = of_frame.or_else(|| cooked(packet)) else { continue };
                seen += 1;
                let mic_len = EapolKey::guess_mic_len(bytes);
                assert_eq!(mic_len, Some(16), "{name} {}", packet.number);
                let view = EapolKey::parse(bytes, 16).unwrap();
                let again = KeyFrame::from(&view).to_vec().unwrap();
                assert_eq!(again, view.as_bytes(), "{name} {}", packet.number);
                assert!(bytes.starts_with(&again));
            }
        }
        assert_eq!(seen, expected, "{folder}");
    }
}

/// The first handshake of a capture, from its first two messages.
fn ptk(packets: &[Captured], pmk: &Secret, akm: AkmSuite, cipher: CipherSuite) -> Ptk {
    let rules = AkmRules::of(akm, pmk.len()).unwrap();
    let mut keys = packets.iter().filter_map(eapol_key);
    let ((header, first), (_, second)) = (keys.next().unwrap(), keys.next().unwrap());
    let first = EapolKey::parse(first, rules.mic_len).unwrap();
    let second = EapolKey::parse(second, rules.mic_len).unwrap();
    assert!(first.info().contains(KeyInfo::PAIRWISE | KeyInfo::ACK));
    let (aa, spa) = (header.addr2(), header.addr1());
    let handshake = Handshake { aa, spa, anonce: *first.nonce(), snonce: *second.nonce() };
    let ptk = Ptk::derive(pmk, akm, cipher, &handshake).unwrap();
    second.verify(&rules, &ptk.kck).unwrap();
    ptk
}

/// What hostapd and `wpa_supplicant` printed, from the passphrase or the PMK that SAE and OWE made.
#[test]
fn pairwise_keys_are_hostapds() {
    let rows = [
        ("frag256-ccmp", AkmSuite::PSK, CipherSuite::CCMP),
        ("he80-ch36", AkmSuite::PSK, CipherSuite::CCMP),
        ("ht-addba-ccmp", AkmSuite::PSK, CipherSuite::CCMP),
        ("owe", AkmSuite::OWE, CipherSuite::CCMP),
        ("powersave-uapsd-ccmp", AkmSuite::PSK, CipherSuite::CCMP),
        ("vht80-ch36", AkmSuite::PSK, CipherSuite::CCMP),
        ("wmm-four-acs-ccmp", AkmSuite::PSK, CipherSuite::CCMP),
        ("wpa-psk-tkip", AkmSuite::PSK, CipherSuite::TKIP),
        ("wpa-wpa2-mixed-ccmp-grouptkip", AkmSuite::PSK, CipherSuite::CCMP),
        ("wpa2-pmf-required-bip", AkmSuite::PSK_SHA256, CipherSuite::CCMP),
        ("wpa2-pmf-sa-query", AkmSuite::PSK_SHA256, CipherSuite::CCMP),
        ("wpa2-psk-ccmp", AkmSuite::PSK, CipherSuite::CCMP),
        ("wpa2-psk-ccmp-256", AkmSuite::PSK, CipherSuite::CCMP_256),
        ("wpa2-psk-gcmp", AkmSuite::PSK, CipherSuite::GCMP),
        ("wpa3-sae-h2e", AkmSuite::SAE, CipherSuite::CCMP),
    ];
    let oracle = psk(b"oracle-passphrase", b"oracle").unwrap();
    for (name, akm, cipher) in rows {
        let Some(keys) = Keys::of(name) else { return };
        let pmk = keys.keys("PMK").remove(0);
        if keys.text("passphrase").is_some() {
            assert_eq!(pmk, oracle, "{name}");
        }
        let packets = captures::read(&captures::find(&format!("wifi/{name}.pcap")).unwrap());
        let ptk = ptk(&packets, &pmk, akm, cipher);
        assert!(keys.keys("KCK").contains(&ptk.kck), "{name}");
        assert!(keys.keys("KEK").contains(&ptk.kek), "{name}");
        assert!(keys.keys("PTK_TK").contains(&ptk.tk), "{name}");
    }
}
