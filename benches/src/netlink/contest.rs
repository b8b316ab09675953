//! Who takes part in what, and what was promised.

use core::hint::black_box;
use std::io::Cursor;

use super::routes::{Route, datagram};
use super::{NEWLINKS, Sum, bindings, neli, ours, packet_route, walk};
use crate::contest::{BARE, Contest, Run};

const OURS: &str = "softnet-netlink";
const BINDINGS: &str = "netlink-bindings";
const PACKET_ROUTE: &str = "netlink-packet-route";
const NELI: &str = "neli";

/// Messages that are looked at for their headers.
const HEADERS: u32 = 480;

/// All contests; every contender was held to what the others say.
#[must_use]
pub fn contests() -> Vec<Contest> {
    vec![decode(), encode(), headers()]
}

fn on(datagram: &'static [u8], visit: fn(&[u8]) -> Sum) -> Run {
    Box::new(move |times| {
        for _ in 0..times {
            black_box(visit(black_box(datagram)));
        }
    })
}

fn decode() -> Contest {
    let all = ours::decode(NEWLINKS);
    assert_eq!(all.untyped, 0, "some attributes came out without a type");
    assert_eq!(all, bindings::decode(NEWLINKS), "netlink-bindings sees something else");
    assert_eq!(all.attrs, walk::decode(NEWLINKS).attrs, "the bare walk sees something else");
    Contest {
        name: "decode RTM_NEWLINK",
        unit: "message",
        ours: OURS,
        units: 17,
        contenders: vec![
            (BARE, on(NEWLINKS, walk::decode)),
            (OURS, on(NEWLINKS, ours::decode)),
            (BINDINGS, on(NEWLINKS, bindings::decode)),
            (PACKET_ROUTE, on(NEWLINKS, packet_route::decode)),
            (NELI, on(NEWLINKS, neli::decode)),
        ],
        limits: &[(BARE, 1.5), (BINDINGS, 1.0), (PACKET_ROUTE, 0.1)],
    }
}

fn encode() -> Contest {
    let route = Route::EXAMPLE;
    let expected = route.reference();
    let (mut array, mut vec, mut emitted) = ([0; 256], Vec::with_capacity(256), [0; Route::LEN]);
    let mut cursor = Cursor::new(Vec::with_capacity(256));
    let message = packet_route::route(&route);
    let prepared = neli::route(&route).unwrap();

    let len = ours::encode(&route, &mut array).unwrap();
    assert_eq!(array[..len], expected);
    bindings::encode(&route, &mut vec);
    assert_eq!(vec, expected);
    packet_route::encode(&message, &mut emitted);
    assert_eq!(emitted[..], expected);
    neli::encode(&prepared, &mut cursor).unwrap();
    assert_eq!(cursor.get_ref(), &expected);
    // Not even the values of the route are put in.
    let copy = move |times: u64| {
        let mut to = [0; Route::LEN];
        for _ in 0..times {
            to.copy_from_slice(black_box(&expected));
            black_box(&mut to);
        }
    };
    let build = move |times: u64| {
        for _ in 0..times {
            packet_route::encode(&packet_route::route(black_box(&route)), &mut emitted);
            black_box(&emitted);
        }
    };
    let emit = move |times: u64| {
        for _ in 0..times {
            packet_route::encode(black_box(&message), &mut emitted);
            black_box(&emitted);
        }
    };
    Contest {
        name: "encode RTM_NEWROUTE",
        unit: "message",
        ours: OURS,
        units: 1,
        contenders: vec![
            (BARE, Box::new(copy)),
            (
                OURS,
                Box::new(move |times| {
                    for _ in 0..times {
                        ours::encode(black_box(&route), black_box(&mut array)).unwrap();
                    }
                }),
            ),
            (
                BINDINGS,
                Box::new(move |times| {
                    for _ in 0..times {
                        bindings::encode(black_box(&route), black_box(&mut vec));
                    }
                }),
            ),
            (PACKET_ROUTE, Box::new(build)),
            ("netlink-packet-route, emit only", Box::new(emit)),
            (
                "neli, emit only",
                Box::new(move |times| {
                    for _ in 0..times {
                        neli::encode(black_box(&prepared), black_box(&mut cursor)).unwrap();
                    }
                }),
            ),
        ],
        limits: &[],
    }
}

fn headers() -> Contest {
    let routes: &'static [u8] = datagram(HEADERS).leak();
    let all = walk::headers(routes);
    assert_eq!(all.attrs, u64::from(HEADERS));
    for headers in [ours::headers, packet_route::headers, neli::headers] {
        assert_eq!(all, headers(routes));
    }
    Contest {
        name: "headers of a datagram of 32 KiB",
        unit: "message",
        ours: OURS,
        units: u64::from(HEADERS),
        contenders: vec![
            (BARE, on(routes, walk::headers)),
            (OURS, on(routes, ours::headers)),
            (PACKET_ROUTE, on(routes, packet_route::headers)),
            (NELI, on(routes, neli::headers)),
        ],
        limits: &[],
    }
}

#[cfg(test)]
mod tests {
    /// Whoever sees or writes something else than the others stops it.
    #[test]
    fn contenders_see_and_write_the_same() {
        for mut contest in super::contests() {
            contest.contenders.iter_mut().for_each(|(_, run)| run(1));
        }
    }
}
