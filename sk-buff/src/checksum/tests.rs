use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

/// RFC 1071 word for word: add, bring each carry round at once.
fn naive(bytes: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for pair in bytes.chunks(2) {
        let low = if pair.len() == 2 { pair[1] } else { 0 };
        sum += u32::from(pair[0]) * 256 + u32::from(low);
        if sum > 0xffff {
            sum -= 0xffff;
        }
    }
    sum as u16
}

/// RFC 1071, section 3.
#[test]
fn rfc_1071_example() {
    let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
    assert_eq!(Sum::of(&bytes).to_u16(), 0xddf2);
    assert_eq!(Sum::of(&bytes).fold(), 0x220d);
}

/// RFC 1624, section 4: the case in which RFC 1141 went wrong.
#[test]
fn rfc_1624_example() {
    assert_eq!(csum_replace2(0xdd2f, 0x5555, 0x3285), 0x0000);
}

/// Computed apart from the code, from the definition, in Python: `hex(0xffff - sum(words) % 0xffff)`.
#[test]
fn pseudo_headers() {
    let v4 = Sum::pseudo_v4([192, 168, 0, 31].into(), [192, 168, 0, 30].into(), 17, 10);
    let datagram = [0x00, 0x14, 0x00, 0x0a, 0x00, 0x0a, 0x00, 0x00, 0x48, 0x69];
    assert_eq!((v4 + Sum::of(&datagram)).fold(), 0x35c5);

    let src = Ipv6Addr::new(0xfe80, 0, 0, 0, 0x0211, 0x22ff, 0xfe33, 0x4455);
    let dst = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    // Echo request, identifier 1, sequence 2; then as if of 3 * 65536 bytes more.
    let echo = [0x80, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x02];
    assert_eq!((Sum::pseudo_v6(src, dst, 58, 8) + Sum::of(&echo)).fold(), 0x1a9c);
    assert_eq!((Sum::pseudo_v6(src, dst, 58, 0x0003_0008) + Sum::of(&echo)).fold(), 0x1a99);
}

#[test]
fn udp_has_no_zero() {
    assert_eq!(udp_checksum(Sum::from_u16(0xffff)), 0xffff);
    assert_eq!(udp_checksum(Sum::from_u16(0)), 0xffff);
    assert_eq!(udp_checksum(Sum::from_u16(0xfffe)), 1);
}

#[test]
fn zero_has_two_faces() {
    assert_eq!(Sum::of(&[0; 40]), Sum::ZERO);
    assert_eq!(Sum::of(&[0xff; 40]).to_u16(), 0xffff);
    assert!(!Sum::of(&[]).is_valid());
    let any = Sum::from_u16(0x1234);
    assert_eq!((any - any).to_u16(), 0xffff);
    assert_eq!(any + (any - any), any);
    // Data that becomes all zeros: equal to a new computation as a number modulo 0xffff only.
    assert_eq!(csum_replace2(!0x1234, 0x1234, 0), 0x0000);
    assert_eq!(Sum::of(&[0, 0]).fold(), 0xffff);
}

#[test]
fn wide_sums_fold() {
    assert_eq!(Sum::from_u32(0xffff_ffff).to_u16(), 0xffff);
    assert_eq!(Sum::from_u32(0x0001_ffff).to_u16(), 1);
    assert_eq!(fold64(u64::MAX), 0xffff);
    assert_eq!(fold64(0x0001_0000_0000_0000), 1);
    // Each addition carries: 0xffff_ffff + 0x0001_0000, then 0x1_0000 + 0xffff, then 1 + 0xffff.
    assert_eq!(fold64(0x0001_0000_ffff_ffff), 1);
}

#[test]
fn a_sum_goes_on_beyond_a_block() {
    let mut bytes = vec![0xff; 2 * BLOCK + 3];
    bytes[BLOCK] = 0x12;
    bytes[2 * BLOCK + 2] = 0x34;
    assert_eq!(Sum::of(&bytes).to_u16(), naive(&bytes));
}

#[derive(Debug, Clone)]
struct Change {
    bytes: Vec<u8>,
    at: usize,
    new: Vec<u8>,
}

/// Some data, often with runs of 00 and ff, and `n` bytes of it at an even offset to be replaced.
fn change(n: usize) -> impl Strategy<Value = Change> {
    let byte = || prop_oneof![Just(0), Just(0xff), any::<u8>()];
    (prop::collection::vec(byte(), n..64), any::<usize>(), prop::collection::vec(byte(), n))
        .prop_map(move |(bytes, at, new)| Change {
            at: (at % (bytes.len() - n + 1)) & !1,
            bytes,
            new,
        })
}

/// The checksums of the data before and after the change, by the naive model.
fn before_and_after(change: &Change) -> (u16, u16, Vec<u8>) {
    let mut after = change.bytes.clone();
    let old = after[change.at..][..change.new.len()].to_vec();
    after[change.at..][..change.new.len()].copy_from_slice(&change.new);
    (!naive(&change.bytes), !naive(&after), old)
}

/// What an incremental update has to give: the same bits, but for data now all zeros.
fn same(incremental: u16, computed: u16) -> bool {
    incremental == computed || (computed == 0xffff && incremental == 0)
}

/// 16-bit words, often at the edges.
fn edgy() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..3, 0xfffd..=0xffff_u64, 0..=0xffff_u64]
}

proptest! {
    #[test]
    fn folding_is_counting_in_a_circle(a in edgy(), b in edgy(), c in edgy(), d in edgy()) {
        let sum = (a << 48) | (b << 32) | (c << 16) | d;
        let want = if sum == 0 { 0 } else { (sum - 1) % 0xffff + 1 };
        prop_assert_eq!(u64::from(fold64(sum)), want);
    }

    #[test]
    fn sums_as_the_naive_loop(bytes in prop::collection::vec(any::<u8>(), 0..2100), skip in 0_usize..40) {
        // At any alignment.
        let bytes = bytes.get(skip..).unwrap_or(&[]);
        prop_assert_eq!(Sum::of(bytes).to_u16(), naive(bytes));
    }

    #[test]
    fn blocks_join_and_part(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in any::<usize>()) {
        let cut = cut % (bytes.len() + 1);
        let (head, tail) = bytes.split_at(cut);
        let (head, tail) = (Sum::of(head), Sum::of(tail));
        let whole = head.block_add(tail, cut);
        prop_assert_eq!(whole.to_u16(), naive(&bytes));
        // Equal modulo 0xffff: zero may have become the other one.
        prop_assert_eq!(whole.block_sub(tail, cut).to_u16() % 0xffff, head.to_u16() % 0xffff);
    }

    #[test]
    fn incremental_is_recomputed(two in change(2), four in change(4), sixteen in change(16)) {
        let (check, want, old) = before_and_after(&two);
        let word = |b: &[u8]| u16::from_be_bytes(b.try_into().unwrap());
        prop_assert!(same(csum_replace2(check, word(&old), word(&two.new)), want));

        let (check, want, old) = before_and_after(&four);
        let word = |b: &[u8]| u32::from_be_bytes(b.try_into().unwrap());
        prop_assert!(same(csum_replace4(check, word(&old), word(&four.new)), want));

        let (check, want, old) = before_and_after(&sixteen);
        let addr = |b: &[u8]| Ipv6Addr::from(<[u8; 16]>::try_from(b).unwrap());
        prop_assert!(same(csum_replace16(check, addr(&old), addr(&sixteen.new)), want));
    }

    #[test]
    fn pseudo_headers_are_their_bytes(src in any::<u128>(), dst in any::<u128>(), proto: u8, len: u32) {
        let mut bytes = Vec::new();
        bytes.extend(src.to_be_bytes());
        bytes.extend(dst.to_be_bytes());
        bytes.extend(len.to_be_bytes());
        bytes.extend([0, 0, 0, proto]);
        prop_assert_eq!(Sum::pseudo_v6(src.into(), dst.into(), proto, len).to_u16(), naive(&bytes));

        let (src, dst, len) = (src as u32, dst as u32, len as u16);
        let mut bytes = Vec::new();
        bytes.extend(src.to_be_bytes());
        bytes.extend(dst.to_be_bytes());
        bytes.extend([0, proto]);
        bytes.extend(len.to_be_bytes());
        prop_assert_eq!(Sum::pseudo_v4(src.into(), dst.into(), proto, len).to_u16(), naive(&bytes));
    }
}
