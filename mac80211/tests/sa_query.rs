//! SA Query as hostapd and a Linux station played it in a capture, played again.
#![cfg(feature = "rsn")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod captures;

use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{Key, Replay, Role};
use softnet_mac80211::element::{Body, Elements, TimeoutInterval};
use softnet_mac80211::frame::action::SaQueryAction;
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::rsn::sa_query::{Assoc, Config, Procedure, Received};
use softnet_sk_buff::{Instant, MacAddr};

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
/// What hostapd printed (keys.json).
const TK: [u8; 16] = 0xf627_f29b_720c_0bc3_fbfe_625c_b601_5a02_u128.to_be_bytes();

/// hwsim puts a TSFT, in µs, behind eight bytes of radiotap.
fn time(packet: &captures::Captured) -> Instant {
    Instant::from_micros(u64::from_le_bytes(packet.bytes[8..16].try_into().unwrap()))
}

#[derive(Default)]
struct Round {
    asked_to_associate: Instant,
    queried: Instant,
    id: u16,
}

fn bytes(action: &SaQueryAction<'_>) -> Vec<u8> {
    let mut out = vec![8];
    action.write(&mut out);
    out
}

fn comeback(since: Instant, now: Instant) -> u32 {
    let mut ap = Procedure::new(Config::default(), 0);
    let _request = ap.start(since).unwrap();
    match ap.assoc_request(now) {
        Assoc::Refuse { comeback, send: None } => comeback,
        other => panic!("{other:?}"),
    }
}

#[test]
fn wpa2_pmf_sa_query() {
    let Some(path) = captures::find("wifi/wpa2-pmf-sa-query.pcap") else { return };
    let mut keys = [Role::Supplicant, Role::Authenticator]
        .map(|role| Key::new(CipherSuite::CCMP, 0, &TK).unwrap().with_role(role));
    let (mut round, mut rounds) = (Round::default(), 0);
    for packet in captures::read(&path) {
        let mut frame = packet.frame().unwrap().to_vec();
        let Ok((header, body)) = Header::parse(&frame) else { continue };
        let (fc, from_ap) = (header.frame_control(), header.addr2() == AP);
        match fc.kind() {
            Kind::ASSOC_REQ => round.asked_to_associate = time(&packet),
            Kind::ASSOC_RESP if body[2..4] == [30, 0] => {
                let interval = TimeoutInterval::find(Elements::new(&body[6..])).unwrap().unwrap();
                assert_eq!(interval.kind, TimeoutInterval::ASSOC_COMEBACK);
                // hostapd began to count between the two frames.
                let [least, most] =
                    [round.asked_to_associate, round.queried].map(|t| comeback(t, time(&packet)));
                assert!((least..=most).contains(&interval.value), "{}", packet.number);
                rounds += 1;
            }
            Kind::ACTION if fc.protected() => {
                let key = &mut keys[usize::from(!from_ap)];
                let opened = key.open(&mut frame, Replay::Check).unwrap().unwrap();
                let body = &frame[opened.body];
                assert_eq!(body[0], 8);
                let heard = SaQueryAction::parse(&body[1..]).unwrap();
                if from_ap {
                    round.queried = time(&packet);
                    round.id = u16::from_le_bytes([body[2], body[3]]);
                }
                let mut ap = Procedure::new(Config::default(), round.id);
                let Assoc::Refuse { send: Some(request), .. } =
                    ap.assoc_request(round.asked_to_associate)
                else {
                    panic!()
                };
                if from_ap {
                    assert_eq!(bytes(&request), body, "{}", packet.number);
                } else {
                    let mut station = Procedure::new(Config::default(), 0);
                    let Received::Answer(answer) = station.receive(&request) else { panic!() };
                    assert_eq!(bytes(&answer), body, "{}", packet.number);
                    assert_eq!(ap.receive(&heard), Received::Alive);
                }
            }
            _ => {}
        }
    }
    println!("{rounds} rounds");
    assert!(rounds >= 4);
}
