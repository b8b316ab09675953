//! Rules that hold of any bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use softnet_mac80211::Malformed;
use softnet_mac80211::element::*;

/// Goes through elements with a position in hand.
fn naive(bytes: &[u8]) -> (Vec<(u8, Vec<u8>)>, usize) {
    let (mut found, mut at) = (Vec::new(), 0);
    while at + 2 <= bytes.len() && at + 2 + usize::from(bytes[at + 1]) <= bytes.len() {
        let end = at + 2 + usize::from(bytes[at + 1]);
        found.push((bytes[at], bytes[at + 2..end].to_vec()));
        at = end;
    }
    (found, bytes.len() - at)
}

/// Bytes as elements of known kinds begin, and others.
fn elements() -> impl Strategy<Value = Vec<u8>> {
    const KNOWN: [u8; 24] = [
        0, 1, 3, 5, 7, 37, 45, 48, 54, 55, 61, 71, 76, 107, 117, 127, 130, 132, 191, 195, 199, 201,
        221, 255,
    ];
    const EXTENSIONS: [u8; 9] = [35, 36, 39, 56, 92, 106, 107, 108, 109];
    let id = prop_oneof![3 => proptest::sample::select(&KNOWN[..]), 1 => any::<u8>()];
    let element = (id, proptest::sample::select(&EXTENSIONS[..]), vec(any::<u8>(), 0..60));
    let element = element.prop_map(|(id, extension, mut data)| {
        if let (255, Some(first)) = (id, data.first_mut()) {
            *first = extension;
        }
        [&[id, data.len() as u8], &data[..]].concat()
    });
    (vec(element, 0..12), vec(any::<u8>(), 0..3))
        .prop_map(|(elements, tail)| [elements.concat(), tail].concat())
}

proptest! {
    #[test]
    fn the_iterator_is_the_naive_one(bytes in prop_oneof![elements(), vec(any::<u8>(), 0..300)]) {
        let (expected, rest) = naive(&bytes);
        let mut elements = Elements::new(&bytes);
        let found: Vec<_> =
            elements.by_ref().map(|found| (found.element_id(), found.data().to_vec())).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(elements.rest().len(), rest);
    }

    #[test]
    fn what_is_read_is_built_again(bytes in elements()) {
        for element in Elements::new(&bytes) {
            let typed = match Typed::parse(element) {
                Ok(typed) => typed,
                // Its type takes it after all.
                Err(Malformed::Invalid("element")) => panic!("{element:?}"),
                Err(_) => continue,
            };
            let (mut again, mut original) = (Vec::new(), Vec::new());
            prop_assert_eq!(typed.write(&mut again), Ok(()));
            prop_assert_eq!(element.write(&mut original), Ok(()));
            prop_assert_eq!(again, original, "{:?}", typed);
        }
    }

    #[test]
    fn fragments_put_together_are_what_they_were(
        data in vec(any::<u8>(), 1..1200),
        following in elements(),
    ) {
        let mut bytes = Vec::new();
        prop_assert_eq!(write_fragmented(200, 242, &data, &mut bytes), Ok(()));
        prop_assert_eq!(bytes.len(), data.len() + 2 * data.len().div_ceil(255));
        // A fragment of somebody else would be taken for one of ours if the last of ours is full.
        prop_assume!(following.first() != Some(&242));
        bytes.extend(following);
        let (first, rest) = Element::split_first(&bytes).unwrap();
        let mut room = vec![0; bytes.len()];
        prop_assert_eq!(&*defragment(first, rest, 242, &mut room).unwrap(), &data[..]);
        prop_assert_eq!(defragmented_len(first, rest, 242), data.len());
    }

    #[test]
    fn first_and_last_are_the_naive_ones(bytes in elements()) {
        let (list, rest) = naive(&bytes);
        let elems = Elems::parse(&bytes, ParseParams::default());
        let data = |id| elems.element(id).map(|element| element.data().to_vec());
        let of = |id: Id, least| {
            let of_kind = move |(n, data): &(u8, Vec<u8>)| *n == id.id() && data.len() >= least;
            list.iter().filter(move |found| of_kind(found)).map(|(_, data)| data.clone())
        };
        for id in [Id::SSID, Id::SUPP_RATES, Id::RSN, Id::COUNTRY, Id::PREQ, Id::PEER_MGMT] {
            prop_assert_eq!(data(id), of(id, 0).next());
        }
        prop_assert_eq!(data(Id::TIM), of(Id::TIM, 4).next());
        prop_assert_eq!(data(Id::HT_CAPABILITY), of(Id::HT_CAPABILITY, 26).next());
        prop_assert_eq!(data(Id::OPMODE_NOTIF), of(Id::OPMODE_NOTIF, 1).next_back());
        prop_assert_eq!(elems.parse_errors().contains(ParseErrors::INVALID_END), rest != 0);
    }
}
