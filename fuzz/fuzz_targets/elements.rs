//! Any bytes as elements: the iterator is a naive one's equal; what is read typed is built again; all at once, of a
//! nontransmitted cell and of a link are within the bytes; fragments put together are what they were.

#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::element::{
    Element, Elements, Elems, MlControl, MultiLink, ParseErrors, ParseParams, PerStaProfile, Rsn,
    Tim, Typed, Wire, defragment, defragmented_len, gen_new_ie, write_fragmented,
};
use softnet_sk_buff::MacAddr;

/// IDs and data, then how many bytes are left.
fn naive(bytes: &[u8]) -> (Vec<(u8, &[u8])>, usize) {
    let (mut found, mut at) = (Vec::new(), 0);
    while at + 2 <= bytes.len() && at + 2 + usize::from(bytes[at + 1]) <= bytes.len() {
        let end = at + 2 + usize::from(bytes[at + 1]);
        found.push((bytes[at], &bytes[at + 2..end]));
        at = end;
    }
    (found, bytes.len() - at)
}

fn one(element: Element<'_>, following: &[u8], room: &mut [u8]) {
    let (mut again, mut original) = (Vec::new(), Vec::new());
    element.write(&mut original).unwrap();
    if let Ok(typed) = Typed::parse(element) {
        typed.write(&mut again).unwrap();
        assert_eq!(again, original, "{typed:?}");
        look_at(&typed);
    }
    let len = defragmented_len(element, following, 242);
    assert_eq!(defragment(element, following, 242, room).unwrap().len(), len);
}

/// What is read only when it is asked for.
fn look_at(typed: &Typed<'_>) {
    match typed {
        Typed::Rsn(rsn) => {
            let rsn = rsn.get();
            let _ =
                (rsn.pairwise_ciphers().count(), rsn.akm_suites().count(), rsn.pmkids().count());
        }
        Typed::Tim(tim) => {
            let tim = tim.get();
            let _: usize = (0..2048)
                .map(|aid| usize::from(tim.check(aid)) + usize::from(tim.check_s1g(aid)))
                .sum();
        }
        Typed::HeCapabilities(he) => {
            if let Some(ppe) = he.get().ppe {
                for nss in 0..10 {
                    let _ = (0..10).filter_map(|ru| ppe.thresholds(nss, ru)).count();
                }
            }
        }
        Typed::Twt(twt) => {
            let twt = twt.get();
            let _ = (twt.individual(), twt.broadcasts().count());
        }
        Typed::QosMap(map) => {
            let map = map.get();
            let _ = (map.exceptions().count(), map.ranges());
        }
        Typed::MultiLink(multi_link) => {
            let multi_link = multi_link.get();
            let _ = multi_link.basic();
            for sub in multi_link.subelements() {
                if let Ok(profile) = PerStaProfile::parse(sub.data()) {
                    let _ = (
                        profile.mac_addr(),
                        profile.bss_param_ch_cnt(),
                        profile.assoc_resp_elements(),
                    );
                    let mut again = Vec::new();
                    profile.write(&mut again).unwrap();
                    assert_eq!(again, sub.data());
                }
            }
        }
        Typed::ReducedNeighborReport(report) => {
            let report = report.get();
            let _: usize = report.neighbors().map(|neighbor| neighbor.entries().count()).sum();
        }
        Typed::TidToLinkMapping(mapping) => {
            let _ = mapping.get().negotiate(0x7fff, &mut Default::default());
        }
        Typed::Perr(error) => {
            let _ = error.get().destinations().count();
        }
        Typed::FastTransition(fte) => {
            let fte = fte.get();
            let _ = (fte.r0kh_id(), fte.r1kh_id());
        }
        _ => {}
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (expected, left) = naive(bytes);
    let mut room = vec![0; 2 * bytes.len()];
    let mut elements = Elements::new(bytes);
    let mut found = Vec::new();
    while let Some(element) = elements.next() {
        one(element, elements.rest(), &mut room);
        found.push((element.element_id(), element.data()));
    }
    assert_eq!((found, elements.rest().len()), (expected, left));

    let params = ParseParams::default();
    let elems = Elems::parse(bytes, params);
    assert_eq!(elems.parse_errors().contains(ParseErrors::INVALID_END), left != 0);
    let _ = (elems.get::<Rsn>(), elems.get::<Tim>(), elems.dtim(), elems.ttlm().count());
    let mut tpe = elems.tpe();
    let channel = softnet_mac80211::ChanDef {
        width: softnet_mac80211::ChanWidth::W320,
        primary: 6255,
        center_freq1: 6105,
        center_freq2: 0,
        punctured: 0,
    };
    tpe.rearrange(&channel, &channel.downgrade().downgrade());
    for kind in [MlControl::BASIC, MlControl::RECONF, MlControl::PRIO_ACCESS] {
        let whole = elems.multi_link(kind, &mut room).unwrap();
        let _ =
            whole.map(|whole| <MultiLink<'_> as softnet_mac80211::element::Body<'_>>::parse(whole));
    }

    let transmitted = MacAddr([2, 0, 0, 0, 0, 0]);
    for index in 1..4 {
        let bssid = MacAddr([2, 0, 0, 0, 0, index]);
        let _ = Elems::parse_bss(bytes, params, transmitted, bssid, &mut room).dtim();
        let _ = Elems::parse_link(bytes, params, index, &mut room).unwrap().get::<Rsn>();
    }

    let (parent, child) = bytes.split_at(bytes.len() / 2);
    let mut generated = Vec::new();
    gen_new_ie(parent, child, &mut generated).unwrap();
    assert!(Elements::new(&generated).is_complete() && generated.len() <= bytes.len());

    let mut fragmented = Vec::new();
    write_fragmented(200, 242, bytes, &mut fragmented).unwrap();
    let (first, rest) = Element::split_first(&fragmented).unwrap();
    let mut room = vec![0; fragmented.len()];
    assert_eq!(*defragment(first, rest, 242, &mut room).unwrap(), *bytes);
});
