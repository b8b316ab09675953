//! SAE and OWE as Linux spoke them in the captures.
#![cfg(all(feature = "sae", feature = "owe"))]
#![allow(clippy::unwrap_used)]

mod captures;

use softnet_mac80211::AkmSuite;
use softnet_mac80211::ecc::{Group, Random};
use softnet_mac80211::element::{Body, Elements, OweDhParam};
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::owe::Owe;
use softnet_mac80211::sae::{Commit, Exchange, Method, Password, Terms};
use softnet_sk_buff::MacAddr;

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
const STATION: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);

/// Sender, and body behind the header, of every frame of a kind.
fn bodies(file: &str, kinds: &[Kind]) -> Option<Vec<(MacAddr, Vec<u8>)>> {
    let packets = captures::read(&captures::find(file)?);
    let frames = packets.iter().filter_map(|packet| Header::parse(packet.frame()?).ok());
    let of_kind = frames.filter(|(header, _)| kinds.contains(&header.frame_control().kind()));
    Some(of_kind.map(|(header, body)| (header.addr2(), body.to_vec())).collect())
}

/// What two secrets are drawn from so that their sum is `scalar`, which has to be above 2.
fn drawn_for(scalar: &[u8]) -> Random {
    let mut bytes = [0; Random::LEN];
    bytes[..32].copy_from_slice(scalar);
    for byte in bytes[..32].iter_mut().rev() {
        let (less, borrow) = byte.overflowing_sub(1);
        *byte = less;
        if !borrow {
            break;
        }
    }
    // 2 is the least mask there is, so the other is one less still.
    let last = &mut bytes[31];
    assert_ne!(*last, 0, "the capture's scalar ends well");
    *last -= 1;
    bytes[66 + 31] = 2;
    Random(bytes)
}

#[test]
fn wpa3_sae_h2e() {
    let Some(frames) = bodies("wifi/wpa3-sae-h2e.pcap", &[Kind::AUTH]) else { return };
    let sae = frames.iter().filter(|(_, body)| body[..2] == [3, 0]);
    let (commits, confirms): (Vec<_>, Vec<_>) = sae.partition(|(_, body)| body[2] == 1);
    let parsed: Vec<_> = commits
        .iter()
        .map(|(from, body)| {
            assert_eq!(body[4..6], [126, 0]);
            let commit = Commit::parse(&body[6..], Method::HashToElement).unwrap();
            let mut again = Vec::new();
            commit.write(&mut again).unwrap();
            assert_eq!(again, body[6..]);
            (*from, commit)
        })
        .collect();
    let [(STATION, from_station), (AP, from_ap)] = parsed[..] else { panic!("{parsed:?}") };
    assert_eq!(confirms.len(), 2);
    assert!(confirms.iter().all(|(_, body)| body.len() == 6 + 2 + 32 && body[6..8] == [1, 0]));

    // With the station's scalar for ours (whose parts only the station knew), the PMKID is the one that
    // hostapd named in the first message of the 4-way handshake.
    let password = Password::new(b"oracle", b"oracle-passphrase", None, &[Group::P256]);
    let pwe = password.pwe(Group::P256, Method::HashToElement, [STATION, AP]).unwrap();
    let exchange = Exchange::new(pwe, &drawn_for(from_station.scalar)).unwrap();
    assert_eq!(exchange.commit().scalar, from_station.scalar);
    let none: &[u8] = &[];
    let terms = Terms {
        own: STATION,
        peer: AP,
        akm: AkmSuite::SAE,
        own_rejected: none,
        peer_rejected: none,
    };
    let keys = exchange.agree(&from_ap, &terms).unwrap();
    assert!(exchange.agree(&from_station, &terms).is_ok(), "a point of the curve, too");
    let pmkid = keys.pmksa().pmkid;
    let data = bodies("wifi/wpa3-sae-h2e.pcap", &[Kind::DATA, Kind::QOS_DATA]).unwrap();
    let kde = [&[0xdd, 0x14, 0x00, 0x0f, 0xac, 0x04], &pmkid[..]].concat();
    let named = data.iter().filter(|(_, body)| body.windows(kde.len()).any(|at| at == kde));
    assert_eq!(named.count(), 1);
}

#[test]
fn owe() {
    let kinds = [Kind::ASSOC_REQ, Kind::ASSOC_RESP];
    let Some(frames) = bodies("wifi/owe.pcap", &kinds) else { return };
    let own = Owe::new(Group::P256, &Random([7; Random::LEN])).unwrap();
    let mut seen = 0;
    for (from, body) in frames {
        // Behind capabilities and listen interval, or capabilities, status and AID.
        let elements = &body[if from == AP { 6 } else { 4 }..];
        let Some(parameter) = OweDhParam::find(Elements::new(elements)) else { continue };
        let parameter = parameter.unwrap();
        let (from_station, from_ap) = (own.access_point(&parameter), own.station(&parameter));
        assert!(from_station.is_ok() && from_ap.is_ok(), "{from}: not on the curve");
        assert_ne!(from_station.unwrap().pmk, from_ap.unwrap().pmk);
        seen += 1;
    }
    assert_eq!(seen, 6);
}
