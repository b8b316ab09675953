//! Long dumps in constant memory. A binary of its own, for its allocator counts.

#![allow(clippy::unwrap_used, reason = "a test that can't set up fails")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Address, Call, Config, Creds, Cx, DumpControl, DumpWriter, Family, NetId, Outcome, Outgoing,
    Progress, Protocol, ProtocolConfig, RecvFlags, Sent, Table, receive, serve,
};
use softnet_netlink::wire::{Flags, Header, Messages, WriteError, Writer, kind};

thread_local! {
    /// Allocations, bytes that are had, and the most that ever were.
    static COUNTS: Cell<(u64, i64, i64)> = const { Cell::new((0, 0, 0)) };
}

fn count(bytes: i64) {
    let _ = COUNTS.try_with(|counts| {
        let (times, had, most) = counts.get();
        let had = had + bytes;
        counts.set((times + u64::from(bytes > 0), had, most.max(had)));
    });
}

struct Counting;

// SAFETY: every method hands its arguments to `System` unchanged and returns what that returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: the caller keeps `dealloc`'s contract; the block is from `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const ROUTES: u32 = 1_000_000;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;

/// As many routes as one likes: the next one is all there is to remember.
struct Routes;

impl Family<Creds> for Routes {
    type Dump = u32;

    fn doit(&mut self, _: &Call<'_, Creds>, _: &mut Cx) -> Result<Outcome, Errno> {
        Ok(Outcome::Dump(DumpControl::default()))
    }

    fn start(&mut self, _: &Call<'_, Creds>, _: &mut Cx) -> Result<u32, Errno> {
        Ok(0)
    }

    fn dump(&mut self, next: &mut u32, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        to.set_seq(1);
        while *next < ROUTES {
            let written = to.checked_message(RTM_NEWROUTE, Flags::empty(), |body| {
                // An rtmsg, RTA_TABLE, RTA_DST, RTA_PRIORITY, RTA_GATEWAY, RTA_OIF.
                body.fixed(&[2_u8, 32, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0])?;
                body.value(15, &254_u32)?;
                body.value(1, &next.to_be_bytes())?;
                body.value(6, &100_u32)?;
                body.value(5, &[10_u8, 0, 0, 1])?;
                body.value(4, &2_u32)
            });
            if written.map_err(|_: WriteError| ()).is_err() {
                return Ok(Progress::More);
            }
            *next += 1;
        }
        Ok(Progress::Done)
    }
}

#[test]
fn a_million_routes_are_dumped_without_an_allocation_for_any() {
    let root = Creds::root(1);
    let mut table = Table::new(Config::default());
    table.register(Protocol::ROUTE, ProtocolConfig::default()).unwrap();
    let id = table.open(NetId(1), Protocol::ROUTE, root).unwrap();
    table.bind(id, Address::default(), &root, &mut ()).unwrap();
    let mut request = [0; 64];
    let mut writer = Writer::new(&mut request);
    let header = Header::new(RTM_GETROUTE, Flags::REQUEST | Flags::DUMP);
    writer.message(header, |body| body.raw(&[0; 12])).unwrap();
    let sent = table.sendmsg(id, Outgoing::new(writer.as_bytes()), &root).unwrap();
    let Sent::Request(request) = sent else { panic!("not for the kernel") };
    serve(&mut table, request, &mut Routes, &mut Cx::new(0));

    let mut buffer = vec![0; 32_768];
    let (mut routes, mut datagrams, mut ended) = (0_u32, 0_u32, None);
    let mut settled = (0, 0, 0);
    while ended.is_none() {
        if datagrams == 4 {
            let (times, had, _) = COUNTS.get();
            COUNTS.set((times, had, had));
            settled = COUNTS.get();
        }
        let to = (&mut buffer[..], RecvFlags::empty());
        let received = receive(&mut table, id, to, &mut Routes).unwrap();
        datagrams += 1;
        for message in Messages::new(&buffer[..received.copied]) {
            let message = message.unwrap();
            match message.kind() {
                RTM_NEWROUTE => {
                    let to = message.attrs(12).find(1).unwrap();
                    assert_eq!(to.value(), routes.to_be_bytes());
                    routes += 1;
                }
                kind::DONE => ended = message.done(),
                other => panic!("{other}"),
            }
        }
    }
    let (times, _, most) = COUNTS.get();
    assert_eq!((routes, ended), (ROUTES, Some(0)));
    assert!(datagrams > 2000, "{datagrams} datagrams");
    // The first parts are small, then the buffers are as large as they get.
    assert_eq!(times - settled.0, 0, "allocations in {datagrams} datagrams");
    assert_eq!(most, settled.1, "bytes at most");
}
