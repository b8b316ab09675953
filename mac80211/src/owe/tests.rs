use super::*;
use crate::ecc::vectors::{NUMBERS, hex};

fn pair(group: Group) -> [Owe; 2] {
    [0x44, 0x66].map(|byte| Owe::new(group, &Random([byte; 132])).unwrap())
}

#[test]
fn rfc_8110_section_4_4_as_a_naive_model_computes_it() {
    for numbers in &NUMBERS {
        let [station, ap] = pair(numbers.group);
        let [c, a, pmk, pmkid] = numbers.owe.map(hex);
        assert_eq!((&*station.public, &*ap.public), (&c[..], &a[..]));
        let id = numbers.group.id();
        let at_station = station.station(&OweDhParam { group: id, public_key: &a }).unwrap();
        let at_ap = ap.access_point(&OweDhParam { group: id, public_key: &c }).unwrap();
        for pmksa in [at_station, at_ap] {
            assert_eq!(pmksa.pmk.as_bytes(), pmk);
            assert_eq!(pmksa.pmkid[..], pmkid);
            assert_eq!(pmksa.akm, AkmSuite::OWE);
        }
    }
}

#[test]
fn bad_keys_are_refused() {
    let [station, _] = pair(Group::P256);
    let [_, other] = pair(Group::P384);
    assert_eq!(station.station(&other.element()), Err(BadPublic::Group));
    // p - 1 is no x on P-256, p is none at all, and this is a coordinate cut short.
    let mut prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    assert_eq!(
        station.station(&OweDhParam { group: 19, public_key: &prime }),
        Err(BadPublic::Point)
    );
    prime.pop();
    assert_eq!(
        station.station(&OweDhParam { group: 19, public_key: &prime }),
        Err(BadPublic::Point)
    );
    // x³ - 3x + b is no square for x = 1 (b - 2 by Euler's criterion, in Python).
    let mut one = [0; 32];
    one[31] = 1;
    assert_eq!(station.station(&OweDhParam { group: 19, public_key: &one }), Err(BadPublic::Point));
}

#[test]
fn random_bytes_out_of_range() {
    assert!(matches!(Owe::new(Group::P256, &Random([0xff; 132])), Err(DrawAgain)));
    assert!(matches!(Owe::new(Group::P256, &Random([0; 132])), Err(DrawAgain)));
    // 521 bits of 528 count, and all of them set is above the order.
    assert!(matches!(Owe::new(Group::P521, &Random([0xff; 132])), Err(DrawAgain)));
    assert!(Owe::new(Group::P521, &Random([0xfe; 132])).is_ok());
}

/// From `owe.pcap` of the captures beside the project: what Linux's station and hostapd said, and the
/// PMKID that the station names when it comes back.
#[test]
fn pmkid_is_linuxs() {
    let c = "7596956ab84870c8d2f8bf6c580b4527e5d58ae1d1aaecd4c2c5ea8025df4b37";
    let a = "0b502606b35dd447fe56109a8a4dfa7c4c1ae2faff53ae856627b561a5ab0cfd";
    let [mut station, _] = pair(Group::P256);
    station.public = Octets::of(&[&hex(c)]);
    let pmksa = station.station(&OweDhParam { group: 19, public_key: &hex(a) }).unwrap();
    assert_eq!(pmksa.pmkid[..], hex("e529cabe87cd1d35527d3e5d83838123"));
}
