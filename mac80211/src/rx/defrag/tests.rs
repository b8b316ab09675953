use alloc::vec;

use proptest::prelude::*;

use super::*;
use crate::frame::{FrameControl, Kind, SeqCtrl};

const GROUP: u8 = 1;
const STATION: u8 = 2;
const OTHER: u8 = 8;

/// A fragment as a test writes it down.
#[derive(Clone, Debug)]
struct Piece {
    to: u8,
    from: u8,
    tid: Option<u8>,
    sn: u16,
    fragment: u8,
    more: bool,
    body: Vec<u8>,
    guard: Guard,
}

impl Piece {
    fn new(sn: u16, fragment: u8, more: bool) -> Self {
        let body = vec![0xb0 | fragment; 3];
        Self { to: STATION, from: 4, tid: Some(2), sn, fragment, more, body, guard: Guard::Clear }
    }

    fn under(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    fn header(&self) -> Vec<u8> {
        let kind = if self.tid.is_some() { Kind::QOS_DATA } else { Kind::DATA };
        let fc = FrameControl::new(kind).with_ds(false, true).with_more_fragments(self.more);
        let mut header = fc.0.to_le_bytes().to_vec();
        header.extend([0; 2]);
        [self.to, self.from, 6].iter().for_each(|&last| header.extend([last, 0, 0, 0, 0, 0]));
        header.extend(SeqCtrl::new(self.sn, self.fragment).0.to_le_bytes());
        header.extend(self.tid.iter().flat_map(|&tid| [tid, 0]));
        header
    }

    fn go(&self, cache: &mut FragmentCache, now: Instant) -> Result<Option<Vec<u8>>, RxDrop> {
        let bytes = self.header();
        let (header, _) = Header::parse(&bytes).unwrap();
        let fragment = Fragment { header, body: &self.body, guard: self.guard };
        cache.defragment(&fragment, now).map(|whole| whole.map(|whole| whole.frame))
    }
}

fn numbered(color: u32, pn: u64) -> Guard {
    Guard::Numbered { color, pn }
}

const START: Instant = Instant::from_millis(10_000);

#[test]
fn three_fragments_are_the_first_header_and_all_bodies() {
    let mut cache = FragmentCache::default();
    let [a, b, c] = [(0, true), (1, true), (2, false)].map(|(n, more)| Piece::new(7, n, more));
    assert_eq!(a.go(&mut cache, START), Ok(None));
    assert_eq!(b.go(&mut cache, START), Ok(None));
    assert_eq!(cache.len(), 26 + 6);
    let whole = [&a.header()[..], &[0xb0, 0xb0, 0xb0, 0xb1, 0xb1, 0xb1, 0xb2, 0xb2, 0xb2]].concat();
    assert_eq!(c.go(&mut cache, START), Ok(Some(whole)));
    assert!(cache.is_empty());
    assert_eq!(c.go(&mut cache, START), Err(RxDrop::OrphanFragment));
}

#[test]
fn two_seconds_and_no_longer() {
    for (millis, in_time) in [(2_000, true), (2_001, false)] {
        let mut cache = FragmentCache::default();
        assert_eq!(Piece::new(7, 0, true).go(&mut cache, START), Ok(None));
        let later = Instant::from_millis(10_000 + millis);
        assert_eq!(Piece::new(7, 1, false).go(&mut cache, later).is_ok(), in_time, "{millis}");
        assert!(cache.is_empty());
    }
}

#[test]
fn packet_numbers_step_by_one_also_from_the_last_to_the_first() {
    for (last, next, good) in [(5, 6, true), (5, 7, false), (5, 5, false), (PN_MASK, 0, true)] {
        let mut cache = FragmentCache::default();
        Piece::new(7, 0, true).under(numbered(1, last)).go(&mut cache, START).unwrap();
        let end = Piece::new(7, 1, false).under(numbered(1, next)).go(&mut cache, START);
        assert_eq!(end.err(), (!good).then_some(RxDrop::Replay), "{last} {next}");
        // The one that belongs there may still come.
        assert_eq!(cache.is_empty(), good);
    }
}

#[test]
fn each_mixture_has_its_reason() {
    let key = |color| Guard::Key { color };
    let mixtures = [
        (numbered(1, 5), numbered(2, 6), Some(RxDrop::BadKeyColor)),
        (numbered(1, 5), Guard::Clear, Some(RxDrop::NonseqPn)),
        (numbered(1, 5), key(1), Some(RxDrop::NonseqPn)),
        (key(1), key(1), None),
        (key(1), key(2), Some(RxDrop::ExpectDefragProt)),
        (key(1), Guard::Clear, Some(RxDrop::ExpectDefragProt)),
        (Guard::Clear, Guard::Clear, None),
        (Guard::Clear, key(1), None),
    ];
    for (first, second, reason) in mixtures {
        let mut cache = FragmentCache::default();
        assert_eq!(Piece::new(7, 0, true).under(first).go(&mut cache, START), Ok(None));
        let end = Piece::new(7, 1, false).under(second).go(&mut cache, START);
        assert_eq!(end.err(), reason, "{first:?} {second:?}");
    }
}

#[test]
fn what_began_in_the_clear_is_handed_on_as_clear() {
    let mut cache = FragmentCache::default();
    let (first, last) = (Piece::new(7, 0, true), Piece::new(7, 1, false));
    first.go(&mut cache, START).unwrap();
    let header = last.header();
    let (header, _) = Header::parse(&header).unwrap();
    let fragment = Fragment { header, body: &[], guard: numbered(1, 1) };
    let whole = cache.defragment(&fragment, START).unwrap().unwrap();
    assert_eq!(whole.guard, Guard::Clear);
}

#[test]
fn a_fragment_of_another_receiver_or_kind_of_frame_is_none_of_this_one() {
    let first = Piece { tid: None, ..Piece::new(7, 0, true) };
    let last = Piece { tid: None, ..Piece::new(7, 1, false) };
    let mut cache = FragmentCache::default();
    first.go(&mut cache, START).unwrap();
    let elsewhere = Piece { to: OTHER, ..last.clone() };
    assert_eq!(elsewhere.go(&mut cache, START), Err(RxDrop::OrphanFragment));
    // Data without QoS and management share a counter, so the number may be the same.
    let mut action = last.header();
    action[0] = 0xd0;
    let (header, _) = Header::parse(&action).unwrap();
    let fragment = Fragment { header, body: &last.body, guard: Guard::Clear };
    assert_eq!(cache.defragment(&fragment, START), Err(RxDrop::OrphanFragment));
    assert!(last.go(&mut cache, START).unwrap().is_some());
}

#[test]
fn groups_get_no_fragments_and_clearing_forgets() {
    let mut cache = FragmentCache::default();
    for (fragment, more) in [(0, true), (1, false)] {
        let piece = Piece { to: GROUP, ..Piece::new(7, fragment, more) };
        assert_eq!(piece.go(&mut cache, START), Err(RxDrop::MulticastFragment));
    }
    Piece::new(7, 0, true).go(&mut cache, START).unwrap();
    cache.clear();
    assert_eq!(Piece::new(7, 1, false).go(&mut cache, START), Err(RxDrop::OrphanFragment));
}

#[test]
fn longer_than_any_frame_is_not_kept() {
    let mut cache = FragmentCache::default();
    let long = |n, more| Piece { body: vec![0; 30_000], ..Piece::new(7, n, more) };
    assert_eq!(long(0, true).go(&mut cache, START), Ok(None));
    assert_eq!(long(1, true).go(&mut cache, START), Ok(None));
    assert_eq!(long(2, false).go(&mut cache, START), Err(RxDrop::Oom));
    assert!(cache.is_empty());
    let first = Piece { body: vec![0; 65_536], ..Piece::new(7, 0, true) };
    assert_eq!(first.go(&mut cache, START), Err(RxDrop::Oom));
    assert!(cache.is_empty());
}

/// What came, never forgotten: the cache said again as a search in history.
#[derive(Default)]
struct Naive {
    /// Every frame ever begun: when, and its pieces. Done or expired ones are empty.
    begun: Vec<(Instant, Vec<Piece>)>,
}

impl Naive {
    fn take(&mut self, piece: &Piece, now: Instant) -> Result<Option<Vec<u8>>, RxDrop> {
        if !piece.more && piece.fragment == 0 {
            return Ok(Some([piece.header(), piece.body.clone()].concat()));
        }
        if piece.to % 2 == 1 {
            return Err(RxDrop::MulticastFragment);
        }
        if piece.fragment == 0 {
            self.begun.push((now, vec![piece.clone()]));
            return Ok(None);
        }
        let same =
            |a: &Piece, b: &Piece| (a.to, a.from, a.tid, a.sn) == (b.to, b.from, b.tid, b.sn);
        let fits = |pieces: &[Piece]| {
            pieces.len() == usize::from(piece.fragment) && same(&pieces[0], piece)
        };
        let alive = |begun: Instant| now.as_nanos() - begun.as_nanos() <= 2_000_000_000;
        let four = self.begun.iter_mut().rev().take(4);
        let mut found = four.filter(|(at, pieces)| alive(*at) && fits(pieces));
        let (_, pieces) = found.next().ok_or(RxDrop::OrphanFragment)?;
        let colors = (color(pieces[0].guard), color(piece.guard));
        match (pieces.last().unwrap().guard, piece.guard) {
            (Guard::Numbered { .. }, Guard::Numbered { .. }) if colors.0 != colors.1 => {
                return Err(RxDrop::BadKeyColor);
            }
            (Guard::Numbered { pn, .. }, Guard::Numbered { pn: next, .. }) if pn + 1 != next => {
                return Err(RxDrop::Replay);
            }
            (Guard::Numbered { .. }, Guard::Clear | Guard::Key { .. }) => {
                return Err(RxDrop::NonseqPn);
            }
            (Guard::Key { .. }, other)
                if colors.0 != colors.1 || !matches!(other, Guard::Key { .. }) =>
            {
                return Err(RxDrop::ExpectDefragProt);
            }
            _ => {}
        }
        // A piece in the clear that went on with a numbered one does not make it numbered.
        let guard = if pieces[0].guard == Guard::Clear { Guard::Clear } else { piece.guard };
        pieces.push(Piece { guard, ..piece.clone() });
        if piece.more {
            return Ok(None);
        }
        let pieces = core::mem::take(pieces);
        let bodies = pieces.iter().flat_map(|piece| piece.body.clone());
        Ok(Some(pieces[0].header().into_iter().chain(bodies).collect()))
    }
}

fn color(guard: Guard) -> Option<u32> {
    match guard {
        Guard::Clear => None,
        Guard::Key { color } | Guard::Numbered { color, .. } => Some(color),
    }
}

fn guard() -> impl Strategy<Value = Guard> {
    prop_oneof![
        2 => Just(Guard::Clear),
        1 => (0..2_u32).prop_map(|color| Guard::Key { color }),
        6 => (0..2_u32, 0..4_u64).prop_map(|(color, pn)| numbered(color, pn)),
    ]
}

/// Few values of each, so that they meet; sequence numbers around the wrap.
fn piece() -> impl Strategy<Value = Piece> {
    let to = prop_oneof![8 => Just(STATION), 1 => Just(OTHER), 1 => Just(GROUP)];
    let whom = (to, 4..6_u8);
    let tid = prop_oneof![Just(None), Just(Some(0)), Just(Some(5))];
    let sn = prop_oneof![4 => Just(4095_u16), 4 => Just(0), 1 => Just(1)];
    let body = proptest::collection::vec(any::<u8>(), 0..4);
    (whom, tid, sn, 0..4_u8, prop::bool::weighted(0.7), body, guard()).prop_map(
        |((to, from), tid, sn, fragment, more, body, guard)| Piece {
            to,
            from,
            tid,
            sn,
            fragment,
            more,
            body,
            guard,
        },
    )
}

/// A whole frame's pieces, in order, the way that they should come.
fn honest() -> impl Strategy<Value = Vec<Piece>> {
    (piece(), 2..4_u8).prop_map(|(like, count)| {
        let one = |fragment| {
            let guard = match like.guard {
                Guard::Numbered { color, pn } => numbered(color, pn + u64::from(fragment)),
                other => other,
            };
            Piece { fragment, more: fragment + 1 < count, guard, ..like.clone() }
        };
        (0..count).map(one).collect()
    })
}

proptest! {
    #[test]
    fn the_cache_is_a_search_in_history(
        parts in proptest::collection::vec(
            (prop_oneof![honest(), piece().prop_map(|piece| vec![piece])], 0..900_u64, any::<bool>()),
            1..40,
        ),
    ) {
        let (mut cache, mut naive) = (FragmentCache::default(), Naive::default());
        let mut now = 0;
        let mut held = Vec::new();
        for (mut pieces, millis, hold) in parts {
            now += millis;
            // Half of the frames get another's pieces between their own.
            if hold && pieces.len() > 1 {
                held.push(pieces.pop().unwrap());
            } else if let Some(piece) = held.pop() {
                pieces.push(piece);
            }
            for piece in pieces {
                let at = Instant::from_millis(now);
                prop_assert_eq!(piece.go(&mut cache, at), naive.take(&piece, at), "{:?}", piece);
            }
        }
    }
}
