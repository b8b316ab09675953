//! A table of netlink sockets that serves a long dump, and its reader.

use std::time::Instant;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Address, Call, Config, Creds, Cx, DumpControl, DumpWriter, Family, NetId, Outcome, Outgoing,
    Progress, Protocol, ProtocolConfig, RecvFlags, Sent, SocketId, Table, receive, serve,
};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::{Flags, Header, Messages, WriteError, Writer, kind as wire};

use super::ours;
use super::routes::Route;
use crate::counts::{allocations, bytes_in_use, forget_peak, peak_bytes};

/// Datagrams after which buffers are as large as they get.
const SETTLED: u64 = 8;

/// As many routes as one likes: the next one is all there is to remember.
struct Routes {
    count: u32,
}

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
        while *next < self.count {
            let route = Route { to: next.to_be_bytes(), prefix: 32, ..Route::EXAMPLE };
            let written = to.checked_message(kind::NEWROUTE, Flags::empty(), |body| {
                ours::write_route(&route, body)
            });
            if written.map_err(|_: WriteError| ()).is_err() {
                return Ok(Progress::More);
            }
            *next += 1;
        }
        Ok(Progress::Done)
    }
}

/// What a dump took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Routes that arrived.
    pub routes: u64,
    /// Datagrams.
    pub datagrams: u64,
    /// Nanoseconds, from the request to the end.
    pub nanos: f64,
    /// Requests for memory once buffers were as large as they get.
    pub allocations: u64,
    /// The most bytes that were in use, above those from before the request.
    pub peak: u64,
}

fn table() -> Table<u32> {
    let mut table = Table::new(Config::default());
    table.register(Protocol::ROUTE, ProtocolConfig::default()).unwrap();
    table.register(Protocol::USERSOCK, ProtocolConfig::default()).unwrap();
    table
}

fn bound(table: &mut Table<u32>, protocol: Protocol) -> SocketId {
    let root = Creds::root(1);
    let id = table.open(NetId(1), protocol, root).unwrap();
    table.bind(id, Address::default(), &root, &mut ()).unwrap();
    id
}

/// Dumps `count` routes to a reader of 32 KiB, who looks at each header.
///
/// The counts are of all that the program does meanwhile, and want
/// [`CountingAllocator`](crate::counts::CountingAllocator).
#[must_use]
pub fn dump(count: u32) -> Cost {
    let (mut table, mut family) = (table(), Routes { count });
    let id = bound(&mut table, Protocol::ROUTE);
    let mut buffer = vec![0; 32 * 1024];
    let mut request = [0; 64];
    let mut writer = Writer::new(&mut request);
    let header = Header::new(kind::GETROUTE, Flags::REQUEST | Flags::DUMP);
    writer.message(header, |body| body.raw(&[0; 12])).unwrap();

    let before = bytes_in_use();
    forget_peak();
    let start = Instant::now();
    let sent = table.sendmsg(id, Outgoing::new(writer.as_bytes()), &Creds::root(1)).unwrap();
    let Sent::Request(request) = sent else { return Cost::default() };
    serve(&mut table, request, &mut family, &mut Cx::new(0));
    let (mut cost, mut settled, mut ended) = (Cost::default(), 0, false);
    while !ended {
        if cost.datagrams == SETTLED {
            settled = allocations();
        }
        let to = (&mut buffer[..], RecvFlags::empty());
        let received = receive(&mut table, id, to, &mut family).unwrap();
        cost.datagrams += 1;
        for message in Messages::new(buffer.get(..received.copied).unwrap_or_default()).flatten() {
            cost.routes += u64::from(message.kind() == kind::NEWROUTE);
            ended |= message.kind() == wire::DONE;
        }
    }
    cost.nanos = start.elapsed().as_nanos() as f64;
    cost.allocations = allocations() - settled;
    cost.peak = peak_bytes().saturating_sub(before);
    cost
}

/// Sends `times` bursts of messages of 100 bytes from one socket to another, and receives each burst; how many
/// messages that were.
#[must_use]
pub fn pass(times: u64) -> u64 {
    let (root, mut table) = (Creds::root(1), table());
    let (from, to) = (bound(&mut table, Protocol::USERSOCK), bound(&mut table, Protocol::USERSOCK));
    let port = table.getsockname(to).unwrap().port;
    let (bytes, mut buffer) = ([7; super::MESSAGE], [0; 4096]);
    for _ in 0..times {
        for _ in 0..super::BURST {
            let address = Address { port, groups: 0 };
            let outgoing = Outgoing { to: Some(address), ..Outgoing::new(&bytes) };
            let sent = table.sendmsg(from, outgoing, &root).unwrap();
            assert!(matches!(sent, Sent::Delivered(_)));
        }
        for _ in 0..super::BURST {
            let _ = table.recvmsg(to, &mut buffer, RecvFlags::empty()).unwrap();
        }
    }
    times * super::BURST
}
