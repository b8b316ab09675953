//! net/mac80211/tests/elems.c.

use softnet_mac80211::element::{
    Elements, MLE_SUBELEM_FRAGMENT, MlControl, MultiLink, find_multi_link, write_fragmented,
};

#[test]
fn mle_defrag() {
    let link_id = 12;
    // A profile full of useless elements: control (complete, link 12), info of one byte, 20 SSIDs.
    let mut profile = vec![link_id | 0x10, 0, 1];
    for _ in 0..20 {
        profile.extend([0, 20]);
        profile.extend([0; 20]);
    }
    // Control (basic), common info of seven bytes with an address, then the profile in fragments.
    let mut multi_link = vec![107, 0, 0, 7, 0, 0, 0, 0, 0, 0];
    write_fragmented(0, MLE_SUBELEM_FRAGMENT, &profile, &mut multi_link).unwrap();
    let mut frame = Vec::new();
    write_fragmented(255, 242, &multi_link, &mut frame).unwrap();
    assert_eq!(Elements::new(&frame).count(), 2);

    let mut room = vec![0; frame.len()];
    let found = find_multi_link(Elements::new(&frame), MlControl::BASIC, &mut room).unwrap();
    let multi_link = found.unwrap();
    assert_eq!(multi_link.len(), 2 + 7 + 2 + 3 + 20 * 22 + 2);

    let multi_link = <MultiLink as softnet_mac80211::element::Body>::parse(multi_link).unwrap();
    let mut room = vec![0; frame.len()];
    let found = multi_link.sta_profile(link_id, &mut room).unwrap().unwrap();
    assert_eq!(3 + found.sta_info.len() + found.profile.len(), 3 + 20 * 22);
    assert!(multi_link.sta_profile(11, &mut vec![0; frame.len()]).unwrap().is_none());
    assert_eq!(Elements::new(found.profile).count(), 20);
}
