//! What netlink messages cost to read and to write, in instructions, allocations and time, beside other crates
//! and beside loops that know no crate; fails where that is more than was promised.

use std::process::ExitCode;

use softnet_benches::contest;
use softnet_benches::counts::CountingAllocator;
use softnet_benches::netlink::contest::contests;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    contest::main(contests)
}
